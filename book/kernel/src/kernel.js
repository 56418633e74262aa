/* The page's end of the kernel: the worker, its messages in order, and how it is stopped. */
/* global WORKER: the name of a script, with the mark of its content (build.mjs) */
import { Comms } from "./comms.js";

/**
 * How long an interrupted cell may take to end before the worker is ended instead (it may be waiting). On a slow machine
 * the first traceback alone takes more than two seconds to write.
 */
const PATIENCE_MS = 4000;

const POLICY = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

/**
 * Say what a reader or a host can do where a browser refuses a part of the kernel.
 * @param {string} text what the browser says
 */
export function advice(text) {
  if (location.protocol === "file:") return `${text}. A page opened as a file may not load it: open the folder with a local server, such as python3 -m http.server`;
  if (self.origin === "null") return `the frame around this page does not let it load Python (its sandbox must have allow-same-origin); open the page in a window of its own`;
  if (/unsafe-eval|content security policy/i.test(text)) return `${text}. The policy of this site must allow ${POLICY}`;
  return text;
}

/** The site's service worker. A sandboxed page may not even ask for it. */
function keeper() {
  try {
    return navigator.serviceWorker?.controller;
  } catch {
    return null;
  }
}

/** @typedef {{live: string, pyodide: string, assets: string}} Places addresses, absolute */
/** @typedef {{step: string, loaded: number, total: number}} Progress */
/** @typedef {{name: string, source: string | null}} Module what the reader has made of a module; null is the book's */
/** @typedef {{seconds: number, onReached: () => void}} Limit of what may take long, and what happens then */

export class Kernel {
  /** @type {Worker} */
  worker;
  /** @type {Promise<typeof import("./maths.js")> | undefined} */
  mathsModule;
  /** @type {Promise<unknown>} the handling of all messages of the worker so far */
  chain = Promise.resolve();
  /** @type {(steps: Record<string, number>) => void} */
  #resolveReady;
  /** @type {(reason: Error) => void} */
  #rejectReady;

  /**
   * @param {Places} places
   * @param {string} code of the cell to run first: its packages are fetched while Python starts
   * @param {(progress: Progress) => void} onProgress
   * @param {(reason: string) => void} onDeath called when Python has ended by itself
   */
  constructor(places, code, onProgress, onDeath) {
    this.onProgress = onProgress;
    this.onDeath = onDeath;
    this.places = places;
    /** @type {Map<number, {output(o: object): Promise<void>, clear(wait: boolean): void}>} where a cell's outputs go */
    this.sinks = new Map();
    /** @type {Map<number, {resolve: (ok: boolean) => void, limit?: Limit, timer: number}>} by cell */
    this.running = new Map();
    this.pending = new Map(); // message id -> callbacks of ipywidgets
    /** @type {Limit | undefined} for each message of a widget, once code of the reader's may answer it */
    this.limit = undefined;
    /** @type {Map<string, number>} message id -> timer of its limit */
    this.timers = new Map();
    this.count = 0;
    this.comms = new Comms(this);
    this.ended = false;
    // WebKit has pages that are isolated and have no shared memory all the same.
    const shared = self.crossOriginIsolated && typeof SharedArrayBuffer === "function";
    this.interrupt = shared ? new Uint8Array(new SharedArrayBuffer(1)) : null;

    /** @type {Promise<Record<string, number>>} the times of the steps of the start */
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.ready.catch(() => {}); // reported where it is awaited
    if (typeof WebAssembly !== "object") {
      this.#rejectReady(new Error("this browser has no WebAssembly, or it is switched off"));
      return;
    }
    this.plain = false; // whether Python starts without its stored memory
    this.started = false;
    try {
      this.#employ({ kind: "start", ...places, code, interrupt: this.interrupt });
    } catch (error) {
      this.#fail(`the browser refused to start a worker (${/** @type {Error} */ (error).message})`);
    }
  }

  /** Give the start to a new worker. */
  #employ(start) {
    this.worker = new Worker(`${this.places.live}${WORKER}`);
    this.worker.onmessage = ({ data }) => {
      if (data.kind === "failed" && data.during === "start") this.#startAgain(start, data.text);
      else this.#receive(data);
    };
    this.worker.onerror = (event) => this.#startAgain(start, event.message || "the worker could not be loaded");
    this.worker.postMessage({ ...start, plain: this.plain });
  }

  #fail(text) {
    this.#rejectReady(new Error(advice(text)));
  }

  /** A browser may refuse the stored memory; then Python starts without it, which takes longer. */
  #startAgain(start, reason) {
    if (this.started || this.ended) return;
    if (this.plain) {
      this.#fail(reason);
      return;
    }
    console.warn(`Python could not be woken from its stored memory and starts afresh: ${reason}`);
    this.plain = true;
    this.worker.terminate();
    this.#employ(start);
  }

  #receive(message) {
    if (message.kind === "progress") {
      this.#watch(message);
      this.onProgress(message);
    }
    else if (message.kind === "dead") {
      if (this.started && !this.ended) this.onDeath(message.text);
    }
    else if (message.kind === "ready") {
      this.started = true;
      const { live } = this.places;
      // What was fetched before the site's service worker was there would be missing without a network.
      keeper()?.postMessage({ keep: [...message.addresses, `${live}${WORKER}`] });
      this.#resolveReady(message.steps);
    }
    else this.chain = this.chain.then(() => (this.ended ? undefined : this.#handle(message))).catch((error) => console.error(error));
  }

  async #handle(message) {
    const { kind, cell } = message;
    if (kind === "output") await this.sinks.get(cell)?.output(message.output);
    else if (kind === "clear") this.sinks.get(cell)?.clear(message.wait);
    else if (kind === "comm") await this.comms.receive(message);
    else if (kind === "idle") this.#idle(message.id);
    else if (kind === "done") this.#finish(cell, message.ok);
    else if (kind === "failed" && message.during === "run") {
      await this.sinks.get(cell)?.output({ output_type: "error", ename: "Error", evalue: message.text, traceback: [message.text] });
      this.#finish(cell, false);
    } else console.error(`the kernel failed during ${message.during}: ${message.text}`);
  }

  /** The time of a cell that has a limit counts while it runs, and not while packages come that it imports. */
  #watch({ step, cell }) {
    const run = this.running.get(cell);
    if (!run?.limit) return;
    clearTimeout(run.timer);
    if (step === "Running") run.timer = setTimeout(run.limit.onReached, 1000 * run.limit.seconds);
  }

  #finish(cell, ok) {
    const run = this.running.get(cell);
    clearTimeout(run?.timer);
    run?.resolve(ok);
    this.running.delete(cell);
  }

  /**
   * Run a cell; its outputs go to the sink, now and when its widgets show something later.
   * @param {number} cell
   * @param {string} code
   * @param {{output(o: object): Promise<void>, clear(wait: boolean): void}} sink
   * @param {{module?: Module, limit?: Limit}} [how]
   * @returns {Promise<boolean>} whether it ended without an exception
   */
  run(cell, code, sink, { module, limit } = {}) {
    this.sinks.set(cell, sink);
    if (this.interrupt) this.interrupt[0] = 0;
    return new Promise((resolve) => {
      this.running.set(cell, { resolve, limit, timer: 0 });
      this.worker.postMessage({ kind: "run", cell, code, module });
    });
  }

  /** Send a widget's message; the callbacks hear when it has been handled, which lets ipywidgets drop stale values. */
  send(type, comm_id, data, callbacks, buffers = []) {
    const id = String(++this.count);
    if (callbacks) this.pending.set(id, callbacks);
    const { limit } = this;
    if (limit && !this.running.size) this.timers.set(id, setTimeout(limit.onReached, 1000 * limit.seconds));
    const bytes = buffers.map((b) => (ArrayBuffer.isView(b) ? new Uint8Array(b.buffer, b.byteOffset, b.byteLength) : new Uint8Array(b)));
    this.worker.postMessage({ kind: "comm", id, comm_id, type, data, buffers: bytes });
    return id;
  }

  #idle(id) {
    const callbacks = this.pending.get(id);
    this.pending.delete(id);
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    callbacks?.iopub?.status?.({ content: { execution_state: "idle" } });
  }

  /** What typesets formulas; loaded with the first one. */
  maths() {
    this.mathsModule ??= import(`${this.places.live}maths.js`);
    return this.mathsModule;
  }

  /** Whether a cell runs, or code of the reader's answers a widget. */
  get isBusy() {
    return this.running.size + this.timers.size > 0;
  }

  /**
   * Stop the cells that run: by an interrupt where the browser allows it, else by ending the worker.
   * @returns {Promise<boolean>} whether the kernel lives on
   */
  async stop() {
    if (this.interrupt && this.isBusy) {
      const stopped = [...this.running.keys()], messages = [...this.timers.keys()];
      const isUnderWay = () => stopped.some((cell) => this.running.has(cell)) || messages.some((id) => this.timers.has(id));
      this.interrupt[0] = 2; // SIGINT
      const ended = new Promise((resolve) => {
        const check = () => (isUnderWay() ? setTimeout(check, 20) : resolve(true));
        check();
      });
      const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, false));
      if (await Promise.race([ended, late])) return true;
    }
    this.end("stopped");
    return false;
  }

  end(reason) {
    this.ended = true;
    this.worker?.terminate();
    this.#rejectReady(new Error(reason));
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const { resolve, timer } of this.running.values()) {
      clearTimeout(timer);
      resolve(false);
    }
    this.running.clear();
  }
}
