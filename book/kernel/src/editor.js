/* Editors of a page's code, in the places of its cells. What a reader changes is kept in this browser only. */
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { Changes } from "./changes.js";
import { keyOf, moduleOf } from "./editing.js";
import { inWords } from "./figure.js";

/** @typedef {import("./page.js").Cell} Cell */
/** @typedef {import("./page.js").Page} Page */

const HINT = "Shift-Enter runs it. Tab leaves the editor; Ctrl-] and Ctrl-[ indent (on a Mac, Command-] and Command-[).";

/** The class names that the book's code has, so that the theme's colours are the editor's. */
const HIGHLIGHTER = tagHighlighter([
  { tag: tags.comment, class: "c1" },
  { tag: [tags.keyword, tags.self], class: "k" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: tags.moduleKeyword, class: "kn" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.string, class: "s2" },
  { tag: tags.special(tags.string), class: "s2" },
  { tag: tags.number, class: "mi" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.meta, class: "nd" },
  { tag: tags.operator, class: "o" },
  { tag: tags.punctuation, class: "p" },
]);

const THEME = EditorView.theme({
  "&": { maxHeight: "70vh", color: "var(--pst-color-text-base)", backgroundColor: "var(--pst-color-background)" },
  "&.cm-focused": { outline: "none" }, // what holds it has the ring
  ".cm-scroller": { fontFamily: "var(--pst-font-family-monospace)", fontSize: "0.875em", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--pst-color-text-base)" },
  ".cm-gutters": { color: "var(--pst-color-text-muted)", backgroundColor: "var(--pst-color-background)", borderRight: "1px solid var(--pst-color-border)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--pst-color-primary) 25%, transparent)" },
});

/** What web pages and files put into copied code and Python refuses: no-break spaces, marks of the byte order. @param {string} text */
const withoutStrayCharacters = (text) => text.replace(/[\u00a0\u202f]/g, " ").replaceAll("\ufeff", "");

/** One text of the book, and what the reader has made of it. */
class Draft {
  /**
   * @param {string} part of the page, see `keyOf`
   * @param {string} book its text in this edition
   */
  constructor(part, book) {
    this.key = keyOf(part);
    this.book = book;
    this.edition = bytesToHex(sha256(utf8ToBytes(book))).slice(0, 16);
    this.recall();
    if (!this.isChanged) localStorage.removeItem(this.key); // the book says the same by now
  }

  /** Take what is kept. */
  recall() {
    const { edition, text } = this.#kept();
    this.text = text;
    /** The edition that the reader's text was made from. */
    this.from = edition;
  }

  /** @returns {{edition: string, text: string}} */
  #kept() {
    try {
      const { edition, text } = JSON.parse(localStorage.getItem(this.key) ?? "");
      if (typeof text === "string") return { edition, text };
    } catch {} // there is none, or it was not written by this page
    return { edition: this.edition, text: this.book };
  }

  get isChanged() {
    return this.text !== this.book;
  }

  /** Whether there is a later edition than the one that the reader has changed. */
  get isOutdated() {
    return this.isChanged && this.from !== this.edition;
  }

  /** Keep a text; the book's own is not kept. Throws where there is no room. */
  set(text) {
    if (!this.isChanged) this.from = this.edition;
    this.text = text;
    if (this.isChanged) localStorage.setItem(this.key, JSON.stringify({ edition: this.from, text }));
    else localStorage.removeItem(this.key);
  }
}

class Editor {
  /** @type {HTMLElement} */
  element;
  /** @type {{run: HTMLButtonElement, stop: HTMLButtonElement, back: HTMLButtonElement}} */
  buttons;
  /** @type {HTMLElement} that says whose version it is */
  mark;
  /** @type {HTMLElement} that says how far the start is */
  starting;
  /** @type {HTMLElement} */
  status;
  /** @type {EditorView} */
  view;
  /** @type {HTMLDetailsElement | null} that hides the code */
  fold;

  /**
   * @param {Editing} editing
   * @param {Cell} cell
   * @param {boolean} isModule whether it is the figure's module that is changed, and not the cell's code
   * @param {string} book
   */
  constructor(editing, cell, isModule, book) {
    this.editing = editing;
    this.cell = cell;
    this.isModule = isModule;
    this.draft = new Draft(isModule ? /** @type {string} */ (cell.figure) : cell.id, book);
    this.isRunning = false;
    this.hasUnkept = false; // whether there was no room for the last change
    this.#build();
    this.#take();
    if (this.draft.isChanged) this.say("Kept from an earlier visit.");
  }

  get name() {
    return this.isModule ? `emergence/figures/${this.cell.figure?.replace(".", "/")}.py` : `cell “${this.cell.id}”`;
  }

  #build() {
    const { index } = this.cell;
    const hint = `live-hint-${index}${this.isModule ? "-module" : ""}`;
    this.element = document.createElement("div");
    this.element.className = "live-editor";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", `Your version of ${this.name}`);
    this.element.innerHTML = '<p class="live-name"></p><div class="highlight"></div>'
      + '<div class="live-actions live-editor-bar"><button type="button">Run</button><button type="button" hidden>Stop</button>'
      + '<span class="live-yours" hidden><span>Your version</span> · <button type="button">Back to the book’s version</button></span>'
      + '<span class="live-starting" hidden><progress max="1" aria-label="Starting Python"></progress> <span></span></span>'
      + `<span role="status"></span></div><p class="live-hint" id="${hint}">${HINT}</p>`;
    const find = (selector) => /** @type {HTMLElement} */ (this.element.querySelector(selector));
    find(".live-name").textContent = this.isModule ? this.name : "";
    /** @type {NodeListOf<HTMLButtonElement>} */
    const [run, stop, back] = this.element.querySelectorAll("button");
    this.buttons = { run, stop, back };
    this.mark = find(".live-yours");
    this.starting = find(".live-starting");
    this.status = find("[role=status]");
    run.addEventListener("click", () => this.run());
    stop.addEventListener("click", () => this.editing.page.stop());
    back.addEventListener("click", () => this.#goBack());
    const runs = () => (this.run(), true);
    this.view = new EditorView({
      parent: find(".highlight"),
      doc: this.draft.text,
      extensions: [
        keymap.of([{ key: "Shift-Enter", run: runs }, { key: "Mod-Enter", run: runs }, { key: "Ctrl-Enter", run: runs }]),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        lineNumbers(), history(), indentOnInput(), bracketMatching(), indentUnit.of("    "),
        EditorView.clipboardInputFilter.of(withoutStrayCharacters),
        pythonLanguage, syntaxHighlighting(HIGHLIGHTER), THEME,
        EditorView.contentAttributes.of({ "aria-label": `Python, ${this.name}`, "aria-describedby": hint, tabindex: "0" }),
        EditorView.updateListener.of(({ docChanged }) => docChanged && this.#keep()),
      ],
    });
    // The page has commands on single keys.
    this.element.addEventListener("keydown", (event) => event.stopPropagation());

    const cell = /** @type {HTMLElement} */ (document.getElementById(`live-cell-${index}`));
    const code = /** @type {HTMLElement} */ (cell.querySelector(".cell_input"));
    const button = /** @type {HTMLElement} */ (cell.querySelector(`[data-action="${this.isModule ? "module" : "edit"}"]`));
    /** @type {HTMLElement} */ (button.parentElement).hidden = true;
    if (this.isModule) code.append(this.element);
    else /** @type {HTMLElement} */ (code.querySelector('[class*="highlight-"]')).replaceWith(this.element);
    this.fold = code.closest("details");
    this.unfold();
  }

  unfold() {
    if (this.fold) this.fold.open = true;
  }

  focus() {
    this.unfold();
    this.view.focus();
  }

  /** Let the page run what the draft says. */
  #take() {
    const { isChanged, isOutdated, text } = this.draft;
    this.cell[this.isModule ? "module" : "yours"] = isChanged ? text : undefined;
    this.mark.hidden = !isChanged;
    /** @type {HTMLElement} */ (this.mark.firstElementChild).textContent = isOutdated ? "Your version · the book’s has changed since" : "Your version";
    this.editing.changes.refresh();
  }

  #keep() {
    const text = this.view.state.doc.toString();
    if (text === this.draft.text) return; // another tab has kept it
    let told = localStorage.temporary === true ? "Kept until you leave this page: this browser keeps nothing longer." : "";
    try {
      this.hasUnkept = false;
      this.draft.set(text);
    } catch (error) { // no room
      this.hasUnkept = true;
      told = `This browser could not keep it (${/** @type {Error} */ (error).message}).`;
    }
    this.#take();
    this.say(this.draft.isChanged ? told : "");
  }

  #goBack() {
    const { state } = this.view;
    this.view.dispatch({ changes: { from: 0, to: state.doc.length, insert: this.draft.book }, annotations: isolateHistory.of("full") });
    this.view.focus();
    this.say("This is the book’s version. Undo (Ctrl-Z) brings yours back; run it to see what the book shows.");
  }

  /** Another tab has kept something else. */
  follow() {
    if (this.hasUnkept) {
      this.say("Another tab has changed this, too. It is kept from there; yours is in this tab only.");
      return;
    }
    this.draft.recall();
    const { state } = this.view, insert = this.draft.text;
    if (state.doc.toString() === insert) return;
    this.view.dispatch({ changes: { from: 0, to: state.doc.length, insert }, annotations: isolateHistory.of("full") });
    this.#take();
    this.say("Changed in another tab.");
  }

  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text; // a screen reader says it once
  }

  async run() {
    const { page } = this.editing;
    if (this.isRunning || page.isRunning(this.cell)) {
      this.say("It is waiting or running already; stop it first.");
      return;
    }
    const { run, stop } = this.buttons;
    const hasFocus = document.activeElement === run;
    this.isRunning = true;
    [run.hidden, stop.hidden] = [true, false];
    if (hasFocus) stop.focus();
    const watch = (progress) => {
      const [bar, words] = /** @type {[HTMLProgressElement, HTMLElement]} */ ([...this.starting.children]);
      const { done, text } = inWords(progress);
      this.starting.hidden = progress.step === "Running";
      bar.value = done;
      words.textContent = text;
    };
    page.watchers.add(watch);
    this.say("Running…");
    const told = await page.run(this.cell, this.isModule);
    page.watchers.delete(watch);
    const stopHasFocus = document.activeElement === stop;
    this.isRunning = false;
    this.starting.hidden = true;
    [run.hidden, stop.hidden] = [false, true];
    if (stopHasFocus) run.focus();
    this.say(told);
  }
}

/** All editors of a page. */
export class Editing {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.changes = new Changes(page);
    /** @type {Map<string, Promise<Editor>>} by the part of the page that they change */
    this.editors = new Map();
    window.addEventListener("storage", async ({ key }) => {
      for (const opened of this.editors.values()) {
        const editor = await opened;
        if (editor.draft.key === key) editor.follow();
      }
    });
  }

  /**
   * @param {Cell} cell
   * @param {boolean} isModule
   */
  async #editor(cell, isModule) {
    const part = isModule ? /** @type {string} */ (cell.figure) : cell.id;
    if (!this.editors.has(part)) {
      const book = isModule ? this.#source(part) : Promise.resolve(cell.code);
      this.editors.set(part, book.then((text) => new Editor(this, cell, isModule, text)));
    }
    try {
      return await this.editors.get(part);
    } catch (error) {
      this.editors.delete(part); // the next press tries again
      this.page.say(`The code of ${part} could not be opened: ${/** @type {Error} */ (error).message}.`);
    }
  }

  /** The book's source of a figure's module. */
  async #source(figure) {
    const response = await fetch(`${this.page.places.live}figures/${figure.replace(".", "/")}.py`);
    if (!response.ok) throw new Error(`${moduleOf(figure)} is not there (${response.status})`);
    return response.text();
  }

  /** Open an editor, or go to the one that is open. */
  async open(cell, isModule) {
    (await this.#editor(cell, isModule))?.focus();
  }

  /**
   * Show what the reader has changed on an earlier visit.
   * @param {{cell: Cell, isModule: boolean}[]} kept
   */
  async recall(kept) {
    for (const { cell, isModule } of kept) await this.#editor(cell, isModule);
  }
}
