// The upload form: a file over the limit is said so at once, not after it has travelled.
const form = document.querySelector("form[data-upload]");
const file = form.querySelector("input[type=file]");
const warning = form.querySelector("[data-too-large]");
const largest = Number(form.dataset.upload) * 1024 * 1024;

const tooLarge = () => file.files.length > 0 && file.files[0].size > largest;

file.addEventListener("change", () => { warning.hidden = !tooLarge(); });
form.addEventListener("submit", (event) => {
  if (!tooLarge()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  warning.hidden = false;
  file.focus();
}, true);
