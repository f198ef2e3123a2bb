// An enrolled device locks when nobody touches it. The server decides; here the screen follows in time, and the server hears of touches
// that send nothing by themselves. Without the network the page is covered, STOP and REACTION stay, and it is tried again.
(function () {
  'use strict'
  const form = document.querySelector('form[data-lock]')
  if (!form) return
  const LIMIT = Number(form.dataset.after) * 60000
  const WARN = Math.min(30000, LIMIT / 2)
  const TELL = 20000
  const RETRY = 5000
  const soon = document.querySelector('[data-lock-soon]')
  const cover = document.querySelector('[data-lock-cover]')
  const board = location.pathname.startsWith('/board/') // it never locks: it turns into the board without names
  let touched = Date.now()
  let told = touched
  let telling = 0
  let locking = false

  function tell () {
    telling = 0
    told = Date.now()
    const token = form.elements.csrfmiddlewaretoken.value
    fetch(form.dataset.here, { method: 'POST', headers: { 'X-CSRFToken': token } }).then(function (answer) {
      if (answer.status === 401) location.reload()
    }).catch(function () {})
  }

  function touch () {
    if (locking) return
    if (Date.now() - touched >= LIMIT) return tick() // a sleeping tablet wakes by a touch: too late
    touched = Date.now()
    soon.hidden = true
    if (!telling) telling = setTimeout(tell, Math.max(0, told + TELL - touched))
  }

  function lock () {
    locking = true
    soon.hidden = true
    clearTimeout(telling)
    if (!board) document.documentElement.dataset.locked = ''
    document.dispatchEvent(new Event('chairside:locked')) // nothing typed holds the page back
    form.elements.idle.value = '1'
    fetch(form.action, { method: 'POST', body: new FormData(form) }).then(function (answer) {
      if (answer.ok) location.replace(answer.url)
      else location.reload()
    }).catch(function () {
      cover.hidden = board
      setTimeout(lock, RETRY)
    })
  }

  function tick () {
    const left = LIMIT - (Date.now() - touched)
    if (left <= 0 && !locking) lock()
    else if (left <= WARN && !locking) soon.hidden = false
  }

  for (const name of ['pointerdown', 'keydown', 'input', 'wheel']) document.addEventListener(name, touch, { capture: true, passive: true })
  document.addEventListener('visibilitychange', tick)
  setInterval(tick, 1000)
})()
