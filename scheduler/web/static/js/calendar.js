// The day's columns, drawn by EventCalendar from the JSON that stands on the page. Everything in it stands in the
// plain table below as well. Arrows move between visits, Enter opens one, [ and ] go to other days, t to today.
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
  if (!from || !event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
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

function draw() {
  const feed = JSON.parse(document.getElementById(box.dataset.feed).textContent);
  const events = feed.events.map((event) => ({ ...event, extendedProps: event }));
  EventCalendar.create(box, {
    view: "resourceTimeGridDay", date: feed.day, resources: feed.columns, events, locale: feed.locale,
    headerToolbar: { start: "", center: "", end: "" }, dayHeaderFormat: () => "", allDaySlot: false,
    slotMinTime: feed.opens, slotMaxTime: feed.closes, flexibleSlotTimeLimits: true, slotDuration: "00:15",
    slotLabelInterval: "01:00", slotHeight: 22, nowIndicator: here(feed.now), editable: false, selectable: false,
    eventContent: content, height: "auto",
  });
  box.addEventListener("keydown", walk);
}

if (box) draw();
