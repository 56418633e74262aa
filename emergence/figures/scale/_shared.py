"""How the sizes look in the figures of the chapter on scale."""

from __future__ import annotations

from typing import Any

from emergence.live.palette import BLUE, GREEN, INK, ORANGE, PURPLE
from emergence.physics.finite_size import SIZES

_LOOKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"), (INK, "v", "-"))
STYLES: dict[int, dict[str, Any]] = {
    size: {"color": colour, "marker": marker, "linestyle": line, "markersize": 4.5, "linewidth": 1.1}
    for size, (colour, marker, line) in zip(SIZES, _LOOKS, strict=True)
}
"""Colour, marker and line style of each simulated size."""


def points_only(size: int) -> dict[str, Any]:
    """The style of a size without the line that joins its points."""
    return {**STYLES[size], "linestyle": "none"}
