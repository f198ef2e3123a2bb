// Whether the server is reached. What is on a page without connection may be old, so the page says since when; times go on.
// The live stream's own pings are the proof; where they stay out, the server is asked for its time, which also sets the clock.
(function () {
  'use strict'
  const place = document.getElementById('connection')
  if (!place) return
  const QUIET = 20000 // the stream pings every 15 s
  const PATIENCE = 5000
  const AGAIN = 3000
  const sources = new Set()
  let heard = performance.now()
  let since = window.chairside.now() // of the last time that the server was heard
  let lost = false
  let asking = null

  function hear () {
    heard = performance.now()
    since = window.chairside.now()
  }

  function gone () {
    if (lost) return
    lost = true
    place.querySelector('[data-since]').textContent = window.chairside.clock(since)
    place.hidden = false
    document.dispatchEvent(new Event('chairside:lost'))
  }

  function back () {
    hear()
    if (!lost) return
    lost = false
    place.hidden = true
    refresh()
    document.dispatchEvent(new Event('chairside:back'))
  }

  function refresh () {
    document.querySelectorAll('[data-live]').forEach(function (part) { window.htmx.trigger(part, 'refresh') })
  }

  async function ask () {
    const stop = new AbortController()
    const timer = setTimeout(function () { stop.abort() }, PATIENCE)
    const sent = performance.now()
    try {
      const answer = await fetch(place.dataset.clock, { cache: 'no-store', credentials: 'omit', signal: stop.signal })
      if (!answer.ok) throw new Error(String(answer.status))
      const told = await answer.json()
      window.chairside.sync(Date.parse(told.now) + (performance.now() - sent) / 2)
      back()
    } catch (problem) {
      gone()
    } finally {
      clearTimeout(timer)
    }
  }

  // one question at a time; the answer is whether the server is reached
  function check () {
    if (!asking) asking = ask().finally(function () { asking = null })
    return asking.then(function () { return !lost })
  }

  // a stream that died in silence is opened anew: the extension does that for one that is closed
  function renew () {
    sources.forEach(function (source) {
      if (source.readyState === EventSource.CLOSED) sources.delete(source)
      else if (source.readyState === EventSource.OPEN && performance.now() - source.pinged > QUIET) {
        source.close()
        source.dispatchEvent(new Event('error'))
      }
    })
  }

  const make = window.htmx.createEventSource
  window.htmx.createEventSource = function (url) {
    const source = make(url)
    function ping () {
      source.pinged = performance.now()
      hear()
    }
    sources.add(source)
    source.addEventListener('open', function () { ping(); if (lost) check() })
    source.addEventListener('ping', ping)
    source.addEventListener('error', function () { if (!leaving) check() })
    return source
  }

  let leaving = false
  window.addEventListener('pagehide', function () { leaving = true })
  window.addEventListener('pageshow', function () { leaving = false })
  document.addEventListener('chairside:locked', function () { leaving = true }) // lock.js: nothing holds the page back
  window.addEventListener('offline', gone)
  window.addEventListener('online', check)
  document.addEventListener('visibilitychange', function () { if (!document.hidden) check() })
  document.addEventListener('htmx:sendError', check)
  document.addEventListener('htmx:timeout', check)

  let ticked = Date.now()
  setInterval(function () {
    const woke = Date.now() - ticked > AGAIN + 5000 // timers stand still while a device sleeps
    ticked = Date.now()
    if (lost || woke) return check()
    if (performance.now() - heard > QUIET) {
      check().then(function (reached) {
        if (!reached) return
        renew()
        refresh() // no stream tells this page of changes, so it asks
      })
    }
  }, AGAIN)

  // a page cannot be loaded without the server, and on the browser's own error page there is no STOP
  document.addEventListener('click', function (event) {
    const link = lost && !event.defaultPrevented && event.button === 0 && event.target.closest('a[href]')
    if (!link || link.origin !== location.origin || link.getAttribute('href').startsWith('#') || link.target) return
    event.preventDefault()
    check().then(function (reached) {
      if (reached) location.assign(link.href)
      else place.querySelector('[data-stay]').hidden = false
    })
  })
  window.addEventListener('beforeunload', function (event) { if (lost && !leaving) event.preventDefault() })

  window.chairside.connection = { check: check, hear: back, lost: function () { return lost } }
})()
