// Booking: a line of progress when something takes longer than a moment, rows that can be added, the number that goes
// with an order, and the time that a plan is still held. Every page works without it.
const A_MOMENT = 300;
const LATE = 120;

function busy(words) {
  const line = document.createElement("div");
  line.className = "busy-line";
  const word = document.createElement("p");
  word.className = "busy-word";
  word.setAttribute("role", "status");
  document.body.append(line, word);
  word.textContent = words;
  return [line, word];
}

function startBusy() {
  let shown = [];
  let waiting = 0;
  const begin = (source) => { waiting = setTimeout(() => { shown = busy(source.dataset.slow); }, A_MOMENT); };
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-slow]") && !event.defaultPrevented) begin(event.target);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-slow]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) begin(link);
  });
  window.addEventListener("pageshow", () => { clearTimeout(waiting); shown.forEach((one) => one.remove()); shown = []; });
}

// One more absence: the last row copied, empty, its names counted on.
function startRows(box) {
  const list = box.querySelector("[data-rows]");
  const button = box.querySelector("[data-add-row]");
  if (!list || !button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const row = list.lastElementChild.cloneNode(true);
    const next = list.children.length;
    row.classList.remove("field--wrong");
    row.querySelectorAll(".wrong").forEach((one) => one.remove());
    for (const one of row.querySelectorAll("[id], [for]")) {
      for (const name of ["id", "name", "for"]) {
        const value = one.getAttribute(name);
        if (value) one.setAttribute(name, value.replace(/away-\d+-/, `away-${next}-`));
      }
    }
    row.querySelectorAll("input").forEach((one) => { one.value = ""; one.removeAttribute("aria-invalid"); });
    list.append(row);
    row.querySelector("input").focus();
  });
}

// The number of infusions follows the order until somebody types another one.
function startOrders(form) {
  const number = form.querySelector("[name=infusions]");
  if (!number) return;
  let own = false;
  number.addEventListener("input", () => { own = true; });
  form.addEventListener("input", (event) => {
    if (own) return;
    const left = event.target.dataset?.left;
    if (event.target.name === "order") number.value = left ?? form.querySelector("[name=ordered]")?.value ?? "";
    if (event.target.name === "ordered") number.value = event.target.value;
  });
}

function spoken(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

function startHold(box) {
  const left = box.querySelector("[data-hold-left]");
  const said = box.querySelector("[data-hold-said]");
  const end = Date.now() + Number(box.dataset.hold) * 1000;
  let warned = false;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    left.textContent = spoken(seconds);
    box.classList.toggle("hold--late", seconds <= LATE);
    if (seconds <= LATE && !warned) { warned = true; said.textContent = "The plan is held for two more minutes."; }
    if (seconds > 0) return;
    clearInterval(timer);
    box.querySelectorAll("[data-hold-act]").forEach((form) => { form.hidden = true; });
    box.querySelector("[data-hold-over]").hidden = false;
    said.textContent = "The time has passed and the plan is no longer held.";
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// Enter in the search opens the first patient that was found; what was typed before the page was ready counts too.
function startFirstRow(form) {
  const box = form.elements.q;
  window.addEventListener("load", () => { if (box.value !== box.defaultValue) box.dispatchEvent(new Event("search")); });
  form.addEventListener("submit", (event) => {
    const first = document.querySelector("#hits [data-row]");
    if (!first || !box.value.trim()) return;
    event.preventDefault();
    first.click();
  });
}

// A click anywhere on a plan chooses it.
function startPlans(panel) {
  panel.addEventListener("click", (event) => {
    if (!event.target.closest("a, button, summary, label, input")) panel.querySelector("[name=plan]").checked = true;
  });
}

// A fresh form begins at its first choice, so that Enter alone is the simplest case.
function startHere(form) {
  if (form.closest("details") || document.querySelector("[data-focus], [autofocus]")) return;
  form.querySelector("input[type=radio]:checked")?.focus({ preventScroll: true });
}

startBusy();
document.querySelectorAll(".book-form").forEach(startHere);
document.querySelectorAll(".field").forEach(startRows);
document.querySelectorAll(".book-form").forEach(startOrders);
document.querySelectorAll("[data-hold]").forEach(startHold);
document.querySelectorAll("form[data-first-row]").forEach(startFirstRow);
document.querySelectorAll(".plan").forEach(startPlans);
