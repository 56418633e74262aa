/* An address leads to a place, and a search to a hit (folded.js). While what stands above it is laid out for the first time (weight.css) the place must not
   move: browsers see to it by scroll anchoring, but not in every frame of a load. */
(() => {
  const HELD_MS = 2000;
  const READER = ["wheel", "touchstart", "pointerdown", "keydown"]; // who moves is not held

  /** @param {Element} [given] @param {ScrollLogicalPosition} [block] */
  function hold(given, block = "start") {
    const released = new AbortController();
    const { signal } = released;
    for (const kind of READER) addEventListener(kind, () => released.abort(), { signal, passive: true });
    setTimeout(() => released.abort(), HELD_MS);
    /** @type {number | null} */
    let place = null;
    const look = () => {
      const target = given ?? document.querySelector(":target");
      if (signal.aborted) return;
      if (target?.getClientRects().length) { // not folded away
        const where = () => Math.round(target.getBoundingClientRect().top);
        if (place !== null && where() !== place) target.scrollIntoView({ block, behavior: "instant" });
        place = where();
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  addEventListener("hashchange", () => hold());
  addEventListener("led-to", ({ target }) => hold(/** @type {Element} */ (target), "center"));
  // A page that is loaded again, or come back to, is where the reader left it.
  addEventListener("DOMContentLoaded", () => {
    const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    if (visit?.type === "navigate") hold();
  });
})();
