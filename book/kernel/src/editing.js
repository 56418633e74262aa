/* The buttons beside a page's code cells that open an editor. The editor itself (editor.js) is loaded with the first one,
   or where the reader has changed something on an earlier visit. The markup is that of book/extension/editing.py. */
/* global EDITOR: the name of a script, with the mark of its content (build.mjs) */

import { advice } from "./kernel.js";

/** @typedef {import("./page.js").Cell} Cell */

/** One path for a page that a host serves under several: "/" is "/index.html", and a name may lack ".html". */
const wholePath = (path) => path.replace(/\/$/, "/index").replace(/(\.html)?$/, ".html");

/** Where a browser keeps what the reader has made of a part of this page: of a cell, by its id, or of a figure's module. */
export const keyOf = (part) => `edited:${wholePath(location.pathname)}#${part}`;

/** Find under its one key what was kept under another path of this page. */
function moveKept() {
  for (const key of Object.keys(localStorage)) {
    const [, path = "", part = ""] = /^edited:([^#]*)#(.*)$/s.exec(key) ?? [];
    const whole = keyOf(part);
    if (!path || key === whole || `edited:${wholePath(path)}#${part}` !== whole || localStorage.getItem(whole) !== null) continue;
    const text = localStorage.getItem(key) ?? "";
    localStorage.removeItem(key); // first, where there is no room for both
    localStorage.setItem(whole, text);
  }
}

/** The parts of this page of which a browser keeps something; those of an earlier edition, too. @returns {string[]} */
export function keptParts() {
  const key = keyOf("");
  return Object.keys(localStorage).filter((each) => each.startsWith(key)).map((each) => each.slice(key.length));
}

/** The module of a figure. @param {string} figure */
export const moduleOf = (figure) => `emergence.figures.${figure}`;

/** The parts of a cell that can be changed, by their buttons on the page. @param {Cell} cell */
const partsOf = (cell) => {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = document.querySelectorAll(`#live-cell-${cell.index} .live-edit button`);
  return [...buttons].map((button) => ({ cell, button, isModule: button.dataset.action === "module" }));
};

/** @param {import("./page.js").Page} page */
export function wireEditing(page) {
  /** @type {Promise<import("./editor.js").Editing> | null} */
  let loading = null;
  const load = () => {
    loading ??= import(page.places.live + EDITOR).then(({ Editing }) => new Editing(page));
    return loading.catch((error) => {
      loading = null; // the next press tries again
      page.say(`The editor could not be loaded: ${advice(error.message)}. What you have changed stays kept; meanwhile the book’s code runs.`);
    });
  };
  const parts = page.cells.flatMap(partsOf);
  for (const { cell, button, isModule } of parts) {
    button.addEventListener("click", async () => {
      const { textContent } = button;
      button.textContent = "Opening…";
      await (await load())?.open(cell, isModule);
      button.textContent = textContent; // it is seen again if that failed
    });
  }
  if (parts.length === 0) return; // a page of a single figure; in a frame it may not even ask what is kept
  moveKept();
  const kept = keptParts();
  if (kept.length === 0) return;
  const changed = parts.filter(({ cell, isModule }) => kept.includes(isModule ? cell.figure ?? "" : cell.id));
  page.recalled = load().then((editing) => editing?.recall(changed));
}
