/* The beats `predict` of a page: what a reader commits to is kept in this browser only, and shown again under the figure
   once something is moved there. The markup is that of book/extension/predictions.py. */
import { readNumber } from "../../../emergence/live/front/figure.js";
import { Drawing } from "./drawing.js";

/** @typedef {import("../../../emergence/live/front/figure.js").Sheet} Sheet */
/** @typedef {import("./figure.js").Figure} Figure */

const NEEDED = 1 / 3; // of the axis, before a curve says something

/** @param {HTMLInputElement} radio */
const labelOf = (radio) => /** @type {HTMLElement} */ (radio.labels?.[0]);
/** An answer is kept by its words: a later edition may list the answers in another order. */
const wordsOf = (radio) => radio.getAttribute("aria-label") ?? labelOf(radio).textContent;

const isPoint = (point) => point === null || (Array.isArray(point) && point.length === 2 && point.every(Number.isFinite));

/** One beat: open, until the reader commits; then fixed, until the reader wants to change it. */
class Prediction {
  /** @type {any} what the reader has committed to: a curve, the numbers as they were typed, or an answer's words */
  said;

  /**
   * @param {HTMLElement} element .predict
   * @param {Figure[]} figures of the page
   */
  constructor(element, figures) {
    this.element = element;
    /** @type {{figure?: string, sheet?: Sheet}} */
    const spec = JSON.parse(/** @type {HTMLElement} */ (element.querySelector(".prediction-spec")).textContent);
    this.figure = figures.find(({ front }) => front.spec.figure === spec.figure);
    this.key = `prediction:${element.id}`; // a name that the book has once
    /** @type {NodeListOf<HTMLInputElement>} */
    const fields = element.querySelectorAll("input");
    this.radios = [...fields].filter(({ type }) => type === "radio");
    this.numbers = [...fields].filter((field) => field.matches(".prediction-number"));
    this.status = /** @type {HTMLElement} */ (element.querySelector("[role=status]"));
    this.answer = /** @type {HTMLDetailsElement} */ (element.querySelector(".answer"));
    const tellNothing = () => (this.status.textContent = "");
    this.drawing = spec.sheet && new Drawing(/** @type {HTMLElement} */ (element.querySelector(".live-panel")), spec.sheet, tellNothing);
    /** @param {string} action */
    const button = (action) => /** @type {HTMLButtonElement} */ (element.querySelector(`[data-action="${action}"]`));
    this.buttons = { commit: button("commit"), clear: button("clear"), change: button("change"), forget: button("forget") };
    this.buttons.clear.hidden = !this.drawing;
    // A double click is one press, and so is a key held down: the button that is under it by then is another.
    const press = (action, act) => {
      button(action).addEventListener("click", ({ detail }) => detail < 2 && act());
      button(action).addEventListener("keydown", (event) => event.repeat && event.preventDefault());
    };
    press("commit", () => this.#commit());
    press("clear", () => (this.drawing?.clear(), tellNothing()));
    press("change", () => this.#change());
    press("forget", () => this.#forget());
    element.addEventListener("input", tellNothing);
    for (const input of this.numbers) {
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault(); // the focus moves to a button, which this key would press
        if (!event.repeat) this.#commit();
      });
    }
    // A group that is named by its question: its fields and buttons are told apart from those of the others.
    const question = /** @type {HTMLElement} */ (element.querySelector("p:not(.admonition-title)"));
    question.id ||= `${element.id}-question`;
    element.setAttribute("role", "group");
    element.setAttribute("aria-labelledby", question.id);
    for (const kind of ["live:moved", "live:shown"]) this.figure?.element.addEventListener(kind, () => this.#remind());
    addEventListener("storage", ({ key }) => key === this.key && this.#recall()); // another tab has changed it
    this.#recall();
  }

  /** What the reader has said, or in words what is missing. */
  #read() {
    if (this.drawing) {
      const { points, share, sheet } = this.drawing;
      return share < NEEDED ? { problem: "Draw the curve from left to right first." } : { said: { x: sheet.x.label, y: sheet.y.label, points } };
    }
    if (this.numbers.length) {
      const typed = this.numbers.map(({ value }) => value.trim().replace(/\s*(%|per cent)$/, "")); // the unit stands behind the field
      if (typed.includes("")) return { problem: this.numbers.length > 1 ? "Fill in every number first." : "Fill in a number first." };
      const wrong = typed.find((text) => !Number.isFinite(readNumber(text)));
      return wrong === undefined ? { said: typed } : { problem: `“${wrong}” is not read as a number; write it like 1500, 0.5 or 2×10⁷.` };
    }
    const chosen = this.radios.find(({ checked }) => checked);
    return chosen ? { said: wordsOf(chosen) } : { problem: "Choose an answer first." };
  }

  #commit() {
    const { said, problem } = this.#read();
    if (problem) {
      this.status.textContent = problem;
      return;
    }
    try {
      localStorage.setItem(this.key, JSON.stringify(said));
    } catch (error) { // no room
      this.status.textContent = `This browser could not keep it (${/** @type {Error} */ (error).message}).`;
      return;
    }
    this.#fix(said);
    this.buttons.change.focus();
  }

  /** Show what is kept, if the question still offers it. */
  #recall() {
    let said;
    try {
      said = JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      said = null; // not written by this page
    }
    if (said !== null && this.#fill(said)) this.#fix(said);
    else if (this.said !== undefined) this.#open();
  }

  /** Put an answer into the fields; false if it is none of this question's. */
  #fill(said) {
    if (this.drawing) {
      const { x, y } = this.drawing.sheet;
      if (said.x !== x.label || said.y !== y.label || !Array.isArray(said.points) || !said.points.every(isPoint)) return false;
      this.drawing.restore(said.points);
      return this.drawing.share > 0;
    }
    if (this.numbers.length) {
      if (!Array.isArray(said) || said.length !== this.numbers.length) return false;
      this.numbers.forEach((input, i) => (input.value = String(said[i])));
      return true;
    }
    const radio = this.radios.find((each) => wordsOf(each) === said);
    if (radio) radio.checked = true;
    return radio !== undefined;
  }

  #fix(said) {
    this.said = said;
    this.#allow(false);
    const kept = localStorage.temporary === true ? "Kept until you leave this page" : "Kept in this browser only";
    this.status.textContent = `${kept}. ${this.figure ? "Now play: it is shown again under the figure." : "Now compare it with the answer."}`;
    if (this.drawing) this.figure?.expect(said);
    this.reminder?.remove();
    this.reminder = undefined;
    if (this.figure && this.figure.state !== "resting") this.#remind();
  }

  /** Let the reader answer, or not any more. */
  #allow(open) {
    const { commit, clear, change, forget } = this.buttons;
    this.element.classList.toggle("is-committed", !open);
    for (const input of [...this.radios, ...this.numbers]) input.disabled = !open;
    if (this.drawing) {
      this.drawing.isFixed = !open;
      this.drawing.surface.setAttribute("aria-disabled", String(!open));
    }
    commit.hidden = !open;
    clear.hidden = !open || !this.drawing;
    change.hidden = forget.hidden = open;
  }

  /** Answer again; what is kept is kept until then. */
  #change() {
    this.#open();
    (this.radios.find(({ checked }) => checked) ?? this.numbers[0] ?? this.drawing?.surface).focus();
  }

  #open() {
    this.said = undefined;
    this.#allow(true);
    this.status.textContent = "";
    this.figure?.expect(null);
    this.reminder?.remove();
    this.reminder = undefined;
  }

  #forget() {
    localStorage.removeItem(this.key);
    this.#open();
    this.drawing?.clear();
    for (const radio of this.radios) radio.checked = false;
    for (const number of this.numbers) number.value = "";
    this.status.textContent = "Forgotten.";
    this.buttons.commit.focus();
  }

  /** Say under the figure what was predicted, with the answer to compare it with. */
  #remind() {
    if (this.said === undefined || this.reminder || !this.figure) return;
    const reminder = Object.assign(document.createElement("div"), { className: "prediction-reminder" });
    const line = document.createElement("p");
    line.setAttribute("role", "status");
    const answer = /** @type {HTMLDetailsElement} */ (this.answer.cloneNode(true));
    for (const part of [answer, ...answer.querySelectorAll("[id]")]) part.removeAttribute("id");
    reminder.append(line, answer);
    this.figure.element.after(reminder);
    this.reminder = reminder;
    requestAnimationFrame(() => line.append("You predicted: ", ...this.#words())); // said aloud, as it comes into what stands there
  }

  /** @returns {(Node | string)[]} */
  #words() {
    if (this.drawing) return [this.drawing.words];
    const chosen = this.radios.find(({ checked }) => checked);
    if (chosen) return [...labelOf(chosen).cloneNode(true).childNodes];
    const sentence = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (this.numbers[0].closest("p")).cloneNode(true));
    sentence.querySelectorAll(".prediction-blank").forEach((blank) => blank.remove());
    sentence.querySelectorAll(".prediction-number").forEach((input, i) => {
      input.replaceWith(Object.assign(document.createElement("strong"), { textContent: this.said[i] }));
    });
    return [...sentence.childNodes];
  }
}

/** @param {Figure[]} figures of the page */
export const wirePredictions = (figures) => {
  for (const element of document.querySelectorAll(".predict:has(.prediction-spec)")) new Prediction(/** @type {HTMLElement} */ (element), figures);
};
