/* Loaded when a cell shows a widget that is no figure of the book: real ipywidgets on the page. */
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager/lib/manager-base.js";
import * as controls from "@jupyter-widgets/controls";
import { Widget } from "@lumino/widgets";
import { OutputModel, OutputView, views } from "./views.js";

const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": { ...controls, ...views },
  "@jupyter-widgets/output": { OutputModel, OutputView },
};

document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("widgets.css", import.meta.url).href }));

/**
 * What ipywidgets would call to make a widget on the page.
 * @returns {never}
 */
function refuse() {
  throw new Error("widgets are made by Python, not by the page");
}

/** The page's end of one widget's channel, as ipywidgets wants it. */
class Comm {
  /** @type {(message: object) => unknown} */
  handleMessage;
  /** @type {(message: object) => unknown} */
  handleClose;

  /**
   * @param {import("./kernel.js").Kernel} kernel
   * @param {string} comm_id
   * @param {string} target_name
   */
  constructor(kernel, comm_id, target_name) {
    this.kernel = kernel;
    this.comm_id = comm_id;
    this.target_name = target_name;
  }

  open() {
    return refuse();
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
  }

  async loadClass(className, moduleName) {
    const found = MODULES[moduleName]?.[className];
    if (!found) throw new Error(`this page does not know the widget ${className} of ${moduleName}`);
    return found;
  }

  _create_comm() {
    return refuse();
  }

  _get_comm_info() {
    return refuse();
  }

  /** Handle a comm message of the kernel. */
  async receive({ type, comm_id, target_name, data, metadata, buffers }) {
    /** @type {any} what ipywidgets reads of a message of Jupyter */
    const message = { content: { comm_id, target_name, data }, metadata, buffers: buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength)) };
    if (type === "comm_open") {
      if (target_name !== "jupyter.widget") throw new Error(`this page does not know the comm target ${target_name}`);
      await this.handle_comm_open(new Comm(this.kernel, comm_id, target_name), message);
    } else if (this.has_model(comm_id)) {
      const comm = /** @type {Comm | undefined} */ ((await this.get_model(comm_id)).comm);
      await (type === "comm_msg" ? comm?.handleMessage(message) : comm?.handleClose(message));
    }
  }

  /** Show a widget inside an element of the page. */
  async display(model_id, element) {
    const view = await this.create_view(await this.get_model(model_id));
    Widget.attach(view.luminoWidget, element);
    return view;
  }
}
