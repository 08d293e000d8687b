// The day's columns, drawn by EventCalendar from the JSON that stands on the page. Everything in it stands in the
// plain table below as well. Arrows move between visits, Enter opens one, m moves it, [ and ] go to other days, t to
// today. A visit can be dragged to another time or column: what that would set in motion is shown before it is done.
import { stays } from "./pick.js";
import { moveAddress, openRipple } from "./ripple.js";

const box = document.getElementById("calendar");

function part(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  return node;
}

function content(info) {
  const visit = info.event.extendedProps;
  if (!visit.phases) return "";
  const link = part("a", `cal-visit cal-visit--${visit.tone}`);
  link.href = visit.url;
  link.dataset.visit = "";
  link.draggable = false;
  link.dataset.pickable = "";
  link.dataset.words = `${visit.who}, ${info.timeText}`;
  if (visit.move) link.dataset.move = visit.move;
  if (visit.stays) link.dataset.stays = visit.stays;
  const bands = part("span", "cal-phases");
  for (const phase of visit.phases) {
    const band = part("span", `phase phase--${phase.key}`);
    band.style.flexGrow = phase.share;
    band.title = phase.name;
    bands.append(band);
  }
  const words = part("span", "cal-words");
  words.append(part("strong", "cal-who", visit.who), part("span", "cal-what", visit.what));
  const state = visit.cannotCome ? "Cannot come" : visit.status === "Booked" && visit.confirmed ? "Confirmed" : visit.status;
  words.append(part("span", "cal-time", info.timeText.replaceAll(":00", "")), part("span", "cal-state", state));
  link.append(bands, words);
  return { domNodes: [link] };
}

// The nearest visit in the direction of the arrow: the same column up and down, the next column left and right.
function neighbour(from, key) {
  const here = from.getBoundingClientRect();
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  const ahead = { ArrowDown: (r) => r.top - here.top, ArrowUp: (r) => here.top - r.top,
    ArrowRight: (r) => r.left - here.left, ArrowLeft: (r) => here.left - r.left }[key];
  let best = null;
  for (const other of box.querySelectorAll("[data-visit]")) {
    const there = other.getBoundingClientRect();
    const along = ahead(there);
    const across = sideways ? Math.abs(there.top - here.top) : Math.abs(there.left - here.left);
    if (other === from || along <= 4 || (!sideways && across > here.width)) continue;
    const far = sideways ? along * 4 + across : along;
    if (!best || far < best.far) best = { other, far };
  }
  return best?.other;
}

function walk(event) {
  const from = event.target.closest("[data-visit]");
  if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "m" && from.dataset.move) {
    event.preventDefault();
    location.assign(from.dataset.move);
  }
  if (event.key === "m" && stays(from)) event.preventDefault();
  if (!event.key.startsWith("Arrow")) return;
  const to = neighbour(from, event.key);
  if (!to) return;
  event.preventDefault();
  to.focus();
  to.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// The line of the present is drawn by this computer's clock: only where that is also the clinic's.
function here(clinicNow) {
  return Math.abs(Date.parse(clinicNow) - Date.now()) < 10 * 60 * 1000;
}

// Nothing has moved yet: the visit goes back to its place unless one of the ways in the dialog is taken.
function dropped(info, kind) {
  const { move } = info.event.extendedProps;
  const column = info.newResource?.id ?? info.event.resourceIds[0];
  const start = info.event.start;
  const two = (number) => String(number).padStart(2, "0");
  const to = `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())}T${two(start.getHours())}:${two(start.getMinutes())}`;
  openRipple(moveAddress(move, to, [`${kind}:${column}`]), info.revert);
}

// Pulling at a visit that stays says why it does.
function pressed(event) {
  const visit = event.target.closest("[data-stays]");
  if (!visit || event.pointerType === "touch") return;
  const pulled = (now) => {
    if (Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) < 8) return;
    stays(visit);
    end();
    visit.addEventListener("click", (click) => click.preventDefault(), { once: true });
  };
  const end = () => { removeEventListener("pointermove", pulled); removeEventListener("pointerup", end); };
  addEventListener("pointermove", pulled);
  addEventListener("pointerup", end);
}

function draw() {
  const feed = JSON.parse(document.getElementById(box.dataset.feed).textContent);
  const events = feed.events.map((event) => ({ ...event, startEditable: Boolean(event.move), extendedProps: event }));
  EventCalendar.create(box, {
    view: "resourceTimeGridDay", date: feed.day, resources: feed.columns, events, locale: feed.locale,
    headerToolbar: { start: "", center: "", end: "" }, dayHeaderFormat: () => "", allDaySlot: false,
    slotMinTime: feed.opens, slotMaxTime: feed.closes, flexibleSlotTimeLimits: true, slotDuration: "00:15",
    slotLabelInterval: "01:00", slotHeight: 22, nowIndicator: here(feed.now), selectable: false,
    eventContent: content, height: "auto", snapDuration: { minutes: feed.grid }, eventDurationEditable: false,
    eventStartEditable: false, dragScroll: true, eventDrop: (info) => dropped(info, feed.kind),
  });
  box.addEventListener("keydown", walk);
  box.addEventListener("pointerdown", (event) => pressed(event));
}

if (box) draw();
