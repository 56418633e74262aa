/* Views of ipywidgets where the stock ones lack a name for screen readers, or an icon font that the page has not. */
import * as controls from "@jupyter-widgets/controls";
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";
import { OutputArea } from "./outputs.js";

/** A slider whose handles and readout are named. */
const named = (SliderView) => class extends SliderView {
  createSlider() {
    super.createSlider();
    this.listenTo(this.model, "change:description", this.describe);
    this.describe();
  }

  describe() {
    const name = this.model.get("description") || "value";
    const handles = this.$slider.querySelectorAll(".noUi-handle");
    handles.forEach((handle, i) => handle.setAttribute("aria-label", handles.length === 1 ? name : `${name}, ${i ? "upper" : "lower"} end`));
    this.readout.setAttribute("role", "textbox");
    this.readout.setAttribute("aria-label", `${name}, as a number`);
  }
};

const ICONS = { play: "M4 2v12l10-6z", pause: "M3 2h4v12H3zM9 2h4v12H9z", stop: "M3 3h10v10H3z", repeat: "M3 8a5 5 0 1 0 2-4V1L1 5h7" };
const NAMES = { play: "Play", pause: "Pause", stop: "Stop and go to the start", repeat: "Repeat" };

class PlayView extends controls.PlayView {
  updatePlaying() {
    const draw = (button, icon) => {
      button.innerHTML = `<svg viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
      button.setAttribute("aria-label", NAMES[icon]);
      button.type = "button";
    };
    draw(this.playPauseButton, this.model.get("playing") ? "pause" : "play");
    draw(this.stopButton, "stop");
    draw(this.repeatButton, "repeat");
  }
}

class ButtonView extends controls.ButtonView {
  update() {
    super.update();
    this.el.type = "button";
    // A tooltip is no name: it would be read in the place of the text.
    this.el.setAttribute("aria-label", this.model.get("description") || this.model.get("tooltip"));
  }
}

class ImageView extends controls.ImageView {
  render() {
    super.render();
    if (!this.el.hasAttribute("alt")) this.el.alt = "";
  }
}

/** The `Output` widget: the kernel keeps its list of outputs, the page shows them. */
export class OutputModel extends DOMWidgetModel {
  defaults() {
    return { ...super.defaults(), _model_name: "OutputModel", _view_name: "OutputView", _model_module: "@jupyter-widgets/output",
      _view_module: "@jupyter-widgets/output", msg_id: "", outputs: [] };
  }
}

export class OutputView extends DOMWidgetView {
  /** @type {OutputArea} */
  area;

  render() {
    super.render();
    this.el.classList.add("jupyter-widgets", "live-output-widget");
    const { kernel } = /** @type {import("./widgets.js").PageManager} */ (this.model.widget_manager);
    this.area = new OutputArea(this.el, kernel);
    this.listenTo(this.model, "change:outputs", this.show);
    this.show();
  }

  show() {
    this.area.clear(false);
    for (const output of this.model.get("outputs")) this.area.output(output);
  }
}

const sliders = ["FloatSliderView", "FloatLogSliderView", "IntSliderView", "IntRangeSliderView", "FloatRangeSliderView"];
export const views = {
  ...Object.fromEntries(sliders.map((name) => [name, named(controls[name])])), PlayView, ButtonView, ImageView,
};
