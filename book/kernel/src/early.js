/* Python may start before it is asked for, where that costs the reader nothing: its files are kept on this machine. */

const WATCHED_MS = 1000; // a figure that a reader only scrolls past starts nothing

/**
 * Call back once, when a figure has been in view for a while and the kernel's files are at hand.
 * @param {{assets: string}} places
 * @param {import("./figure.js").Figure[]} figures
 * @param {(figure: import("./figure.js").Figure) => void} onReady
 */
export function whenAtHand(places, figures, onReady) {
  if (!("caches" in globalThis) || figures.length === 0) return;
  const timers = new Map();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      if (isIntersecting) timers.set(target, setTimeout(start, WATCHED_MS, figures.find(({ element }) => element === target)));
    }
  });
  const start = async (figure) => {
    if (!(await caches.match(places.assets))) return;
    observer.disconnect();
    (globalThis.requestIdleCallback ?? setTimeout)(() => onReady(figure));
  };
  figures.forEach(({ element }) => observer.observe(element));
}
