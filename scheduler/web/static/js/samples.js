// Texts as they would look, as one chooses; without this script a button shows the same.
const place = document.querySelector("[data-samples]");
if (place) {
  const form = place.closest("form");
  document.querySelector("[data-samples-button]").hidden = true;
  let newest = 0;
  form.addEventListener("change", async (event) => {
    if (!["discretion", "language"].includes(event.target.name)) return;
    const mine = ++newest;
    try {
      const answer = await fetch(place.dataset.samples, { method: "POST", body: new FormData(form) });
      const words = await answer.text();
      if (answer.ok && mine === newest) place.innerHTML = words;
    } catch {
      document.querySelector("[data-samples-button]").hidden = false;
    }
  });
}
