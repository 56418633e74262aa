/* What is done for a figure before it is touched, as the reader comes near. */

const WATCHED_MS = 1000; // a figure that a reader only scrolls past starts nothing

/** @typedef {import("./figure.js").Figure} Figure */

/**
 * Complete each figure when it is a screen away, so that its controls stand there before the reader does.
 * @param {Figure[]} figures
 */
export function completeWhenNear(figures) {
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      figures.find(({ element }) => element === target)?.front.complete();
      observer.unobserve(target);
    }
  }, { rootMargin: "100% 0px" });
  figures.forEach(({ element }) => observer.observe(element));
}

/** Whether an address is kept on this machine; a browser may have no storage, or refuse it. */
async function isKept(address) {
  try {
    return Boolean(await caches.match(address));
  } catch {
    return false;
  }
}

/**
 * Python may start before it is asked for, where that costs the reader nothing: its files are kept on this machine.
 * Call back once, when a figure has been in view for a while and the kernel's files are at hand.
 * @param {{assets: string}} places
 * @param {Figure[]} figures
 * @param {(figure: Figure) => void} onReady
 */
export function whenAtHand(places, figures, onReady) {
  if (figures.length === 0) return;
  const timers = new Map();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      if (isIntersecting) timers.set(target, setTimeout(start, WATCHED_MS, figures.find(({ element }) => element === target)));
    }
  });
  const start = async (figure) => {
    if (!(await isKept(places.assets))) return;
    observer.disconnect();
    (globalThis.requestIdleCallback ?? setTimeout)(() => onReady(figure));
  };
  figures.forEach(({ element }) => observer.observe(element));
}
