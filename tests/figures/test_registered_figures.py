"""What must hold for every figure of the book, over its whole parameter space."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from emergence.live import Choice, LiveFigure, Slider, Toggle


def seed_of(figure: LiveFigure) -> int | None:
    return 20261122 if figure.random else None


def ends(control) -> list[Any]:
    """The extreme values of a control."""
    if isinstance(control, Slider):
        return [control.low, control.high]
    return list(control.options) if isinstance(control, Choice) else [False, True]


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
        state = self.figure.state(self.figure.check(values), seed_of(self.figure))
        return self.of(state)

    def of(self, state: Any) -> tuple[str, list[bytes]]:
        assert not any(np.isnan(n).any() for n in numbers(state)), "the model returned NaN"
        sentence = self.figure.sentence(state)
        assert sentence.strip().endswith("."), "the sentence is not a sentence"
        words = sentence.lower().replace("(", " ").replace(",", " ").split()
        assert not {"nan", "inf", "-inf"} & set(words), sentence
        self.figure.draw(self.picture.artists, state)
        for panel in self.picture.panels:
            panel.render()
            assert np.isfinite([*panel.axes.get_xlim(), *panel.axes.get_ylim()]).all()
            for line in panel.axes.get_lines():
                if line.get_visible():
                    data = np.array(line.get_xydata(), dtype=float)
                    assert not np.isinf(data).any(), f"an infinite point in {line.get_label()}"
        return sentence, [panel.image().tobytes() for panel in self.picture.panels]


def test_runs_at_every_corner_of_the_parameter_space(figure):
    drawn = Drawn(figure)
    for corner in itertools.product(*(ends(control) for control in figure.controls)):
        drawn.at(dict(zip(figure.defaults, corner, strict=True)))


def test_runs_at_200_random_points(figure):
    drawn = Drawn(figure)
    points = st.fixed_dictionaries({c.name: values_of(c) for c in figure.controls})

    @settings(
        max_examples=200,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(points)
    def run(values: dict[str, Any]) -> None:
        drawn.at(values)

    run()


def test_the_picture_depends_on_the_values_and_not_on_the_path_to_them(figure):
    """Persistent artists must end where fresh ones would: no trace of the settings before."""
    wandering = Drawn(figure)
    for corner in itertools.product(*(ends(control) for control in figure.controls)):
        wandering.at(dict(zip(figure.defaults, corner, strict=True)))
    assert wandering.at({}) == Drawn(figure).at({})


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
        if figure.advance is not None and not control.restarts:
            shown = [_after_a_frame(drawn, {control.name: value}) for value in tried]
        else:
            shown = [drawn.at({control.name: value}) for value in tried]
        sentences, pictures = {s for s, _ in shown}, {tuple(p) for _, p in shown}
        assert (len(pictures) > 1) == (control.affects in ("picture", "both")), f"{control.name}: picture"
        assert (len(sentences) > 1) == (control.affects in ("sentence", "both")), f"{control.name}: sentence"


def _after_a_frame(drawn: Drawn, values: dict[str, Any]) -> tuple[str, list[bytes]]:
    figure = drawn.figure
    state = figure.state(figure.defaults, seed_of(figure))
    return drawn.of(figure.advance(state, **figure.check(values)))


def test_a_run_stays_drawable_for_two_hundred_frames(playing_figure):
    figure = playing_figure
    drawn = Drawn(figure)
    state = figure.state(figure.defaults, seed_of(figure))
    seen = set()
    for _ in range(200):
        state = figure.advance(state, **figure.defaults)
        seen.add(drawn.of(state)[0])
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
    assert data["text/plain"] == view.sentence
    specification = metadata["emergence"]
    assert json.loads(json.dumps(specification)) == specification, "the specification must survive JSON"
    assert [c["name"] for c in specification["controls"]] == list(figure.defaults)
    assert set(data["application/vnd.jupyter.widget-view+json"]["controls"]) == set(figure.defaults)


def test_labels_name_their_quantity(figure):
    """Every panel with visible axes says what its axes show."""
    drawn = Drawn(figure)
    drawn.at({})
    for panel in drawn.picture.panels:
        if panel.axes.axison:
            assert panel.axes.get_xlabel(), f"{figure.name}: an x axis without a label"
            named_ticks = all(isinstance(t, Text) and t.get_text() for t in panel.axes.get_yticklabels())
            assert panel.axes.get_ylabel() or named_ticks, f"{figure.name}: a y axis without a label"
