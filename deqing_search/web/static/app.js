// Pages are complete without this script. It adds completions, keys, copying, moving between marks, the outline, terms.
"use strict";

const typing = "input, textarea, select, [contenteditable]";

// In Chinese input, the first Enter ends the composition and only the next one submits the form. Chrome and Firefox set
// isComposing on the first. Safari sends it after compositionend and sets only the old key code, 229.
function guardComposition(box) {
  let composing = false;
  box.addEventListener("compositionstart", () => { composing = true; });
  box.addEventListener("compositionend", () => { composing = false; });
  box.addEventListener("blur", () => { composing = false; });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (composing || event.isComposing || event.keyCode === 229)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  });
}

// Completions under the box, as a combobox: the box keeps the focus, arrows choose, Enter searches for the choice.
function complete(box) {
  const list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.suggestions);
  list.lang = "zh-Hans";
  box.closest("form").append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    box.setAttribute(name, value);
  }
  let typed = box.value;
  let waiting;
  let asking = new AbortController();

  const options = () => [...list.children];
  const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  const choose = (at) => {
    clearTimeout(waiting);
    asking.abort();
    options().forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    const option = options()[at];
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
    box.value = option ? option.dataset.text : typed;
    option?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    clearTimeout(waiting);
    asking.abort();
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const show = (texts, notes) => {
    list.replaceChildren(...texts.map((text, at) => {
      const option = Object.assign(document.createElement("li"), { id: `suggestion-${at}`, textContent: text });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = text;
      if (notes[at]) option.append(Object.assign(document.createElement("small"), { textContent: notes[at] }));
      // Not click: before a click the box loses the focus, and the list closes.
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        box.value = text;
        box.form.requestSubmit();
      });
      return option;
    }));
    list.hidden = !texts.length;
    box.setAttribute("aria-expanded", String(texts.length > 0));
  };
  const ask = async () => {
    const query = typed;
    if (!query.trim()) return close();
    asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(query)}`, { signal: asking.signal });
      if (!answer.ok) return close();
      const [, texts, notes] = await answer.json();
      if (document.activeElement === box && box.value === query) show(texts, notes);
    } catch (error) {
      if (error.name !== "AbortError") close(); // without the network only completions are missing
    }
  };
  box.addEventListener("input", (event) => {
    typed = box.value;
    clearTimeout(waiting);
    if (event.isComposing) return;
    waiting = setTimeout(ask, 120);
  });
  box.addEventListener("compositionend", () => {
    typed = box.value;
    waiting = setTimeout(ask, 120);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || list.hidden) return;
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const at = chosen() + (event.key === "ArrowDown" ? 1 : -1);
      choose(at < -1 ? count - 1 : at >= count ? -1 : at); // one step past either end returns to the typed text
    } else if (event.key === "Escape") {
      event.preventDefault();
      choose(-1);
      close();
    }
  });
}

function tell(message) {
  const notice = document.getElementById("notice");
  notice.textContent = message;
  clearTimeout(tell.clearing);
  tell.clearing = setTimeout(() => { notice.textContent = ""; }, 4000);
}

function select(element) {
  if (element.select) {
    element.focus();
    element.select();
  } else {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
}

// Without HTTPS there is no clipboard API: select the text, and try the old command.
async function copy(text, element) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (element) select(element);
    copied = element ? document.execCommand("copy") : copyUnseen(text);
  }
  tell(copied ? document.body.dataset.copied : element ? document.body.dataset.selected : text);
}

function copyUnseen(text) {
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}

// Copy what an address answers: the text of a passage, alone or with its footnote.
async function copyFetched(address) {
  let text;
  try {
    const answer = await fetch(address);
    if (answer.ok) text = await answer.text();
  } catch {
    text = undefined;
  }
  if (text === undefined) tell(document.body.dataset.failed);
  else await copy(text);
}

function offerFetchedCopy(button) {
  button.hidden = false;
  button.addEventListener("click", () => copyFetched(button.dataset.fetches));
}

// The buttons of a hit. Its page has only their labels: written beside each hit they would be a tenth of it.
function addButtons(hit) {
  const ways = hit.querySelector(".ways");
  const { pathname } = new URL(ways.querySelector(".permalink").href);
  const labels = document.getElementById("hits").dataset;
  const data = [
    ["fetches", `${pathname}/text`, labels.text],
    ["fetches", `${pathname}/quotation`, labels.quotation],
    ["keeps", pathname.split("/").at(-1), ""],
  ];
  const buttons = data.map(([name, value, label]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: label });
    button.dataset[name] = value;
    return button;
  });
  [...ways.querySelectorAll("a:not(.unseen)")].at(-1).after(...buttons);
}

function offerCopy(button) {
  const source = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", () => copy(source.value ?? source.textContent, source));
}

// Moving: from hit to hit where there are hits, else from mark to mark, else from passage to passage.

const hits = [...document.querySelectorAll(".hit .open")];
const marks = [...document.querySelectorAll("article.text mark")];
const places = marks.length ? marks : [...document.querySelectorAll("article.text .passage, .pair")];
let here = -1;

function stepHit(step) {
  const at = hits.indexOf(document.activeElement);
  const next = hits[at < 0 ? (step > 0 ? 0 : hits.length - 1) : Math.min(Math.max(at + step, 0), hits.length - 1)];
  next.focus();
  next.closest(".hit").scrollIntoView({ block: "nearest" });
}

// The first step starts at the part that is on the screen.
function startingPlace(step) {
  const ahead = places.findIndex((place) => place.getBoundingClientRect().top >= 60);
  const from = ahead < 0 ? places.length : ahead;
  return step > 0 ? from : from - 1;
}

function stepPlace(step) {
  if (!places.length) return;
  places[here]?.classList.remove("here");
  const next = here < 0 ? startingPlace(step) : here + step;
  here = (next + places.length) % places.length;
  places[here].classList.add("here");
  places[here].scrollIntoView({ block: "center" });
  if (marks.length) sayWhichMark(here);
}

function sayWhichMark(at) {
  const output = document.querySelector(".marks output");
  if (output) output.textContent = output.dataset.says.replace("{at}", at + 1).replace("{n}", marks.length);
}

function move(step) {
  if (hits.length) stepHit(step);
  else stepPlace(step);
}

function currentLink() {
  const hit = document.activeElement.closest?.(".hit") ?? (hits.length ? hits[0].closest(".hit") : null);
  if (hit) return hit.querySelector(".permalink, .open").href;
  const permalink = document.getElementById("permalink");
  if (permalink) return permalink.value;
  const place = places[here] ?? document.querySelector(".passage:target, tr:target");
  return place?.closest(".passage, tr, .pair").querySelector(".number").href;
}

function copyCurrentLink() {
  const link = currentLink();
  if (!link) return;
  const address = new URL(link);
  address.search = "";
  address.hash = "";
  copy(address.href, document.getElementById("permalink"));
}

function copyCurrent(form) {
  const link = currentLink();
  if (link) copyFetched(`${new URL(link).pathname}/${form}`);
}

function openCurrent(event) {
  if (hits.length || here < 0 || document.activeElement !== document.body) return;
  event.preventDefault();
  location.href = places[here].closest(".passage, tr, .pair").querySelector(".number").href;
}

const keysShown = document.getElementById("keys");

const keys = {
  "/": () => { const box = document.querySelector("input[name=q]"); box?.focus(); box?.select(); },
  j: () => move(1),
  k: () => move(-1),
  f: () => document.getElementById("refine")?.focus(),
  y: copyCurrentLink,
  c: () => copyCurrent("text"),
  q: () => copyCurrent("quotation"),
  "?": () => { if (keysShown.open) keysShown.close(); else keysShown.showModal(); },
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.keyCode === 229) return;
  const inBox = event.target.closest(typing);
  if (event.key.startsWith("Arrow") && hits.length) {
    // Arrows scroll the page, unless a hit is chosen already or the box is left downwards.
    const down = event.key === "ArrowDown";
    const leavesBox = inBox?.name === "q" && down && inBox.getAttribute("aria-expanded") !== "true";
    if ((down || event.key === "ArrowUp") && (hits.includes(document.activeElement) || leavesBox)) {
      event.preventDefault();
      stepHit(down ? 1 : -1);
    }
    return;
  }
  if (inBox || (keysShown.open && event.key !== "?")) return;
  if (event.key === "Enter") openCurrent(event);
  else if (Object.hasOwn(keys, event.key)) {
    event.preventDefault();
    keys[event.key]();
  }
}

// The outline shows where the reader is: the last heading that has passed the upper third of the window.
function followOutline(outline) {
  const links = new Map([...outline.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  let current;
  const follow = () => {
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < (atEnd ? innerHeight : innerHeight / 3));
    const next = links.get(passed.at(-1)?.id);
    if (next === current) return;
    current?.removeAttribute("aria-current");
    current = next;
    current?.setAttribute("aria-current", "true");
    current?.scrollIntoView({ block: "nearest" });
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  follow();
}

// Shows the definition of a term while the pointer or the focus is on it.
function explainTerms(terms) {
  const note = Object.assign(document.createElement("div"), { className: "explains", id: "explains", hidden: true });
  note.setAttribute("role", "tooltip");
  note.lang = "zh-Hans";
  document.body.append(note);
  const hide = () => { note.hidden = true; };
  const show = (term) => {
    const definition = document.getElementById(`p-${term.dataset.term}`)?.querySelector("dd");
    if (!definition) return;
    note.textContent = definition.textContent.trim();
    note.hidden = false;
    const box = term.getBoundingClientRect();
    note.style.left = `${Math.max(Math.min(box.left, document.documentElement.clientWidth - note.offsetWidth - 16), 16) + scrollX}px`;
    note.style.top = `${box.bottom + scrollY + 8}px`;
  };
  for (const term of terms) {
    term.setAttribute("aria-describedby", "explains");
    for (const come of ["mouseenter", "focus"]) term.addEventListener(come, () => show(term));
    for (const go of ["mouseleave", "blur"]) term.addEventListener(go, hide);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}

// A box that shortens a list to the lines that contain what is typed; Enter takes the first of them.
function narrow(input) {
  const lines = [...document.getElementById(input.dataset.narrows).children];
  const left = () => lines.filter((line) => !line.hidden);
  input.hidden = false;
  input.addEventListener("input", () => {
    for (const line of lines) line.hidden = !line.textContent.includes(input.value.trim());
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    const first = left()[0]?.querySelector("input");
    if (!first) return;
    first.checked = true;
    input.form.requestSubmit();
  });
}

// What few want is on a page of its own; the part of it that is wanted takes the place of the link.
async function load(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const link = event.currentTarget;
  let part;
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    part = page.getElementById(link.dataset.loads);
  } catch {
    part = null;
  }
  if (!part) return location.assign(link.href);
  link.parentElement.replaceWith(part);
  part.querySelectorAll("input[data-narrows]").forEach(narrow);
  part.querySelector("summary, a").focus();
}

// Excerpts: the ids of the kept passages, in this browser. The address of their page carries them.
const kept = {
  most: 200,
  read() {
    try {
      const ids = JSON.parse(localStorage.getItem("excerpts") ?? "[]");
      return Array.isArray(ids) ? ids.filter((id) => /^[0-9a-z]{1,40}$/.test(id)) : [];
    } catch {
      return []; // no storage, or not ours
    }
  },
  write(ids) {
    try {
      localStorage.setItem("excerpts", JSON.stringify(ids));
      return true;
    } catch {
      return false;
    }
  },
  address(link, ids) {
    const search = new URLSearchParams(link.search); // that is carried along
    search.delete("ids");
    const parts = [search.toString(), ids.length ? `ids=${ids.join(",")}` : ""].filter(Boolean);
    return link.pathname + (parts.length ? `?${parts.join("&")}` : "");
  },
};

function sayKept() {
  const ids = kept.read();
  for (const link of document.querySelectorAll("a[data-kept]")) {
    link.dataset.name ??= link.textContent;
    link.textContent = link.dataset.name + (ids.length ? ` ${ids.length}` : "");
    link.href = kept.address(link, ids);
  }
  for (const button of document.querySelectorAll("button[data-keeps]")) {
    const has = ids.includes(button.dataset.keeps);
    button.hidden = document.body.classList.contains("excerpts") && !has;
    button.textContent = has ? document.body.dataset.drop : document.body.dataset.keep;
  }
}

function keepOrDrop(id) {
  const ids = kept.read();
  const left = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
  if (left.length > kept.most || !kept.write(left)) return tell(document.body.dataset.full);
  sayKept();
  if (document.body.classList.contains("excerpts")) location.replace(kept.address(location, left));
}

// A chart as PNG: its SVG file, drawn twice as large.
function offerPicture(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 2 * image.width, height: 2 * image.height });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, "trend.png"), "image/png");
    });
    image.addEventListener("error", () => tell(document.body.dataset.failed));
    image.src = button.dataset.picture;
  });
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const box = document.querySelector("input[name=q]");
if (box) {
  guardComposition(box);
  if (box.dataset.suggest) complete(box);
}
document.addEventListener("keydown", onKey);
document.querySelectorAll("input[data-narrows]").forEach(narrow);
document.querySelectorAll("a[data-loads]").forEach((link) => link.addEventListener("click", load));
document.querySelectorAll("#hits .hit").forEach(addButtons);
// Where the style sheet cannot show what is folded, on wide screens.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
  document.querySelectorAll("details.fold").forEach((fold) => { fold.open = true; });
}
document.querySelectorAll("button[data-keeps]").forEach((button) => {
  button.addEventListener("click", () => keepOrDrop(button.dataset.keeps));
});
document.querySelectorAll("button[data-empties]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => { if (kept.write([])) location.replace(kept.address(location, [])); });
});
sayKept();
if (document.body.classList.contains("excerpts") && !new URLSearchParams(location.search).has("ids") && kept.read().length) {
  location.replace(kept.address(location, kept.read()));
}
window.addEventListener("storage", sayKept);
document.querySelectorAll("button[data-picture]").forEach(offerPicture);
document.querySelectorAll("button[data-copies]").forEach(offerCopy);
document.querySelectorAll("button[data-fetches]").forEach(offerFetchedCopy);
document.querySelectorAll("button[data-shows]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", keys["?"]);
});
document.querySelectorAll(".step").forEach((group) => {
  if (!marks.length) return;
  group.hidden = false;
  sayWhichMark(Math.min(startingPlace(1), marks.length - 1));
  group.addEventListener("click", (event) => { if (event.target.dataset.step) stepPlace(Number(event.target.dataset.step)); });
});
document.querySelectorAll("details.tools").forEach((menu) => {
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
const outline = document.querySelector("nav.outline");
if (outline) followOutline(outline);
const terms = document.querySelectorAll(".term");
if (terms.length) explainTerms(terms);
