/* What widgets and their Python say to each other. The figures of the book are answered here; for any other widget the
   widgets of ipywidgets are loaded, as soon as one is to be seen. */
/* global WIDGETS: the name of a script, with the mark of its content (build.mjs) */

/** @typedef {{type: string, comm_id: string, target_name: string, data: any, metadata: object, buffers: Uint8Array[]}} Message */

/** The state in a message, its bytes back in their places. */
function stateOf({ data: { state, buffer_paths = [] }, buffers }) {
  buffer_paths.forEach(([name], i) => (state[name] = buffers[i]));
  return state;
}

/** One shown figure in Python. */
export class Channel {
  /** @type {(names: string[]) => void} */
  onChange = () => {};

  /**
   * @param {import("./kernel.js").Kernel} kernel
   * @param {string} comm_id
   * @param {Record<string, any>} state
   */
  constructor(kernel, comm_id, state) {
    this.kernel = kernel;
    this.comm_id = comm_id;
    this.state = state;
  }

  receive(changes) {
    Object.assign(this.state, changes);
    this.onChange(Object.keys(changes));
  }

  send(content) {
    this.kernel.send("comm_msg", this.comm_id, { method: "custom", content });
  }
}

/** The model of a figure on the page, with the interface of anywidget; nobody answers it before `connect`. */
export class FigureModel {
  /** @param {() => void} onTouch called when the reader wants something, and nobody answers */
  constructor(onTouch) {
    this.onTouch = onTouch;
    /** @type {Channel | null} */
    this.channel = null;
    /** @type {Map<string, () => void>} */
    this.calls = new Map();
  }

  get(name) {
    return this.channel?.state[name];
  }

  on(event, call) {
    this.calls.set(event, call);
  }

  off(event) {
    this.calls.delete(event);
  }

  send(content) {
    if (this.channel) return this.channel.send(content);
    this.onTouch();
    return false;
  }

  /** Be answered by a figure in Python; what answered before is closed. */
  connect(channel) {
    this.release();
    this.channel = channel;
    channel.onChange = (names) => names.forEach((name) => this.channel === channel && this.calls.get(`change:${name}`)?.());
  }

  /** Close what answers in Python. */
  release() {
    this.channel?.send({ close: true });
    this.channel = null;
  }

  disconnect() {
    this.channel = null;
  }
}

export class Comms {
  /** @type {import("./widgets.js").PageManager | undefined} once a widget is to be seen */
  manager;

  /** @param {import("./kernel.js").Kernel} kernel */
  constructor(kernel) {
    this.kernel = kernel;
    /** @type {Map<string, Channel>} */
    this.channels = new Map();
    /** @type {Message[]} for widgets of which none is to be seen yet */
    this.kept = [];
  }

  /** @param {Message} message */
  async receive(message) {
    const { type, comm_id, data } = message;
    const channel = this.channels.get(comm_id);
    if (type === "comm_open" && data.state?._model_module === "anywidget") {
      this.channels.set(comm_id, new Channel(this.kernel, comm_id, stateOf(message)));
    } else if (channel) {
      if (type === "comm_close") this.channels.delete(comm_id);
      else if (data.method === "update") channel.receive(stateOf(message));
    } else if (this.manager) await this.manager.receive(message);
    else this.kept.push(message);
  }

  /** Show a widget that is no figure of the book in an element. */
  async display(model_id, element) {
    if (!this.manager) {
      const { live } = this.kernel.places;
      /** @type {typeof import("./widgets.js")} */
      const { PageManager } = await import(live + WIDGETS);
      this.manager = new PageManager(this.kernel);
      for (const message of this.kept.splice(0)) await this.manager.receive(message);
    }
    return this.manager.display(model_id, element);
  }
}
