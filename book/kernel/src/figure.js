/* One figure of the page: at rest, starting, or live. What it looks like and how it is moved is the front end's business,
   which is the same in notebooks (emergence/live/front); here is what only a page needs, since its Python has to start. */
import { attach } from "../../../emergence/live/front/figure.js";
import { figureOf, read, write } from "./address.js";
import { FigureModel } from "./comms.js";

const MEGABYTE = 1e6;

/** @type {[RegExp, number][]} share of the start that is done when a step begins; the rest of it goes with the bytes */
const STEPS = [[/^Running/, 0.9], [/^Loading (?!Python)/, 0.75], [/^Starting/, 0.6]];

/**
 * How far a start is, as the share that is done and in words.
 * @param {{step: string, loaded?: number, total?: number}} progress
 */
export function inWords({ step, loaded = 0, total = 0 }) {
  const left = (total - loaded) / MEGABYTE;
  const bytes = left > 0 ? ` ${left.toFixed(1)} of ${(total / MEGABYTE).toFixed(1)} MB left` : "";
  const done = STEPS.find(([name]) => name.test(step))?.[1] ?? 0.6 * (total ? loaded / total : 0);
  return { done: Math.max(done, 0.02), text: `${step}…${bytes}` };
}

const partsIn = (markup) => {
  const box = document.createElement("template");
  box.innerHTML = markup;
  return [.../** @type {Element} */ (box.content.firstElementChild).childNodes];
};

/** Whether controls and panels are those of a specification. */
const declare = (parts, spec) => {
  const declared = JSON.parse(parts.find((part) => part.classList?.contains("live-spec")).textContent);
  return ["title", "panels", "panel_size", "playable", "controls"].every((name) => JSON.stringify(declared[name]) === JSON.stringify(spec[name]));
};

export class Figure {
  /**
   * @param {HTMLElement} element .live-figure
   * @param {(figure: Figure) => void} onTouch called when the reader moves a control that is not live yet
   * @param {(figure: Figure) => void} onApproach called when the reader comes near the controls
   * @param {() => void} onCancel called when the reader does not want to wait for the start
   */
  constructor(element, onTouch, onApproach, onCancel) {
    this.element = element;
    this.onCancel = onCancel;
    this.cell = Number(element.dataset.cell);
    /** @type {"resting" | "starting" | "live"} */
    this.state = "resting";
    this.progress = Object.assign(document.createElement("div"), { className: "live-progress", hidden: true });
    this.remark = Object.assign(document.createElement("p"), { className: "live-remark", hidden: true });
    this.book = [...element.childNodes]; // as the page shows it at rest
    this.parts = this.book;
    /** @type {import("../../../emergence/live/front/figure.js").Curve | null} */
    this.expected = null;
    element.append(this.progress, this.remark);
    this.model = new FigureModel(() => onTouch(this));
    this.front = attach(element, this.model);
    for (const part of element.querySelectorAll(".live-controls, .live-actions")) {
      for (const kind of ["pointerenter", "focusin"]) part.addEventListener(kind, () => onApproach(this), { once: true });
    }
    this.link = element.querySelector('[data-action="link"]');
    this.link?.addEventListener("click", () => this.#copyLink());
    element.addEventListener("live:moved", () => this.#leaveAddress());
    // The next stop of the Tab key may be further away than a screen: its selects stand there before the focus moves.
    addEventListener("keydown", ({ key }) => key === "Tab" && this.front.complete(), { capture: true });
  }

  /** Say something below the figure until a control is moved; nothing, with an empty text. */
  note(text) {
    this.remark.hidden = text === "";
    this.remark.textContent = text;
    if (text) this.front.announce(text);
  }

  /** The figure no longer shows the state that the page's address names. */
  #leaveAddress() {
    this.note("");
    if (figureOf(location.hash) === this.front.spec.figure) history.replaceState(history.state, "", location.pathname + location.search);
  }

  /** Give the page the address of the state that the controls say, and the reader a copy. */
  async #copyLink() {
    const { spec, values } = this.front;
    const link = new URL(write(spec.figure, spec.controls, values), location.href).href;
    const run = spec.playable ? " A run starts anew with these settings." : "";
    try {
      history.replaceState(history.state, "", link);
      await navigator.clipboard.writeText(link);
      this.note(`The link to this state is copied.${run}`);
    } catch { // a frame or a page that may not, an older browser, a reader who refuses: the link can be copied by hand
      this.note(`Copy this link to the state: ${link}${run}`);
    }
  }

  /**
   * Show what the reader has drawn beforehand, or nothing.
   * @param {import("../../../emergence/live/front/figure.js").Curve | null} curve
   */
  expect(curve) {
    this.expected = curve;
    this.front.expect(curve);
  }

  /** Show how far the start is. */
  showProgress(progress) {
    if (!this.progress.querySelector("progress")) {
      this.progress.innerHTML = '<progress max="1" aria-label="Starting the simulation"></progress><p class="live-step"></p>';
      this.#addButton("Cancel", () => {
        this.onCancel();
        /** @type {HTMLElement} */ (this.element.querySelector("input, select, button")).focus({ preventScroll: true });
      });
      this.front.announce("Starting the simulation.");
    }
    this.progress.className = "live-progress";
    this.progress.hidden = false;
    const [bar, line] = /** @type {[HTMLProgressElement, HTMLElement]} */ ([...this.progress.children]);
    const { done, text } = inWords(progress);
    bar.value = done;
    line.textContent = text;
  }

  /** Show a message in the figure, with a button if there is something to do. */
  showMessage(text, buttonText, onPress) {
    this.progress.className = "live-progress live-notice";
    this.progress.hidden = false;
    const line = document.createElement("p");
    line.textContent = text;
    this.progress.replaceChildren(line);
    if (buttonText) this.#addButton(buttonText, onPress);
    this.front.announce(text);
  }

  #addButton(text, onPress) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.addEventListener("click", onPress);
    this.progress.append(button);
  }

  /**
   * Be answered by a figure in Python from now on, in the place of another that may have answered before.
   * @param {import("./comms.js").Channel} channel
   * @param {boolean} [isChanged] whether its module is the reader's, and may declare other controls
   * @param {boolean} [keepsValues] whether the reader's values stay, also those of a figure that answered before
   */
  async goLive(channel, isChanged = false, keepsValues = false) {
    if (this.model.channel) this.front.play(false); // the run of the figure that is replaced
    const parts = isChanged ? partsIn(channel.state._markup.replaceAll("live-view-", `live-${this.cell}-`)) : this.book;
    if (!declare(parts, this.front.spec)) this.#become(parts);
    else if (keepsValues) {
      this.model.release();
      this.#give(this.front.values);
    }
    const named = (names) => [...names].sort().join();
    if (named(Object.keys(channel.state.values)) !== named(Object.keys(this.front.values))) {
      throw new Error("the book has changed since this page was opened; reload the page");
    }
    this.model.connect(channel);
    await this.front.connect();
    if (this.model.channel !== channel) return; // the reader did not want to wait; the figure is at rest
    this.state = "live";
    this.element.dataset.state = "live";
    this.progress.hidden = true;
    this.progress.replaceChildren();
    this.front.announce("The simulation is running.");
    this.element.dispatchEvent(new Event("live:shown"));
  }

  /**
   * Have other controls and panels; of the reader's values those stay that are still possible.
   * @param {ChildNode[]} parts
   */
  #become(parts) {
    const at = document.activeElement;
    const focused = this.element.contains(at) && /** @type {HTMLElement | null} */ (at?.closest("[data-control]"));
    this.front.rest();
    this.front.detach();
    this.model.release();
    const { spec, values } = this.front;
    for (const part of this.parts) part.remove();
    this.element.prepend(...parts);
    this.parts = parts;
    if (this.link) this.element.querySelector(".live-actions")?.append(this.link);
    this.front = attach(this.element, this.model);
    this.front.complete();
    this.element.setAttribute("aria-label", this.front.spec.title);
    const { values: kept } = read(write(spec.figure, spec.controls, values), this.front.spec.controls);
    this.#give(kept);
    this.front.expect(this.expected);
    if (!focused) return;
    const again = this.element.querySelector(`[data-control="${CSS.escape(focused.dataset.control ?? "")}"] :is(input, select)`);
    /** @type {HTMLElement | null} */ (again)?.focus();
  }

  /** Give the controls values, which who answers next is asked for. */
  #give(values) {
    for (const control of this.front.spec.controls) this.front.change(control, values[control.name]);
  }

  /** Stay as it is, live, and say why nothing new came. */
  keep(text) {
    this.state = "live";
    this.showMessage(text);
  }

  /** Back to the stored picture, for instance when the worker was ended; the controls keep the reader's values. */
  rest() {
    this.model.disconnect();
    this.front.rest();
    if (this.parts !== this.book) this.#become(this.book);
    this.state = "resting";
    delete this.element.dataset.state;
  }
}
