// Around htmx swaps: focus stays where it was, changes are announced, failures are said aloud, nothing moves under a finger.
(function () {
  'use strict'
  let pressed = null
  const waiting = new Set()

  function say (text) {
    const live = document.getElementById('live')
    live.textContent = ''
    setTimeout(function () { live.textContent = text }, 50)
  }

  function alarm (text) {
    const region = document.getElementById('alerts')
    region.replaceChildren()
    if (!text) return
    const box = document.createElement('p')
    box.className = 'notice tone-act'
    box.textContent = text
    region.append(box)
  }

  // a live region (data-live) is not replaced while it is being pressed or typed in; it refreshes right after
  function busy (target) {
    const active = document.activeElement
    const typing = active && active.matches('input, textarea, select') && target.contains(active)
    return typing || (pressed && target.contains(pressed))
  }
  document.addEventListener('pointerdown', function (event) { pressed = event.target })
  function released () {
    pressed = null
    setTimeout(function () {
      waiting.forEach(function (element) {
        if (busy(element)) return
        waiting.delete(element)
        window.htmx.trigger(element, 'refresh')
      })
    }, 250)
  }
  document.addEventListener('pointerup', released)
  document.addEventListener('pointercancel', released)
  document.addEventListener('focusout', released)

  document.addEventListener('htmx:beforeSwap', function (event) {
    const target = event.detail.target
    if (target && target.closest && target.closest('[data-live]') && busy(target)) {
      event.detail.shouldSwap = false
      waiting.add(target.closest('[data-live]'))
    }
  })

  let focused = ''
  document.addEventListener('htmx:beforeRequest', function () { focused = document.activeElement ? document.activeElement.id : '' })
  document.addEventListener('htmx:afterSettle', function (event) {
    const element = event.detail.elt
    const wanted = element.querySelector('[data-focus]')
    if (wanted) {
      if (!wanted.matches('a, button, input, select, textarea, [tabindex]')) wanted.tabIndex = -1
      wanted.focus()
    } else if (focused && document.activeElement === document.body) {
      const again = document.getElementById(focused)
      if (again) again.focus()
    }
    const told = element.matches('[data-announce-text]') ? element : element.querySelector('[data-announce-text]')
    if (told) say(told.dataset.announceText)
    alarm('')
  })
  // a view may answer with the header HX-Trigger: {"announce": "Vitals recorded"}
  document.addEventListener('announce', function (event) { say(event.detail.value) })
  document.addEventListener('htmx:responseError', function (event) {
    const region = document.getElementById('alerts')
    alarm([401, 403].includes(event.detail.xhr.status) ? region.dataset.forbidden : region.dataset.failed)
  })
  document.addEventListener('htmx:sendError', function () { alarm(document.getElementById('alerts').dataset.unreachable) })
})()
