/* The outputs of a cell, drawn with the class names that the built page uses for stored ones. */
import front from "../../../emergence/live/front/figure.js";
import { FigureModel } from "./comms.js";

const text = (value) => (Array.isArray(value) ? value.join("") : String(value ?? ""));
const withoutColour = (string) => string.replace(/\x1b\[[0-9;]*m/g, "");

/** What a line shows of itself: a carriage return starts it again, as progress bars do. */
const shownOf = (line) => {
  let end = line.length;
  while (line[end - 1] === "\r") end -= 1; // what may come after them is not known yet
  return end === 0 ? line : line.slice(line.lastIndexOf("\r", end - 1) + 1);
};

const WIDGET = "application/vnd.jupyter.widget-view+json";
const EXERCISE = "application/vnd.at-the-limit.exercise+json"; // what a check has found, for progress.js

export class OutputArea {
  /**
   * @param {HTMLElement} element
   * @param {import("./kernel.js").Kernel} kernel
   */
  constructor(element, kernel) {
    this.element = element;
    this.kernel = kernel;
    this.clearFirst = false;
    this.queue = Promise.resolve();
  }

  /** Remove what is shown, now or (with `wait`) when the next output arrives. */
  clear(wait) {
    this.clearFirst = wait;
    if (!wait) this.element.replaceChildren();
  }

  /** Show one output; outputs appear in the order in which they came. */
  output(output) {
    this.queue = this.queue.then(() => this.#show(output));
    return this.queue;
  }

  async #show(output) {
    if (this.clearFirst) this.clear(false);
    if (output.output_type === "stream") return this.#stream(output);
    if (output.output_type === "left_out") return this.#leaveOut(output.characters);
    const box = document.createElement("div");
    this.element.append(box); // before anything is awaited, to keep the order
    if (output.output_type === "error") return this.#error(box, output);
    await this.#data(box, output.data);
  }

  #stream({ name, text: written }) {
    let box = /** @type {HTMLElement | null} */ (this.element.lastElementChild);
    if (!box || box.dataset.stream !== name) {
      box = document.createElement("div");
      box.dataset.stream = name;
      box.className = `output ${name === "stderr" ? "stderr" : "stream"} highlight-myst-ansi notranslate`;
      box.innerHTML = '<div class="highlight"><pre></pre></div>';
      /** @type {HTMLElement} */ (box.querySelector("pre")).append("");
      this.element.append(box);
    }
    const shown = /** @type {Text} */ (/** @type {HTMLElement} */ (box.querySelector("pre")).firstChild);
    const more = withoutColour(written);
    if (!more.includes("\r") && !shown.data.endsWith("\r")) {
      shown.appendData(more);
      return;
    }
    const start = shown.data.lastIndexOf("\n") + 1;
    shown.data = shown.data.slice(0, start) + (shown.data.slice(start) + more).split("\n").map(shownOf).join("\n");
  }

  #leaveOut(characters) {
    let line = this.element.querySelector(":scope > .live-left-out");
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "live-left-out" });
      this.element.append(line);
    }
    const size = characters < 1e5 ? `${Math.ceil(characters / 1e3)} kB` : `${(characters / 1e6).toFixed(1)} MB`;
    line.textContent = `… ${size} more are not shown.`;
  }

  #error(box, { traceback, ename, evalue }) {
    box.className = "output traceback live-error";
    box.innerHTML = '<div class="highlight"><pre></pre></div>';
    box.querySelector("pre").textContent = withoutColour(text(traceback.join("\n")) || `${ename}: ${evalue}`);
  }

  async #widget(box, id) {
    const { comms } = this.kernel;
    const channel = comms.channels.get(id);
    if (!channel) return comms.display(id, box);
    const model = new FigureModel(() => {});
    model.connect(channel);
    front.render({ model, el: box });
  }

  async #data(box, data) {
    const plain = text(data["text/plain"]);
    box.className = "output";
    if (data[EXERCISE]) document.dispatchEvent(new CustomEvent("live:exercise", { detail: data[EXERCISE] }));
    if (data[WIDGET]) {
      await this.#widget(box, data[WIDGET].model_id);
    } else if (data["text/html"]) {
      box.classList.add("text_html");
      box.innerHTML = text(data["text/html"]);
    } else if (data["text/latex"]) {
      box.classList.add("text_latex");
      const { typeset } = await this.kernel.maths();
      box.append(typeset(text(data["text/latex"])));
    } else if (data["image/svg+xml"]) {
      box.innerHTML = text(data["image/svg+xml"]);
      box.querySelector("svg")?.setAttribute("role", "img");
      box.querySelector("svg")?.setAttribute("aria-label", plain);
    } else if (data["image/png"] || data["image/jpeg"]) {
      const type = data["image/png"] ? "image/png" : "image/jpeg";
      const image = new Image();
      image.alt = plain || "figure";
      image.src = `data:${type};base64,${text(data[type]).trim()}`;
      box.append(image);
    } else {
      box.classList.add("text_plain");
      box.innerHTML = '<div class="highlight"><pre></pre></div>';
      box.querySelector("pre").textContent = withoutColour(plain || text(data["text/markdown"]));
    }
  }
}

/** The outputs of an ordinary cell; the stored ones stay until the first new one, or the end of the cell. */
export class CellArea extends OutputArea {
  constructor(index, kernel) {
    super(document.createElement("div"), kernel);
    this.element.className = "cell_output docutils container live-output";
    this.cell = document.getElementById(`live-cell-${index}`); // a hidden cell runs unseen
  }

  #replace() {
    if (this.element.isConnected || !this.cell) return;
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

/** The outputs of a figure's cell: the figure is answered by the one that it shows, anything else appears below. */
export class FigureArea extends OutputArea {
  /** @param {import("./figure.js").Figure} figure */
  constructor({ element, front }, kernel) {
    /** @type {HTMLElement} */
    const below = element.querySelector(":scope > .live-outputs") ?? document.createElement("div");
    below.className = "live-outputs";
    below.replaceChildren();
    element.append(below);
    super(below, kernel);
    this.figure = front.spec.figure;
    /** @type {import("./comms.js").Channel | undefined} */
    this.channel = undefined;
    /** @type {string[]} the other figures that the cell showed */
    this.others = [];
  }

  async output(output) {
    const channel = this.kernel.comms.channels.get(output.data?.[WIDGET]?.model_id);
    const shown = output.metadata?.emergence?.figure;
    if (channel && shown === this.figure) {
      this.channel = channel;
      return;
    }
    if (channel) this.others.push(shown);
    await super.output(output);
  }
}
