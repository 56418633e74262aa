/* What a reader has changed on a page, as files: as Python, and as the chapter's notebook. */
import { keptParts, keyOf, moduleOf } from "./editing.js";
import { save } from "./files.js";

/** @typedef {import("./page.js").Cell} Cell */

/** @param {Cell} cell */
const isChanged = ({ yours, module }) => yours !== undefined || module !== undefined;

/** Python that puts a changed module in the place of the book's. @param {Cell} cell */
function moduleCode({ figure, module }) {
  const text = /** @type {string} */ (module);
  // As it is, if Python can read it so; what JSON writes is a text of Python, too.
  const written = /'''|['\\]$/.test(text) ? JSON.stringify(text) : `r'''${text}'''`;
  return `from emergence.live.changed import use_source\n\nuse_source("${moduleOf(/** @type {string} */ (figure))}", ${written})`;
}

/** What the reader has changed of an earlier edition and this one does not have. @param {Cell[]} cells */
const leftBehind = (cells) => keptParts().filter((part) => !cells.some(({ id, figure }) => part === id || part === figure));

/** @param {string} part */
const keptText = (part) => JSON.parse(localStorage.getItem(keyOf(part)) ?? "{}").text;

/**
 * The changed cells of a page as one Python file.
 * @param {Cell[]} cells
 */
export function asPython(cells) {
  const parts = [`# ${document.title}\n# ${location.origin}${location.pathname}\n# The cells that were changed; all others are as in the book.`];
  for (const cell of cells.filter(isChanged)) {
    if (cell.module !== undefined) parts.push(`# %% the module of the figure in cell “${cell.id}”\n${moduleCode(cell)}`);
    if (cell.yours !== undefined) parts.push(`# %% cell “${cell.id}”\n${cell.yours.trimEnd()}`);
  }
  for (const part of leftBehind(cells)) parts.push(`# %% “${part}”, which this edition does not have\n${keptText(part)}`);
  return `${parts.join("\n\n")}\n`;
}

const codeCell = (id, source) => ({ cell_type: "code", id, metadata: {}, source, execution_count: null, outputs: [] });

/** The notebook of a chapter without outputs, or, of a page that is none, its code. @param {Cell[]} cells */
async function emptyNotebook(cells) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector(".notebook-copies a[download]"));
  if (!link) {
    const kernelspec = { display_name: "Python 3", language: "python", name: "python3" };
    return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: cells.map(({ id, code }) => codeCell(id, code)) };
  }
  const response = await fetch(link.href);
  if (!response.ok) throw new Error(`${link.href} could not be loaded (${response.status})`);
  const notebook = await response.json();
  for (const cell of notebook.cells) if (cell.cell_type === "code") Object.assign(cell, { execution_count: null, outputs: [] });
  return notebook;
}

/**
 * The notebook of a page, with what the reader has made of its cells.
 * @param {Cell[]} cells
 */
export async function asNotebook(cells) {
  const notebook = await emptyNotebook(cells);
  notebook.cells = notebook.cells.flatMap((cell) => {
    const ours = cells.find(({ id }) => id === cell.id);
    if (ours?.yours !== undefined) cell.source = ours.yours;
    return ours?.module === undefined ? [cell] : [codeCell(`${cell.id.slice(0, 57)}-module`, moduleCode(ours)), cell];
  });
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** The name of a file with what was changed on this page. */
const changed = (ending) => `${location.pathname.split("/").pop()?.replace(/(\.html)?$/, "") || "index"}-changed${ending}`;

/** The buttons in the page's toolbar, while there is something to take away. */
export class Changes {
  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.cells = page.cells;
    this.element = document.createElement("span");
    this.element.className = "live-downloads";
    this.element.innerHTML = 'Download what I changed: <button type="button" aria-label="Download what I changed as .py">.py</button> <button type="button" aria-label="Download what I changed as .ipynb">.ipynb</button>';
    page.status.before(this.element);
    const [python, notebook] = this.element.querySelectorAll("button");
    python.addEventListener("click", () => save(asPython(this.cells), "text/x-python", changed(".py")));
    notebook.addEventListener("click", () => {
      asNotebook(this.cells).then((text) => save(text, "application/x-ipynb+json", changed(".ipynb")))
        .catch((error) => page.say(`The notebook could not be made: ${error.message}.`));
    });
    this.refresh();
  }

  refresh() {
    this.element.hidden = !this.cells.some(isChanged) && leftBehind(this.cells).length === 0;
  }
}
