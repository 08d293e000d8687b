// Every page: small comforts on top of pages that work without them.
import { startFailures } from "./failures.js";
import { startForms } from "./forms.js";
import { startIdle } from "./idle.js";
import { startKeys } from "./keys.js";
import { startMenus } from "./menus.js";

startMenus();
startKeys();
startForms();
startIdle();
startFailures();

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

// Tabs in one row that is wider than a telephone: the one that is open is seen.
const tab = document.querySelector(".choices--row [aria-current]");
if (tab) {
  const row = tab.parentElement;
  row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - tab.offsetWidth) / 2;
}
