"""What several figures of the chapter read or draw alike."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

UNIT_CIRCLE = np.array([np.cos(np.linspace(0, 2 * np.pi, 121)), np.sin(np.linspace(0, 2 * np.pi, 121))])


def as_typed(value: float) -> Fraction | float:
    """The fraction that a slider's value stands for: 0.05 is 1/20. A value off the grid stays as it is."""
    fraction = Fraction(value).limit_denominator(1000)
    return fraction if abs(fraction - value) < 1e-9 else value
