// Forms: the summary of errors gets the focus, a form is sent once, and what was typed is not lost by a stray click.
function guard(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

function once(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
}

export function startForms() {
  document.querySelector("[data-focus]")?.focus();
  document.querySelectorAll("form[data-guard]").forEach(guard);
  document.querySelectorAll("form[method=post]:not([hx-post])").forEach(once);
  // A page that comes back from the browser's memory may send again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; form.removeAttribute("aria-busy"); });
  });
}
