/* Views of ipywidgets where the stock ones lack a name for screen readers, or an icon font that the page has not. */
import * as controls from "@jupyter-widgets/controls";
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";
import { readNumber, writeNumber } from "./numbers.js";
import { OutputArea } from "./outputs.js";

/** A slider whose handle and readout are named, spoken as they are written, and wide enough for a finger. */
const named = (SliderView) => class extends SliderView {
  createSlider() {
    this.quietly(() => {
      super.createSlider();
      this.$slider.noUiSlider.on("update", () => this.describe());
    });
    this.listenTo(this.model, "change:description", this.describe);
    this.describe();
  }

  /** noUiSlider reports the value it is given, rounded to its grid: that is not a move of the reader. */
  quietly(change) {
    this.quiet = true;
    change();
    this.quiet = false;
  }

  updateSliderValue(...args) {
    this.quietly(() => super.updateSliderValue(...args));
    this.update();
  }

  handleSliderChanged(values, handle) {
    if (!this.quiet) super.handleSliderChanged(values, handle);
  }

  describe() {
    const name = this.model.get("description") || "value";
    const handles = this.$slider.querySelectorAll(".noUi-handle");
    handles.forEach((handle, i) => {
      handle.setAttribute("aria-label", handles.length === 1 ? name : `${name}, ${i ? "upper" : "lower"} end`);
      if (handles.length === 1) handle.setAttribute("aria-valuetext", this.readout.textContent);
    });
    this.readout.setAttribute("role", "textbox");
    this.readout.setAttribute("aria-label", `${name}, as a number`);
  }

  update(options) {
    super.update(options);
    if (this.$slider) this.describe();
  }
};

/** A single-valued slider that writes 8×10⁷ and reads 8e7, 8×10⁷ or 80000000. */
const written = (SliderView) => class extends named(SliderView) {
  valueToString(value) { // ipywidgets hands in a number, or a list with one
    return writeNumber(Number(value), this.model.get("readout_format")) ?? super.valueToString(value);
  }

  stringToValue(text) {
    return text === null ? NaN : readNumber(text);
  }
};

const ICONS = { play: "M4 2v12l10-6z", pause: "M3 2h4v12H3zM9 2h4v12H9z", stop: "M3 3h10v10H3z", repeat: "M3 8a5 5 0 1 0 2-4V1L1 5h7" };
const icon = (name) => `<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

class PlayView extends controls.PlayView {
  updatePlaying() {
    const playing = this.model.get("playing");
    this.playPauseButton.innerHTML = icon(playing ? "pause" : "play");
    this.playPauseButton.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.stopButton.innerHTML = icon("stop");
    this.stopButton.setAttribute("aria-label", "Stop and go to the start");
    this.repeatButton.innerHTML = icon("repeat");
    this.repeatButton.setAttribute("aria-label", "Repeat");
    for (const button of [this.playPauseButton, this.stopButton, this.repeatButton]) button.type = "button";
  }
}

class ButtonView extends controls.ButtonView {
  update(options) {
    super.update(options);
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
  render() {
    super.render();
    this.el.classList.add("jupyter-widgets", "live-output-widget");
    this.area = new OutputArea(this.el, this.model.widget_manager);
    this.listenTo(this.model, "change:outputs", this.show);
    this.show();
  }

  show() {
    this.area.clear(false);
    for (const output of this.model.get("outputs")) this.area.output(output);
  }
}

export const views = {
  FloatSliderView: written(controls.FloatSliderView), FloatLogSliderView: written(controls.FloatLogSliderView),
  IntSliderView: written(controls.IntSliderView), IntRangeSliderView: named(controls.IntRangeSliderView),
  FloatRangeSliderView: named(controls.FloatRangeSliderView), PlayView, ButtonView, ImageView,
};
