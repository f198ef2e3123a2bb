// Menus are <details>: they work without this. Here Escape closes one and gives focus back; a press elsewhere closes it too.
(function () {
  'use strict'
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') return
    const open = event.target.closest('details.menu[open]')
    if (!open) return
    open.open = false
    open.querySelector('summary').focus()
  })
  document.addEventListener('pointerdown', function (event) {
    document.querySelectorAll('details.menu[open]').forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false })
  })
})()
