"""What several figures of the chapter draw alike."""

from __future__ import annotations

import numpy as np


def staircase(points: np.ndarray) -> np.ndarray:
    """The path of a cobweb: from the diagonal to the curve, back to the diagonal, and so on. (n,) -> (2, 2 n - 1)."""
    return np.array([np.repeat(points, 2)[:-1], np.repeat(points, 2)[1:]]) if len(points) > 1 else points[[[0], [0]]]
