// On a touch screen a visit of a calendar is not dragged: a tap selects it, and a bar at the foot offers to open or to
// move it. With a mouse or a keyboard a visit opens at once, as any link. A visit that stays says why.
const bar = document.getElementById("pick");
let chosen = null;
let touched = false;

function release() {
  chosen?.classList.remove("is-picked");
  chosen = null;
  if (bar) bar.hidden = true;
}

export function say(visit, words) {
  const [name, why, open, move] = ["name", "why", "open", "move"].map((part) => bar.querySelector(`[data-pick-${part}]`));
  chosen?.classList.remove("is-picked");
  chosen = visit;
  visit.classList.add("is-picked");
  name.textContent = words;
  why.textContent = visit.dataset.stays ?? "";
  open.href = visit.href;
  move.hidden = !visit.dataset.move;
  if (visit.dataset.move) move.href = `${visit.dataset.move}?${new URLSearchParams({ then: location.pathname + location.search })}`;
  bar.hidden = false;
}

const spoken = (visit) => visit.dataset.words ?? visit.textContent.trim().replace(/\s+/g, " ");

export function stays(visit) {
  if (!visit.dataset.stays || !bar) return false;
  say(visit, spoken(visit));
  return true;
}

function tap(event) {
  const visit = event.target.closest?.("[data-pickable]");
  if (!visit) return;
  if (!touched || event.detail === 0) return;
  event.preventDefault();
  event.stopPropagation();
  say(visit, spoken(visit));
}

if (bar) {
  document.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; }, true);
  document.addEventListener("click", tap, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && chosen) { chosen.focus(); release(); } });
  bar.querySelector("[data-pick-close]").addEventListener("click", () => { chosen?.focus(); release(); });
}
