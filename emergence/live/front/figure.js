/* Makes the markup of a live figure (markup.py) live: in JupyterLab, Notebook, VS Code and Colab by way of anywidget,
   and on the built page, where the same markup has stood at rest before. It depends on nothing.

   A model has anywidget's `get`, `on`, `off` and `send`; what it holds, and what may be sent, is said in view.py. Its
   `send` may return false: nobody answers yet. Then what the reader does is kept, until `connect` is called. */

/** A sentence that has stood still for so long is worth saying. */
const SETTLED_MS = 700;
/** Pixels that a panel may be asked to have (WIDTHS in picture.py). */
const WIDTHS = [440, 1320];
/** A pointer that moves further between down and up does not click. */
const CLICK_PIXELS = 5;
/** A run shows at most one frame in this time. */
const FRAME_MS = 60;

/**
 * @typedef {{name: string, kind: "slider" | "choice" | "toggle", label: string, value: any, options?: string[],
 *   scale?: string, unit?: string, format?: string, min?: number, max?: number}} ControlSpec
 * @typedef {ControlSpec & {min: number, max: number}} SliderSpec
 * @typedef {{ends: number[], shown: number[], log: boolean}} Scale an axis in its panel, see Picture.scale_of
 * @typedef {Scale & {control: string, gain: number}} GripScale one way to drag something
 * @typedef {{panel: number, box: number[], x?: GripScale, y?: GripScale}} Grip see LiveFigure.grips
 * @typedef {Scale & {label: string}} SheetScale
 * @typedef {{panel: number, x: SheetScale, y: SheetScale}} Sheet a panel that can be drawn on, see LiveFigure.sheet
 * @typedef {[x: number, y: number] | null} Point of a curve; null is a gap
 * @typedef {{x: string, y: string, points: Point[]}} Curve what the reader has drawn, in the units of the axes, with their labels
 * @typedef {{reset?: boolean, values?: Record<string, any>, steps?: number, width?: number}} Request merged: the latest values win
 * @typedef {{get(name: string): any, on(event: string, call: () => void): void, off(event: string, call: () => void): void,
 *   send(content: object): unknown}} Model
 */

const isEmpty = (record) => Object.keys(record).length === 0;

/**
 * Whether a control stands where it began, which for a slider may lie off its grid: the browser rounds 3e11 on a log slider.
 * @param {HTMLInputElement | HTMLSelectElement} input
 */
function isAtDefault(input) {
  if (input.type === "checkbox") return input.checked === input.defaultChecked;
  if (input.type !== "range") return false;
  const begun = /** @type {HTMLInputElement} */ (input.cloneNode());
  begun.value = input.defaultValue;
  return input.value === begun.value;
}

const clamp = (value, ends) => Math.min(Math.max(value, Math.min(...ends)), Math.max(...ends));

/**
 * The share of its panel's width or height at which an axis shows a coordinate.
 * @param {Scale} scale
 * @param {number} value
 */
export function shareOf({ ends: [near, far], shown: [low, high], log }, value) {
  return near + (far - near) * (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
}

/**
 * The coordinate that an axis shows at a share of its panel's width or height.
 * @param {Scale} scale
 */
export function coordinate({ ends: [near, far], shown: [low, high], log }, share) {
  const along = (share - near) / (far - near);
  return log ? low * (high / low) ** along : low + along * (high - low);
}

/**
 * An element that shows a curve on the axes of a panel, and nothing beyond them.
 * @param {Sheet} sheet
 * @param {Point[]} points in the units of the axes, from left to right
 */
export function curveOn({ x, y }, points) {
  const curve = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const [left, right, bottom, top] = [...x.ends, ...y.ends]; // counted from the left upper corner
  const percent = (share) => `${100 * share}%`;
  Object.assign(curve.style, { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) });
  curve.setAttribute("class", "live-curve");
  curve.setAttribute("viewBox", [left, top, right - left, bottom - top].join(" "));
  curve.setAttribute("preserveAspectRatio", "none");
  curve.setAttribute("aria-hidden", "true");
  const path = curve.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  path.setAttribute("d", points.map((point, i) => (
    point ? `${points[i - 1] ? "L" : "M"}${shareOf(x, point[0])} ${shareOf(y, point[1])}` : ""
  )).join(""));
  return curve;
}

let views = 0;

export default {
  /** What anywidget calls in a notebook. */
  render({ model, el }) {
    // A notebook may show the same figure twice, and ids are of one document.
    el.innerHTML = model.get("_markup").replaceAll("live-view-", `live-view-${++views}-`);
    const figure = attach(el.firstElementChild, model);
    figure.complete();
    // JupyterLab has commands on the same keys, and listens before and after.
    el.addEventListener("keydown", (event) => event.stopPropagation());
    for (const control of el.querySelectorAll("input, select, button")) control.dataset.lmSuppressShortcuts = "true";
    figure.connect();
    return () => figure.detach();
  },
};

/**
 * @param {HTMLElement} root .live-figure
 * @param {Model} model
 */
export const attach = (root, model) => new Front(root, model);

export class Front {
  /** @type {Request} what the reader has done that is not under way yet */
  #waiting = {};
  /** @type {string | null} the request under way */
  #sent = null;
  #count = 0;
  #updates = Promise.resolve(); // they follow one another, each shown as a whole
  #changed = new Set(); // traits whose change is not shown yet
  #held = false; // what is shown stays until the first request has been answered
  #isPressed = false;
  #settling = 0;
  #pressedAt = [0, 0]; // where the pointer went down last
  #playing = false;
  /** @type {{element: HTMLElement, holding: AbortController} | null} what the pointer drags */
  #hold = null;
  /** @type {Curve | null} what the reader expected */
  #expected = null;
  /** @type {{element: Element, sheet: Sheet, curve: Curve} | undefined} where it is shown */
  #curve;
  frameWidth = 0;
  #inSight = false;
  #ticking = 0;
  #lastTick = 0;
  /** @type {AbortController} of what is heard on the page */
  scope;
  /** @type {[event: string, call: () => void][]} */
  watched;
  /** @type {IntersectionObserver} */
  sight;
  /** @type {(() => void) | undefined} */
  onShown;

  constructor(root, model) {
    this.root = root;
    this.model = model;
    this.name = crypto.getRandomValues(new Uint32Array(1))[0].toString(36); // one of the fronts of its model
    /** @type {{figure: string, title: string, panels: number, playable: boolean, panel_size: number[], controls: ControlSpec[], grips?: Record<string, Grip>, sheet?: Sheet}} */
    this.spec = JSON.parse(root.querySelector(".live-spec").textContent);
    this.values = Object.fromEntries(this.spec.controls.map(({ name, value }) => [name, value]));
    this.panels = [...root.querySelectorAll(".live-panel")];
    this.canvases = this.panels.map(() => document.createElement("canvas"));
    const part = (name) => root.querySelector(`.live-${name}`);
    this.parts = { picture: part("panels"), message: part("message"), sentence: part("sentence"), announcer: part("announcer") };
    /** @type {Map<string, {element: HTMLElement, grip: Grip}>} */
    this.grips = new Map();
    this.restingSentence = this.parts.sentence.textContent;
    this.#listen();
    this.#layGrips(this.spec.grips);
  }

  #listen() {
    this.scope = new AbortController();
    const { signal } = this.scope;
    const on = (target, kind, handle) => target.addEventListener(kind, handle, { signal });
    on(this.root, "input", ({ target }) => {
      if (!target.closest("[data-control]") || target.matches(".live-number")) return;
      this.#told();
      this.change(this.#specOf(target), this.#valueOf(target), target);
    });
    on(this.root, "change", ({ target }) => target.matches(".live-number") && this.#type(target));
    on(this.root, "click", (event) => this.#press(event.target.closest("[data-action]")?.dataset.action ?? this.#pictureAction(event)));
    on(this.root, "pointerdown", (event) => (this.#pressedAt = [event.clientX, event.clientY]));
    on(this.root, "pointerdown", (event) => this.#grab(event));
    // What holds a control; the other buttons open menus, and a menu swallows the release of the button that opened it.
    on(this.root, "pointerdown", ({ button }) => (this.#isPressed = button === 0));
    for (const end of ["pointerup", "pointercancel", "contextmenu", "blur"]) on(window, end, () => (this.#isPressed = false));
    on(document, "visibilitychange", () => this.#tick());
    /** @type {ResizeObserver} */
    this.room = new ResizeObserver(() => {
      if (!this.#isLive) return; // nobody answers yet
      this.#fit();
      this.#ask();
    });
    this.room.observe(this.panels[0]);
    this.sight = new IntersectionObserver((entries) => {
      for (const { isIntersecting } of entries) this.#inSight = isIntersecting;
      this.#tick();
    });
    const traits = ["values", "sentence", "message", "answered", "ended", "grips", "sheet", ...this.panels.map((_, i) => `frame${i}`)];
    this.watched = traits.map((trait) => [`change:${trait}`, () => this.#notice(trait)]);
    for (const [event, call] of this.watched) this.model.on(event, call);
  }

  /** Let go of the page and of the model. */
  detach() {
    this.play(false);
    this.room.disconnect();
    clearTimeout(this.#settling);
    this.scope.abort();
    for (const [event, call] of this.watched) this.model.off(event, call);
  }

  // -- controls

  /** Put the selects in their places, when the reader is near or a value is asked for. */
  complete() {
    for (const template of this.root.querySelectorAll("template")) template.replaceWith(template.content);
  }

  /** @returns {SliderSpec} */
  #control(name) {
    return /** @type {SliderSpec} */ (this.spec.controls.find((each) => each.name === name));
  }

  /** @returns {ControlSpec} */
  #specOf(input) {
    const { control } = input.closest("[data-control]").dataset;
    return /** @type {ControlSpec} */ (this.spec.controls.find(({ name }) => name === control));
  }

  #part(spec, selector) {
    return this.root.querySelector(`[data-control="${CSS.escape(spec.name)}"] ${selector}`);
  }

  /** The value of a native control in the model's own terms. */
  #valueOf(input) {
    const spec = this.#specOf(input);
    if (spec.kind === "toggle") return input.checked;
    if (spec.kind === "choice") return input.value;
    if (isAtDefault(input)) return spec.value;
    return spec.scale === "log" ? 10 ** Number(input.value) : Number(input.value);
  }

  /**
   * Show the value of a control, in all its parts but the one that the reader has moved.
   * @param {ControlSpec} spec
   * @param {Element | null} [moved]
   */
  #write(spec, moved = null) {
    if (spec.kind === "choice") this.complete();
    const value = this.values[spec.name];
    const input = this.#part(spec, ":is(select, [type=range], [type=checkbox])");
    if (spec.kind === "toggle") input.checked = value;
    else if (input !== moved) input.value = spec.scale === "log" ? Math.log10(value) : value;
    if (spec.kind !== "slider") return;
    const written = this.#written(spec);
    this.#part(spec, ".live-number").value = written;
    input.setAttribute("aria-valuetext", `${written} ${spec.unit}`.trim());
  }

  #written(spec, value = this.values[spec.name]) {
    return writeNumber(value, spec.format) ?? String(value);
  }

  /**
   * Give a control another value, as the reader does.
   * @param {ControlSpec} spec
   * @param {any} value
   * @param {Element | null} [moved] the part of the control that shows it already
   */
  change(spec, value, moved = null) {
    this.values[spec.name] = value;
    this.#write(spec, moved);
    if (spec.kind === "slider") this.#part(spec, ".live-refusal").textContent = "";
    this.#moveRings();
    (this.#waiting.values ??= {})[spec.name] = value;
    delete this.#waiting.steps; // those were of the state before
    this.#ask();
  }

  /** The reader has moved something: what was said of the state before is no longer so. */
  #told() {
    this.root.dispatchEvent(new Event("live:moved"));
  }

  /** Take a number that was typed; what is not taken as it was typed is said in words. */
  #type(input) {
    const spec = /** @type {SliderSpec} */ (this.#specOf(input));
    const typed = input.value.trim();
    input.value = this.#written(spec);
    if (typed === input.value) return; // what is shown is rounded: leaving it must not put it in the place of the value
    const value = readNumber(typed, spec.unit);
    const whole = spec.scale === "integer";
    let refusal = "";
    if (Number.isNaN(value) || (whole && !Number.isInteger(value))) {
      refusal = `“${typed}” is not read as a ${whole ? "whole number; write it like 1500 or 2×10³" : "number; write it like 1500, 0.5 or 2×10⁷"}.`;
    } else {
      this.#told();
      this.change(spec, Math.min(Math.max(value, spec.min), spec.max));
      if (value < spec.min) refusal = `The smallest value is ${this.#written(spec, spec.min)}.`;
      if (value > spec.max) refusal = `The largest value is ${this.#written(spec, spec.max)}.`;
    }
    this.#part(spec, ".live-refusal").textContent = refusal;
  }

  /** A click on the picture of a figure that plays is one on Play; the end of a drag, or of a grip, is none. */
  #pictureAction({ target, clientX, clientY }) {
    const [x, y] = this.#pressedAt;
    const isDrag = Math.hypot(clientX - x, clientY - y) > CLICK_PIXELS;
    return this.spec.playable && !isDrag && target.closest(".live-panel") && !target.matches(".live-grip") ? "play" : undefined;
  }

  #press(action) {
    if (["play", "step", "reset"].includes(action)) this.#told();
    if (action === "play") this.play(!this.#playing);
    else if (action === "step") {
      this.#waiting.steps = (this.#waiting.steps ?? 0) + 1;
      this.#ask();
    } else if (action === "reset") {
      this.play(false);
      this.#letGo();
      for (const spec of this.spec.controls) {
        this.values[spec.name] = spec.value;
        this.#write(spec);
        if (spec.kind === "slider") this.#part(spec, ".live-refusal").textContent = "";
      }
      this.#moveRings();
      if (!this.#isLive && this.#sent === null) { // the stored picture is that of the defaults
        this.#waiting = {};
        return;
      }
      const { width } = this.#waiting;
      this.#waiting = { reset: true, ...(width && { width }) };
      this.#ask();
    }
  }

  // -- what can be dragged in the picture: it moves the slider that says where it stands, which is the way by keys

  /** @param {Record<string, Grip>} [grips] */
  #layGrips(grips = {}) {
    for (const [name, { element }] of this.grips) {
      if (name in grips || element === this.#hold?.element) continue; // the pointer holds on to what it has grabbed
      element.remove();
      this.grips.delete(name);
    }
    for (const [name, grip] of Object.entries(grips)) {
      const element = this.grips.get(name)?.element ?? Object.assign(document.createElement("div"), { className: "live-grip" });
      this.grips.set(name, { element, grip });
      if (!element.isConnected) this.panels[grip.panel].append(element);
      element.dataset.along = grip.x ? (grip.y ? "both" : "x") : "y";
      const [left, top, right, bottom] = grip.box;
      element.dataset.shape = left === right && top === bottom ? "point" : "line";
      Object.assign(element.style, {
        left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%`, translate: "",
      });
    }
  }

  get #isLive() {
    return this.canvases[0].isConnected;
  }

  /** At rest the picture stays as it is stored: the rings alone go where the sliders say. */
  #moveRings() {
    if (this.#isLive) return; // they come with the next frame
    for (const { element, grip } of this.grips.values()) {
      const { clientWidth, clientHeight } = this.panels[grip.panel];
      const [left, top, right, bottom] = grip.box;
      const by = { x: 0, y: 0 };
      for (const [along, centre] of /** @type {["x" | "y", number][]} */ ([["x", (left + right) / 2], ["y", (top + bottom) / 2]])) {
        const scale = grip[along];
        if (!scale) continue;
        const spec = this.#control(scale.control);
        const value = this.values[spec.name];
        const from = coordinate(scale, centre);
        const to = scale.log && spec.scale === "log" ? from * (value / spec.value) ** (1 / scale.gain) : from + (value - spec.value) / scale.gain;
        by[along] = clamp(shareOf(scale, to), scale.ends) - centre;
      }
      element.style.translate = `${by.x * clientWidth}px ${by.y * clientHeight}px`;
    }
  }

  /** What has been grabbed: of several that lie closer than a finger is wide, the nearest. */
  #nearest(event) {
    const away = ({ element }) => {
      const box = element.getBoundingClientRect();
      return Math.hypot(event.clientX - clamp(event.clientX, [box.left, box.right]), event.clientY - clamp(event.clientY, [box.top, box.bottom]));
    };
    const there = [...this.grips.values()].filter(({ element }) => element.parentElement === event.target.parentElement);
    return there.sort((one, other) => away(one) - away(other))[0];
  }

  #grab(event) {
    if (this.#hold || !event.target.matches(".live-grip") || event.button !== 0) return; // a second finger finds it held
    const { element, grip } = this.#nearest(event);
    event.preventDefault(); // no text is marked, and nothing is dragged out of the page
    const share = ({ clientX, clientY }) => { // measured anew each time: a page may scroll meanwhile
      const panel = this.panels[grip.panel].getBoundingClientRect();
      return { x: (clientX - panel.left) / panel.width, y: (clientY - panel.top) / panel.height };
    };
    const begun = share(event);
    const sides = /** @type {("x" | "y")[]} */ (["x", "y"]).flatMap((along) => {
      const scale = grip[along];
      return scale ? [{ along, scale, spec: this.#control(scale.control), from: this.values[scale.control] }] : [];
    });
    const move = (moved) => {
      if (moved.pointerId !== event.pointerId) return;
      if (moved.buttons === 0) return this.#letGo(); // it was let go where nobody heard of it
      const now = share(moved);
      for (const { along, spec, from, scale } of sides) {
        if (now[along] === begun[along]) continue; // a value off the grid stays, until it is moved
        const [there, here] = [begun, now].map((at) => coordinate(scale, at[along]));
        const value = scale.log && spec.scale === "log" ? from * (here / there) ** scale.gain : from + scale.gain * (here - there);
        const input = this.#part(spec, "[type=range]");
        input.value = spec.scale === "log" ? Math.log10(Math.max(value, spec.min)) : value; // to the grid, and not beyond its ends
        if (this.#valueOf(input) === this.values[spec.name]) continue;
        this.#told();
        this.change(spec, this.#valueOf(input), input);
      }
    };
    const holding = new AbortController();
    const { signal } = holding;
    this.#hold = { element, holding };
    element.dataset.held = "";
    element.setPointerCapture(event.pointerId);
    element.addEventListener("pointermove", move, { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      element.addEventListener(end, (ended) => /** @type {PointerEvent} */ (ended).pointerId === event.pointerId && this.#letGo(), { signal });
    }
  }

  #letGo() {
    if (!this.#hold) return;
    const { element, holding } = this.#hold;
    this.#hold = null;
    holding.abort();
    delete element.dataset.held;
  }

  // -- what the reader has drawn beforehand, on the axes as they are now

  /** @param {Curve | null} curve */
  expect(curve) {
    this.#expected = curve;
    this.#layCurve(this.#isLive ? this.model.get("sheet") : this.spec.sheet);
  }

  /** @param {Sheet} [sheet] */
  #layCurve(sheet) {
    const curve = this.#expected;
    if (this.#curve?.sheet === sheet && this.#curve?.curve === curve) return; // a run does not move its axes
    this.#curve?.element.remove();
    this.#curve = undefined;
    if (!curve || sheet?.x?.label !== curve.x || sheet.y.label !== curve.y) return; // the axes show something else
    this.#curve = { element: curveOn(sheet, curve.points), sheet, curve };
    this.panels[sheet.panel].append(this.#curve.element);
  }

  // -- requests: one at a time; what the reader does meanwhile is merged

  #ask() {
    if (this.#sent !== null || isEmpty(this.#waiting)) return;
    const id = `${this.name}-${++this.#count}`;
    if (this.model.send({ id, ...this.#waiting }) === false) return;
    this.#sent = id;
    this.#waiting = {};
    this.root.setAttribute("aria-busy", "true"); // a screen reader waits with the sentence
  }

  /**
   * The model answers from now on: show what it holds, or, if the reader has done something already, its answer to that.
   * @returns {Promise<void>} when that is shown
   */
  connect() {
    this.#sent = null; // by whom it was sent to is no more
    this.frameWidth = this.spec.panel_size[0]; // of the frames that come without being asked for
    this.#held = !isEmpty(this.#waiting);
    const shown = /** @type {Promise<void>} */ (new Promise((resolve) => (this.onShown = resolve)));
    for (const [event] of this.watched) this.#notice(event.slice("change:".length));
    this.#fit();
    this.#ask();
    this.#tick();
    return shown;
  }

  /** Nobody answers any more, until the next `connect`: back to the stored picture, with the values of the reader. */
  rest() {
    this.play(false);
    this.#letGo();
    clearTimeout(this.#settling);
    this.#sent = null;
    const moved = this.spec.controls.filter(({ name, value }) => this.values[name] !== value).map(({ name }) => [name, this.values[name]]);
    this.#waiting = moved.length ? { values: Object.fromEntries(moved) } : {};
    this.root.removeAttribute("aria-busy");
    this.canvases.forEach((canvas) => canvas.remove());
    for (const image of this.parts.picture.querySelectorAll("img")) image.hidden = false;
    this.#layGrips(this.spec.grips);
    this.#moveRings();
    this.#layCurve(this.spec.sheet);
    this.#tell(this.restingSentence, "");
    this.onShown?.();
  }

  // -- what comes back

  #notice(trait) {
    if (this.#changed.size === 0) {
      this.#updates = this.#updates.then(() => this.#update()).catch((error) => {
        console.error(error);
        this.parts.message.textContent = `The picture could not be shown. ${error}`;
        this.#sent = null; // the next one may be
        this.root.setAttribute("aria-busy", "false");
      });
    }
    this.#changed.add(trait);
  }

  async #update() {
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(this.panels.map((_, i) => changed.includes(`frame${i}`) && this.#paint(i)));
    const sentence = this.model.get("sentence");
    if (sentence === undefined) return; // the figure has been put to rest
    const isAnswered = this.#sent !== null && this.model.get("answered") === this.#sent;
    if (isAnswered) {
      this.#sent = null;
      this.#held = false;
    }
    if (this.#held) return;
    this.#reveal();
    this.#layGrips(this.model.get("grips"));
    this.#layCurve(this.model.get("sheet"));
    this.#tell(sentence, this.model.get("message"), isAnswered);
    if (changed.includes("ended") && this.model.get("ended")) this.play(false);
    if (this.#sent === null && isEmpty(this.#waiting)) this.#follow(this.model.get("values"));
    this.onShown?.();
    this.#ask();
    if (this.#sent === null) this.root.setAttribute("aria-busy", "false");
    this.#tick();
  }

  /** Draw a panel's frame. The canvas keeps no more than its pixels, where images of a run would fill the memory. */
  async #paint(index) {
    const frame = this.model.get(`frame${index}`);
    if (!frame) return;
    const bitmap = await createImageBitmap(new Blob([frame]));
    const canvas = this.canvases[index];
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(bitmap, 0, 0);
    bitmap.close();
  }

  /** Ask for frames of the size they are shown at, on this screen; a little more or less is left to the browser. */
  #fit() {
    const { clientWidth } = this.panels[0];
    if (clientWidth === 0) return; // not on the page yet
    const wanted = Math.round(clamp(clientWidth * Math.min(devicePixelRatio, 2), WIDTHS)); // a third pixel nobody sees
    if (Math.abs(wanted / this.frameWidth - 1) < 0.1) return;
    this.frameWidth = wanted;
    this.#waiting.width = wanted;
  }

  #reveal() {
    if (this.#isLive) return;
    this.panels.forEach((panel, i) => {
      panel.querySelectorAll("img").forEach((image) => (image.hidden = true));
      panel.append(this.canvases[i]);
    });
  }

  #tell(sentence, message, aloud = false) {
    this.parts.message.textContent = message;
    if (sentence === this.parts.sentence.textContent) return;
    this.parts.sentence.textContent = sentence;
    this.parts.picture.setAttribute("aria-label", sentence);
    if (aloud) this.#announceSettled(sentence);
  }

  /** Take the values that somebody else has given the model, or that it began with. */
  #follow(values) {
    for (const spec of this.spec.controls) {
      if (values[spec.name] === this.values[spec.name]) continue;
      this.values[spec.name] = values[spec.name];
      this.#write(spec);
    }
  }

  /** Say something to a screen reader, once. */
  announce(text) {
    this.parts.announcer.textContent = text;
  }

  /** Say the sentence once it has settled: a drag or a run is heard at its end, not at each of its steps. */
  #announceSettled(sentence) {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => (this.#isPressed ? this.#announceSettled(sentence) : this.announce(sentence)), SETTLED_MS);
  }

  // -- a run: the next frame is asked for when the last one has been shown, and only while somebody can see it

  get isPlaying() {
    return this.#playing;
  }

  play(on) {
    if (on === this.#playing) return;
    this.#playing = on;
    this.root.querySelector('[data-action="play"]').textContent = on ? "Pause" : "Play";
    if (on) this.sight.observe(this.root);
    else {
      this.sight.disconnect();
      clearTimeout(this.#ticking);
      this.#ticking = 0;
      this.#inSight = false;
    }
    this.root.dispatchEvent(new Event("live:play", { bubbles: true }));
  }

  #tick() {
    const isDue = () => this.#playing && this.#sent === null && this.#inSight && !document.hidden;
    if (!isDue() || this.#ticking) return;
    this.#ticking = setTimeout(() => {
      this.#ticking = 0;
      if (!isDue()) return;
      this.#lastTick = performance.now();
      this.#waiting.steps ??= 1;
      this.#ask();
    }, Math.max(0, this.#lastTick + FRAME_MS - performance.now()));
  }
}

// -- numbers as the book writes them: 0.34, 80, 8×10⁷ (as `write_number` of markup.py does)

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
/**
 * Write a number by a Python format such as ".2f", ".3g", ".1e" or "d"; null for any other format.
 * @param {number} value
 * @param {string} format
 * @returns {string | null}
 */
export function writeNumber(value, format) {
  const match = format.match(/^(?:\.(\d+))?([dfge])$/);
  if (!match) return null;
  const digits = Number(match[1] ?? 6);
  if (match[2] === "d") return sign(String(Math.round(value)));
  if (match[2] === "f") return sign(value.toFixed(digits));
  if (match[2] === "e") return power(value.toExponential(digits));
  const significant = Math.max(digits, 1);
  const rounded = value.toExponential(significant - 1);
  const exponent = Number(rounded.split("e")[1]);
  if (exponent < -4 || exponent >= significant) return power(rounded);
  return sign(trim(value.toFixed(significant - 1 - exponent)));
}

/**
 * Read what a person types, in any form in which the book writes numbers: "0.34", ".071", "−3", "342,180", "10 000",
 * "1e8", "8×10⁷", "10^{-16}", "8\times 10^{7}", "47 %", "10 billion", "3 nats". What can be read in two ways is not read.
 * @param {string} text
 * @param {string} [unit] what may stand behind the number
 * @returns {number} NaN if it is no number
 */
export function readNumber(text, unit = "") {
  let rest = text.trim();
  if (unit && rest.endsWith(unit)) rest = rest.slice(0, -unit.length).trim();
  rest = rest.replace(/[−–]/g, "-").replace(/\\times/g, "×").replace(/\\,/g, " ").replace(/\{,\}/g, ",").replace(/\$/g, "")
    .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (raised) => `^${[...raised].map((c) => RAISED[c]).join("")}`).trim();
  const [, number, word] = /** @type {RegExpMatchArray} */ (rest.match(/^(.*?)\s*(%|thousand|million|billion|trillion)?$/i));
  const [, sign = "", factor, base, raised] = number.match(POWER) ?? [];
  const [, mantissa, exponent] = base ? [] : number.match(/^(.+?)e([+-]?\d+)$/i) ?? [];
  const plain = readPlain(base ? `${sign}${factor ?? 1}` : mantissa ?? number, base || exponent || word);
  const tens = Number(exponent ?? 0) + (base === "10" ? Number(raised) : 0) + (word ? WORDS[word.toLowerCase()] : 0);
  return Number(`${plain}e${tens}`) * (base && base !== "10" ? Number(base) ** Number(raised) : 1);
}

const RAISED = Object.fromEntries(Object.entries(SUPERSCRIPTS).map(([plain, raised]) => [raised, plain]));
const WORDS = { "%": -2, thousand: 3, million: 6, billion: 9, trillion: 12 };
const POWER = /^([+-]?)(?:(.+?)\s*[×x*·⋅]\s*)?(\d+)\s*(?:\^|\*\*)\s*\{?\s*([+-]?\d+)\s*\}?$/;

/**
 * Digits without a power, with a decimal point, with thousands marked, or with a comma that can only be decimal, as a
 * text that JavaScript reads; "" if they are no number.
 */
function readPlain(text, scaled) {
  const thousands = /^[+-]?[1-9]\d{0,2}([,\s'’])\d{3}(\1\d{3})*(\.\d*)?$/.test(text);
  if (thousands && scaled && /^[^,.]*,[^,.]*$/.test(text)) return ""; // 1,500×10⁴ may be either
  if (thousands) return text.replace(/[,\s'’]/g, "");
  return /^[+-]?(\d+\.?|\d*[.,]\d+)$/.test(text) ? text.replace(",", ".") : "";
}

const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const sign = (text) => text.replace("-", "−");

function power(text) {
  const [mantissa, exponent] = text.split("e");
  const raised = [...String(Number(exponent))].map((c) => SUPERSCRIPTS[c]).join("");
  return `${sign(trim(mantissa))}×10${raised}`;
}
