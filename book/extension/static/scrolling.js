/* What is wider than its column scrolls inside itself: then the keyboard reaches it, and it has a name. */
(() => {
  const KINDS = { "div.math > .katex-display": "Formula", ".text_latex": "Formula", pre: "Code", ".pst-scrollable-table-container": "Table" };
  const ANY = Object.keys(KINDS).join();

  function mark(box) {
    const wide = box.scrollWidth > box.clientWidth;
    const kind = Object.keys(KINDS).find((selector) => box.matches(selector));
    const attributes = { tabindex: "0", role: "group", "aria-label": `${KINDS[kind]}, scrolls sideways` };
    for (const [name, value] of Object.entries(attributes)) wide ? box.setAttribute(name, value) : box.removeAttribute(name);
  }

  // In the next frame: what is set here may change sizes again, and Firefox calls that an error while it observes.
  const measured = new ResizeObserver((entries) => requestAnimationFrame(() => {
    new Set(entries.map(({ target }) => target.closest(ANY))).forEach(mark);
  }));
  // A font that comes late changes what is inside, and not the box. What is not laid out yet is measured when it is.
  const isLaidOut = (box) => box.checkVisibility?.({ contentVisibilityAuto: true }) ?? true;
  document.fonts.addEventListener("loadingdone", () => {
    [...document.querySelectorAll(`main :is(${ANY})`)].filter(isLaidOut).forEach(mark);
  });
  const measure = (box) => [box, box.firstElementChild].forEach((part) => part && measured.observe(part));

  // Content far from the screen has no size until it comes near; what a kernel adds comes later.
  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(`main :is(${ANY})`).forEach(measure);
    const added = new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (node instanceof Element) [node, ...node.querySelectorAll(ANY)].filter((each) => each.matches(ANY)).forEach(measure);
      }
    });
    document.querySelectorAll("main .live-cell").forEach((cell) => added.observe(cell, { subtree: true, childList: true }));
  });

  // Paper is white.
  const root = document.documentElement;
  let theme;
  addEventListener("beforeprint", () => ([theme, root.dataset.theme] = [root.dataset.theme, "light"]));
  addEventListener("afterprint", () => (root.dataset.theme = theme));
})();
