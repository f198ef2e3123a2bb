// <time data-until="…" data-late="late" data-announce="Vitals, chair 3">: minutes left, then minutes late. Reaching zero is announced once.
(function () {
  'use strict'
  const announced = new Set()

  function spelled (total) {
    const hours = Math.floor(total / 60)
    const rest = total % 60
    if (!hours) return rest + ' min'
    return rest ? hours + ' h ' + rest + ' min' : hours + ' h'
  }

  function update (element) {
    const left = Date.parse(element.dataset.until) - window.chairside.now()
    const late = left <= -60000
    const text = late ? spelled(Math.floor(-left / 60000)) + ' ' + (element.dataset.late || 'late')
      : left <= 0 ? 'now' : 'in ' + spelled(Math.ceil(left / 60000))
    if (element.textContent !== text) element.textContent = text
    element.classList.toggle('is-late', late)
    const label = element.dataset.announce
    const key = label + element.dataset.until
    if (label && left <= 0 && left > -30000 && !announced.has(key)) {
      announced.add(key)
      document.getElementById('live').textContent = label + ': due now'
    }
  }

  function all () { document.querySelectorAll('time[data-until]').forEach(update) }
  all()
  setInterval(all, 5000)
  document.addEventListener('htmx:afterSettle', all)
  document.addEventListener('chairside:shown', all)
  document.addEventListener('chairside:clock', all)
})()
