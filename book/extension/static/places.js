/* An address leads to a place. While what stands above it is laid out for the first time (weight.css) the place must not
   move: browsers see to it by scroll anchoring, but not in every frame of a load. */
(() => {
  const HELD_MS = 2000;
  const READER = ["wheel", "touchstart", "pointerdown", "keydown"]; // who moves is not held

  function hold() {
    const released = new AbortController();
    const { signal } = released;
    for (const kind of READER) addEventListener(kind, () => released.abort(), { signal, passive: true });
    setTimeout(() => released.abort(), HELD_MS);
    /** @type {number | null} */
    let place = null;
    const look = () => {
      const target = document.querySelector(":target");
      if (signal.aborted) return;
      if (target?.getClientRects().length) { // not folded away
        const where = () => Math.round(target.getBoundingClientRect().top);
        if (place !== null && where() !== place) target.scrollIntoView({ block: "start", behavior: "instant" });
        place = where();
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  addEventListener("hashchange", hold);
  // A page that is loaded again, or come back to, is where the reader left it.
  addEventListener("DOMContentLoaded", () => {
    const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    if (visit?.type === "navigate") hold();
  });
})();
