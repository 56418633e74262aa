"""Numbers that the text and the solutions of the chapter on a real model's dials state, recomputed."""

from __future__ import annotations

import numpy as np
from stated import Stated, numbers_of, text_of

from emergence.exercises import dials as exercises
from emergence.operators import real_model as rm
from emergence.operators import trained

CHAPTER = "chapters/operators/dials.ipynb"

COPIES, COPIED = rm.copying()
SECOND = rm.interval(COPIED[:, 1])
CONTEXT = [rm.interval(rm.context_loss()[1][:, a:b].mean(axis=1)) for a, b in ((0, 1), (32, 64), (256, 511))]
NOISE = {
    target: dict(zip(sizes.tolist(), added.mean(axis=0), strict=True))
    for target in rm.TARGETS
    for sizes, added in [rm.noise(target)]
}
COEFFICIENTS = [added / size**2 for size, added in NOISE["weights"].items() if size in (0.01, 0.03, 0.1, 0.3)]
P = {texts: rm.accuracy(rm.hits(texts)) for texts in rm.TEXTS}
EIGHT = {texts: rm.exact_match(rm.hits(texts), 8) for texts in rm.TEXTS}
RATIO = {texts: EIGHT[texts] / P[texts] ** 8 for texts in rm.TEXTS}
RATIOS = {texts: rm.exact_match_interval(rm.hits(texts), 8, 2000, np.random.default_rng(0)) for texts in rm.TEXTS}
RUNS = (1, 2, 4, 8)
NOISY = rm.hits("known", "weights", 0.1)
NOISY_RATIO = rm.exact_match(NOISY, 8) / rm.accuracy(NOISY) ** 8
NOISIER = rm.exact_match_interval(NOISY, 8, 2000, np.random.default_rng(0))
KEPT = 100 * np.array(
    [
        [rm.exact_match(rm.hits("known", "weights", 0.1, draw), k) / rm.exact_match(rm.hits("known"), k) for k in RUNS]
        for draw in (0, 1)
    ]
)
TENTH = {
    target: rm.interval(added[:, np.flatnonzero(sizes == 0.1)[0]])
    for target in rm.TARGETS
    for sizes, added in [rm.noise(target)]
}
TOKEN_NOISE = [added / size**2 for size, added in NOISE["embeddings"].items()]
SMALLEST = rm.interval(rm.noise("weights")[1][:, 0])
FACTORS = [rm.interval(trained.along(64, "block", block, "largest")) for block in trained.BLOCKS]
BOTH = [(width, "block", block) for width in trained.WIDTHS for block in trained.BLOCKS]
GROWN = [rm.interval(trained.change(*each, "largest")) for each in BOTH]
FALLEN = [rm.interval(trained.change(*each, "m")) for each in BOTH]
LOCAL = {
    number: np.array([trained.along(*each, number)[:, [0, -2]].mean(axis=0) for each in BOTH]).T
    for number in ("m", "random")
}
LONGER = [np.exp(trained.change(width, "attention", 2, "length").mean()) for width in trained.WIDTHS]
ANNEALED = [
    100 * np.expm1(np.concatenate([trained.annealing(width, "block", block, "largest") for width in trained.WIDTHS]))
    for block in trained.BLOCKS
]
WAY, LATER = (
    [
        100 * (path[checkpoint] - path[0]) / (path[-2] - path[0])
        for path in (
            trained.losses(64).mean(axis=0),
            np.log(trained.along(64, "block", 1, "largest")).mean(axis=0),
        )
    ]
    for checkpoint in (3, 5)
)
HALVES = trained.PARTS[1:]
EXTREMES = trained.provenance()["extremes"]


def apart() -> tuple[float, float]:
    """By how many points p keeps more of its value than runs of eight do, at noise 0.1: 95 % bootstrap over strings."""
    rng, found = np.random.default_rng(0), []
    clean = rm.hits("known")
    for _ in range(2000):
        drawn = rng.integers(len(clean), size=len(clean))
        before, after = ([rows[i] for i in drawn] for rows in (clean, NOISY))
        if rm.exact_match(before, 8):
            single = rm.accuracy(after) / rm.accuracy(before)
            found.append(100 * (single - rm.exact_match(after, 8) / rm.exact_match(before, 8)))
    return tuple(np.quantile(found, [0.025, 0.975]))


def spread(found: rm.Interval) -> tuple[float, float, float]:
    """A mean and the ends of its interval."""
    return float(found.mean), float(found.low), float(found.high)


def at_end(found: rm.Interval) -> list[float]:
    """The same at the last checkpoint of a constant rate."""
    return [each[-2] for each in (found.mean, found.low, found.high)]


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("In the second copy {} [{}, {}]", *spread(SECOND)),
    Stated("in the fourth {}.", COPIED[:, 3].mean()),
    Stated("In the first it is {}, which is the control", COPIED[:, 0].mean()),
    Stated("guess among all {} tokens", rm.VOCABULARY),
    Stated("In the first copy the loss is {} nats, above $\\ln V = {}$", COPIES[:, 0].mean(), np.log(rm.VOCABULARY)),
    Stated("In the later copies it is {}, {} and {}", *COPIES[:, 1:].mean(axis=0)),
    Stated("falls from {} [{}, {}] nats after one token", *spread(CONTEXT[0])),
    Stated("to {} [{}, {}] after 33 to 64", *spread(CONTEXT[1])),
    Stated("and to {} [{}, {}] after 257 to 511", *spread(CONTEXT[2])),
    Stated("nothing beats $\\ln 49{,}152 = {}$", np.log(rm.VOCABULARY)),
    Stated("so the mean is {} nats. The model loses", exercises.least_loss()),
    Stated("loses $14.7 - 10.8 = {}$ beyond that", COPIES[:, 0].mean() - np.log(rm.VOCABULARY)),
    Stated("in the first copy, and {}, {} and {} in the others", *COPIES[:, 1:].mean(axis=0)),
    Stated("in the others: {} % are lost in the first copy", 100 * exercises.share_of_first()),
    Stated("it adds {} [{}, {}] nats there", *spread(TENTH["weights"])),
    Stated("nats there and {} on the tokens", TENTH["embeddings"].mean),
    Stated("the interval ends at {})", TENTH["embeddings"].high),
    Stated("on the weights adds {}, {}, {} and {} nats", *(NOISE["weights"][s] for s in (0.01, 0.03, 0.1, 0.3))),
    Stated("which is {} to {} times $s^2$ (the first", min(COEFFICIENTS), max(COEFFICIENTS)),
    Stated("its interval is [{}, {}]", *spread(SMALLEST)[1:]),
    Stated("0.1, 0.3 and 1 add {}, {} and {}, which", *(NOISE["embeddings"][s] for s in (0.1, 0.3, 1.0))),
    Stated("which is {} to {} times $s^2$ (means", *(f(TOKEN_NOISE) for f in (min, max))),
    Stated("At $s = 0.03$ the noise adds {} nats", exercises.added_by_noise()),
    Stated("\\approx {}$: these weights", exercises.tolerated(1e-3)),
    Stated("right at $p = {}$ of the places, so $p^8 = {}$", P["known"], P["known"] ** 8),
    Stated("at {} of the places, {} times $p^8$ [{}, {}]", EIGHT["known"], RATIO["known"], *RATIOS["known"]),
    Stated("$p$ is {}, and runs of eight are right {} times", P["passage"], RATIO["passage"]),
    Stated("lowers $p$ to {} on the strings;", rm.accuracy(NOISY)),
    Stated("too few to tell, at {} times $p^8$ [{}, {}].", NOISY_RATIO, *NOISIER),
    Stated("as often as $p^8$ says [{}, {}] (bootstrap over passages)", *RATIOS["passage"]),
    Stated("$p$ still has {} % of its value without noise, runs of eight have {} % of", *KEPT[0][[0, 3]]),
    Stated("in a second draw of the noise the two are {} % and {} %", *KEPT[1][[0, 3]]),
    Stated("lies between {} and {} points by bootstrap", lambda: apart()[0], lambda: apart()[1]),
    Stated("the coefficient rises from {} to {}: up", *(f(TOKEN_NOISE) for f in (min, max))),
    Stated("Runs of two and four lie between, at {} % and {} %", *KEPT[0][[1, 2]]),
    Stated("(0.9^8 + 0.3^8)/2 = {}$, and $0.6^8 = {}$", exercises._mixture(8), 0.6**8),
    Stated("so it is {} times $p^8$", exercises._mixture(8) / 0.6**8),
    Stated("the largest factor of block 1 is {} (geometric mean over tokens)", FACTORS[0].mean[0]),
    Stated("while the loss falls from {} to {} nats", *trained.losses(64).mean(axis=0)[[0, -2]]),
    Stated("it is {} there and {} [{}, {}] at step 3,000", FACTORS[0].mean[5], *at_end(FACTORS[0])),
    Stated("That of block 2 grows to {} [{}, {}]", *at_end(FACTORS[1])),
    Stated("is multiplied by {} to {} (geometric means", *(np.exp(f(g.mean for g in GROWN)) for f in (min, max))),
    Stated("the least end of the six intervals of this ratio is {}", np.exp(min(g.low for g in GROWN))),
    Stated("begins between {} and {} and ends", LOCAL["m"][0].max(), LOCAL["m"][0].min()),
    Stated("and ends between {} and {}; it falls", LOCAL["m"][1].max(), LOCAL["m"][1].min()),
    Stated("by {} to {} instead of", LOCAL["random"][1].min(), LOCAL["random"][1].max()),
    Stated("instead of {} to {}.", LOCAL["random"][0].min(), LOCAL["random"][0].max()),
    Stated(
        "largest factor of a whole block is {}.)", max(EXTREMES[f"block{k}"]["most_largest"] for k in trained.BLOCKS)
    ),
    Stated("it has gone {} % of its way by step 100, and the logarithm of block 1's factor {} %", *WAY),
    Stated("by step 400 the loss is at {} %, and that factor has gone all of its way", LATER[0]),
    Stated("Block 2 is at {} by step 400, and rises to {} by", *FACTORS[1].mean[[5, 7]]),
    Stated("while the loss falls from {} to {}. Where", *trained.losses(64).mean(axis=0)[[5, 7]]),
    Stated("in {} of the {} runs it is smaller", np.count_nonzero(ANNEALED[0] < 0), ANNEALED[0].size),
    Stated("its mean change is {} % [{}, {}] (over", *spread(rm.interval(ANNEALED[0]))),
    Stated("In block 2 the mean change is {} % [{}, {}], which", *spread(rm.interval(ANNEALED[1]))),
    Stated("the greatest local $m(A)$ is {}, over", max(EXTREMES[f"{h}{k}"]["most_m"] for h in HALVES for k in (1, 2))),
    Stated("a real part of at least {}, so", min(EXTREMES[f"block{k}"]["least_real"] for k in trained.BLOCKS)),
    Stated("and {} of the six intervals of its change exclude zero", sum(f.high < 0 for f in FALLEN)),
    Stated("the states become {} to {} times as long", min(LONGER), max(LONGER)),
    Stated("So $m = -1.2/0.05 = {}$ at length 0.05, and $m = -0.01$ at length {}.", -24, 120),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("a tenth of their size adds {} nats a token on all", NOISE["weights"][0.1]),
    Stated("on all weights and {} on the embedded tokens", NOISE["embeddings"][0.1]),
    Stated("on the weights adds {} to {} times $s^2$", min(COEFFICIENTS), max(COEFFICIENTS)),
    Stated("are right {} times as often as $p^8$ says on nine", RATIO["known"]),
    Stated("interval over strings {} to {})", *RATIOS["known"]),
    Stated("and {} times on 24 passages ({} to {})", RATIO["passage"], *RATIOS["passage"]),
    Stated("is right for {}, {}, {} and {} of the places", *COPIED.mean(axis=0)),
    Stated(
        "largest factor of a block is multiplied by {} to {} in",
        *(np.exp(f(g.mean for g in GROWN)) for f in (min, max)),
    ),
    Stated("and the least end of the 95 per cent intervals over seeds is {}", np.exp(min(g.low for g in GROWN))),
    Stated("falls from at most {} to at most {} (in", LOCAL["m"][0].max(), LOCAL["m"][1].max()),
)


def test_the_factor_of_block_1_has_grown_by_step_400():
    assert "from step 400 on hardly" in text_of(CHAPTER) and LATER[1] > 100
    assert abs(FACTORS[0].mean[5] / FACTORS[0].mean[-2] - 1) < 0.06
    rising = [NOISE["embeddings"][size] / size**2 for size in (0.1, 0.3, 1.0)]
    assert rising == sorted(rising)


def test_noise_on_the_tokens_costs_about_a_hundredth_of_that_on_the_weights():
    assert "at equal size about a hundredth" in text_of(CHAPTER)
    both = set(NOISE["weights"]) & set(NOISE["embeddings"])
    assert all(0.005 < NOISE["embeddings"][size] / NOISE["weights"][size] < 0.02 for size in both)
