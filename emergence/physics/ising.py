"""The two-dimensional Ising model on a periodic square lattice, J = k_B = 1, 64 spins in one machine word.

Energy E(s) = −Σ_⟨ij⟩ s_i s_j − h Σ_i s_i with s_i = ±1; heat-bath dynamics: the spins of one checkerboard
colour, then those of the other, are drawn afresh, P(s_i = +1 | neighbours) = 1/(1 + exp(−2(Σ_j s_j + h)/T)).
Exact results for h = 0: Onsager, Phys. Rev. 65, 117 (1944); Yang, Phys. Rev. 85, 808 (1952).
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import one_of

CRITICAL_TEMPERATURE = 2 / math.log(1 + math.sqrt(2))
"""T_c = 2/ln(1+√2) ≈ 2.269185 (Onsager 1944)."""

REPLICAS = 64
"""Lattices in one `Replicas`, one per bit of a machine word."""

_Words = np.ndarray
_ALL = 2**64 - 1
_LANES = 64
RANDOM_DIGITS = 10
"""Random words drawn for every word of spins before the open lanes are decided one by one."""
_CACHED_WORDS = 2**15
_ONE, _LAST = np.uint64(1), np.uint64(63)
_SUBLATTICES = (((0, 0), (1, 1)), ((0, 1), (1, 0)))  # (row parity, column parity) of the two colours


# Fresh spins from random words ----------------------------------------------------------------------------


def up_probability(neighbour_sum: ArrayLike, temperature: float, field: float = 0.0) -> np.ndarray:
    """P(s = +1) given the sum of the four neighbours; the shape is that of neighbour_sum.

    Raises ValueError for a temperature outside (0, ∞) or a field that is not finite.
    """
    if not 0 < temperature < math.inf:
        raise ValueError(f"temperature = {temperature!r} is outside (0, inf)")
    if not math.isfinite(field):
        raise ValueError(f"field = {field!r} is outside (-inf, inf)")
    exponent = 2 * (np.asarray(neighbour_sum) + field) / temperature
    less_likely = 1 / (1 + np.exp(np.minimum(np.abs(exponent), 700)))  # beyond e⁷⁰⁰ nothing is left to lose
    return np.where(exponent < 0, less_likely, 1 - less_likely)


def bernoulli_words(classes: list[_Words], probabilities: list[float], rng: np.random.Generator) -> _Words:
    """Random words whose bits are 1 with the probability of the class that the bit belongs to.

    classes: one array of words per class, shape (n,), dtype uint64; every bit is 1 in exactly one of them.
    probabilities: one per class. Returns shape (n,). Raises ValueError for a probability outside [0, 1].

    A lane takes digit i of its probability p, where i is the first of a row of random words in which it has a 1:
    then it is 1 with probability Σ 2⁻ⁱ·(digit i) = p, whatever p is. After ten words one lane in 1024 is still
    open; what follows digit ten of p is compared with a uniform number of its own. So every lane is decided, and
    its law is off by less than 2⁻⁵², the rounding of p and of that number.
    """
    if not all(0 <= p <= 1 for p in probabilities):
        raise ValueError(f"probabilities = {probabilities!r} must lie in [0, 1]")
    leading = [min(int(p * 2**RANDOM_DIGITS), 2**RANDOM_DIGITS - 1) for p in probabilities]
    # No bit is in two classes, so all of them may read the same words, and 1 − p may read the zeros of p.
    ones: dict[float, _Words] = {}
    for p in probabilities:
        if 1 - p not in ones:
            ones[p] = np.zeros_like(classes[0])
    undecided = np.zeros_like(classes[0])
    at_once = max(1, _CACHED_WORDS // undecided.size)
    for first in range(0, RANDOM_DIGITS, at_once):  # from the last digit to the first: later words overwrite
        places = range(first, min(first + at_once, RANDOM_DIGITS))
        random = rng.integers(0, _ALL, size=(len(places), undecided.size), dtype=np.uint64, endpoint=True)
        for i, word in zip(places, random, strict=True):
            undecided |= word
            for p, digits in zip(probabilities, leading, strict=True):
                if p in ones:
                    if digits >> i & 1:
                        ones[p] |= word
                    elif digits & ((1 << i) - 1):  # something is there to be overwritten
                        ones[p] |= word
                        ones[p] ^= word
    np.invert(undecided, out=undecided)
    result = np.zeros_like(classes[0])
    for members, p in zip(classes, probabilities, strict=True):
        result |= members & (ones[p] if p in ones else ~ones[1 - p])

    places = np.flatnonzero(undecided != 0)
    open_lanes = np.flatnonzero(np.unpackbits(_as_bytes(undecided[places]), bitorder="little").view(bool))
    place, bit = places[open_lanes >> 6], _ONE << (open_lanes & 63).astype(np.uint64)
    open_class = sum(c * ((classes[c][place] & bit) != 0) for c in range(1, len(classes)))
    rest = np.array([p * 2**RANDOM_DIGITS - digits for p, digits in zip(probabilities, leading, strict=True)])
    one = rng.random(place.size) < rest[open_class]
    np.bitwise_and.at(result, place, ~bit)
    np.bitwise_or.at(result, place[one], bit[one])
    return result


# Lattices ---------------------------------------------------------------------------------------------------


class _Checkerboard:
    """Spins of four sub-lattices as bits of `words`, shape (2, 2, columns, L/2), dtype uint64; 1 is up.

    `words[p, q]` holds the sites (2r + p, 2k + q): r is the last index, and how k is spread over words and bits
    is the subclasses' business. Sites with p = q have one colour and all their neighbours the other, so the
    sites of a colour can be drawn afresh together.
    """

    def __init__(self, size: int, words: _Words) -> None:
        self.size, self.words = size, words

    @classmethod
    def random(cls, size: int, rng: np.random.Generator) -> Self:
        """Independent fair spins, the equilibrium at T = ∞."""
        return cls(size, rng.integers(0, _ALL, size=cls._shape(size), dtype=np.uint64, endpoint=True))

    @classmethod
    def aligned(cls, size: int, spin: int = 1) -> Self:
        """All spins, of all replicas if there are several, equal to `spin`, 1 or −1."""
        return cls(size, np.full(cls._shape(size), _aligned_word(spin)))

    @staticmethod
    def _shape(size: int) -> tuple[int, int, int, int]:
        """Shape of the words; raises ValueError for a size that does not fill them."""
        raise NotImplementedError

    def _wrapped(self, column: _Words, step: int) -> _Words:
        """The first or last column of words as the neighbour of the last or first one."""
        raise NotImplementedError

    def _count(self, words: _Words) -> np.ndarray | int:
        """The number of ones, for each lattice."""
        raise NotImplementedError

    def _neighbours(self, p: int, q: int, out: np.ndarray) -> None:
        """Write the four neighbours of every site of a sub-lattice into `out`, shape (4, columns, L/2)."""
        out[0], out[2] = vertical, horizontal = self.words[1 - p, q], self.words[p, 1 - q]
        rows, columns = out[1], out[3]
        if p:
            rows[:, :-1], rows[:, -1] = vertical[:, 1:], vertical[:, 0]
        else:
            rows[:, 1:], rows[:, 0] = vertical[:, :-1], vertical[:, -1]
        if q:
            columns[:-1], columns[-1] = horizontal[1:], self._wrapped(horizontal[0], 1)
        else:
            columns[1:], columns[0] = horizontal[:-1], self._wrapped(horizontal[-1], -1)

    def sweep(self, temperature: float, rng: np.random.Generator, *, field: float = 0.0, sweeps: int = 1) -> None:
        """Draw every spin afresh given its neighbours, one colour after the other, `sweeps` times.

        Raises ValueError for a temperature outside (0, ∞), a field that is not finite, or sweeps < 0.
        """
        if sweeps < 0:
            raise ValueError(f"sweeps = {sweeps!r} is outside [0, inf)")
        probabilities = up_probability([4, 2, 0, -2, -4], temperature, field).tolist()
        around = np.empty((4, 2, *self.words.shape[2:]), np.uint64)
        for _ in range(sweeps):
            for colour in _SUBLATTICES:
                for i, (p, q) in enumerate(colour):
                    self._neighbours(p, q, around[:, i])
                classes = _up_neighbours(*around.reshape(4, -1))
                fresh = bernoulli_words(classes, probabilities, rng).reshape(around.shape[1:])
                for i, (p, q) in enumerate(colour):
                    self.words[p, q] = fresh[i]

    def magnetisation(self) -> np.ndarray | float:
        """m = mean spin, in [−1, 1]; for replicas one value each, shape (64,)."""
        return 2 * self._count(self.words) / self.size**2 - 1

    def energy_per_spin(self, field: float = 0.0) -> np.ndarray | float:
        """E/N; −2 for all spins alike without field. For replicas one value each, shape (64,)."""
        around = np.empty((2, 4, *self.words.shape[2:]), np.uint64)
        for i, (p, q) in enumerate(_SUBLATTICES[0]):  # each bond has one end of this colour
            self._neighbours(p, q, around[i])
            around[i] ^= self.words[p, q]
        return 2 * self._count(around) / self.size**2 - 2 - field * self.magnetisation()

    def _site_bits(self) -> np.ndarray:
        """Bits of all words, shape (2, 2, columns, L/2, 64), uint8."""
        return np.unpackbits(_as_bytes(self.words), axis=-1, bitorder="little")


class Lattice(_Checkerboard):
    """One lattice of L × L spins, L a multiple of 128; make one with `random`, `aligned` or `of`.

    The L/2 columns of a sub-lattice go into words as k = bit · (L/128) + word: the neighbour k ± 1 is the same
    bit of the next word, and only the ends of a row need a rotation.
    """

    @classmethod
    def of(cls, spins: np.ndarray) -> Self:
        """The given configuration, shape (L, L), values ±1."""
        size = len(spins)
        shape = cls._shape(size)
        bits = np.empty((*shape, _LANES), np.uint8)
        for p, q in np.ndindex(2, 2):
            bits[p, q] = (spins[p::2, q::2] > 0).T.reshape(_LANES, shape[2], shape[3]).transpose(1, 2, 0)
        return cls(size, _from_bits(bits))

    @staticmethod
    def _shape(size: int) -> tuple[int, int, int, int]:
        if size < 128 or size % 128:
            raise ValueError(f"size = {size!r} must be a positive multiple of 128")
        return 2, 2, size // 128, size // 2

    def _wrapped(self, column: _Words, step: int) -> _Words:
        return column >> _ONE | column << _LAST if step > 0 else column << _ONE | column >> _LAST

    def _count(self, words: _Words) -> int:
        return int(np.bitwise_count(words).sum(dtype=np.int64))

    def spins(self) -> np.ndarray:
        """The configuration: shape (L, L), int8, ±1."""
        spins = np.empty((self.size, self.size), np.int8)
        bits = self._site_bits()
        for p, q in np.ndindex(2, 2):
            columns = bits[p, q].transpose(2, 0, 1).reshape(self.size // 2, -1)  # k = bit · (L/128) + word
            spins[p::2, q::2] = columns.T
        spins *= 2
        spins -= 1
        return spins


class Replicas(_Checkerboard):
    """64 independent lattices of L × L spins, L even, one per bit; make them with `random` or `aligned`.

    The update is that of `Lattice`: what differs is only that a row never leaves its bit.
    """

    @staticmethod
    def _shape(size: int) -> tuple[int, int, int, int]:
        if size < 2 or size % 2:
            raise ValueError(f"size = {size!r} must be an even integer, at least 2")
        return 2, 2, size // 2, size // 2

    def _wrapped(self, column: _Words, step: int) -> _Words:
        return column

    def _count(self, words: _Words) -> np.ndarray:
        bits = np.unpackbits(_as_bytes(words.reshape(-1)), axis=-1, bitorder="little")
        return bits.sum(axis=0, dtype=np.int64)

    def spins(self) -> np.ndarray:
        """The configurations: shape (64, L, L), int8, ±1."""
        spins = np.empty((REPLICAS, self.size, self.size), np.int8)
        bits = self._site_bits()
        for p, q in np.ndindex(2, 2):
            spins[:, p::2, q::2] = bits[p, q].transpose(2, 1, 0)
        return 2 * spins - 1


@dataclass
class HysteresisLoop:
    """A magnet in a field that goes down and up, and the loop that field and magnetisation draw.

    lattice: usually aligned up. step: steps done so far; period: sweeps of a whole wave at the last step.
    trace: (field, magnetisation) after each step of the last two periods. coercive: the field at which the
    magnetisation last changed its sign on its way "down" and on its way "up".
    """

    STEPS = 100  # of one period

    lattice: Lattice
    rng: np.random.Generator
    step: int = 0
    period: int = 0
    trace: list[tuple[float, float]] = field(default_factory=list)
    coercive: dict[str, float] = field(default_factory=dict)

    def advance(self, temperature: float, amplitude: float, period: int, *, steps: int = 1) -> Self:
        """Go some steps along a triangular wave of the field, which first falls from +amplitude.

        period: sweeps of a whole wave, [STEPS, inf), rounded down to a multiple of STEPS.
        """
        sweeps = period // self.STEPS
        if sweeps < 1:
            raise ValueError(f"period = {period} is outside [{self.STEPS}, inf)")
        self.period = sweeps * self.STEPS
        for _ in range(steps):
            self.step += 1
            h = amplitude * (abs(4 * (self.step / self.STEPS % 1) - 2) - 1)
            self.lattice.sweep(temperature, self.rng, field=h, sweeps=sweeps)
            m = self.lattice.magnetisation()
            if self.trace and self.trace[-1][1] * m < 0:
                self.coercive["down" if m < 0 else "up"] = h
            self.trace = [*self.trace[1 - 2 * self.STEPS :], (h, m)]
        return self


def _up_neighbours(a: _Words, b: _Words, c: _Words, d: _Words) -> list[_Words]:
    """For n = 4 … 0 the lanes in which exactly n of the four bits are 1."""
    both_ab, one_ab, both_cd, one_cd = a & b, a ^ b, c & d, c ^ d
    four = both_ab & both_cd
    odd = one_ab ^ one_cd
    three = odd & (both_ab | both_cd)
    none = ~(a | b | c | d)
    return [four, three, ~(none | odd | four), odd ^ three, none]


def _aligned_word(spin: int) -> np.uint64:
    one_of("spin", spin, (-1, 1))
    return np.uint64(_ALL if spin > 0 else 0)


def _as_bytes(words: _Words) -> np.ndarray:
    """The bytes of each word along a new last axis, the lowest first."""
    little = words if sys.byteorder == "little" else words.byteswap()
    return np.ascontiguousarray(little)[..., None].view(np.uint8)


def _from_bits(bits: np.ndarray) -> _Words:
    """Words from bits along the last axis, the lowest first; the inverse of unpacking `_as_bytes`."""
    words = np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)[..., 0]
    return words if sys.byteorder == "little" else words.byteswap()


# Exact results ----------------------------------------------------------------------------------------------


def spontaneous_magnetisation(temperature: ArrayLike) -> np.ndarray:
    """Onsager–Yang: (1 − sinh⁻⁴(2/T))^{1/8} below T_c, 0 from T_c on; any shape. ValueError unless T > 0."""
    t = np.asarray(temperature, dtype=float)
    if not np.all(t > 0):
        raise ValueError(f"temperature = {temperature!r} must be positive")
    # at very low T the hyperbolic sine overflows; m is 1 there to double precision
    sinh = np.sinh(np.minimum(2 / t, 300))
    return np.where(t < CRITICAL_TEMPERATURE, np.maximum(1 - sinh**-4.0, 0) ** 0.125, 0.0)


def onsager_energy(temperature: float) -> float:
    """Exact energy per spin of the infinite lattice without field (Onsager 1944).

    u = −coth(2K)[1 + (2/π)(2 tanh²2K − 1) 𝐊(k)], K = 1/T, k = 2 sinh 2K / cosh² 2K. The elliptic integral is
    𝐊(k) = π / (2 M(1, k′)), M the arithmetic-geometric mean and k′ = √(1 − k²) = |2 tanh²2K − 1|.
    """
    if not 0 < temperature < math.inf:
        raise ValueError(f"temperature = {temperature!r} is outside (0, inf)")
    tanh = math.tanh(2 / temperature)
    factor = 2 * tanh**2 - 1
    if factor == 0:  # at T_c the integral diverges, and its product with the factor vanishes
        return -math.sqrt(2)
    a, g = 1.0, abs(factor)
    while abs(a - g) > 1e-15 * a:
        a, g = (a + g) / 2, math.sqrt(a * g)
    return -(1 + factor / a) / tanh


def two_state_magnetisation(temperature: float, field: ArrayLike, spins: float) -> np.ndarray:
    """⟨m⟩ ≈ m₀ tanh(N m₀ h/T): N spins that all follow one of the two phases ±m₀, in a small field below T_c.

    It leaves out the response of each phase to the field, of order h, and every state between the two; 0 from
    T_c on, where there are no two phases. Shape of field.
    """
    m = float(spontaneous_magnetisation(temperature))
    return m * np.tanh(spins * m * np.asarray(field, dtype=float) / temperature)


def wall_tension(temperature: float) -> float:
    """Free energy per site of a straight wall between the two phases: σ = 2 + T ln tanh(1/T) (Onsager 1944).

    Raises ValueError outside (0, T_c), where there is no wall.
    """
    if not 0 < temperature < CRITICAL_TEMPERATURE:
        raise ValueError(f"temperature = {temperature!r} is outside (0, {CRITICAL_TEMPERATURE:.6f})")
    return 2 + temperature * math.log(math.tanh(1 / temperature))


# A lattice in an edge of plus spins, and a chain ------------------------------------------------------------


def peierls_bound(temperature: ArrayLike) -> np.ndarray:
    """Upper bound of P(s₀ = −1) in a square lattice with plus spins at its edge, however far that is.

    Σ over ℓ = 4, 6, 8, … of (ℓ/2) 3^(ℓ−1) e^(−2ℓ/T): the islands whose wall has ℓ bonds and goes round site 0, times
    the weight of such a wall. Infinite from T = 2/ln 3 on. Shape of temperature. ValueError unless T > 0.
    """
    t = np.asarray(temperature, dtype=float)
    if not np.all(t > 0):
        raise ValueError(f"temperature = {temperature!r} must be positive")
    y = 9 * np.exp(-4 / t)
    with np.errstate(divide="ignore"):
        return np.where(y < 1, (y / np.maximum(1 - y, 0) ** 2 - y) / 3, np.inf)


def chain_magnetisation(temperature: ArrayLike, distance: ArrayLike) -> np.ndarray:
    """⟨s₀⟩ in a chain whose spins at the given distance on both sides are plus: 2a/(1 + a²), a = tanh(1/T)^distance.

    Broadcast shape of both. ValueError unless T > 0 and distance > 0.
    """
    t, n = np.asarray(temperature, dtype=float), np.asarray(distance, dtype=float)
    for name, value in (("temperature", t), ("distance", n)):
        if not np.all(value > 0):
            raise ValueError(f"{name} = {value!r} must be positive")
    a = np.tanh(1 / t) ** n
    return 2 * a / (1 + a**2)
