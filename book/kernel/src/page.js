/* On every page with code cells. It wires the controls at rest and loads nothing before a reader comes to one. */
import { Figure } from "./figure.js";
import { completeWhenNear, whenAtHand } from "./early.js";
import { Kernel } from "./kernel.js";

/** @typedef {{index: number, code: string, figure: string | null}} Cell */

class Page {
  /** @param {{live: string, pyodide: string, assets: string, cells: Cell[]}} config */
  constructor(config) {
    const absolute = (address) => new URL(address, document.baseURI).href;
    this.places = { live: absolute(config.live), pyodide: absolute(config.pyodide), assets: absolute(config.assets) };
    this.cells = config.cells;
    /** @type {Kernel | null} */
    this.kernel = null;
    this.figures = [...document.querySelectorAll(".live-figure")].map(
      (element) => new Figure(element, (figure) => this.touch(figure), (figure) => this.approach(figure)));
    completeWhenNear(this.figures);
    whenAtHand(this.places, this.figures, (figure) => this.approach(figure));
    this.running = 0; // cells that wait or run
    this.#wireToolbar();
  }

  #wireToolbar() {
    const bar = document.querySelector(".live-toolbar");
    [this.runButton, this.stopButton] = bar.querySelectorAll("button");
    this.status = bar.querySelector("[role=status]");
    this.runButton.addEventListener("click", () => this.runAll());
    this.stopButton.addEventListener("click", () => this.stop());
  }

  say(text) {
    this.status.textContent = text;
  }

  /** Offer Stop while there is something to stop. */
  refresh() {
    const playing = this.kernel?.manager?.playing().length > 0;
    this.runButton.disabled = this.running > 0;
    this.stopButton.disabled = this.running === 0 && !playing;
  }

  /** Start the kernel for a cell, or return the one that is there. */
  #start(code) {
    if (!this.kernel) {
      performance.mark("live:start");
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${this.places.live}live.css` });
      if (!document.querySelector(`link[href="${link.href}"]`)) document.head.append(link);
      this.kernel = new Kernel(this.places, code, (progress) => {
        for (const figure of this.figures) if (figure.state === "starting") figure.showProgress(progress);
        if (this.runningAll && progress.step !== "Running") this.say(`${progress.step}…`);
      });
      this.kernel.onPlaying = () => this.refresh();
      // While the kernel computes, a screen reader waits with the sentence.
      this.kernel.onBusy = (busy) => {
        for (const figure of this.figures) if (figure.state === "live") figure.element.setAttribute("aria-busy", busy);
      };
    }
    return this.kernel;
  }

  /** The reader is about to move a control: start Python meanwhile, unless it is there. */
  approach(figure) {
    if (navigator.connection?.saveData) return;
    this.#start(this.#cellOf(figure).code);
  }

  /** A control of a figure at rest was moved: make the figure live. */
  async touch(figure) {
    if (figure.state !== "resting") return; // it is starting, and its controls are read when it has started
    performance.mark("live:touch");
    await this.#makeLive(figure, this.#cellOf(figure));
  }

  #cellOf(figure) {
    return this.cells.find((each) => each.index === figure.cell);
  }

  async #makeLive(figure, cell) {
    const kernel = this.#start(cell.code);
    figure.state = "starting";
    figure.showProgress({ step: this.running ? "Waiting for other cells" : "Loading Python" });
    this.running += 1;
    this.refresh();
    try {
      const steps = await kernel.ready;
      const area = kernel.manager.figureArea(figure);
      const ok = await kernel.run(cell.index, cell.code, area);
      if (kernel.ended) return; // `stop` has told the reader
      if (!ok || !area.view) {
        this.#failed(figure, ok ? "The cell of this figure showed no figure." : "The code of this figure ended with an error.");
        return;
      }
      performance.mark("live:widgets");
      await area.takeOver();
      performance.mark("live:live", { detail: steps });
    } catch (error) {
      if (kernel.ended && this.kernel !== kernel) return;
      kernel.end("failed");
      if (this.kernel === kernel) this.kernel = null;
      this.#failed(figure, `The simulation could not start: ${error.message}. The stored picture stays.`);
      this.#restLiveFigures("The simulation had to be started anew.");
    } finally {
      this.running -= 1;
      this.refresh();
    }
  }

  #failed(figure, text) {
    figure.state = "resting";
    figure.showMessage(text, "Retry", () => this.touch(figure));
  }

  /** Run all cells in order; a cell that fails does not keep the others from running. */
  async runAll() {
    this.runningAll = true;
    this.running += 1;
    this.refresh();
    const kernel = this.#start(this.cells.map((cell) => cell.code).join("\n"));
    let failed = 0;
    try {
      if (!kernel.manager) this.say("Loading Python…");
      await kernel.ready;
      for (const [position, cell] of this.cells.entries()) {
        this.say(`Running cell ${position + 1} of ${this.cells.length}…`);
        const figure = this.figures.find((each) => each.cell === cell.index);
        if (figure && figure.state !== "starting") await this.#makeLive(figure, cell);
        else if (!figure) {
          const area = kernel.manager.cellArea(cell.index);
          if (!(await kernel.run(cell.index, cell.code, area))) failed += 1;
          area.finish();
        }
        if (kernel.ended || !this.runningAll) return; // `stop` has told the reader
      }
      this.say(failed ? `All cells have run; ${failed} ended with an error.` : "All cells have run.");
    } catch (error) {
      if (kernel.ended && this.kernel !== kernel) return;
      kernel.end("failed");
      this.kernel = null;
      this.say(`Python could not start: ${error.message}.`);
      this.#restLiveFigures("The simulation had to be started anew.");
    } finally {
      this.runningAll = false;
      this.running -= 1;
      this.refresh();
    }
  }

  /** Stop what plays; stop what runs, if need be with the worker, and then put the figures to rest. */
  async stop() {
    const kernel = this.kernel;
    if (!kernel) return;
    kernel.manager?.playing().forEach((model) => model.pause());
    if (this.running === 0) {
      this.say("Stopped.");
      this.refresh();
      return;
    }
    this.say("Stopping…");
    this.runningAll = false; // the cells that wait are not run either
    const values = kernel.manager ? this.figures.map((figure) => kernel.manager.values(figure)) : [];
    if (await kernel.stop()) {
      this.say("Stopped. Python is still running: figures stay live.");
      return;
    }
    this.kernel = null;
    this.figures.forEach((figure, i) => values[i]?.forEach(([spec, value]) => figure.setNative(spec, value)));
    this.#restLiveFigures("Stopped: this is the stored picture. Move a control to start again from your values.");
    this.say("Stopped. Python has ended; move a control or run the page to start it again.");
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
