// A shared desk signs itself out: typing and clicking keep it open, a minute before the end it warns, and then it
// locks the page (where something was typed) or leaves it. The server decides; this page only asks.
const WARNING = 60, PULSE = 45;

export function startIdle() {
  const box = document.getElementById("idle");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-${name}]`);
  let until = Date.now() + Number(box.dataset.seconds) * 1000, active = false, typed = false, locked = false, told = Date.now();

  const left = () => Math.round((until - Date.now()) / 1000);
  const ask = async (url, options) => (await fetch(url, { headers: { "X-Background": "yes" }, ...options })).json();
  const heard = (said) => { until = Date.now() + said.seconds * 1000; told = Date.now(); return said; };
  const here = async () => { active = false; heard(await ask(box.dataset.here, { headers: {} })); if (left() > WARNING && !locked) box.close(); };

  function useToken(token) {
    document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  function show(isLocked) {
    locked = isLocked;
    box.classList.toggle("idle--locked", isLocked);
    part("warning").hidden = isLocked;
    part("again-form").hidden = !isLocked;
    box.querySelector("h2").textContent = isLocked ? "Signed out" : "Still there?";
    if (!box.open) box.showModal();
    (isLocked ? part("again-form").querySelector("input") : part("here-button")).focus();
  }

  async function end() {
    const now = await ask(box.dataset.ask);
    if (now.seconds > WARNING) { heard(now); box.close(); return; }
    if (now.seconds > 0 && left() > 0) return;
    await ask(box.dataset.lock, { method: "POST", headers: { "X-CSRFToken": now.token } });
    if (!typed) { window.location.assign(box.dataset.signIn); return; }
    show(true);
  }

  async function tick() {
    if (locked) return;
    if (active && !box.open && Date.now() - told > PULSE * 1000) await here();
    const seconds = left();
    if (seconds <= 0) { await end(); return; }
    if (seconds <= WARNING) {
      if (!box.open) { const now = heard(await ask(box.dataset.ask)); if (now.seconds <= WARNING) show(false); }
      part("count").textContent = Math.max(0, left());
    }
  }

  part("again-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = part("wrong"), password = part("again-form").querySelector("input");
    const { token } = await ask(box.dataset.ask);
    const answer = await fetch(box.dataset.again, { method: "POST", headers: { "X-CSRFToken": token }, body: new FormData(event.target) });
    password.value = "";
    if (answer.ok) { useToken((await answer.json()).token); await here(); locked = false; show(false); box.close(); return; }
    const words = answer.headers.get("Content-Type") === "application/json" ? (await answer.json()).sentence : "Too many tries. Wait a few minutes.";
    wrong.textContent = words;
    wrong.hidden = false;
    password.focus();
  });
  part("here-button").addEventListener("click", here);
  box.addEventListener("cancel", (event) => { if (locked) event.preventDefault(); else here(); });
  ["input", "click", "keydown"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (box.contains(event.target)) return;
    active = true;
    if (kind === "input" && event.target.form?.method === "post") typed = true;
  }, { passive: true }));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  const quietly = () => tick().catch(() => {});
  setInterval(quietly, 1000);
}
