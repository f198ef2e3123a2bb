// Entering from paper: the example of the chosen kind stands in the empty field, and one more line comes without a reload.
// Each new line gets its own number here, so that sending it twice enters it once.
(function () {
  'use strict'
  const form = document.querySelector('[data-paper]')
  if (!form) return

  function hint (select) {
    const chosen = select.selectedOptions[0]
    const text = select.closest('tr').querySelector('[name=text]')
    text.placeholder = (chosen && chosen.dataset.example) || ''
  }
  function uuid () {
    if (crypto.randomUUID) return crypto.randomUUID()
    const bytes = crypto.getRandomValues(new Uint8Array(16))
    bytes[6] = (bytes[6] & 15) | 64
    bytes[8] = (bytes[8] & 63) | 128
    const hex = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, '0') }).join('')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
  form.addEventListener('change', function (event) { if (event.target.name === 'kind') hint(event.target) })
  form.querySelectorAll('[name=kind]').forEach(hint)

  const add = form.querySelector('[data-paper-add]')
  add.hidden = false
  add.addEventListener('click', function () {
    const body = form.querySelector('tbody')
    const row = form.querySelector('[data-paper-row]').content.firstElementChild.cloneNode(true)
    const number = body.rows.length + 1
    row.querySelector('[name=key]').value = uuid()
    row.querySelector('[name=day]').value = body.rows[body.rows.length - 1].querySelector('[name=day]').value
    row.querySelectorAll('[aria-label]').forEach(function (field) {
      field.setAttribute('aria-label', field.getAttribute('aria-label').replace(/line new$/, 'line ' + number))
    })
    body.append(row)
    row.querySelector('[name=clock]').focus()
  })
})()
