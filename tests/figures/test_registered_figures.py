"""What must hold for every figure of the book, over its whole parameter space."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from corners import corners, ends, seed_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.text import Text
from sample import sample

from emergence.live import Choice, Control, LiveFigure, Slider, Toggle, registered_figures

POINTS = int(os.environ.get("POINTS", "200"))  # for each figure; `make check` takes fewer where all are to be tried
OF_THE_DAY = sample(sorted(registered_figures()), 20)  # the others are tried at a tenth of the points


def values_of(control) -> st.SearchStrategy:
    if isinstance(control, Choice):
        return st.sampled_from(control.options)
    if isinstance(control, Toggle):
        return st.booleans()
    if control.scale == "integer":
        return st.integers(int(control.low), int(control.high))
    if control.scale == "log":
        exponent = st.floats(math.log10(control.low), math.log10(control.high))
        return exponent.map(lambda e: min(max(10**e, control.low), control.high))
    return st.floats(control.low, control.high)


def numbers(state: Any) -> Iterator[np.ndarray]:
    """All numbers in a state: dataclasses, containers, arrays."""
    if is_dataclass(state):
        yield from numbers([getattr(state, f.name) for f in fields(state)])
    elif isinstance(state, dict):
        yield from numbers(list(state.values()))
    elif isinstance(state, (list, tuple)):
        for item in state:
            yield from numbers(item)
    elif isinstance(state, (int, float, np.ndarray, np.number)):
        yield np.asarray(state, dtype=float)


class Drawn:
    """A figure drawn by the framework, without widgets."""

    def __init__(self, figure: LiveFigure) -> None:
        self.figure, self.picture = figure, figure.picture()

    def at(self, values: dict[str, Any]) -> tuple[str, list[bytes]]:
        """Sentence and pixels of each panel; the sentence and every number behind them are checked."""
        values = self.figure.check(values)
        return self.of(self.figure.start(values, seed_of(self.figure)), values)

    def of(self, state: Any, values: dict[str, Any]) -> tuple[str, list[bytes]]:
        assert not any(np.isnan(n).any() for n in numbers(state)), "the model returned NaN"
        sentence = self.figure.sentence(state, values)
        assert sentence.strip().endswith("."), "the sentence is not a sentence"
        words = sentence.lower().replace("(", " ").replace(",", " ").split()
        assert not {"nan", "inf", "-inf"} & set(words), sentence
        assert not re.search(r"(?<!\w)-\d", sentence), "a hyphen in the place of a minus sign"
        self.figure.draw(self.picture, state, values)
        for panel in self.picture.panels:
            panel.render()
            assert np.isfinite([*panel.axes.get_xlim(), *panel.axes.get_ylim()]).all()
            for line in panel.axes.get_lines():
                if line.get_visible():
                    data = np.array(line.get_xydata(), dtype=float)
                    assert not np.isinf(data).any(), f"an infinite point in {line.get_label()}"
        return sentence, [bytes(panel.canvas.buffer_rgba()) for panel in self.picture.panels]


def test_runs_at_random_points(figure):
    drawn = Drawn(figure)
    points = st.fixed_dictionaries({c.name: values_of(c) for c in figure.controls})

    @settings(
        max_examples=POINTS if figure.name in OF_THE_DAY else -(-POINTS // 10),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(points)
    def run(values: dict[str, Any]) -> None:
        drawn.at(values)

    run()


def test_runs_at_every_corner_of_the_parameter_space_and_keeps_no_trace_of_the_path(figure):
    """Persistent artists end where fresh ones would: the picture depends on the values, not on the settings before."""
    wandering = Drawn(figure)
    all_corners = list(corners(figure))
    for corner in all_corners:
        wandering.at(corner)
    for values in ({}, *all_corners[:: -max(len(all_corners) // 3, 1)]):  # the defaults, and corners of each kind
        assert wandering.at(values) == Drawn(figure).at(values), values


def test_each_control_changes_what_it_says_and_nothing_else(figure):
    """Over the control's range, starting from the defaults: what it affects changes, the rest never does."""
    drawn = Drawn(figure)
    for control in figure.controls:
        if isinstance(control, Slider):
            if control.scale == "log":
                tried = np.geomspace(control.low, control.high, 9)
            else:
                tried = np.linspace(control.low, control.high, 9)
            tried = [round(v) if control.scale == "integer" else min(max(v, control.low), control.high) for v in tried]
        else:
            tried = ends(control)
        if figure.playable and not control.restarts:
            shown = [_after_a_move(drawn, control, value) for value in tried]
        else:
            shown = [drawn.at({control.name: value}) for value in tried]
        sentences, pictures = {s for s, _ in shown}, {tuple(p) for _, p in shown}
        assert (len(pictures) > 1) == (control.affects in ("picture", "both")), f"{control.name}: picture"
        assert (len(sentences) > 1) == (control.affects in ("sentence", "both")), f"{control.name}: sentence"


def _after_a_move(drawn: Drawn, control: Control, value: Any) -> tuple[str, list[bytes]]:
    figure, values = drawn.figure, drawn.figure.check({control.name: value})
    state = figure.start(figure.defaults, seed_of(figure))
    return drawn.of(figure.after([control.name], state, values, seed_of(figure)), values)


def test_a_run_stays_drawable_for_two_hundred_frames(playing_figure):
    figure = playing_figure
    drawn = Drawn(figure)
    state = figure.start(figure.defaults, seed_of(figure))
    seen = set()
    for _ in range(200):
        state = figure.advance(state, figure.defaults)
        seen.add(drawn.of(state, figure.defaults)[0])
    assert len(seen) > 100, "the run stands still"


@pytest.mark.parametrize("beyond", [-1, 1])
def test_a_value_out_of_range_is_refused_by_name_value_and_range(figure, beyond):
    for control in figure.controls:
        if isinstance(control, Slider):
            value = control.high * 1.5 + 1 if beyond > 0 else control.low - abs(control.low) - 1
            with pytest.raises(ValueError) as refusal:
                figure.show(seed=1 if figure.random else None, **{control.name: value})
            message = str(refusal.value)
            assert control.name in message and repr(value) in message
            assert f"{control.low:g}" in message and f"{control.high:g}" in message


def test_the_output_holds_picture_sentence_widgets_and_specification(figure):
    view = figure.show(seed=seed_of(figure))
    data, metadata = view._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == view.sentence == metadata["image/png"]["alt"]
    specification = metadata["emergence"]
    assert json.loads(json.dumps(specification)) == specification, "the specification must survive JSON"
    assert [c["name"] for c in specification["controls"]] == list(figure.defaults)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == view.model_id
    assert view.values == figure.defaults


def test_labels_name_their_quantity(figure):
    """Every panel with visible axes says what its axes show."""
    drawn = Drawn(figure)
    drawn.at({})
    for panel in drawn.picture.panels:
        if panel.axes.axison:
            assert panel.axes.get_xlabel(), f"{figure.name}: an x axis without a label"
            named_ticks = all(isinstance(t, Text) and t.get_text() for t in panel.axes.get_yticklabels())
            assert panel.axes.get_ylabel() or named_ticks, f"{figure.name}: a y axis without a label"


def test_no_word_is_small(figure):
    """A panel of 4.4 inches is at least 317 pixels wide on a phone: there eleven points are eleven pixels."""
    drawn = Drawn(figure)
    drawn.at({})
    for panel in drawn.picture.panels:
        words = [text for text in panel.figure.findobj(Text) if text.get_text()]
        small = {text.get_text(): text.get_fontsize() for text in words if text.get_fontsize() < 11}
        assert not small


@pytest.mark.parametrize(
    "name",
    ["symmetry_breaking.free_energy", "two_limits.counted", "two_limits.order_of_limits", "two_limits.islands"],
)
def test_no_curve_runs_through_the_words_of_a_legend(name):
    figure = registered_figures()[name]
    drawn = Drawn(figure)
    for corner in [figure.defaults, *corners(figure)]:
        drawn.at(corner)
        for axes in (axes for axes in drawn.picture.axes if axes.get_legend()):
            words = axes.get_legend().get_window_extent()
            for line in axes.get_lines():
                inside = line.get_visible() and len(line.get_xdata()) and words.y0 < axes.bbox.y1
                path = line.get_path().transformed(line.get_transform())
                assert not (inside and path.intersects_bbox(words, filled=False)), (line.get_label(), corner)
