// The keyboard: `/` search, `?` help, `g` then a letter goes places, a lone letter follows the link that carries it,
// `u` undoes, arrows walk the rows of a list. Nothing fires while one is typing or with a modifier held.
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
  if (here < 0 || !rows[here + step]) return false;
  rows[here + step].focus();
  return true;
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
  if (key === "ArrowDown") return walk(event.target, 1);
  if (key === "ArrowUp") return walk(event.target, -1);
  if (key === "g") { goUntil = Date.now() + WAIT; return true; }
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
