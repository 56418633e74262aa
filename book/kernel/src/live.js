/* Loaded at the first touch: real ipywidgets on the page, and the outputs of cells. */
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager/lib/manager-base.js";
import * as controls from "@jupyter-widgets/controls";
import { Widget } from "@lumino/widgets";
import { OutputArea, WIDGET } from "./outputs.js";
import { OutputModel, OutputView, views } from "./views.js";

const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": { ...controls, ...views },
  "@jupyter-widgets/output": { OutputModel, OutputView },
};

/** The page's end of one widget's channel, as ipywidgets wants it. */
class Comm {
  constructor(kernel, comm_id, target_name) {
    Object.assign(this, { kernel, comm_id, target_name });
  }

  open() {
    throw new Error("widgets are made by Python, not by the page");
  }

  send(data, callbacks, _metadata, buffers) {
    return this.kernel.send("comm_msg", this.comm_id, data, callbacks, buffers);
  }

  close(data, callbacks, _metadata, buffers) {
    return this.kernel.send("comm_close", this.comm_id, data, callbacks, buffers);
  }

  on_msg(handle) {
    this.handleMessage = handle;
  }

  on_close(handle) {
    this.handleClose = handle;
  }
}

export class PageManager extends ManagerBase {
  /** @param {import("./kernel.js").Kernel} kernel */
  constructor(kernel) {
    super();
    this.kernel = kernel;
    this.plays = new Set();
    /** @type {Map<import("./figure.js").Figure, FigureArea>} */
    this.areas = new Map();
  }

  async loadClass(className, moduleName) {
    const found = MODULES[moduleName]?.[className];
    if (!found) throw new Error(`this page does not know the widget ${className} of ${moduleName}`);
    return found;
  }

  /** Loaded with the first formula. */
  maths() {
    this.mathsModule ??= import(new URL("maths.js", import.meta.url).href);
    return this.mathsModule;
  }

  /** Handle a comm message of the kernel. */
  async receive({ type, comm_id, target_name, data, metadata, buffers }) {
    const message = { content: { comm_id, target_name, data }, metadata, buffers: buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength)) };
    if (type === "comm_open") {
      if (target_name !== "jupyter.widget") throw new Error(`this page does not know the comm target ${target_name}`);
      const model = await this.handle_comm_open(new Comm(this.kernel, comm_id, target_name), message);
      if (model.name === "PlayModel") this.#follow(model);
    } else if (this.has_model(comm_id)) {
      const model = await this.get_model(comm_id);
      await (type === "comm_msg" ? model.comm?.handleMessage(message) : model.comm?.handleClose(message));
    }
  }

  #follow(model) {
    this.plays.add(model);
    model.on("change:playing", () => this.kernel.onPlaying?.());
    model.once("comm:close", () => this.plays.delete(model));
  }

  /** The Play widgets that are playing. */
  playing() {
    return [...this.plays].filter((model) => model.get("playing"));
  }

  /** Show a widget inside an element of the page. */
  async display(model_id, element) {
    const view = await this.create_view(await this.get_model(model_id));
    Widget.attach(view.luminoWidget, element);
    return view;
  }

  /** Where the outputs of an ordinary cell go: in the place of the stored ones. */
  cellArea(index) {
    const cell = document.getElementById(`live-cell-${index}`);
    if (!cell) return new OutputArea(document.createElement("div"), this); // a hidden cell runs unseen
    return new CellArea(cell, this);
  }

  figureArea(figure) {
    this.areas.get(figure)?.dispose();
    const area = new FigureArea(figure, this);
    this.areas.set(figure, area);
    return area;
  }

  /** The present values of a live figure's controls, as [specification, value] pairs. */
  values(figure) {
    return figure.state === "live" ? this.areas.get(figure).values() : [];
  }
}

/** @returns {Promise<void>} when the views of all children of a box stand in it */
async function complete(view) {
  for (const child of await Promise.all(view.children_views?.views ?? [])) await complete(child);
}

/** The outputs of a cell; the stored ones stay until the first new one, or the end of the cell. */
class CellArea extends OutputArea {
  constructor(cell, manager) {
    super(document.createElement("div"), manager);
    this.element.className = "cell_output docutils container live-output";
    this.cell = cell;
  }

  #replace() {
    if (this.element.isConnected) return;
    const old = this.cell.querySelectorAll(":scope > .cell_output, :scope > details .cell_output");
    if (old.length) old[0].before(this.element);
    else this.cell.append(this.element);
    old.forEach((stored) => stored.remove());
  }

  output(output) {
    this.#replace();
    return super.output(output);
  }

  finish() {
    this.#replace();
  }
}

/** The outputs of a figure's cell: its widgets take the figure's place, anything else appears below. */
class FigureArea extends OutputArea {
  constructor(figure, manager) {
    const below = figure.element.querySelector(":scope > .live-outputs") ?? document.createElement("div");
    below.className = "live-outputs";
    below.replaceChildren();
    figure.element.append(below);
    super(below, manager);
    this.figure = figure;
    this.view = null;
  }

  async output(output) {
    const bundle = output.data?.[WIDGET];
    if (!bundle?.controls) return super.output(output);
    this.bundle = bundle;
    const of = async (ids) => Object.fromEntries(await Promise.all(
      Object.entries(ids).map(async ([name, id]) => [name, await this.manager.get_model(id)])));
    this.controls = await of(bundle.controls);
    this.actions = await of(bundle.actions);
    this.view = await this.manager.create_view(await this.manager.get_model(bundle.model_id));
  }

  /** Apply what the reader has changed meanwhile, and take the place of the figure at rest. */
  async takeOver() {
    const { figure } = this;
    figure.mount.replaceChildren();
    const wasResting = !figure.resting.hidden;
    Widget.attach(this.view.luminoWidget, figure.mount);
    await complete(this.view);
    await this.#name();
    if (wasResting) {
      for (let before = null, now = JSON.stringify(figure.changed()); before !== now || figure.pointerDown; ) {
        before = now;
        await this.#apply(figure.changed());
        await new Promise((resolve) => setTimeout(resolve, 16));
        now = JSON.stringify(figure.changed());
      }
      for (const action of figure.pressed.splice(0)) await this.#press(action);
    }
    await this.manager.kernel.settled();
    await Promise.all(this.#images().map((image) => image.decode().catch(() => {}))); // a newer picture may replace it
    figure.swap((name) => this.#focus(name));
  }

  async #apply(values) {
    for (const [name, value] of Object.entries(values)) {
      const model = this.controls[name];
      const spec = this.figure.spec.controls.find((each) => each.name === name);
      if (spec.kind === "choice") model.set("index", spec.options.indexOf(value));
      else model.set("value", value);
      model.save_changes();
    }
    await this.manager.kernel.settled();
  }

  async #press(action) {
    const model = this.actions[action];
    if (action === "play") model.play();
    else model.send({ event: "click" }, this.manager.callbacks());
    await this.manager.kernel.settled();
  }

  /** @returns {HTMLImageElement[]} */
  #images() {
    return [...this.figure.mount.querySelectorAll("img.live-panel")];
  }

  /** Names for screen readers: the sentence is the picture's text, the labels are those of the figure at rest. */
  async #name() {
    const sentence = this.figure.mount.querySelector(".live-sentence");
    const [first] = this.#images();
    const describe = () => {
      if (first.alt !== sentence.textContent.trim()) this.figure.announceSettled(sentence.textContent.trim());
      first.alt = sentence.textContent.trim();
    };
    first.alt = sentence.textContent.trim();
    new MutationObserver(describe).observe(sentence, { childList: true, subtree: true, characterData: true });
    for (const [name, model] of Object.entries(this.controls)) {
      const spec = this.figure.spec.controls.find((each) => each.name === name);
      for (const promise of Object.values(model.views)) this.#label((await promise).el, spec);
    }
    for (const [name, model] of Object.entries(this.actions)) {
      for (const promise of Object.values(model.views)) (await promise).el.dataset.action = name;
    }
  }

  /** The label without its unit, which stands behind the value instead. */
  #label(element, spec) {
    element.dataset.control = spec.name;
    const label = element.querySelector(".widget-label");
    const readout = element.querySelector(".widget-readout");
    if (!readout) return;
    label.textContent = spec.label;
    if (spec.unit) readout.dataset.unit = spec.unit;
  }

  #focus(name) {
    const part = this.figure.mount.querySelector(`:is([data-control="${CSS.escape(name)}"], [data-action="${CSS.escape(name)}"])`);
    const target = part.matches("button") ? part : part.querySelector(".noUi-handle, select, input, button");
    target.focus({ preventScroll: true });
  }

  /** @returns {[object, any][]} */
  values() {
    return this.figure.spec.controls.map((spec) => {
      const model = this.controls[spec.name];
      return [spec, spec.kind === "choice" ? spec.options[model.get("index")] : model.get("value")];
    });
  }

  dispose() {
    this.view?.remove();
  }
}
