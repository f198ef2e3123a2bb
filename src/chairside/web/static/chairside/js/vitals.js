// A set of vitals by keyboard: Enter moves on, Enter in the last one records. An unusual value asks in place to be measured again;
// the limits stand on the field, and the server asks in any case.
(function () {
  'use strict'

  function steps (form) {
    return Array.from(form.querySelectorAll('[data-vitals] [data-step]')).filter(function (step) {
      return step.checkVisibility() // false in a closed fold too
    })
  }

  function bound (input, name, fahrenheit) {
    return Number(input.dataset[name + (fahrenheit ? 'Degf' : '')])
  }

  function judge (input) {
    const tile = input.closest('.vital')
    const box = tile.querySelector('.vital-confirm')
    const output = tile.querySelector('output')
    if (!box) return
    const text = input.value.trim()
    const value = Number(text)
    const typed = text !== '' && !Number.isNaN(value)
    const fahrenheit = 'degfAbove' in input.dataset && value > Number(input.dataset.degfAbove)
    const unusual = typed && (value < bound(input, 'low', fahrenheit) || value > bound(input, 'high', fahrenheit))
    output.textContent = !typed ? '' : unusual ? 'Unusual: measure again.' : 'degfAbove' in input.dataset ? text + (fahrenheit ? ' °F' : ' °C') : ''
    output.classList.toggle('vital-unusual', unusual)
    box.hidden = !unusual
    if (!unusual) box.querySelector('input').checked = false
  }

  document.addEventListener('input', function (event) {
    if (event.target.matches('[data-vitals] .vital input[data-step][inputmode]')) judge(event.target)
  })
  document.addEventListener('keydown', function (event) {
    const at = event.target
    if (event.key !== 'Enter' || event.isComposing || !at.matches('[data-vitals] [data-step]')) return
    event.preventDefault()
    const all = steps(at.form)
    const next = all[all.indexOf(at) + 1]
    if (!next) return at.form.requestSubmit()
    next.focus()
    if (next.select) next.select()
  })
})()
