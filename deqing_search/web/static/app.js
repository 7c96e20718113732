// Comforts on top of pages that are complete without them: Enter that ends a composition, "/" for the box, copying.
"use strict";

// Typing Chinese, Enter first ends the composition; only the next Enter is meant for the form. Chrome and Firefox say
// isComposing on that key. Safari sends it after compositionend, with the old key code 229 and nothing else.
function guardComposition(box) {
  let composing = false;
  box.addEventListener("compositionstart", () => { composing = true; });
  box.addEventListener("compositionend", () => { composing = false; });
  box.addEventListener("blur", () => { composing = false; });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (composing || event.isComposing || event.keyCode === 229)) {
      event.preventDefault();
    }
  });
}

function focusOnSlash(box) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}

async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS there is no clipboard API: select the text, and try the old command.
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

function offerCopy(button) {
  const field = document.getElementById(button.dataset.copies);
  const told = document.getElementById(button.dataset.tells);
  button.hidden = false;
  button.addEventListener("click", async () => {
    told.textContent = (await copy(field.value, field)) ? "已复制" : "已选中，请按 Ctrl+C（⌘C）复制";
  });
}

const box = document.querySelector("input[name=q]");
if (box) {
  guardComposition(box);
  focusOnSlash(box);
}
document.querySelectorAll("button[data-copies]").forEach(offerCopy);
