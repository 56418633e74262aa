/* Cards for what links of the text lead to (book/extension/cards.py): when the reader points at one, comes to it by key or
   taps it. Escape closes a card, the pointer can go into it, and it stays while pointer or focus do (WCAG 1.4.13).

   A finger cannot point, and going to another page and back loses the place. So a first tap shows the card, at the foot of
   the screen where it hides nothing beside the link, and in it the way there; a second tap on the link follows it. Where
   no card comes in time, the tap follows the link as any other. */
(() => {
  const VERSION = ""; // of the cards
  const [SHOW_MS, HIDE_MS, WAIT_MS, GAP] = [300, 250, 2500, 6];
  if (self.origin === "null") return; // in a folder, or a frame without an origin, a page cannot read other files
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
  const files = {};
  const card = document.createElement("div");
  card.id = "reference-card";
  let timer;
  /** The link whose card is shown, or will be; the one whose card is shown; the one whose card was closed by key, until
      the reader leaves it. @type {Record<"wanted" | "shown" | "closed", HTMLAnchorElement | null>} */
  const at = { wanted: null, shown: null, closed: null };
  let byFinger = false;

  const linkAt = (target) => target.closest?.("a[data-card]");
  const plan = (action, ms) => {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  };
  const load = (kind) => (files[kind] ??= fetch(new URL(`_static/cards/${kind}.json?v=${VERSION}`, root))
    .then((response) => response.json())
    .catch(() => {
      delete files[kind]; // to be asked for again
      return {};
    }));

  function close() {
    clearTimeout(timer);
    at.shown?.removeAttribute("aria-describedby");
    card.remove();
    at.wanted = at.shown = null;
  }

  async function show(link, { y = 0, tapped = false } = {}) {
    at.wanted = link;
    const { pathname, hash, href } = new URL(link.href);
    const late = new Promise((resolve) => tapped && setTimeout(resolve, WAIT_MS, {}));
    const html = (await Promise.race([load(link.dataset.card), late]))[decodeURIComponent(pathname.slice(root.pathname.length) + hash)];
    if (at.wanted !== link) return;
    close();
    if (!html) {
      if (tapped) location.assign(href);
      return;
    }
    at.wanted = at.shown = link;
    link.removeAttribute("title"); // the browser would show it as well
    card.className = tapped ? "reference-card is-sheet" : "reference-card";
    card.setAttribute("role", tapped ? "dialog" : "tooltip");
    card.innerHTML = html.replaceAll("{root}", root.pathname);
    card.style.left = card.style.top = "";
    document.querySelector("main")?.append(card);
    if (tapped) {
      const actions = `<a href="${href}">Go there</a> <button type="button">Close</button>`;
      card.insertAdjacentHTML("beforeend", `<p class="reference-actions">${actions}</p>`);
      card.setAttribute("aria-label", link.textContent);
      card.tabIndex = -1;
      card.focus({ preventScroll: true });
    } else {
      card.removeAttribute("aria-label");
      card.removeAttribute("tabindex");
      link.setAttribute("aria-describedby", card.id);
      putBeside([...link.getClientRects()], y);
    }
  }

  /** Below the line of the link that the pointer is on, or above it where there is no room. */
  function putBeside(lines, y) {
    const line = lines.find(({ top, bottom }) => y >= top && y <= bottom) ?? lines[0];
    const { x, y: origin, width, height } = card.getBoundingClientRect();
    const room = document.documentElement.clientWidth - width - GAP;
    const above = line.bottom + GAP + height > innerHeight && line.top > GAP + height;
    card.style.left = `${Math.max(GAP, Math.min(line.left, room)) - x}px`;
    card.style.top = `${(above ? line.top - GAP - height : line.bottom + GAP) - origin}px`;
  }

  function dismiss() {
    at.closed = at.shown;
    if (card.contains(document.activeElement)) at.shown?.focus({ preventScroll: true });
    close();
  }

  const isSheet = () => at.shown && card.classList.contains("is-sheet");
  const leave = () => at.shown?.matches(":focus-visible") || close();

  document.addEventListener("pointerover", ({ target, pointerType, clientY }) => {
    if (pointerType === "touch" || isSheet()) return;
    const link = linkAt(target);
    if (link !== at.closed) at.closed = null;
    if (card.contains(/** @type {Node} */ (target)) || (link && link === at.shown)) clearTimeout(timer);
    else if (!link) {
      if (!at.shown) at.wanted = null;
      plan(leave, HIDE_MS);
    } else if (!at.closed) {
      load(link.dataset.card);
      plan(() => show(link, { y: clientY }), SHOW_MS);
    }
  });
  document.documentElement.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType !== "touch" && !isSheet()) plan(leave, HIDE_MS); // a finger leaves with every tap
  });
  document.addEventListener("focusin", ({ target }) => {
    const link = linkAt(target);
    if (link?.matches(":focus-visible") && link !== at.closed) plan(() => show(link), SHOW_MS);
    else if (isSheet() && target !== at.shown && !card.contains(/** @type {Node} */ (target))) close();
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target === at.closed) at.closed = null;
    if (target === at.wanted && !isSheet()) close();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") at.shown ? dismiss() : close();
  });
  document.addEventListener("pointerdown", ({ pointerType }) => (byFinger = pointerType === "touch"), { capture: true });
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = linkAt(target);
    if (link && byFinger && event.detail && link !== at.wanted) {
      event.preventDefault();
      show(link, { tapped: true });
    } else if (target.closest(".reference-actions button")) dismiss();
    else if (!card.contains(target) || target.closest("a")) close();
  });
})();
