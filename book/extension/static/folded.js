/* What is folded opens for a reader who is led into it, by an address or by a hit of the search. */
(() => {
  const CLOSED = "details:not([open]) > :not(summary)";

  function show(element) {
    for (let box = element.closest(CLOSED); box; box = element.closest(CLOSED)) box.parentElement.open = true;
    element.scrollIntoView({ block: "center" });
  }

  function follow() {
    const target = document.querySelector(":target");
    if (target?.closest(CLOSED)) show(target);
  }
  addEventListener("hashchange", follow);
  addEventListener("load", follow);

  // Sphinx marks the hits in 10 ms, and has said so by now.
  if (document.querySelector("#searchbox .highlight-link") && !location.hash) setTimeout(() => {
    const hits = [...document.querySelectorAll("article .highlighted")].filter((hit) => !hit.closest("script, noscript, [hidden], .katex-mathml"));
    const hit = hits.find((each) => !each.closest(CLOSED)) ?? hits[0];
    if (!hit) return;
    show(hit);
    hit.dispatchEvent(new Event("led-to", { bubbles: true }));
  }, 10);
})();
