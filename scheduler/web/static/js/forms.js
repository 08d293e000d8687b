// Forms: the summary of errors gets the focus, a form is sent once, and what was typed is not lost by a stray click.
function guard(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// A second click while the first is under way does nothing; htmx keeps its own forms.
function once(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
}

function takeBack(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

export function startForms() {
  document.querySelector("[data-focus]")?.focus();
  document.querySelectorAll("form[data-guard]").forEach(guard);
  document.addEventListener("submit", once);
  // A page that comes back from the browser's memory may send again.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(takeBack));
}
