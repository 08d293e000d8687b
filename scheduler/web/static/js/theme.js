// Set the theme before the first paint: what this person chose on this device, else what the device prefers.
(() => {
  const root = document.documentElement;
  const dim = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("leafout-theme"); } catch { return null; } };
  const show = () => { root.dataset.bsTheme = chosen() || (dim.matches ? "dark" : "light"); };
  show();
  dim.addEventListener("change", show);
})();
