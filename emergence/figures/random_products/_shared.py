"""What several figures of the chapter draw or say alike."""

from __future__ import annotations

import numpy as np

DEPTH_LABEL = "depth k (layers)"


def finite(values: np.ndarray) -> np.ndarray:
    """Logarithms of lengths without those of the length 0, which have no place in a picture."""
    return np.where(np.isfinite(values), values, np.nan)


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Mean of a sample and its standard error; of one value the error is 0, of none both are."""
    if len(values) < 2:
        return (float(values.mean()) if len(values) else 0.0), 0.0
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
