// An error that is pasted into the search is taken as words: the signs in it (`:`, `+`, `-`, `~`, `^`, `*`, quotes) would be
// read as operators, an input of one line would join the words at the ends of lines, and letters that stand alone (the end
// of `couldn't`) would match half of the catalog.
document.addEventListener("paste", event => {
  const field = event.target
  if (!(field instanceof HTMLInputElement) || !field.matches("[data-md-component=search-query]")) return
  const words = event.clipboardData.getData("text").match(/[\p{L}\p{N}]{2,}/gu) ?? []
  event.preventDefault()
  field.setRangeText([...new Set(words)].slice(0, 60).join(" "), field.selectionStart, field.selectionEnd, "end")
  field.dispatchEvent(new Event("input", { bubbles: true }))
  field.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }))
}, true)
