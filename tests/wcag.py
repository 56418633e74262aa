"""Contrast of colours after WCAG 2, for the palette of the figures and for the pages."""

import numpy as np


def linear(srgb):
    """Linear RGB of sRGB values in [0, 1], shape (..., 3)."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """Contrast ratio of two colours, sRGB values in [0, 1]."""
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (a, b))
    return (high + 0.05) / (low + 0.05)
