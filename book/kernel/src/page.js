/* On every page with code cells. It wires the controls at rest and loads nothing before a reader comes to one. */
import * as address from "./address.js";
import { Figure } from "./figure.js";
import { completeWhenNear, whenAtHand } from "./early.js";
import { moduleOf, wireEditing } from "./editing.js";
import { Kernel } from "./kernel.js";
import { CellArea, FigureArea } from "./outputs.js";
import { wirePredictions } from "./predictions.js";

/**
 * A code cell: its number and id in the notebook, its code, the name of the figure that it shows; and what the reader has
 * made of its code and of the figure's module, if anything.
 * @typedef {{index: number, id: string, code: string, figure: string | null, yours?: string, module?: string}} Cell
 */

/** @param {Cell} cell */
const codeOf = (cell) => cell.yours ?? cell.code;

/** @param {string[]} problems */
const shortened = (problems) => problems.slice(0, 3).join("; ") + (problems.length > 3 ? `; and ${problems.length - 3} more` : "");

/** What a figure's cell has shown instead. @param {string[]} others @param {string} figure */
const showed = (others, figure) =>
  others.length ? `The cell of this figure showed ${others.map((name) => `“${name}”`).join(" and ")}, and not “${figure}”.` : "The cell of this figure showed no figure.";

export class Page {
  /** @type {HTMLButtonElement} */
  runButton;
  /** @type {HTMLButtonElement} */
  stopButton;
  /** @type {HTMLElement} */
  status;

  /** @type {Promise<unknown> | undefined} until what the reader has changed is in the cells */
  recalled;
  /** @type {Promise<string> | null} a stop under way, and what it tells the reader */
  stopping = null;

  /** @param {import("./kernel.js").Places & {cells: Cell[], limit: number, moved?: Record<string, {page: string, figure: string}>}} config with addresses relative to the page */
  constructor(config) {
    const absolute = (address) => new URL(address, document.baseURI).href;
    /** @type {import("./kernel.js").Places} */
    this.places = { live: absolute(config.live), pyodide: absolute(config.pyodide), assets: absolute(config.assets) };
    this.cells = config.cells;
    this.moved = new Map(Object.entries(config.moved ?? {})); // figures that once stood here, and where they are
    this.limit = config.limit; // for code that the reader has changed, in seconds
    /** @type {Set<(progress: import("./kernel.js").Progress) => void>} whom to tell how far the start is */
    this.watchers = new Set();
    /** @type {Kernel | null} */
    this.kernel = null;
    /** @type {NodeListOf<HTMLElement>} */
    const elements = document.querySelectorAll(".live-figure");
    this.figures = [...elements].map(
      (element) =>
        new Figure(element, (figure) => this.touch(figure), (figure) => this.approach(figure), () => this.cancel()));
    wirePredictions(this.figures);
    completeWhenNear(this.figures);
    whenAtHand(this.places, this.figures, (figure) => this.approach(figure));
    this.running = 0; // cells that wait or run
    this.runningAll = false;
    this.startsAhead = !navigator.connection?.saveData; // before a control is moved
    this.#wireToolbar();
    wireEditing(this);
    document.addEventListener("live:play", () => this.refresh());
    window.addEventListener("hashchange", () => this.#followAddress());
    this.#followAddress();
    // Browsers keep a page that the reader leaves, with its Python, for hundreds of megabytes.
    window.addEventListener("pagehide", () => this.#release("Python ended when you left this page: move a control to start again from your values."));
  }

  #wireToolbar() {
    const bar = /** @type {HTMLElement} */ (document.querySelector(".live-toolbar"));
    [this.runButton, this.stopButton] = bar.querySelectorAll("button"); // others follow
    this.status = /** @type {HTMLElement} */ (bar.querySelector("[role=status]"));
    this.runButton.addEventListener("click", () => this.runAll());
    this.stopButton.addEventListener("click", () => this.stop());
  }

  /** Show the state that the page's address asks for; what it asks for in vain is said, and stays at its default. */
  #followAddress() {
    for (const figure of this.figures) figure.note("");
    this.say("");
    const name = address.figureOf(location.hash);
    if (name === null) return;
    const figure = this.figures.find(({ front }) => front.spec.figure === name);
    const place = this.moved.get(name);
    if (!figure && place) {
      location.replace(new URL(address.onward(location.hash, place), document.baseURI)); // Back does not come here again
      return;
    }
    if (!figure) {
      this.say(`The address asks for the figure “${name.slice(0, 80)}”, which is not on this page.`);
      return;
    }
    const { values, problems } = address.read(location.hash, figure.front.spec.controls);
    // In a frame the page around it would be scrolled as well.
    if (window.parent === window) figure.element.scrollIntoView({ block: "start" });
    if (problems.length) figure.note(`The address of this state is not quite right: ${shortened(problems)}. The default stands instead.`);
    for (const spec of figure.front.spec.controls) {
      if (values[spec.name] !== figure.front.values[spec.name]) figure.front.change(spec, values[spec.name]);
    }
  }

  say(text) {
    this.status.textContent = text;
  }

  /** Offer Stop while there is something to stop. */
  refresh() {
    const playing = this.figures.some(({ front }) => front.isPlaying);
    this.runButton.disabled = this.running > 0;
    this.stopButton.disabled = this.running === 0 && !playing && !this.kernel?.limit;
  }

  /** Start the kernel for a cell, or return the one that is there. */
  #start(code) {
    if (!this.kernel) {
      performance.mark("live:start");
      this.kernel = new Kernel(this.places, code, (progress) => {
        for (const figure of this.figures) if (figure.state === "starting") figure.showProgress(progress);
        if (this.runningAll && progress.step !== "Running") this.say(`${progress.step}…`);
        for (const tell of this.watchers) tell(progress);
      }, (reason) => this.kernel === kernel && this.#mourn(reason));
      const { kernel } = this;
      kernel.ready.catch(() => {
        if (this.kernel !== kernel || this.running > 0) return; // who waits for it tells the reader
        kernel.end("failed"); // ahead of time, and nobody waits: the next touch starts anew
        this.kernel = null;
      });
    }
    return this.kernel;
  }

  /** The reader is about to move a control: start Python meanwhile, unless it is there. */
  approach(figure) {
    if (!this.startsAhead) return;
    try {
      this.#start(codeOf(this.#cellOf(figure)));
    } catch (error) {
      console.warn(`Python could not be started ahead of time: ${/** @type {Error} */ (error).message}`); // a touch tries again, and tells the reader
    }
  }

  /** A control of a figure at rest was moved: make the figure live. */
  async touch(figure) {
    if (figure.state !== "resting") return; // it is starting, and its controls are read when it has started
    performance.mark("live:touch");
    await this.#makeLive(figure, this.#cellOf(figure));
  }

  #cellOf(figure) {
    return /** @type {Cell} */ (this.cells.find((each) => each.index === figure.cell));
  }

  async #makeLive(figure, cell, keepsValues = false) {
    const wasLive = figure.state === "live";
    figure.state = "starting";
    figure.showProgress({ step: this.running ? "Waiting for other cells" : "Loading Python" });
    this.running += 1;
    this.refresh();
    let kernel;
    try {
      await this.recalled;
      kernel = this.#start(codeOf(cell));
      const steps = await kernel.ready;
      const area = new FigureArea(figure, kernel);
      const ok = await this.#execute(kernel, cell, area);
      if (kernel.ended) return; // `stop` has told the reader
      if (!ok || !area.channel) {
        const text = ok ? showed(area.others, area.figure) : "The code of this figure did not run to its end.";
        if (wasLive) figure.keep(`${text} It shows what it showed before.`);
        else this.#failed(figure, text);
        return;
      }
      performance.mark("live:widgets");
      await figure.goLive(area.channel, cell.module !== undefined, keepsValues);
      if (kernel.ended) return;
      performance.mark("live:live", { detail: steps });
    } catch (error) {
      if (kernel?.ended && this.kernel !== kernel) return;
      kernel?.end("failed");
      if (this.kernel === kernel) this.kernel = null;
      this.#failed(figure, `The simulation could not start: ${/** @type {Error} */ (error).message}. The stored picture stays.`);
      this.#restLiveFigures("The simulation had to be started anew.");
    } finally {
      this.running -= 1;
      this.refresh();
    }
  }

  #failed(figure, text) {
    figure.rest();
    const afresh = this.kernel?.limit ? " If something that you ran before is the cause: Stop, above, ends Python, and it starts afresh." : "";
    figure.showMessage(text + afresh, "Retry", () => this.touch(figure));
  }

  /** Run a cell's code as the reader has it; what the reader has changed may take only so long. */
  #execute(kernel, cell, area) {
    const module = cell.figure ? { name: moduleOf(cell.figure), source: cell.module ?? null } : undefined;
    const onReached = () => this.stop(`Stopped after ${this.limit} s, the longest that code which you changed may run. Is there a loop that does not end? If not, let it do less: fewer steps, smaller arrays.`);
    const limit = cell.yours === undefined && cell.module === undefined ? undefined : { seconds: this.limit, onReached };
    kernel.limit ??= limit;
    return kernel.run(cell.index, codeOf(cell), area, { module, limit });
  }

  /** Run an ordinary cell. */
  async #runPlain(kernel, cell) {
    const area = new CellArea(cell.index, kernel);
    const ok = await this.#execute(kernel, cell, area);
    area.finish();
    return ok;
  }

  /** Whether a cell waits or runs. @param {Cell} cell */
  isRunning(cell) {
    return this.runningAll || this.#figureOf(cell)?.state === "starting";
  }

  /**
   * Run one cell by itself, as the reader has it.
   * @param {Cell} cell
   * @param {boolean} keepsValues whether the values of the figure that it shows stay, if it shows one
   * @returns {Promise<string>} what there is to tell
   */
  async run(cell, keepsValues) {
    const figure = this.#figureOf(cell);
    if (figure) {
      await this.#makeLive(figure, cell, keepsValues);
      return (await this.stopping) ?? "";
    }
    this.running += 1;
    this.refresh();
    let kernel;
    try {
      kernel = this.#start(codeOf(cell));
      await kernel.ready;
      const ok = await this.#runPlain(kernel, cell);
      return (await this.stopping) ?? (ok ? "" : "It ended with an error.");
    } catch (error) {
      return (await this.stopping) ?? this.#fail(kernel, error);
    } finally {
      this.running -= 1;
      this.refresh();
    }
  }

  /** Python could not start. @returns {string} what there is to tell */
  #fail(kernel, error) {
    if (kernel?.ended && this.kernel !== kernel) return ""; // `stop` has told the reader
    kernel?.end("failed");
    this.kernel = null;
    this.#restLiveFigures("The simulation had to be started anew.");
    return `Python could not start: ${error.message}.`;
  }

  #figureOf(cell) {
    return this.figures.find((each) => each.cell === cell.index);
  }

  /** Run all cells in order; a cell that fails does not keep the others from running. */
  async runAll() {
    this.runningAll = true;
    this.running += 1;
    this.refresh();
    let kernel;
    let failed = 0;
    try {
      await this.recalled;
      kernel = this.#start(this.cells.map(codeOf).join("\n"));
      if (!kernel.started) this.say("Loading Python…");
      await kernel.ready;
      for (const [position, cell] of this.cells.entries()) {
        this.say(`Running cell ${position + 1} of ${this.cells.length}…`);
        const figure = this.#figureOf(cell);
        if (figure && figure.state !== "starting") await this.#makeLive(figure, cell);
        else if (!figure && !(await this.#runPlain(kernel, cell))) failed += 1;
        if (kernel.ended || !this.runningAll) return; // `stop` has told the reader
      }
      this.say(failed ? `All cells have run; ${failed} ended with an error.` : "All cells have run.");
    } catch (error) {
      const text = this.#fail(kernel, error);
      if (text) this.say(text);
    } finally {
      this.runningAll = false;
      this.running -= 1;
      this.refresh();
    }
  }

  /** Stop what plays; stop what runs, if need be with the worker, and then put the figures to rest. */
  async stop(reason = "Stopped.") {
    this.stopping ??= this.#stop(reason);
    this.say(await this.stopping);
    this.stopping = null;
  }

  /** @returns {Promise<string>} what there is to tell */
  async #stop(reason) {
    const kernel = this.kernel;
    if (!kernel) return "";
    const playing = this.figures.filter(({ front }) => front.isPlaying);
    for (const { front } of playing) front.play(false);
    if (this.running === 0 && !kernel.isBusy) {
      // Tasks in the background may run, or something of Python be changed.
      if (playing.length === 0) return this.#endPython(reason);
      this.refresh();
      return reason;
    }
    this.say("Stopping…");
    this.runningAll = false; // the cells that wait are not run either
    const unanswered = this.figures.filter(({ element }) => element.getAttribute("aria-busy") === "true");
    if (await kernel.stop()) {
      for (const figure of unanswered) figure.note(`${reason} It shows what it showed before.`);
      return `${reason} Python is still running: figures stay live.`;
    }
    return this.#endPython(reason);
  }

  /** @returns {string} what there is to tell */
  #endPython(reason) {
    this.#release(`${reason} This is the stored picture. Move a control to start again from your values.`);
    this.refresh();
    return `${reason} Python has ended; move a control or run the page to start it again.`;
  }

  /** Python ended by itself. */
  async #mourn(reason) {
    this.runningAll = false;
    this.stopping ??= Promise.resolve(this.#endPython(reason));
    this.say(await this.stopping);
    await new Promise((resolve) => setTimeout(resolve)); // whoever waited for a cell has told it, too
    this.stopping = null;
  }

  /** End a start that the reader does not want to wait for. */
  cancel() {
    this.runningAll = false;
    this.startsAhead = false; // whoever has cancelled is not to find it loading again because the mouse passed by
    this.#release("Cancelled: this is the stored picture. Move a control to start again from your values.");
    this.say("");
  }

  /** End Python; the figures go to rest with the values that the reader has chosen. */
  #release(text) {
    const { kernel } = this;
    if (!kernel) return;
    kernel.end("stopped");
    this.kernel = null;
    this.#restLiveFigures(text);
  }

  #restLiveFigures(text) {
    for (const figure of this.figures.filter((each) => each.state !== "resting")) {
      figure.rest();
      figure.showMessage(text);
    }
  }
}

const config = document.getElementById("live-page");
if (config) new Page(JSON.parse(config.textContent));
