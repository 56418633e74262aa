/* The outputs of a cell, drawn with the class names that the built page uses for stored ones. */

const text = (value) => (Array.isArray(value) ? value.join("") : String(value ?? ""));
const withoutColour = (string) => string.replace(/\x1b\[[0-9;]*m/g, "");

export const WIDGET = "application/vnd.jupyter.widget-view+json";

export class OutputArea {
  /**
   * @param {HTMLElement} element
   * @param {import("./live.js").PageManager} manager
   */
  constructor(element, manager) {
    this.element = element;
    this.manager = manager;
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
    const box = document.createElement("div");
    this.element.append(box); // before anything is awaited, to keep the order
    if (output.output_type === "error") return this.#error(box, output);
    await this.#data(box, output.data);
  }

  #stream({ name, text: written }) {
    let box = this.element.lastElementChild;
    if (box?.dataset.stream !== name) {
      box = document.createElement("div");
      box.dataset.stream = name;
      box.className = `output ${name === "stderr" ? "stderr" : "stream"} highlight-myst-ansi notranslate`;
      box.innerHTML = '<div class="highlight"><pre></pre></div>';
      this.element.append(box);
    }
    const pre = box.querySelector("pre");
    // A carriage return starts the line again, as progress bars do.
    pre.textContent = (pre.textContent + withoutColour(written)).replace(/[^\n]*\r(?=[^\n])/g, "");
  }

  #error(box, { traceback, ename, evalue }) {
    box.className = "output traceback live-error";
    box.innerHTML = '<div class="highlight"><pre></pre></div>';
    box.querySelector("pre").textContent = withoutColour(text(traceback.join("\n")) || `${ename}: ${evalue}`);
  }

  async #data(box, data) {
    const plain = text(data["text/plain"]);
    box.className = "output";
    if (data[WIDGET]) {
      await this.manager.display(data[WIDGET].model_id, box);
    } else if (data["text/html"]) {
      box.classList.add("text_html");
      box.innerHTML = text(data["text/html"]);
    } else if (data["text/latex"]) {
      box.classList.add("text_latex");
      const { typeset } = await this.manager.maths();
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
