// Buttons that copy what stands in a field; without a clipboard they stay hidden and one copies by hand.
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const words = button.querySelector("span");
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
      words.textContent = "Copied";
    } catch {
      field.select();
      words.textContent = "Press Ctrl+C";
    }
  });
});
