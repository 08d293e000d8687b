// The letter as it looks follows what is typed: the words that the server has just shown go into the frame beside them.
const show = (part) => part.querySelector("form[data-into-frame]")?.submit();

show(document);
document.addEventListener("htmx:afterSwap", (event) => show(event.target));
