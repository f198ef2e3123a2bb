// <form data-guard>: leaving the page with something typed and not sent asks first.
(function () {
  'use strict'
  const changed = new Set()
  document.addEventListener('input', function (event) {
    const form = event.target.form
    if (form && form.matches('[data-guard]')) changed.add(form)
  })
  document.addEventListener('submit', function (event) { changed.delete(event.target) })
  document.addEventListener('reset', function (event) { changed.delete(event.target) })
  document.addEventListener('chairside:locked', function () { changed.clear() })
  window.addEventListener('beforeunload', function (event) {
    changed.forEach(function (form) { if (!form.isConnected) changed.delete(form) })
    if (changed.size) event.preventDefault()
  })
})()
