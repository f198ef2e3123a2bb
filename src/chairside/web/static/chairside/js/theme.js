// Light, dark, or the device's choice, without a reload. The cookie lets the server write data-theme, so that no page flashes.
(function () {
  'use strict'
  document.addEventListener('submit', function (event) {
    const form = event.target.closest('[data-theme-switch]')
    if (!form || !event.submitter) return
    event.preventDefault()
    const chosen = event.submitter.value
    const secure = location.protocol === 'https:' ? '; Secure' : ''
    if (chosen === 'device') {
      delete document.documentElement.dataset.theme
      document.cookie = 'theme=; Max-Age=0; Path=/; SameSite=Lax' + secure
    } else {
      document.documentElement.dataset.theme = chosen
      document.cookie = 'theme=' + chosen + '; Max-Age=31536000; Path=/; SameSite=Lax' + secure
    }
    form.querySelectorAll('button').forEach(function (button) {
      button.setAttribute('aria-pressed', String(button === event.submitter))
    })
  })
})()
