// The site's clock. It starts from the server's time and counts by the monotonic timer, so a wrong device clock is never shown.
// A page that hears the server's time again (after sleep the timer may have stood still) puts it right by `chairside.sync`.
(function () {
  'use strict'
  const SLEPT = 2000 // by so many milliseconds the device's clock gets ahead of the monotonic timer only where the device slept
  const shown = document.querySelector('time[data-clock]')
  let server = shown ? Date.parse(shown.dateTime) : Date.now()
  let started = performance.now()
  let wall = Date.now()

  function now () {
    const passed = performance.now() - started
    const slept = Date.now() - wall - passed
    return server + passed + (slept > SLEPT ? slept : 0)
  }

  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  let shift = 0
  if (shown && shown.dataset.zone) options.timeZone = shown.dataset.zone
  else if (shown) {
    // without a named zone the server's own text gives the offset: the site may lie in another zone than the device
    const written = shown.textContent.trim().split(':').map(Number)
    const utc = new Date(server)
    shift = ((written[0] - utc.getUTCHours()) * 60 + written[1] - utc.getUTCMinutes()) * 60000
    options.timeZone = 'UTC'
  }
  const format = new Intl.DateTimeFormat('en-GB', options)

  // a moment in milliseconds as the site's clock shows it
  function clock (moment) { return format.format(new Date(moment + shift)) }

  function show () {
    const text = clock(now())
    if (shown && shown.textContent !== text) shown.textContent = text
  }

  // it is now so many milliseconds at the server
  function sync (moment) {
    server = moment
    started = performance.now()
    wall = Date.now()
    show()
    document.dispatchEvent(new Event('chairside:clock'))
  }

  // for timers.js, connection.js, unsent.js, queue.js and board.js
  window.chairside = { now: now, clock: clock, sync: sync }

  function tick () {
    show()
    setTimeout(tick, 60000 - (now() % 60000) + 50)
  }
  tick()
})()
