// The week: a visit is dragged to another day at the same hour, and what that would set in motion is shown. The arrows
// walk the visits, `m` moves the one that has the focus, without a mouse.
import { stays } from "./pick.js";
import { moveAddress, openRipple } from "./ripple.js";

let dragged = null;

function day(event) {
  return event.target.closest?.("[data-day]");
}

function clear() {
  document.querySelectorAll(".is-target").forEach((one) => one.classList.remove("is-target"));
}

function over(event) {
  const target = day(event);
  if (!dragged || !target) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  if (target.classList.contains("is-target")) return;
  clear();
  target.classList.add("is-target");
}

function drop(event) {
  const target = day(event);
  clear();
  if (!dragged || !target) return;
  event.preventDefault();
  const visit = dragged;
  if (target.dataset.day === visit.dataset.on) return;
  visit.classList.add("is-dragged");
  openRipple(moveAddress(visit.dataset.move, `${target.dataset.day}T${visit.dataset.at}`, []), () => {
    visit.classList.remove("is-dragged");
    visit.focus();
  });
}

for (const visit of document.querySelectorAll("[data-move]")) {
  visit.draggable = true;
  visit.addEventListener("dragstart", (event) => {
    dragged = visit;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", visit.dataset.at);
  });
  visit.addEventListener("dragend", () => { dragged = null; clear(); });
  visit.addEventListener("keydown", (event) => {
    if (event.key !== "m" || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    location.assign(visit.dataset.move);
  });
}
for (const visit of document.querySelectorAll("[data-stays]")) {
  visit.addEventListener("dragstart", (event) => { event.preventDefault(); stays(visit); });
  visit.addEventListener("keydown", (event) => { if (event.key === "m" && stays(visit)) event.preventDefault(); });
}
document.addEventListener("dragover", over);
document.addEventListener("drop", drop);
