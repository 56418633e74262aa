"""Exercises of the chapter *One dial at a time*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Exercise, Mistake, Number
from emergence.operators import real_model as rm

# -- The best that a reader can do ---------------------------------------------------------------------------------

COPIES = 4


def least_loss() -> float:
    """Least mean loss (nats a token) on random tokens of the vocabulary, written four times, by who knows the rule."""
    return math.log(rm.VOCABULARY) / COPIES


def share_of_first() -> float:
    """Share of what the model loses beyond the least that it loses in the first copy, as measured."""
    loss = rm.copying()[0].mean(axis=0)
    beyond = loss - np.array([math.log(rm.VOCABULARY), 0, 0, 0])
    return float(beyond[0] / beyond.sum())


copies = Exercise(
    "copies",
    least=Number(
        "the least mean loss in nats a token, over the four copies together",
        least_loss,
        rel=0.01,
        mistakes=[
            Mistake(math.log(rm.VOCABULARY), "This is for the first copy alone. What do the others cost?"),
            Mistake(lambda: math.log2(rm.VOCABULARY) / COPIES, "This is in bits. Take the natural logarithm."),
            Mistake(0, "Nobody can know the first copy."),
        ],
        hints=["What does a token cost that is known for certain?", "Proposition 1 tells of the first copy."],
    ),
    share=Number(
        "the share of the model's loss beyond the least that is lost in the first copy",
        share_of_first,
        abs=0.015,
        mistakes=[
            Mistake(
                lambda: float(rm.copying()[0].mean(axis=0)[0] / rm.copying()[0].mean(axis=0).sum()),
                "This is the first copy's share of the whole loss. Take off what nobody can avoid.",
            ),
            Mistake(lambda: 1 - share_of_first(), "This is the share of the three other copies."),
        ],
        hints=["Take ln V off the loss of the first copy, and nothing off the others."],
    ),
    solution=lambda: (
        f"In the first copy nothing beats ln V = {math.log(rm.VOCABULARY):.1f}; in the others every token is known and "
        f"costs nothing. So the mean is ln V/4 = {least_loss():.2f} nats. Of what the model loses beyond that, "
        f"{share_of_first():.0%} are lost in the first copy, where it bets on language."
    ),
)

# -- How exactly must a weight be known? ---------------------------------------------------------------------------

NOISY = 0.03


def added_by_noise(size: float = NOISY) -> float:
    """Mean increase of the loss (nats) with noise of this relative size on all weights, as measured."""
    sizes, added = rm.noise("weights")
    return float(added.mean(axis=0)[np.argmin(np.abs(sizes - size))])


def tolerated(nats: float) -> float:
    """Relative size of the noise on all weights that adds so many nats, if the loss grows with its square."""
    return NOISY * math.sqrt(nats / added_by_noise())


weights = Exercise(
    "weights",
    Number(
        "the relative size of noise on all weights that adds 0.001 nats a token",
        lambda: tolerated(1e-3),
        rel=0.06,
        mistakes=[
            Mistake(lambda: NOISY * 1e-3 / added_by_noise(), "This takes the loss to grow like s. Take s²."),
            Mistake(lambda: NOISY * math.sqrt(added_by_noise() / 1e-3), "Upside down: less noise adds less."),
        ],
        hints=[
            "Read off the figure what noise of size 0.03 on the weights adds.",
            "If it is c s², the ratio of two sizes is the root of the ratio of what they add.",
        ],
    ),
    solution=lambda: (
        f"Noise of size {NOISY:g} adds {added_by_noise():.3f} nats. By the square law 0.001 nats are added at "
        f"s = 0.03 √(0.001/{added_by_noise():.3f}) = {tolerated(1e-3):.4f}. At such a size the law can be trusted if "
        "it holds between 0.01 and 0.03, which the figure shows."
    ),
)

# -- Hits in clusters ----------------------------------------------------------------------------------------------

EASY, HARD, LENGTH = 0.9, 0.3, 8


def _mixture(length: int) -> float:
    return (EASY**length + HARD**length) / 2


clusters = Exercise(
    "clusters",
    match=Number(
        "the share of runs of eight that are right throughout",
        lambda: _mixture(LENGTH),
        rel=0.01,
        mistakes=[
            Mistake(lambda: ((EASY + HARD) / 2) ** LENGTH, "This is the power of the mean; take the mean of powers."),
            Mistake(lambda: EASY**LENGTH, "This is the share in the easy half."),
        ],
        hints=["In the easy half a run of eight is right with probability 0.9⁸.", "Then average over the two halves."],
    ),
    ratio=Number(
        "how many times p⁸ that is, p being the share of right tokens in all texts together",
        lambda: _mixture(LENGTH) / ((EASY + HARD) / 2) ** LENGTH,
        rel=0.02,
        mistakes=[
            Mistake(lambda: ((EASY + HARD) / 2) ** LENGTH / _mixture(LENGTH), "Upside down."),
            Mistake(lambda: _mixture(LENGTH) / EASY**LENGTH, "Divide by the power of the mean over both halves."),
        ],
        hints=["p is the mean of 0.9 and 0.3."],
    ),
    solution=lambda: (
        f"(0.9⁸ + 0.3⁸)/2 = {_mixture(LENGTH):.4f}. With p = 0.6, p⁸ = {0.6**8:.4f}, so exact match is "
        f"{_mixture(LENGTH) / 0.6**8:.2f} times as frequent as p⁸ says, without any link between neighbours."
    ),
)

# -- The length of the state decides -------------------------------------------------------------------------------

LENGTH_HERE, M_HERE, LENGTH_THERE, M_WANTED = 2.0, -0.6, 0.05, -0.01

scaled = Exercise(
    "scaled",
    m=Number(
        "the local m(A) at the state of length 0.05 in the same direction",
        lambda: M_HERE * LENGTH_HERE / LENGTH_THERE,
        rel=0.01,
        mistakes=[
            Mistake(lambda: M_HERE * LENGTH_THERE / LENGTH_HERE, "Upside down: a shorter state is turned by more."),
            Mistake(M_HERE, "f is the same at both, but its derivative is not."),
            Mistake(lambda: -M_HERE * LENGTH_HERE / LENGTH_THERE, "What is the sign?"),
        ],
        hints=["Differentiate f(sx) = f(x) in x.", "m times the length of the state is the same along a ray."],
    ),
    length=Number(
        "the least length in this direction from which on the local m(A) is at least −0.01",
        lambda: M_HERE * LENGTH_HERE / M_WANTED,
        rel=0.01,
        mistakes=[
            Mistake(lambda: M_HERE / M_WANTED, "This is a multiple of the length 2."),
            Mistake(lambda: LENGTH_HERE * M_WANTED / M_HERE, "Upside down: m comes closer to 0 at longer states."),
        ],
        hints=["m times the length of the state is −1.2 all along the ray."],
    ),
    solution=(
        "Along a ray m times the length of the state is the same, here −0.6 · 2 = −1.2. At length 0.05 the local m(A) "
        "is −1.2/0.05 = −24, and it is −0.01 at length 120. Both belong to one and the same block."
    ),
)
