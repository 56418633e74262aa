/* A curve drawn on empty axes: by the pointer, from column to column, or by keys, which move as a slider does. */
import { coordinate, curveOn, shareOf, writeNumber } from "../../../emergence/live/front/figure.js";

/** @typedef {import("../../../emergence/live/front/figure.js").Sheet} Sheet */
/** @typedef {import("../../../emergence/live/front/figure.js").Point} Point */
/** @typedef {{left: number, right: number}} Ink in one column: where the curve comes from the left, and leaves to the right */

const COLUMNS = 49; // the middle of the axis is one of them
const WALL = 0.2; // of the height: what is drawn up or down in one column by more is no wavering of the hand
const OUTSIDE_PX = 14; // who goes further beyond the axes lifts the pen
const STEP = 1 / 40;
const MOVES = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1], PageDown: [0, -5], PageUp: [0, 5],
  Home: [-COLUMNS, 0], End: [COLUMNS, 0],
};

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export class Drawing {
  isFixed = false;
  /** @type {(Ink | null)[]} by column, heights as shares of the axis from its lower end */
  ink = [];
  column = 0;
  height = 0.5; // of the pen, where the column has no ink

  /**
   * @param {HTMLElement} panel that holds the empty axes and the surface
   * @param {Sheet} sheet
   * @param {() => void} onDrawn called when the reader has drawn something
   */
  constructor(panel, sheet, onDrawn) {
    this.panel = panel;
    this.sheet = sheet;
    this.onDrawn = onDrawn;
    this.surface = /** @type {HTMLElement} */ (panel.querySelector(".prediction-surface"));
    this.cursor = Object.assign(document.createElement("span"), { className: "prediction-cursor", hidden: true });
    this.surface.append(this.cursor);
    this.clear();
    this.surface.addEventListener("pointerdown", (event) => this.#draw(event));
    this.surface.addEventListener("keydown", (event) => this.#press(event));
    this.surface.addEventListener("focus", () => (this.cursor.hidden = !this.surface.matches(":focus-visible")));
    this.surface.addEventListener("blur", () => (this.cursor.hidden = true));
  }

  /** How much of the axis has ink on it, from 0 to 1. */
  get share() {
    return this.ink.filter(Boolean).length / COLUMNS;
  }

  /** What is drawn, in the units of the axes, from left to right, with null where there is a gap. @returns {Point[]} */
  get points() {
    const { x, y } = this.sheet;
    const value = (scale, part) => Number(coordinate(scale, along(scale, part)).toPrecision(6));
    const points = this.ink.flatMap((ink, column) => {
      if (!ink) return [null];
      const heights = ink.left === ink.right ? [ink.right] : [ink.left, ink.right];
      return heights.map((height) => /** @type {Point} */ ([value(x, column / (COLUMNS - 1)), value(y, height)]));
    });
    return points.filter((point, i) => point || points[i - 1]); // one null for a gap, and none before the first point
  }

  /** Put ink where it was when these points were read. @param {Point[]} points */
  restore(points) {
    this.clear();
    const part = (scale, value) => clamp((shareOf(scale, value) - scale.ends[0]) / (scale.ends[1] - scale.ends[0]), 0, 1);
    for (const point of points) {
      if (!point) continue;
      const column = Math.round(part(this.sheet.x, point[0]) * (COLUMNS - 1));
      const height = part(this.sheet.y, point[1]);
      this.ink[column] = { left: this.ink[column]?.left ?? height, right: height };
    }
    this.#show();
  }

  clear() {
    this.ink = Array(COLUMNS).fill(null);
    this.column = (COLUMNS - 1) / 2;
    this.height = 0.5;
    this.#show();
  }

  #draw(event) {
    if (event.button !== 0 || this.isFixed) return;
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.cursor.hidden = true;
    this.surface.setPointerCapture(event.pointerId);
    const before = [...this.ink];
    /** @type {{column: number, height: number} | null} where the pen was, and is not lifted */
    let last = null;
    let entered = 0; // the height at which the pen came into its column
    let way = 0; // to the left or right
    const move = ({ pointerId, clientX, clientY }) => {
      if (pointerId !== event.pointerId || this.isFixed) return;
      const { left, right, top, bottom, width, height } = this.surface.getBoundingClientRect();
      const beyond = Math.max(left - clientX, clientX - right, top - clientY, clientY - bottom);
      if (beyond > OUTSIDE_PX) {
        last = null;
        return;
      }
      const here = {
        column: Math.round(clamp((clientX - left) / width, 0, 1) * (COLUMNS - 1)), height: clamp((bottom - clientY) / height, 0, 1),
      };
      const from = last ?? here;
      const step = Math.sign(here.column - from.column);
      for (let column = from.column + step; column !== here.column && step; column += step) {
        const height = from.height + ((column - from.column) / (here.column - from.column)) * (here.height - from.height);
        this.ink[column] = { left: height, right: height };
      }
      if (!last || step) entered = here.height;
      if (step) way = step;
      const start = Math.abs(here.height - entered) > WALL ? entered : here.height;
      this.ink[here.column] = way < 0 ? { left: here.height, right: start } : { left: start, right: here.height };
      last = here;
      this.column = here.column;
      this.height = here.height;
      this.#show();
      this.onDrawn();
    };
    const holding = new AbortController();
    const { signal } = holding;
    const end = () => {
      holding.abort();
      const touched = this.ink.filter((ink, column) => ink !== before[column]);
      const isDot = touched.length === 1 && touched[0]?.left === touched[0]?.right;
      if (isDot && before.some(Boolean)) { // a stray click is no part of a curve
        this.ink = before;
        this.#show();
      }
    };
    move(event);
    this.surface.addEventListener("pointermove", move, { signal });
    for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) this.surface.addEventListener(kind, end, { signal });
  }

  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || this.isFixed) return;
    const rubs = event.key === "Delete" || event.key === "Backspace";
    const by = MOVES[event.key];
    if (!by && !rubs) return;
    event.preventDefault();
    if (rubs) this.ink[this.column] = null;
    else {
      const [aside, up] = by;
      this.column = clamp(this.column + aside, 0, COLUMNS - 1);
      const height = up ? clamp(this.height + up * STEP, 0, 1) : this.ink[this.column]?.right ?? this.height;
      this.height = height;
      // Whoever moves on takes the height along, as a pen does; with Shift it is lifted, and a leap draws nothing.
      if (up || !(event.shiftKey || Math.abs(aside) > 1)) this.ink[this.column] = { left: height, right: height };
    }
    this.cursor.hidden = false;
    this.#show();
    this.onDrawn();
  }

  #show() {
    const { x, y } = this.sheet;
    const { points } = this;
    const percent = (share) => `${100 * share}%`;
    Object.assign(this.cursor.style, { left: percent(this.column / (COLUMNS - 1)), bottom: percent(this.height) });
    this.panel.querySelector(".live-curve")?.remove();
    if (points.length) this.panel.append(curveOn(this.sheet, points));
    const { names } = this;
    const place = `${names.x} ${written(coordinate(x, along(x, this.column / (COLUMNS - 1))))}`;
    const ink = this.ink[this.column];
    const said = ink ? `${names.y} ${written(coordinate(y, along(y, ink.right)))}` : "nothing drawn";
    this.surface.setAttribute("aria-valuenow", String(Math.round(100 * this.height)));
    this.surface.setAttribute("aria-valuetext", points.length ? `${said} at ${place}` : "nothing is drawn yet");
  }

  /** What the axes are called, as it is spoken. */
  get names() {
    const { x = "", y = "" } = this.surface.dataset;
    return { x, y };
  }

  /** The curve in words: where it begins, its middle, where it ends. */
  get words() {
    const drawn = /** @type {[number, number][]} */ (this.points.filter((point) => point !== null));
    const told = [drawn[0], drawn[Math.floor(drawn.length / 2)], drawn[drawn.length - 1]];
    const values = told.map(([x, y]) => `${written(y)} at ${written(x)}`).join(", ");
    return `the broad line (${this.names.y} against ${this.names.x}: ${values}).`;
  }
}

const along = ({ ends }, part) => ends[0] + part * (ends[1] - ends[0]);
const written = (value) => String(writeNumber(value, ".3g"));
