/* The page's end of the kernel: the worker, its messages in order, and how it is stopped. */

/** How long an interrupted cell may take to end before the worker is ended instead (it may be waiting). */
const PATIENCE_MS = 2000;

export class Kernel {
  /**
   * @param {{live: string, pyodide: string, assets: string}} places addresses, absolute
   * @param {string} code of the cell to run first: its packages are fetched while Python starts
   * @param {(progress: {step: string, loaded: number, total: number}) => void} onProgress
   */
  constructor(places, code, onProgress) {
    this.onProgress = onProgress;
    this.places = places;
    this.comms = new Map();
    /** @type {Map<number, {output(o: object): Promise<void>, clear(wait: boolean): void}>} where a cell's outputs go */
    this.sinks = new Map();
    this.running = new Map(); // cell -> resolve of its run
    this.pending = new Map(); // message id -> callbacks of ipywidgets
    this.waiting = []; // called when no message is pending
    this.count = 0;
    this.ended = false;
    this.interrupt = self.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;

    this.ready = new Promise((resolve, reject) => Object.assign(this, { resolveReady: resolve, rejectReady: reject }));
    this.ready.catch(() => {}); // reported where it is awaited
    if (typeof WebAssembly !== "object") {
      this.rejectReady(new Error("this browser has no WebAssembly, or it is switched off"));
      return;
    }
    this.worker = new Worker(`${places.live}worker.js`);
    this.worker.onmessage = ({ data }) => this.#receive(data);
    this.worker.onerror = (event) => this.rejectReady(new Error(event.message || "the worker could not be loaded"));
    this.worker.postMessage({ kind: "start", ...places, code, interrupt: this.interrupt });

    // Widgets are handled by live.js; what arrives before it waits in this chain.
    this.chain = import(`${places.live}live.js`).then((live) => (this.manager = new live.PageManager(this)));
    this.chain.catch((error) => this.rejectReady(error));
  }

  #receive(message) {
    if (message.kind === "progress") this.onProgress(message);
    else if (message.kind === "ready") {
      const { live } = this.places;
      // What was fetched before the site's service worker was there would be missing without a network.
      navigator.serviceWorker?.controller?.postMessage({ keep: [...message.addresses, `${live}worker.js`, `${live}live.js`] });
      this.chain.then(() => this.resolveReady(message.steps));
    }
    else if (message.kind === "failed" && message.during === "start") this.rejectReady(new Error(message.text));
    else this.chain = this.chain.then(() => this.ended || this.#handle(message)).catch((error) => console.error(error));
  }

  async #handle(message) {
    const { kind, cell } = message;
    if (kind === "output") await this.sinks.get(cell)?.output(message.output);
    else if (kind === "clear") this.sinks.get(cell)?.clear(message.wait);
    else if (kind === "comm") await this.manager.receive(message);
    else if (kind === "idle") this.#idle(message.id);
    else if (kind === "done") this.#finish(cell, message.ok);
    else if (kind === "failed" && message.during === "run") {
      await this.sinks.get(cell)?.output({ output_type: "error", ename: "Error", evalue: message.text, traceback: [message.text] });
      this.#finish(cell, false);
    } else console.error(`the kernel failed during ${message.during}: ${message.text}`);
  }

  #finish(cell, ok) {
    this.running.get(cell)?.(ok);
    this.running.delete(cell);
  }

  /**
   * Run a cell; its outputs go to the sink, now and when its widgets show something later.
   * @returns {Promise<boolean>} whether it ended without an exception
   */
  run(cell, code, sink) {
    this.sinks.set(cell, sink);
    if (this.interrupt) this.interrupt[0] = 0;
    return new Promise((resolve) => {
      this.running.set(cell, resolve);
      this.worker.postMessage({ kind: "run", cell, code });
    });
  }

  /** Send a widget's message; the callbacks hear when it has been handled, which lets ipywidgets drop stale values. */
  send(type, comm_id, data, callbacks, buffers = []) {
    const id = String(++this.count);
    if (this.pending.size === 0) this.onBusy?.(true);
    this.pending.set(id, callbacks);
    const bytes = buffers.map((b) => (ArrayBuffer.isView(b) ? new Uint8Array(b.buffer, b.byteOffset, b.byteLength) : new Uint8Array(b)));
    this.worker.postMessage({ kind: "comm", id, comm_id, type, data, buffers: bytes });
    return id;
  }

  #idle(id) {
    const callbacks = this.pending.get(id);
    this.pending.delete(id);
    callbacks?.iopub?.status?.({ content: { execution_state: "idle" } });
    if (this.pending.size > 0) return; // ipywidgets sent the latest value that it had held back
    this.onBusy?.(false);
    this.waiting.splice(0).forEach((resolve) => resolve());
  }

  /** @returns {Promise<void>} when every message to a widget has been handled, and what it changed is on the page */
  settled() {
    return this.pending.size === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /**
   * Stop the cells that run: by an interrupt where the browser allows it, else by ending the worker.
   * @returns {Promise<boolean>} whether the kernel lives on
   */
  async stop() {
    if (this.interrupt && this.running.size > 0) {
      const stopped = [...this.running.keys()];
      this.interrupt[0] = 2; // SIGINT
      const ended = new Promise((resolve) => {
        const check = () => (stopped.some((cell) => this.running.has(cell)) ? setTimeout(check, 20) : resolve(true));
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
    this.rejectReady(new Error(reason));
    for (const resolve of this.running.values()) resolve(false);
    this.running.clear();
  }
}
