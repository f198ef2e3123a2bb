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

  // what a fragment says for another place of the page (STOP, who pressed it): put there, where the page has that place
  document.addEventListener('htmx:afterSwap', function () {
    document.querySelectorAll('template[data-says]').forEach(function (said) {
      const place = document.getElementById(said.dataset.says)
      if (place) place.replaceWith(said.content.cloneNode(true))
      said.remove()
    })
  })

  // what a person had opened, closed or scrolled in a fragment stays so in the one that takes its place
  const last = new WeakMap()
  const kept = new Map()
  function keep (target) {
    const folds = Array.from(target.querySelectorAll('details[id]')).map(function (fold) { return [fold.id, fold.open] })
    const scrolls = Array.from(target.querySelectorAll('[data-end], .queue-scroll, .figure-scroll')).map(function (box) {
      const atEnd = box.scrollLeft + box.clientWidth >= box.scrollWidth - 4
      return atEnd && 'end' in box.dataset ? null : box.scrollLeft
    })
    kept.set(target.id, { folds: folds, scrolls: scrolls })
  }
  function restore (target) {
    const was = kept.get(target.id)
    kept.delete(target.id)
    if (was) was.folds.forEach(function (fold) { const now = document.getElementById(fold[0]); if (now) now.open = fold[1] })
    target.querySelectorAll('[data-end], .queue-scroll, .figure-scroll').forEach(function (box, n) {
      const left = was ? was.scrolls[n] : null
      if (left !== null && left !== undefined) box.scrollLeft = left
      else if ('end' in box.dataset) box.scrollLeft = box.scrollWidth
    })
  }

  document.addEventListener('htmx:beforeSwap', function (event) {
    const target = event.detail.target
    const from = event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname
    if (from && from.startsWith('/accounts/')) { // the log-in has ended: its page is no part of this one
      event.detail.shouldSwap = false
      alarm(document.getElementById('alerts').dataset.forbidden)
      return
    }
    const live = target && target.closest && target.closest('[data-live]')
    if (!live) return
    if (busy(target)) {
      event.detail.shouldSwap = false
      waiting.add(live)
      return
    }
    if (event.detail.shouldSwap && last.get(target) === event.detail.serverResponse) { // nothing new: nothing moves
      event.detail.shouldSwap = false
      return
    }
    last.set(target, event.detail.serverResponse)
    keep(target)
  })

  let focused = ''
  document.addEventListener('htmx:beforeRequest', function () { focused = document.activeElement ? document.activeElement.id : '' })
  document.addEventListener('htmx:afterSettle', function (event) {
    const element = event.detail.elt
    if (element.matches('[data-live]')) restore(element)
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
  // the page that comes after an entry: what was recorded and what is next is said; a form that came back has the focus
  restore(document.body)
  const said = document.querySelector('[data-say]')
  if (said) say(said.textContent.trim())
  const back = document.querySelector('main [data-focus]')
  if (back) back.focus()

  // a view may answer with the header HX-Trigger: {"announce": "Vitals recorded"}
  document.addEventListener('announce', function (event) { say(event.detail.value) })
  // a live part that could not be fetched again is no failure of the person: connection.js says so
  function own (event) { return !event.detail.elt.matches('[data-live]') }
  document.addEventListener('htmx:responseError', function (event) {
    if (!own(event)) return
    const region = document.getElementById('alerts')
    alarm([401, 403].includes(event.detail.xhr.status) ? region.dataset.forbidden : region.dataset.failed)
  })
  document.addEventListener('htmx:sendError', function (event) { if (own(event)) alarm(document.getElementById('alerts').dataset.unreachable) })
})()
