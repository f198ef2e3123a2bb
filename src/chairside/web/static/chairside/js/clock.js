// The site's clock. It starts from the server's time and counts by the monotonic timer, so a wrong device clock is never shown.
// A page that hears the server's time again (after sleep the timer may have stood still) puts it right by `chairside.sync`.
(function () {
  'use strict'
  let started = performance.now()
  const shown = document.querySelector('time[data-clock]')
  let server = shown ? Date.parse(shown.dateTime) : Date.now()

  // the server's "now" in milliseconds, for timers.js
  window.chairside = {
    now: function () { return server + performance.now() - started },
    sync: function (moment) { server = moment; started = performance.now() },
    clock: function (moment) { return new Date(moment).toISOString().slice(11, 16) }
  }
  if (!shown) return

  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  if (shown.dataset.zone) options.timeZone = shown.dataset.zone
  // without a named zone the server's own text gives the offset: the site may lie in another zone than the device
  const written = shown.textContent.trim().split(':').map(Number)
  const utc = new Date(server)
  const shift = shown.dataset.zone ? 0 : ((written[0] - utc.getUTCHours()) * 60 + written[1] - utc.getUTCMinutes()) * 60000
  if (!shown.dataset.zone) options.timeZone = 'UTC'
  const format = new Intl.DateTimeFormat('en-GB', options)

  window.chairside.clock = function (moment) { return format.format(new Date(moment + shift)) }

  function tick () {
    const text = format.format(new Date(window.chairside.now() + shift))
    if (shown.textContent !== text) shown.textContent = text
    setTimeout(tick, 60000 - (window.chairside.now() % 60000) + 50)
  }
  tick()
})()
