// Entries that the server has not acknowledged, kept on this device under the person who made them: one item of its storage
// each, so that two tabs never overwrite one another. The list of them stands at the head of every staff page.
(function () {
  'use strict'
  const place = document.getElementById('unsent')
  if (!place) return
  const PREFIX = 'chairside.unsent.'
  const me = place.dataset.user
  const memory = new Map() // where the device's storage is full or closed
  const answers = []

  function name (entry) { return PREFIX + entry.user + '.' + entry.key }

  function all () {
    const found = Array.from(memory.values())
    try {
      for (let at = 0; at < localStorage.length; at += 1) {
        const item = localStorage.key(at)
        if (item.startsWith(PREFIX)) found.push(JSON.parse(localStorage.getItem(item)))
      }
    } catch (problem) { /* a device whose storage is closed keeps entries in memory only */ }
    return found.sort(function (one, other) { return one.order - other.order })
  }

  function mine () { return all().filter(function (entry) { return entry.user === me }) }

  // the first of a number counts: a second tap of the same form is the same event, at the time of the first
  function keep (entry) {
    if (!entry.order) entry.order = all().reduce(function (last, other) { return Math.max(last, other.order) }, 0) + 1
    try {
      localStorage.setItem(name(entry), JSON.stringify(entry))
      memory.delete(name(entry))
    } catch (problem) {
      entry.fragile = true
      memory.set(name(entry), entry)
    }
  }

  function drop (entry) {
    memory.delete(name(entry))
    try { localStorage.removeItem(name(entry)) } catch (problem) { /* it was in memory only */ }
  }

  function find (key) { return mine().find(function (entry) { return entry.key === key }) }

  // --- the list ---

  function filled (template, texts) {
    const part = place.querySelector('template[data-part="' + template + '"]').content.firstElementChild.cloneNode(true)
    Object.entries(texts).forEach(function (pair) {
      part.querySelector('[data-' + pair[0] + ']').textContent = pair[1]
    })
    return part
  }

  function head (entry) {
    const who = location.pathname === entry.page || !entry.who ? '' : ', ' + entry.who
    return entry.title + ' ' + window.chairside.clock(entry.pressed) + who
  }

  function line (entry) {
    const refused = entry.state === 'refused'
    const part = filled('entry', { head: head(entry), urge: entry.urge, reason: entry.reason || '' })
    const says = { fragile: entry.fragile, refused: refused, told: entry.told.length, reason: entry.reason }
    says[entry.state] = true
    part.querySelectorAll('[data-if]').forEach(function (piece) { if (!says[piece.dataset.if]) piece.remove() })
    part.classList.add(refused || entry.urge ? 'tone-act' : 'tone-due')
    entry.told.forEach(function (pair) { part.querySelector('dl').append(filled('told', { label: pair[0], value: pair[1] })) })
    part.querySelectorAll('button').forEach(function (button) { button.value = entry.key })
    return part
  }

  function others () {
    const counted = new Map()
    all().forEach(function (entry) { if (entry.user !== me) counted.set(entry.name, (counted.get(entry.name) || 0) + 1) })
    return Array.from(counted, function (pair) {
      return filled(pair[1] === 1 ? 'other' : 'others', { count: pair[1], name: pair[0] })
    })
  }

  let drawn = ''
  function show () {
    const entries = mine().filter(function (entry) { return entry.state !== 'sending' || entry.slow })
    const strangers = others()
    const now = JSON.stringify([entries, strangers.map(function (part) { return part.textContent }), answers])
    if (now === drawn) return // nothing moves under a finger
    drawn = now
    place.querySelector('[data-entries]').replaceChildren.apply(place.querySelector('[data-entries]'), entries.map(line))
    place.querySelector('[data-answers]').replaceChildren.apply(place.querySelector('[data-answers]'), answers.map(function (text) {
      return filled('answer', { text: text })
    }))
    place.querySelector('[data-strangers]').replaceChildren.apply(place.querySelector('[data-strangers]'), strangers)
    place.querySelector('[data-title]').hidden = !entries.length
    place.hidden = !entries.length && !answers.length && !strangers.length
  }

  window.addEventListener('storage', show)
  window.addEventListener('beforeunload', function (event) { if (memory.size) event.preventDefault() })
  window.chairside.unsent = {
    me: me, name: place.dataset.name, keep: keep, drop: drop, find: find, mine: mine, head: head, show: show,
    answer: function (text) { answers.push(text); show() }
  }
  show()
})()
