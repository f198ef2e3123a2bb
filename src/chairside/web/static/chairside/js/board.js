// The live board: one stream brings the server's time and the board whenever it is another one. A row keeps its place while a
// hand is on the board, what turns due or red is said aloud, and a board that nobody feeds says so. #board carries the addresses.
(function () {
  'use strict'
  const board = document.getElementById('board')
  const stale = document.getElementById('board-stale')
  const sort = document.getElementById('board-sort')
  const SILENT = 40000 // the server says the time every 15 s
  const HAND_RESTS = 8000 // a mouse that lies still on the board is no hand
  let source = null
  let heard = performance.now()
  let heardAt = window.chairside.now()
  let newest = '' // a text that waits for the hand, or whose order does
  let pressed = false
  let moved = -HAND_RESTS
  let told = said()

  // --- the stream -----------------------------------------------------------------------------------------------------------

  function address (path) {
    const query = new URLSearchParams(board.dataset.view)
    query.set('seen', document.getElementById('board-seen').value)
    return path + '?' + query
  }
  function open () {
    if (source) source.close()
    source = new EventSource(address(board.dataset.stream))
    source.addEventListener('clock', function (event) {
      heard = performance.now()
      heardAt = Date.parse(event.data)
      window.chairside.sync(heardAt)
      window.chairside.connection.hear()
      stale.hidden = true
    })
    source.addEventListener('board', function (event) { arrived(event.data) })
    source.onerror = function () {
      window.chairside.connection.check()
      if (source.readyState === EventSource.CLOSED) ask() // refused or gone: the page itself learns why
    }
  }
  async function ask () {
    try {
      const answer = await fetch(address(board.dataset.fragment), { headers: { 'X-Requested-With': 'fetch' } })
      if (answer.redirected || [401, 403].includes(answer.status)) return location.reload()
      if (answer.status === 200) arrived(await answer.text())
    } catch (problem) { /* said by the notice */ }
    setTimeout(function () { if (source.readyState === EventSource.CLOSED) open() }, 3000)
  }
  setInterval(function () {
    const lost = document.getElementById('connection') // that the server is not reached is said once, for the whole page
    if (performance.now() - heard < SILENT || !stale.hidden || (lost && !lost.hidden)) return
    stale.querySelector('b').textContent = window.chairside.clock(heardAt)
    stale.hidden = false
  }, 5000)
  // after sleep nothing here is sure: the time, the stream, the board
  document.addEventListener('visibilitychange', function () { if (!document.hidden) open() })
  window.addEventListener('online', open)
  window.addEventListener('pagehide', function () { if (source) source.close() })
  window.addEventListener('pageshow', function (event) { if (event.persisted) open() })

  // --- the hand -------------------------------------------------------------------------------------------------------------

  function hand () {
    return pressed || performance.now() - moved < HAND_RESTS || board.contains(document.activeElement)
  }
  function touched () { moved = performance.now() }
  board.addEventListener('pointerdown', function () { pressed = true; touched() })
  board.addEventListener('pointermove', touched)
  board.addEventListener('pointerleave', function () { moved = -HAND_RESTS })
  ;['pointerup', 'pointercancel'].forEach(function (name) {
    document.addEventListener(name, function () {
      if (!pressed) return
      pressed = false
      touched()
      setTimeout(function () { if (newest && !pressed) show(newest) }, 250) // after the click that follows
    })
  })
  setInterval(function () { if (!sort.hidden && !hand()) show(newest) }, 1000)
  sort.addEventListener('click', function () {
    moved = -HAND_RESTS
    show(newest)
    board.querySelector('h2').tabIndex = -1
    board.querySelector('h2').focus()
  })

  // --- the text -------------------------------------------------------------------------------------------------------------

  function arrived (text) {
    newest = text
    if (!pressed) show(text)
  }
  function show (text) {
    const next = document.createElement('template')
    next.innerHTML = text
    if (!next.content.getElementById('board-seen')) return location.reload() // another page: a log-in, a lock
    const kept = hand()
    const changed = kept && Array.from(next.content.querySelectorAll('[data-steady]')).map(steady).some(Boolean)
    const focused = board.contains(document.activeElement) ? document.activeElement : null
    const row = (focused && focused.closest('[data-key]')) || board.querySelector('[data-key]:hover')
    const top = row && row.getBoundingClientRect().top
    board.replaceChildren(next.content)
    window.htmx.process(board)
    const again = row && board.querySelector('[data-key="' + CSS.escape(row.dataset.key) + '"]')
    if (kept && again) window.scrollBy(0, again.getBoundingClientRect().top - top)
    const target = focused && ((focused.id && document.getElementById(focused.id)) || (again && again.querySelector('a, button')))
    if (target) target.focus({ preventScroll: true })
    sort.hidden = !changed
    if (!changed) newest = ''
    announce()
    board.dispatchEvent(new CustomEvent('chairside:shown', { bubbles: true }))
  }

  // The rows of a list as they stood, new ones at its end; one that went leaves its place empty, so that none slides under a finger.
  function steady (list) {
    const before = document.getElementById(list.id)
    if (!before) return false
    const rows = new Map(Array.from(list.children, function (row) { return [row.dataset.key, row] }))
    const wanted = Array.from(rows.keys()).join()
    const order = Array.from(before.children, function (old) {
      const row = rows.get(old.dataset.key)
      rows.delete(old.dataset.key)
      if (row) return row
      const gone = old.cloneNode(true)
      gone.classList.add('row-gone')
      gone.inert = true
      gone.removeAttribute('data-say-key')
      gone.querySelectorAll('[id]').forEach(function (part) { part.removeAttribute('id') })
      return gone
    }).concat(Array.from(rows.values()))
    list.replaceChildren.apply(list, order)
    return order.map(function (row) { return row.dataset.key }).join() !== wanted
  }

  // --- what is said aloud ---------------------------------------------------------------------------------------------------

  function said () {
    return new Set(Array.from(board.querySelectorAll('[data-say-key]'), function (row) { return row.dataset.sayKey }))
  }
  function announce () {
    const fresh = Array.from(board.querySelectorAll('[data-say-key]')).filter(function (row) { return !told.has(row.dataset.sayKey) })
    told = said()
    speak('board-alarm', fresh.filter(function (row) { return row.dataset.level === 'act' }))
    speak('board-told', fresh.filter(function (row) { return row.dataset.level !== 'act' }))
  }
  function speak (id, rows) {
    if (rows.length) document.getElementById(id).textContent = rows.map(function (row) { return row.dataset.say }).join('. ')
  }

  open()
})()
