// The import page: files and folders are dropped in, what was chosen is said, and the folders' names go along.
// A quarantined resource: "line 14" puts the cursor on that line. Everything works without this, by the ordinary inputs.
(function () {
  'use strict'

  function size (bytes) {
    const units = ['bytes', 'kB', 'MB', 'GB']
    let at = 0
    while (bytes >= 1000 && at < units.length - 1) { bytes /= 1000; at += 1 }
    return (at ? bytes.toFixed(1) : bytes) + ' ' + units[at]
  }

  const form = document.querySelector('[data-import]')
  if (form) {
    const files = form.querySelector('#files')
    const folder = form.querySelector('#folder')
    const zone = form.querySelector('[data-drop]')
    const chosen = form.querySelector('[data-chosen]')
    const paths = form.querySelector('[name="paths"]')
    const from = new WeakMap() // of what was dropped: its path, which the file itself does not say
    form.querySelector('[data-drop-hint]').hidden = false

    function pathOf (file) { return from.get(file) || file.webkitRelativePath || file.name }

    function say (text) {
      const all = Array.from(files.files).concat(Array.from(folder.files))
      const bytes = all.reduce(function (sum, file) { return sum + file.size }, 0)
      const names = all.slice(0, 3).map(pathOf).join(', ') + (all.length > 3 ? ' and ' + (all.length - 3) + ' more' : '')
      chosen.textContent = text || (all.length ? all.length + (all.length === 1 ? ' file, ' : ' files, ') + size(bytes) + ': ' + names : '')
    }
    files.addEventListener('change', function () { say('') })
    folder.addEventListener('change', function () { say('') })

    function listed (reader) { // a folder gives its entries in parts
      return new Promise(function (resolve, reject) {
        const found = []
        function more () {
          reader.readEntries(function (part) {
            if (!part.length) return resolve(found)
            found.push.apply(found, part)
            more()
          }, reject)
        }
        more()
      })
    }
    async function walk (entry, into) {
      if (entry.isFile) {
        const file = await new Promise(function (resolve, reject) { entry.file(resolve, reject) })
        if (!file.name.startsWith('.')) {
          from.set(file, entry.fullPath.replace(/^\//, ''))
          into.push(file)
        }
      } else if (entry.isDirectory) {
        for (const inner of await listed(entry.createReader())) await walk(inner, into)
      }
    }

    zone.addEventListener('dragover', function (event) { event.preventDefault(); zone.classList.add('drop-over') })
    zone.addEventListener('dragleave', function (event) { if (!zone.contains(event.relatedTarget)) zone.classList.remove('drop-over') })
    zone.addEventListener('drop', async function (event) {
      event.preventDefault()
      zone.classList.remove('drop-over')
      const entries = Array.from(event.dataTransfer.items || [])
        .map(function (item) { return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null })
        .filter(Boolean)
      const found = []
      try {
        if (entries.length) for (const entry of entries) await walk(entry, found)
        else found.push.apply(found, Array.from(event.dataTransfer.files))
      } catch (problem) {
        return say('What was dropped could not be read. Choose the files instead.')
      }
      const holder = new DataTransfer()
      Array.from(files.files).concat(found).forEach(function (file) { holder.items.add(file) })
      const told = Array.from(files.files).concat(found).map(pathOf)
      files.files = holder.files
      Array.from(files.files).forEach(function (file, at) { from.set(file, told[at]) })
      say(found.length ? '' : 'No file was in it.')
    })

    form.addEventListener('submit', function (event) {
      if (!files.files.length && !folder.files.length) {
        event.preventDefault()
        say('Choose at least one file.')
        files.focus()
        return
      }
      paths.value = JSON.stringify({
        files: Array.from(files.files).map(pathOf),
        folder: Array.from(folder.files).map(pathOf)
      })
      say('Sending. Leave this page open until the import begins.')
    })
  }

  document.addEventListener('click', function (event) {
    const link = event.target.closest('[data-line]')
    const area = document.querySelector('textarea.code')
    if (!link || !area) return
    event.preventDefault()
    const lines = area.value.split('\n')
    const at = Math.min(Number(link.dataset.line), lines.length) - 1
    const start = lines.slice(0, at).join('\n').length + (at ? 1 : 0)
    area.focus()
    area.setSelectionRange(start, start + lines[at].length)
    const height = area.scrollHeight / lines.length
    area.scrollTop = Math.max(0, (at - 4) * height)
    area.scrollIntoView({ block: 'nearest' })
  })
})()
