"""The ends of a figure's controls, and the corners of its parameter space."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from emergence.live import Choice, Control, LiveFigure, Slider


def seed_of(figure: LiveFigure) -> int | None:
    return 20261122 if figure.random else None


def ends(control: Control) -> list[Any]:
    """The extreme values of a control."""
    if isinstance(control, Slider):
        return [control.low, control.high]
    return list(control.options) if isinstance(control, Choice) else [False, True]


def corners(figure: LiveFigure) -> Iterator[dict[str, Any]]:
    """Every combination of extreme values."""
    for values in itertools.product(*map(ends, figure.controls)):
        yield dict(zip(figure.defaults, values, strict=True))
