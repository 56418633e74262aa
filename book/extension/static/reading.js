/* Where a reader is in a chapter, and which of its sections have been read to the end: kept in this browser only, marked
   in the contents of the page, and offered by continue.js on the next visit. "My progress" erases it (progress.js). */
addEventListener("DOMContentLoaded", () => {
  const SEEN_MS = 800; // what passes faster has not been read
  /** @type {HTMLElement | null} */
  const row = document.querySelector(".reading-row");
  if (!row) return;
  const key = `reading:${row.dataset.chapter}`;
  /** What is not read yet of each section, block by block: who only leaps to its end has not read it. */
  const sections = [...document.querySelectorAll("article.bd-article > section > section[id]")].map((element) => (
    { element, unread: new Set(element.querySelectorAll(":scope > :not(section), :scope > section > :not(section)")) }
  ));
  /** @type {string | undefined} the section in which the reader is */
  let at;
  /** @type {Set<string>} */
  let read = new Set();

  function recall() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      kept = null; // not written by this page
    }
    at = kept?.at;
    read = new Set(Array.isArray(kept?.read) ? kept.read : []);
    mark();
  }

  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify({ at, read: [...read] }));
    } catch {} // no room: then it is not remembered
  }

  /** Say in the contents which sections have been read. */
  function mark() {
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const links = document.querySelectorAll(".page-toc a[href^='#']");
    for (const link of links) {
      const isRead = read.has(decodeURIComponent(link.hash.slice(1)));
      if (link.classList.toggle("is-read", isRead) === (link.lastElementChild?.className === "sr-only")) continue;
      if (isRead) link.append(Object.assign(document.createElement("span"), { className: "sr-only", textContent: ", read" }));
      else link.lastElementChild?.remove();
    }
  }

  /** A block of a section has been on the screen for a while. */
  function see({ element, unread }, block) {
    unread.delete(block);
    const above = sections.findLast((each) => each.element.getBoundingClientRect().top < innerHeight / 2);
    const reached = (scrollY > 0 && above?.element.id) || at; // who comes back stands at the top, and has not gone back
    // What has no box, such as a script, is not waited for.
    const isRead = read.has(element.id) || [...unread].every((each) => !each.getClientRects().length);
    if (isRead === read.has(element.id) && reached === at) return;
    at = reached;
    if (isRead) read.add(element.id);
    keep();
    mark();
  }

  for (const section of sections) {
    /** @type {Map<Element, number>} */
    const timers = new Map();
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(timers.get(target));
        if (isIntersecting) timers.set(target, setTimeout(() => see(section, target), SEEN_MS));
      }
    });
    for (const block of section.unread) observer.observe(block);
  }

  recall();
  // Another page has kept something, or all of it has been erased.
  addEventListener("storage", (event) => (event.key === key || event.key === null) && recall());
  addEventListener("pageshow", ({ persisted }) => persisted && recall());
});
