"""What can be dragged in a figure stands where its slider says, at every corner of the parameter space."""

from __future__ import annotations

import math
from typing import Any

import pytest
from corners import corners, seed_of

from emergence.live import LiveFigure, Slider


def coordinate(box: list[float], along: str, ends: list[float], shown: list[float], log: bool, **_: Any) -> float:
    """Where a grip stands on the axis along which it is dragged."""
    left, top, right, bottom = box
    at = (left + right) / 2 if along == "x" else (top + bottom) / 2
    low, high = shown
    share = (at - ends[0]) / (ends[1] - ends[0])
    return low * (high / low) ** share if log else low + share * (high - low)


def test_a_grip_stands_where_its_slider_says(figure: LiveFigure):
    held = [c for c in figure.controls if isinstance(c, Slider) and c.grip]
    if not held:
        pytest.skip("nothing in this figure is dragged")
    picture, seen = figure.picture(), set()
    for values in corners(figure):
        for chosen in (figure.defaults | {held[0].name: values[held[0].name]}, values):
            figure.draw(picture, figure.start(chosen, seed_of(figure)), chosen)
            for grip in figure.grips(picture).values():
                assert 0 <= min(grip["box"]) and max(grip["box"]) <= 1
                for along in {"x", "y"} & set(grip):
                    scale, value = grip[along], chosen[grip[along]["control"]]
                    seen.add(scale["control"])
                    low, high = sorted(scale["shown"])
                    if scale["gain"] == 1 and low <= value <= high:
                        there = coordinate(grip["box"], along, **scale)
                        error = (
                            math.log(there / value) / math.log(high / low)
                            if scale["log"]
                            else (there - value) / (high - low)
                        )
                        assert abs(error) < 1e-4, (scale["control"], chosen)
    assert seen == {control.name for control in held}, "something cannot be dragged anywhere"


def test_what_is_dragged_moves_as_its_gain_says(figure: LiveFigure):
    """A small move of the slider moves the drawn thing by that much, divided by the gain, along the axis."""
    held = [c for c in figure.controls if isinstance(c, Slider) and c.grip and c.scale != "integer"]
    if not held:
        pytest.skip("nothing in this figure is dragged by a slider without a grid of integers")
    picture = figure.picture()
    for control in held:
        places, values = [], []
        step = control.value * 1e-3 if control.scale == "log" else (control.high - control.low) * 1e-3
        for value in (
            control.value,
            control.value + step if control.value + step < control.high else control.value - step,
        ):
            chosen = figure.defaults | {control.name: value}
            figure.draw(picture, figure.start(chosen, seed_of(figure)), chosen)
            for grip in figure.grips(picture).values():
                scale = grip.get(control.grip.along, {})
                if scale.get("control") == control.name:
                    places.append(coordinate(grip["box"], control.grip.along, **scale))
                    values.append(value)
                    is_ratio = scale["log"] and control.scale == "log"
                    break
        (here, there), (before, after) = places, values
        moved = math.log(there / here) if is_ratio else there - here
        wanted = math.log(after / before) if is_ratio else after - before
        low, high = scale["shown"]
        grid = 2e-5 * (math.log(high / low) if scale["log"] else abs(high - low))  # places are rounded
        assert control.grip.gain * moved == pytest.approx(wanted, abs=abs(control.grip.gain) * grid), control.name
