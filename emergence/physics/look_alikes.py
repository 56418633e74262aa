"""Four families of curves that rise from 0 to 1 and look as if something happened: which of them is a transition?

Each has a control c, a size L and a readout y(c, L). Ising: c = 1/T, y = 3U/2. Voters: N = L² − 1 independent ones,
each right with probability c, y = P(most are right). Answers: L independent tokens, each right with
probability c, y = c^L. Logistic: y = 1/(1 + c^(−2)) at every size, a logistic curve in ln c.
Source: Condorcet (1785) for the voters; Schaeffer, Miranda & Koyejo, NeurIPS (2023) for c^L.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np

from emergence.checks import Floats, one_of
from emergence.physics.finite_size import SIZES, measured

ISING, VOTERS, ANSWERS, LOGISTIC = "Ising lattice", "majority of voters", "all of L tokens right", "fixed logistic"
FAMILIES = (ISING, VOTERS, ANSWERS, LOGISTIC)
PLAIN, LOG = "as it is", "logarithmic"
AXES = (PLAIN, LOG)
LOW, HIGH = 0.75, 0.95
"""The width of a curve is the distance along the axis between these two heights."""


class Curve(NamedTuple):
    """A family at one size: the control on the chosen axis and the readout y, each of shape (n,).

    place: where y = LOW; width: from there to y = HIGH; response: N times the variance of the mean of the N parts,
    which are ±1, at that place.
    """

    control: Floats
    readout: Floats
    place: float
    width: float
    response: float


def majority(voters: int, p: Floats) -> Floats:
    """P(more than half of an odd number of independent voters are right), shape of p, each right with probability p."""
    if voters < 1 or voters % 2 == 0:
        raise ValueError(f"voters = {voters!r} must be a positive odd integer")
    needed = (voters + 1) // 2
    # P = ∫₀^p of the density of the middle one of the voters' uniform numbers, B(needed, needed)
    x = np.linspace(0, 1, 20_001)
    middle = (x[1:] + x[:-1]) / 2
    log = (needed - 1) * np.log(4 * middle * (1 - middle))
    total = np.concatenate([[0.0], np.cumsum(np.exp(log))])
    return np.interp(p, x, total / total[-1])


@functools.cache
def _plain(family: str, size: int) -> tuple[Floats, Floats, Floats]:
    """Control as it is, ascending, readout, and N times the variance of the mean of the parts."""
    if family == ISING:
        data = measured(size)
        return 1 / data.temperature[::-1], 1.5 * data.binder[::-1], size**2 * data.second[::-1]
    if family == VOTERS:
        p = 0.5 + np.concatenate([-np.geomspace(0.45, 1e-4, 200), [0.0], np.geomspace(1e-4, 0.45, 200)])
        return p, majority(size**2 - 1, p), 4 * p * (1 - p)
    if family == ANSWERS:
        p = 1 - np.geomspace(0.9, 1e-5, 400)
        return p, p**size, 4 * p * (1 - p)
    c = np.geomspace(1e-3, 1e3, 400)
    y = 1 / (1 + c**-2.0)
    return c, y, 4 * y * (1 - y)


@functools.cache
def curve(family: str, size: int, axis: str = PLAIN) -> Curve:
    """One family at one of finite_size.SIZES, on the axis of the control or of its logarithm.

    The logarithm is ln c, for the two probabilities the log odds ln(c/(1 − c)). Raises ValueError for unknown names.
    """
    one_of("family", family, FAMILIES)
    one_of("axis", axis, AXES)
    one_of("size", str(size), [str(known) for known in SIZES])
    control, readout, variance = _plain(family, size)
    if axis == LOG:
        control = np.log(control / (1 - control)) if family in (VOTERS, ANSWERS) else np.log(control)
    low, high = (float(np.interp(level, readout, control)) for level in (LOW, HIGH))
    return Curve(control, readout, low, high - low, float(np.interp(low, control, variance)))


def slope(sizes: tuple[int, ...], values: list[float]) -> float:
    """The slope of ln values against ln sizes by least squares: the exponent of a power law."""
    return float(np.polyfit([math.log(size) for size in sizes], np.log(values), 1)[0])
