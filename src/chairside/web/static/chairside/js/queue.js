// <form data-entry="vitals" data-title="Vitals" data-kept="yes">: an entry at the chair, sent without leaving the page. Before it
// goes it is kept on the device (unsent.js), and it is let go when the server has acknowledged it. What was not acknowledged is
// sent again with the same number, as a report of the time of its tap, never as a command. A form without data-kept is not kept:
// its words say why, and what was typed stays.
(function () {
  'use strict'
  const unsent = window.chairside.unsent
  if (!unsent || !unsent.me) return // nobody is logged in, or the screen is locked
  const PATIENCE = 6000
  const SLOW = 1000
  const OURS = ['csrfmiddlewaretoken']
  const region = document.getElementById('alerts')
  const token = JSON.parse(document.body.getAttribute('hx-headers') || '{}')['X-CSRFToken']

  function say (text) { document.getElementById('live').textContent = text }

  function number () {
    const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)))
    bytes[6] = (bytes[6] & 15) | 64
    bytes[8] = (bytes[8] & 63) | 128
    const text = bytes.map(function (byte) { return byte.toString(16).padStart(2, '0') }).join('')
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
  }

  // null: no answer came, or one that is nobody's word about the entry (a proxy's, a server's that fails)
  async function post (address, fields) {
    const stop = new AbortController()
    const timer = setTimeout(function () { stop.abort() }, PATIENCE)
    const headers = { 'HX-Request': 'true', 'X-CSRFToken': token }
    try {
      const sent = { method: 'POST', body: new URLSearchParams(fields), headers: headers, redirect: 'manual', signal: stop.signal }
      const answer = await fetch(address, sent)
      if (answer.status >= 500) return null
      return {
        status: answer.status,
        shut: answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403,
        next: answer.headers.get('HX-Redirect'),
        text: await answer.text()
      }
    } catch (problem) {
      return null
    } finally {
      clearTimeout(timer)
    }
  }

  // --- from a form ---

  function fieldsOf (form, button) {
    const fields = Array.from(new FormData(form)).filter(function (pair) { return !OURS.includes(pair[0]) })
    if (button && button.name) fields.push([button.name, button.value])
    return fields
  }

  // what the person chose and typed, in the page's own words
  function toldBy (form) {
    const found = []
    Array.from(form.elements).forEach(function (part) {
      if (part.type === 'hidden' || !part.name || !part.value || !part.matches('input, select, textarea')) return
      if (['checkbox', 'radio'].includes(part.type) && !part.checked) return
      const label = part.labels && part.labels[0] ? part.labels[0].textContent.trim() : part.name
      const group = part.closest('fieldset')
      const legend = group && group.querySelector('legend')
      if (['checkbox', 'radio'].includes(part.type)) found.push([legend ? legend.textContent.trim() : label, legend ? label : '✓'])
      else found.push([label, part.value])
    })
    return found
  }

  // "Symptom: itching" of the button that says it, "Vitals" of a form
  function titleOf (form, button) {
    if (!button || !button.name) return form.dataset.title
    const gone = button.value.startsWith('gone:')
    return form.dataset.title + (gone ? ' gone: ' : ': ') + button.value.replace('gone:', '') + ','
  }

  function rises (form) {
    return Array.from(form.querySelectorAll('[data-kept-up-to]')).some(function (part) {
      return Number(part.value) > Number(part.dataset.keptUpTo)
    })
  }

  // not form.action: a form may have a field of that name
  function to (form) {
    return new URL(form.getAttribute('action'), location.href).href
  }

  function entryOf (form, button, fields) {
    const visit = to(form).replace(/(pause|reaction|events\/[^/]+)\/$/, '')
    const person = document.querySelector('.stop-bar strong')
    const key = fields.find(function (pair) { return pair[0] === 'key' })
    return {
      key: key ? key[1] : number(), user: unsent.me, name: unsent.name, who: form.dataset.who || (person ? person.textContent : ''),
      page: new URL(visit).pathname, way: form.dataset.entry, title: titleOf(form, button), urge: form.dataset.urge || '',
      fields: fields, told: toldBy(form), pressed: window.chairside.now(), since: Date.now(), state: 'sending'
    }
  }

  function hold (form, held) {
    form.toggleAttribute('data-sending', held)
    form.setAttribute('aria-busy', String(held))
    if (form.matches('.stop-bar form')) return // STOP is never taken away
    Array.from(form.elements).forEach(function (part) {
      if (part.type === 'hidden' || (held ? part.disabled : !('held' in part.dataset))) return
      part.disabled = held
      if (held) part.dataset.held = ''
      else delete part.dataset.held
    })
  }

  async function enter (form, button) {
    if (form.hasAttribute('data-sending')) return
    const fields = fieldsOf(form, button)
    const kept = form.dataset.kept === 'yes' && !rises(form)
    const fresh = entryOf(form, button, fields)
    const entry = unsent.find(fresh.key) || fresh
    form.querySelectorAll('[data-no-answer]').forEach(function (part) { part.remove() })
    document.querySelectorAll('.messages').forEach(function (part) { part.classList.add('is-past') })
    if (kept) unsent.keep(entry)
    hold(form, true)
    const slow = setTimeout(function () {
      if (!kept) return say(region.dataset.sending)
      entry.slow = true
      unsent.keep(entry)
      unsent.show()
    }, SLOW)
    const answer = window.chairside.connection.lost() && kept ? null : await post(to(form), fields.concat([['key', entry.key]]))
    clearTimeout(slow)
    if (answer && answer.next) {
      unsent.drop(entry)
      unsent.show()
      location.assign(answer.next)
      return
    }
    hold(form, false)
    if (answer && !answer.shut && /<main\b/.test(answer.text)) {
      unsent.drop(entry)
      unsent.show()
      show(answer.text)
      return
    }
    if (kept) waits(form, entry, answer)
    else unanswered(form, answer)
    if (!answer) window.chairside.connection.check()
  }

  // the page that came back with reasons takes the place of this one; its copies for other places are left out
  function show (text) {
    const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('main')
    fresh.querySelectorAll('template[data-says]').forEach(function (part) { part.remove() })
    window.htmx.swap('#main', fresh.outerHTML, { swapStyle: 'outerHTML', swapDelay: 0, settleDelay: 0 })
  }

  function waits (form, entry, answer) {
    entry.state = 'waiting'
    entry.slow = false
    entry.reason = answer ? region.dataset.shut : ''
    if (document.documentElement.hasAttribute('data-locked')) { // then it may have been another person's hand
      entry.state = 'refused'
      entry.reason = region.dataset.locked
    }
    unsent.keep(entry)
    form.reset()
    if (form.elements.key) form.elements.key.value = number() // the next tap is another event
    unsent.show()
    region.replaceChildren()
    const box = document.createElement('p')
    box.className = 'visually-hidden'
    box.textContent = unsent.head(entry) + ': ' + region.dataset.waits + ' ' + entry.urge
    region.append(box)
    document.getElementById('unsent').scrollIntoView({ block: 'nearest' })
  }

  function unanswered (form, answer) {
    const box = document.createElement('p')
    box.className = 'notice tone-act'
    box.dataset.noAnswer = ''
    box.setAttribute('role', 'alert')
    box.textContent = answer ? region.dataset.forbidden : form.dataset.words || region.dataset.unreachable
    form.prepend(box)
    const typed = form.querySelector('input:not([type=hidden]), textarea')
    if (typed) typed.dispatchEvent(new Event('input', { bubbles: true })) // unsaved.js: it is not sent
    box.scrollIntoView({ block: 'center' })
  }

  document.addEventListener('submit', function (event) {
    if (event.defaultPrevented || !event.target.matches('form[data-entry]')) return
    event.preventDefault()
    enter(event.target, event.submitter)
  })

  // --- when the network is back ---

  let sending = false
  async function flush () {
    if (sending) return
    sending = true
    try {
      for (const entry of unsent.mine()) {
        const orphan = entry.state === 'sending' && Date.now() - entry.since > PATIENCE + SLOW // its page is gone
        if ((entry.state === 'waiting' || orphan) && !await send(entry)) break
      }
    } finally {
      sending = false
      unsent.show()
    }
  }

  async function send (entry) {
    const envelope = [['queued_way', entry.way], ['queued_at', new Date(entry.pressed).toISOString()], ['queued_by', entry.user]]
    const answer = await post(entry.page + 'queued/', entry.fields.concat([['key', entry.key]], envelope))
    entry.state = 'waiting'
    if (!answer || answer.shut) {
      entry.reason = answer ? region.dataset.shut : ''
      unsent.keep(entry)
      if (!answer) window.chairside.connection.check()
      return false
    }
    let told = { outcome: 'refused', text: region.dataset.elsewhere }
    try { told = JSON.parse(answer.text) } catch (problem) { /* a page in place of an answer: this visit is not here */ }
    if (told.outcome === 'waits') return false
    if (told.outcome === 'refused') {
      entry.state = 'refused'
      entry.reason = told.text
      unsent.keep(entry)
    } else {
      unsent.drop(entry)
    }
    const said = unsent.head(entry) + ': ' + told.text
    if (told.outcome !== 'refused') unsent.answer(said)
    say(said)
    return true
  }

  document.getElementById('unsent').addEventListener('click', function (event) {
    const button = event.target.closest('button')
    const entry = button && unsent.find(button.value)
    if (!entry) return
    if (button.name === 'discard') unsent.drop(entry)
    else {
      entry.state = 'waiting'
      entry.reason = ''
      unsent.keep(entry)
      flush()
    }
    unsent.show()
  })
  document.addEventListener('chairside:back', flush)
  setInterval(function () { if (!window.chairside.connection.lost()) flush() }, 3000)
  flush()
})()
