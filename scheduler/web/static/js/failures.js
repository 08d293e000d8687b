// When a part of a page could not be fetched or sent, say so where everything else is said.
const WORDS = {
  0: "The network did not answer. What you see may be old; try again.",
  403: "This is not open to you, or you are signed out. Load the page again.",
  409: "This has changed in the meantime. Load the page again and look at the new state.",
  429: "That was often in a short time. Wait a minute and try again.",
};
const OTHERWISE = "That did not work, and nothing was changed here. Load the page again and look before you repeat it.";

function say(status) {
  const place = document.getElementById("said");
  if (!place) return;
  place.querySelector("[data-failure]")?.remove();
  const note = document.createElement("div");
  note.className = "note note--stop";
  note.dataset.failure = "";
  const words = document.createElement("div");
  words.className = "note-words";
  words.textContent = WORDS[status] ?? OTHERWISE;
  note.append(words);
  place.append(note);
  note.scrollIntoView({ block: "nearest" });
}

export function startFailures() {
  const byItself = (event) => "flags" in event.detail.elt.dataset;
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (byItself(event) && event.detail.xhr.status >= 400) event.preventDefault();
  });
  document.addEventListener("htmx:responseError", (event) => byItself(event) || say(event.detail.xhr.status));
  document.addEventListener("htmx:sendError", (event) => byItself(event) || say(0));
}
