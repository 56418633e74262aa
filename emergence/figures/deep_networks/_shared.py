"""What several figures of the chapter draw or say alike."""

from __future__ import annotations

import math

import numpy as np

DEPTH_LABEL = "depth l (layers)"
WEIGHT_LABEL = "weight variance $\\sigma_w^2$"
BIAS_LABEL = "bias variance $\\sigma_b^2$"


def mean_and_error(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over networks, the last axis, and its standard error."""
    return values.mean(axis=-1), values.std(axis=-1, ddof=1) / math.sqrt(values.shape[-1])


def draw_errors(lines: list, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """Move vertical bars, one line for each place, to reach from low to high."""
    for line, at, bottom, top in zip(lines, x, low, high, strict=True):
        line.set_data([at, at], [bottom, top])
