// The bar of a plan that is being made: it fills as the time passes that the planner has, and goes when the plan is there.
const bar = document.querySelector("progress[data-seconds]");
if (bar) {
  const began = performance.now();
  const timer = setInterval(() => {
    if (!bar.isConnected) { clearInterval(timer); return; }
    bar.value = Math.min(bar.max * 0.97, (performance.now() - began) / 1000);
  }, 200);
}
