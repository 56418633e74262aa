/* The filter of the ledger of claims. What is chosen stands in the address, ledger.html?status=false&source=B, so that it
   can be shared and gone back from. It runs before the page is drawn for the first time. */
(() => {
  /** @typedef {"status" | "source" | "chapter"} Key */
  /** @type {Key[]} */
  const KEYS = ["status", "source", "chapter"];
  /** @type {(part: string) => HTMLElement} */
  const find = (part) => /** @type {HTMLElement} */ (document.querySelector(part));
  /** @type {<Kind extends HTMLElement = HTMLElement>(part: string) => Kind[]} */
  const all = (part) => [...document.querySelectorAll(part)].map((each) => /** @type {any} */ (each));

  /** @type {Record<string, Record<Key, string[]>>} */
  const facts = JSON.parse(find("#claim-facts").textContent ?? "");
  const claims = Object.keys(facts);
  const sections = all("section.claim").reverse(); // parts before the claim that they belong to
  const buttons = all(".claim-filter [data-status]");
  /** @type {HTMLSelectElement[]} */
  const menus = all(".claim-filter select");
  const said = find(".claim-shown");

  /** @returns {Record<Key, string>} what an address asks for; what no claim has, nobody asks for */
  function asked() {
    const search = new URLSearchParams(location.search);
    const known = (key) => claims.some((claim) => facts[claim][key].includes(search.get(key) ?? ""));
    return /** @type {any} */ (Object.fromEntries(KEYS.map((key) => [key, known(key) ? search.get(key) : ""])));
  }

  let wanted = asked();
  const fits = (claim, those = wanted) => KEYS.every((key) => !those[key] || facts[claim][key].includes(those[key]));

  /** Where the address leads. */
  const place = () => document.getElementById(location.hash.slice(1));

  function show() {
    const target = place()?.closest("section.claim");
    for (const section of sections) {
      const claim = section.id.slice("claim-".length);
      const whole = target?.contains(section); // where an address leads, nothing is hidden
      section.hidden = !whole && (claim in facts ? !fits(claim) : !section.querySelector("section.claim:not([hidden])"));
    }
    for (const source of all("section[id^=source-]")) source.hidden = !source.querySelector("section.claim:not([hidden])");

    for (const button of buttons) {
      const status = button.dataset.status ?? "";
      button.setAttribute("aria-pressed", String(wanted.status === status));
      const ofStatus = claims.filter((claim) => facts[claim].status.includes(status));
      const shown = ofStatus.filter((claim) => fits(claim, { ...wanted, status }));
      const count = shown.length < ofStatus.length ? `${shown.length} of ${ofStatus.length}` : `${ofStatus.length}`;
      /** @type {HTMLElement} */ (button.lastElementChild).textContent = count;
    }
    for (const menu of menus) menu.value = wanted[/** @type {Key} */ (menu.dataset.key)];
    say(claims.filter((claim) => fits(claim)).length, target);
  }

  /** @param {Element | null | undefined} target */
  function say(count, target) {
    const of = count < claims.length ? `${count || "None"} of ${claims.length} claims` : `${count} claims`;
    const pressed = buttons.filter(({ dataset }) => wanted.status && dataset.status === wanted.status);
    const words = [
      ...pressed.map(({ firstChild }) => firstChild?.textContent?.trim()),
      ...menus.filter(({ value }) => value).map((menu) => `${menu.dataset.words} ${menu.selectedOptions[0].text.replace(/^([A-Z]): .*/, "$1")}`),
    ];
    const name = target?.id.slice("claim-".length) ?? "";
    const beside = name in facts && !fits(name) ? `; and ${name}, to which the address leads` : "";
    const text = `${of}${words.length ? ": " : ""}${words.join(", ")}${beside}`;
    if (said.textContent !== text) said.textContent = text;
  }

  function choose(change) {
    wanted = { ...wanted, ...change };
    const url = new URL(location.href);
    for (const key of KEYS) wanted[key] ? url.searchParams.set(key, wanted[key]) : url.searchParams.delete(key);
    url.hash = "";
    try {
      history.pushState(null, "", url);
    } catch {
      // A page from a folder, or in a frame of somebody else's, may have an address that cannot change.
    }
    show();
  }

  for (const button of buttons) {
    button.addEventListener("click", () => choose({ status: button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.status }));
  }
  for (const menu of menus) menu.addEventListener("change", () => choose({ [menu.dataset.key ?? ""]: menu.value }));
  find(".claim-filter [data-action=all]").addEventListener("click", () => choose({ status: "", source: "", chapter: "" }));

  addEventListener("popstate", () => {
    const hidden = place()?.closest("section[hidden]");
    wanted = asked();
    show();
    if (hidden) place()?.scrollIntoView(); // the browser could not go there
  });
  show();
  if (KEYS.some((key) => wanted[key])) place()?.scrollIntoView(); // the browser went there before all was hidden above it
})();
