// Menus that close by themselves, the theme switch, and notes that can be dismissed.
function switchTheme() {
  const root = document.documentElement;
  root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  try { localStorage.setItem("leafout-theme", root.dataset.bsTheme); } catch { /* private window: only for this page */ }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

export function startMenus() {
  document.querySelectorAll("[data-theme-switch], [data-dismiss]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    if (event.target.closest("[data-theme-switch]")) switchTheme();
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-said]").remove();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details[data-menu][open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  });
  document.addEventListener("htmx:load", (event) => {
    event.target.querySelectorAll?.("[data-dismiss]").forEach((button) => { button.hidden = false; });
  });
}
