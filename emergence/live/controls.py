"""What a reader can change in a live figure: sliders, choices and toggles, each with its range.

A control knows nothing of widgets: it validates values and describes itself for the notebook's metadata,
from which the built page draws its native controls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

Affects = Literal["picture", "sentence", "both"]


@dataclass(frozen=True)
class Control:
    """One named parameter of a live figure.

    `affects` says what a change of the control may change: the picture, the sentence, or both. Tests hold
    every figure to it. `restarts` matters in figures that play: a control that restarts builds the initial
    state anew, any other acts on the running state.
    """

    name: str
    label: str
    affects: Affects = "both"
    restarts: bool = True

    def __post_init__(self) -> None:
        if self.affects not in ("picture", "sentence", "both"):
            raise ValueError(f"affects = {self.affects!r}, but must be 'picture', 'sentence' or 'both'")

    def check(self, value: Any) -> Any:
        """Return `value` in the control's own type, or raise ValueError naming parameter, value and range."""
        raise NotImplementedError

    def specification(self) -> dict[str, Any]:
        """The control as plain JSON data, for the output's metadata."""
        raise NotImplementedError


@dataclass(frozen=True)
class Grip:
    """Something drawn that stands where a slider's value says, so that dragging it moves the slider.

    `artist` names one of the figure's artists, or a list of them: a line of two points (as `axvline` makes it) is
    held anywhere, of another line the last point. `along` says along which axis it is dragged, and `gain` by how much
    the value grows when the thing moves by one unit of the axis; with a gain of 1 its place is the slider's value.
    """

    artist: str
    along: Literal["x", "y"]
    gain: float = 1.0

    def __post_init__(self) -> None:
        if self.along not in ("x", "y"):
            raise ValueError(f"along = {self.along!r}, but must be 'x' or 'y'")
        if not (math.isfinite(self.gain) and self.gain):
            raise ValueError(f"gain = {self.gain!r} must be finite and not 0")


@dataclass(frozen=True, kw_only=True)
class Slider(Control):
    """A number in [low, high]. On a logarithmic scale `step` is in decades, and low must be positive."""

    low: float
    high: float
    value: float
    step: float = 0.01
    scale: Literal["linear", "log", "integer"] = "linear"
    unit: str = ""
    format: str = ""
    grip: Grip | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scale not in ("linear", "log", "integer"):
            raise ValueError(f"scale = {self.scale!r}, but must be 'linear', 'log' or 'integer'")
        if not self.low < self.high:
            raise ValueError(f"{self.name}: low = {self.low} must be below high = {self.high}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"{self.name}: low = {self.low} must be positive on a logarithmic scale")
        if self.scale == "integer" and self.step != int(self.step):
            object.__setattr__(self, "step", 1)
        if not self.format:
            object.__setattr__(self, "format", {"linear": ".2f", "log": ".3g", "integer": "d"}[self.scale])
        self.check(self.value)
        steps = math.log10(self.value / self.low) if self.scale == "log" else self.value - self.low
        if abs(steps / self.step - round(steps / self.step)) > 1e-6:
            # A front end snaps to the grid as soon as it shows the slider, and the figure would change by itself.
            raise ValueError(f"{self.name} = {self.value} is not a whole number of steps {self.step} above {self.low}")

    def check(self, value: Any) -> float | int:
        number = float(value)
        # A slider on a grid may overshoot its end by rounding; that is not the caller's mistake.
        slack = 1e-9 * max(abs(self.low), abs(self.high))
        if not (math.isfinite(number) and self.low - slack <= number <= self.high + slack):
            raise ValueError(f"{self.name} = {value!r} is outside [{self.low:g}, {self.high:g}]")
        if self.scale == "integer":
            if number != round(number):
                raise ValueError(f"{self.name} = {value!r} must be an integer in [{self.low:g}, {self.high:g}]")
            return int(number)
        return min(max(number, self.low), self.high)

    def specification(self) -> dict[str, Any]:
        return {
            "name": self.name, "kind": "slider", "scale": self.scale, "label": self.label, "unit": self.unit,
            "min": self.low, "max": self.high, "step": self.step, "value": self.value, "format": self.format,
            "affects": self.affects,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of several named options; the options are strings and reach the model as they are."""

    options: tuple[str, ...]
    value: str

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check(self.value)

    def check(self, value: Any) -> str:
        if value not in self.options:
            raise ValueError(f"{self.name} = {value!r} is not one of {', '.join(map(repr, self.options))}")
        return value

    def specification(self) -> dict[str, Any]:
        return {
            "name": self.name, "kind": "choice", "label": self.label, "options": list(self.options),
            "value": self.value, "affects": self.affects,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Toggle(Control):
    """Something that is on or off."""

    value: bool

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"{self.name} = {value!r} is neither True nor False")
        return value

    def specification(self) -> dict[str, Any]:
        return {
            "name": self.name, "kind": "toggle", "label": self.label, "value": self.value,
            "affects": self.affects,
        }  # fmt: skip
