// The keyboard: `/` search, `?` help, `g` then a letter goes places, a lone letter follows the link that carries it,
// `u` undoes, arrows (or j and k) walk the rows of a list, and on a row a letter presses the button that begins with
// it. Nothing fires while one is typing or with a modifier held.
const WAIT = 1200;
let goUntil = 0;

const typing = (target) => target.isContentEditable || Boolean(target.closest("input, textarea, select, [role=textbox]"));

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
  return Boolean(link);
}

function walk(target, step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const here = rows.indexOf(target);
  const next = here < 0 ? begin(rows, target, step) : rows[here + step];
  if (!next) return false;
  next.focus();
  return true;
}

// From nowhere j leads to the first row, and from a button of a row to that row's neighbour; arrows scroll the page.
function begin(rows, target, step) {
  const row = target.closest("tr, li");
  const here = rows.findIndex((link) => row?.contains(link));
  return here < 0 ? rows[0] : rows[here + step];
}

function pressOnRow(target, key) {
  if (!target.matches("[data-row], .row-actions *") || !/^[a-z]$/.test(key)) return false;
  const buttons = [...(target.closest("tr, li")?.querySelectorAll(".row-actions button, .row-actions a") ?? [])];
  const found = buttons.find((one) => one.textContent.trim().toLowerCase().startsWith(key));
  if (found) found.click();
  return Boolean(found);
}

function focusSearch() {
  const box = document.querySelector("[data-search]");
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

function openKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return false;
  if (!dialog.open) dialog.showModal();
  return true;
}

function act(event) {
  const key = event.key;
  const going = Date.now() < goUntil;
  goUntil = 0;
  if (going) return follow(`[data-go="${CSS.escape(key)}"]`);
  if (key === "/") return focusSearch();
  if (key === "?") return openKeys();
  if (key === "u") return follow("[data-undo]");
  const row = event.target.closest("tr, li")?.querySelector("[data-row]");
  if (key === "j" || (key === "ArrowDown" && row)) return walk(event.target, 1);
  if (key === "k" || (key === "ArrowUp" && row)) return walk(event.target, -1);
  if (key === "g") { goUntil = Date.now() + WAIT; return true; }
  if (pressOnRow(event.target, key)) return true;
  return key.length === 1 && follow(`[data-key="${CSS.escape(key)}"]`);
}

export function startKeys() {
  document.querySelectorAll("[data-open-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", openKeys);
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (act(event)) event.preventDefault();
  });
}
