/* Runs right after its row under the title of a chapter (reading.py), before what follows is laid out: the row is there
   for a reader who has been here before, and takes no room for another. What is kept is written by reading.js. */
(() => {
  const row = /** @type {HTMLElement} */ (document.currentScript?.previousElementSibling);
  const { chapter, sections: listed = "[]" } = row.dataset;
  /** @type {[id: string, title: string][]} */
  const sections = JSON.parse(listed);
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(`reading:${chapter}`) ?? "null");
  } catch {
    return; // not written by this book
  }
  const [at, title] = sections.slice(1).find(([id]) => id === kept?.at) ?? [];
  if (!at || sections.every(([id]) => kept.read?.includes?.(id))) return;
  row.append(Object.assign(document.createElement("a"), { href: `#${at}`, textContent: title }));
  row.hidden = false;
})();
