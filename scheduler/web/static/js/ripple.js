// The dialog in which a calendar shows what a move would set in motion. It holds the same part as the page of a move;
// closing it leaves everything as it is.
const dialog = document.getElementById("ripple");
let closed = null;

export async function openRipple(address, onClose) {
  const body = dialog.querySelector("[data-ripple]");
  closed = onClose;
  body.replaceChildren(Object.assign(document.createElement("p"), { className: "quiet", textContent: "Looking at what would move…" }));
  dialog.showModal();
  await window.htmx.ajax("GET", address, { target: body, swap: "innerHTML" });
  if (!dialog.open) return;
  (body.querySelector("[data-focus], [autofocus]") ?? body).focus({ preventScroll: true });
  dialog.scrollTop = 0;
}

// Where a visit is dragged to, as the address of its ghost plan; the calendar is where its forms lead back to.
export function moveAddress(path, start, picks) {
  const asked = new URLSearchParams({ to: start, then: location.pathname + location.search });
  for (const pick of picks) asked.append("pick", pick);
  return `${path}?${asked}`;
}

if (dialog) {
  dialog.addEventListener("close", () => { closed?.(); closed = null; });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
}
