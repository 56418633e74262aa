/* One figure of the page: at rest with native controls, starting, or live with widgets. */
import { writeNumber } from "./numbers.js";

const MEGABYTE = 1e6;

/** A sentence that has stood still for so long is worth saying. */
const SETTLED_MS = 700;

/** Share of the start that is done when a step begins; the rest of it goes with the bytes. */
const STEPS = [[/^Running/, 0.9], [/^Loading (?!Python)/, 0.75], [/^Starting/, 0.6]];

/**
 * @typedef {{name: string, kind: "slider" | "choice" | "toggle", label: string, scale?: string, unit?: string,
 *   format?: string, value: any, options?: string[]}} ControlSpec
 */

/** Whether a slider stands where it began, which may lie off its grid: the browser rounds 3e11 on a log slider. */
function isAtDefault(input) {
  const begun = input.cloneNode();
  begun.value = input.defaultValue;
  return input.value === begun.value;
}

export class Figure {
  /**
   * @param {HTMLElement} element .live-figure
   * @param {(figure: Figure) => void} onTouch called when the reader moves a control that is not live yet
   * @param {(figure: Figure) => void} onApproach called when the reader comes near the controls
   */
  constructor(element, onTouch, onApproach) {
    this.element = element;
    this.cell = Number(element.dataset.cell);
    this.spec = JSON.parse(element.querySelector(".live-spec").textContent);
    this.resting = element.querySelector(".live-static");
    this.mount = element.querySelector(".live-mount");
    this.progress = element.querySelector(".live-progress");
    /** @type {string[]} buttons pressed while at rest, in order */
    this.pressed = [];
    this.state = "resting";
    this.announcer = document.createElement("span");
    this.announcer.className = "live-announcer";
    this.announcer.setAttribute("role", "status");
    element.append(this.announcer);

    this.resting.addEventListener("input", (event) => {
      this.#readout(event.target);
      onTouch(this);
    });
    this.resting.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action === "reset") this.#resetNative();
      if (action) this.pressed.push(action);
      if (action) onTouch(this);
    });
    for (const part of this.resting.querySelectorAll(".live-controls, .live-actions")) {
      for (const kind of ["pointerenter", "focusin"]) part.addEventListener(kind, () => onApproach(this), { once: true });
    }
    this.pointerDown = false;
    element.addEventListener("pointerdown", () => (this.pointerDown = true));
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => (this.pointerDown = false));
    // A browser may restore moved controls when the reader comes back to the page.
    this.resting.querySelectorAll("input[type=range]").forEach((input) => this.#readout(input));
  }

  /** Put the native selects in their places, when the reader is near or their values are asked for. */
  complete() {
    for (const template of this.resting.querySelectorAll("template")) template.replaceWith(template.content);
  }

  /** @returns {HTMLInputElement | HTMLSelectElement} */
  native(name) {
    this.complete();
    return this.resting.querySelector(`[data-control="${CSS.escape(name)}"]`).querySelector("input, select");
  }

  #readout(input) {
    const output = input.closest("[data-control]")?.querySelector("output");
    if (!output) return;
    const { format, unit = "" } = this.#specOf(input);
    const value = this.value(input);
    const text = `${writeNumber(value, format) ?? value} ${unit}`.trim();
    output.value = text;
    input.setAttribute("aria-valuetext", text);
  }

  /** @returns {ControlSpec} */
  #specOf(input) {
    const { control } = input.closest("[data-control]").dataset;
    return this.spec.controls.find((each) => each.name === control);
  }

  /** The value of a native control in the model's own terms. */
  value(input) {
    const spec = this.#specOf(input);
    if (spec.kind === "toggle") return input.checked;
    if (spec.kind === "choice") return input.value;
    if (isAtDefault(input)) return spec.value;
    return spec.scale === "log" ? 10 ** Number(input.value) : Number(input.value);
  }

  /** Put a value (of the model) into a native control. */
  setNative(spec, value) {
    const input = this.native(spec.name);
    if (spec.kind === "toggle") input.checked = value;
    else input.value = spec.scale === "log" ? Math.log10(value) : value;
    this.#readout(input);
  }

  #resetNative() {
    for (const spec of this.spec.controls) this.setNative(spec, spec.value);
    this.pressed = this.pressed.filter((action) => action !== "reset");
  }

  /** The values that the reader has changed, by control; what is still at its default is left alone. */
  changed() {
    const values = this.spec.controls.map((spec) => [spec, this.value(this.native(spec.name))]);
    return Object.fromEntries(values.filter(([spec, value]) => value !== spec.value).map(([spec, value]) => [spec.name, value]));
  }

  /** Show how far the start is. */
  showProgress({ step, loaded = 0, total = 0 }) {
    if (!this.progress.querySelector("progress")) {
      this.progress.innerHTML = '<progress max="1" aria-label="Starting the simulation"></progress><p class="live-step"></p>';
      this.announce("Starting the simulation.");
    }
    this.progress.className = "live-progress";
    this.progress.hidden = false;
    const bytes = total > 0 && loaded < total ? ` ${(loaded / MEGABYTE).toFixed(1)} of ${(total / MEGABYTE).toFixed(0)} MB` : "";
    const done = STEPS.find(([name]) => name.test(step))?.[1] ?? 0.6 * (total ? loaded / total : 0);
    this.progress.querySelector("progress").value = Math.max(done, 0.02);
    this.progress.querySelector(".live-step").textContent = `${step}…${bytes}`;
  }

  /** Show a message in the figure, with a button if there is something to do. */
  showMessage(text, buttonText, onPress) {
    this.progress.className = "live-progress live-notice";
    this.progress.hidden = false;
    const line = document.createElement("p");
    line.textContent = text;
    this.progress.replaceChildren(line);
    if (buttonText) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: buttonText });
      button.addEventListener("click", onPress);
      this.progress.append(button);
    }
    this.announce(text);
  }

  hideProgress() {
    this.progress.hidden = true;
    this.progress.replaceChildren();
  }

  /** Say something to a screen reader, once. */
  announce(text) {
    this.announcer.textContent = text;
  }

  /** Say the sentence once it has settled: a drag or a run is heard at its end, not at each of its steps. */
  announceSettled(sentence) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => (this.pointerDown ? this.announceSettled(sentence) : this.announce(sentence)), SETTLED_MS);
  }

  /** @returns {Promise<void>} when no pointer holds a native control any more */
  async released() {
    while (this.pointerDown) await new Promise((resolve) => setTimeout(resolve, 16));
  }

  /** Put the widgets in the place of the native controls; the focus stays on the same control. */
  swap(focusLive) {
    const focused = this.resting.contains(document.activeElement)
      ? document.activeElement.closest("[data-control]")?.dataset.control ?? document.activeElement.dataset.action : null;
    this.resting.hidden = true;
    this.mount.hidden = false;
    this.state = "live";
    this.element.dataset.state = "live";
    this.hideProgress();
    this.announce("The simulation is running.");
    if (focused) focusLive(focused);
  }

  /** Back to the stored picture, for instance when the worker was ended; the native controls keep the values. */
  rest() {
    clearTimeout(this.settling);
    this.mount.hidden = true;
    this.mount.replaceChildren();
    this.resting.hidden = false;
    this.pressed = [];
    this.state = "resting";
    delete this.element.dataset.state;
    this.element.removeAttribute("aria-busy");
  }
}
