/* What is wider than its column scrolls inside itself: then the keyboard reaches it, and it has a name. */
(() => {
  const KINDS = { "div.math > .katex-display": "Formula", ".text_latex": "Formula", pre: "Code", ".pst-scrollable-table-container": "Table" };
  const ANY = Object.keys(KINDS).join();

  const measured = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const box = target.closest(ANY);
      const wide = box.scrollWidth > box.clientWidth;
      const kind = Object.keys(KINDS).find((selector) => box.matches(selector));
      const attributes = { tabindex: "0", role: "group", "aria-label": `${KINDS[kind]}, scrolls sideways` };
      for (const [name, value] of Object.entries(attributes)) wide ? box.setAttribute(name, value) : box.removeAttribute(name);
    }
  });
  const measure = (box) => [box, box.firstElementChild].forEach((part) => part && measured.observe(part));

  // Content far from the screen has no size until it comes near; what a kernel adds comes later.
  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(`main :is(${ANY})`).forEach(measure);
    const added = new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (node.nodeType === Node.ELEMENT_NODE) [node, ...node.querySelectorAll(ANY)].filter((each) => each.matches(ANY)).forEach(measure);
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
