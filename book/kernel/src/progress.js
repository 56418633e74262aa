/* How far a reader is with the exercises: kept in this browser only, said under the title of a chapter and on the page
   "My progress". The markup is that of book/extension/exercises.py; outputs.js tells what a check has found. */

import { save } from "./files.js";

/** @typedef {"tried" | "done"} State */

const PREFIX = "progress:";
const READING = "reading:"; // how far which chapter has been read (book/extension/static/reading.js)
/** @type {Record<State, number>} */
const RANK = { tried: 1, done: 2 };
const FORMAT = "at-the-limit-progress";

/** @returns {state is State} */
const isState = (state) => typeof state === "string" && Object.hasOwn(RANK, state);

/** @returns {State | null} */
const stateOf = (exercise) => {
  const kept = localStorage.getItem(PREFIX + exercise);
  return isState(kept) ? kept : null;
};

/** What was done stays done. @returns {boolean} whether it is news */
const keep = (exercise, state) => {
  const before = stateOf(exercise);
  if (!isState(state) || (before && RANK[before] >= RANK[state])) return false;
  localStorage.setItem(PREFIX + exercise, state);
  return true;
};

/** @param {string[]} exercises */
const done = (exercises) => exercises.filter((exercise) => stateOf(exercise) === "done").length;
const isTemporary = () => localStorage.temporary === true; // what is stored is text

/** What an exported file says of each exercise; null for any other file. @returns {Record<string, unknown> | null} */
const progressIn = (text) => {
  try {
    const { format, progress } = JSON.parse(text);
    return format === FORMAT && typeof progress === "object" && !Array.isArray(progress) ? progress : null;
  } catch {
    return null;
  }
};

/** @param {number} count */
const furtherIn = (count) => `${count === 1 ? "one exercise is" : `${count} exercises are`} further than before`;

/** The row under the title of a chapter. */
class Row {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.exercises = (element.dataset.exercises ?? "").split(" ");
    this.show();
  }

  show(problem = "") {
    const kept = isTemporary() ? ", kept until you leave this page" : "";
    this.element.textContent = `${done(this.exercises)} of ${this.exercises.length} done${kept}${problem}`;
  }
}

/** The page that lists all exercises. */
class List {
  /** @param {HTMLElement} controls */
  constructor(controls) {
    /** @type {(part: string) => HTMLElement} */
    const find = (part) => /** @type {HTMLElement} */ (controls.querySelector(part));
    /** @type {NodeListOf<HTMLElement>} */
    const marks = document.querySelectorAll("[data-exercise]");
    this.marks = [...marks];
    this.summary = find("[data-summary]");
    this.status = find("[role=status]");
    this.file = /** @type {HTMLInputElement} */ (find("input"));
    this.sure = find(".progress-sure");
    this.buttons = Object.fromEntries(["export", "import", "erase", "sure", "keep"].map((name) => [name, find(`[data-action=${name}]`)]));
    const actions = {
      export: () => this.#export(), import: () => this.file.click(), erase: () => this.#ask(true),
      sure: () => this.#erase(), keep: () => this.#ask(false),
    };
    for (const [name, action] of Object.entries(actions)) this.buttons[name].addEventListener("click", action);
    this.file.addEventListener("change", () => this.#import());
    controls.hidden = false;
    document.querySelector(".progress-unknown")?.remove();
    this.show();
  }

  get exercises() {
    return this.marks.map(({ dataset }) => dataset.exercise ?? "");
  }

  show() {
    for (const mark of this.marks) {
      const state = stateOf(mark.dataset.exercise);
      mark.dataset.state = state ?? "new";
      mark.textContent = state ?? "not begun";
    }
    const kept = isTemporary()
      ? " This browser keeps nothing for this site: what you do is forgotten when you leave the page. Export what you want to keep." : "";
    this.summary.textContent = `${done(this.exercises)} of ${this.marks.length} exercises done.${kept}`;
  }

  #say(text) {
    this.status.textContent = text;
  }

  #export() {
    const progress = Object.fromEntries(this.exercises.map((exercise) => [exercise, stateOf(exercise)]).filter(([, state]) => state));
    const text = JSON.stringify({ format: FORMAT, progress }, null, 1);
    save(text, "application/json", "at-the-limit-progress.json");
    this.#say(`Exported: ${Object.keys(progress).length} exercises.`);
  }

  async #import() {
    const [file] = this.file.files ?? [];
    if (!file) return;
    let count = 0;
    try {
      const progress = progressIn(await file.text());
      if (!progress) throw new Error("This is not a progress file of this book");
      for (const exercise of this.exercises) if (Object.hasOwn(progress, exercise) && keep(exercise, progress[exercise])) count += 1;
      this.#say(`Imported: ${furtherIn(count)}.`);
    } catch (error) { // also where there is no room
      const before = count ? ` Before that, ${furtherIn(count)}.` : "";
      this.#say(`“${file.name}” could not be imported: ${/** @type {Error} */ (error).message}.${before}`);
    }
    this.file.value = ""; // the same file can be chosen again
    this.show();
  }

  #ask(whether) {
    this.sure.hidden = !whether;
    this.buttons.erase.hidden = whether;
    this.buttons[whether ? "keep" : "erase"].focus();
    if (whether) this.#say("");
  }

  #erase() {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) || key.startsWith(READING)) localStorage.removeItem(key);
    for (const exercise of this.exercises) localStorage.removeItem(PREFIX + exercise);
    this.#ask(false);
    this.#say("Erased.");
    this.show();
  }
}

/** @type {NodeListOf<HTMLElement>} */
const rows = document.querySelectorAll("[data-exercises]");
/** @type {HTMLElement | null} */
const controls = document.querySelector(".progress-controls");
const shown = [...[...rows].map((row) => new Row(row)), ...(controls ? [new List(controls)] : [])];

document.addEventListener("live:exercise", (event) => {
  const { exercise, state } = /** @type {CustomEvent} */ (event).detail;
  let problem = "";
  try {
    keep(exercise, state);
  } catch (error) { // no room
    problem = `, but this browser could not keep more (${/** @type {Error} */ (error).message})`;
  }
  for (const each of shown) each.show(problem);
});
window.addEventListener("storage", () => shown.forEach((each) => each.show())); // another page has kept something
window.addEventListener("pageshow", ({ persisted }) => persisted && shown.forEach((each) => each.show()));
