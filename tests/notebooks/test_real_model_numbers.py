"""Numbers that the text and the solutions of the chapter on a real model state, recomputed."""

from __future__ import annotations

import numpy as np
from stated import Stated, numbers_of, text_of

from emergence.exercises import real_model as exercises
from emergence.operators import real_model as rm
from emergence.operators import trained

CHAPTER = "chapters/operators/real_model.ipynb"

GROWTH = rm.growth()
RANDOM, WORST = (rm.interval((logs - GROWTH.norm)[:, -1]) for logs in (GROWTH.random, GROWTH.worst))
GAP = (GROWTH.bound - GROWTH.worst)[:, -1].mean()
LARGEST, RADIUS, REAL = (
    rm.by_depth(table, column)
    for table, column in (("jacobians", "largest"), ("spectra", "radius"), ("spectra", "real"))
)
MEDIAN = np.exp(np.log(rm.by_depth("jacobians", "median")[:, 1:]).mean(axis=0))
MEANS = np.exp(np.log(LARGEST).mean(axis=0))
PARTICIPATION = np.exp(np.log(rm.by_depth("jacobians", "participation")).mean(axis=0))
STREAM = {
    name: rm.by_depth("stream", name).mean(axis=0) for name in ("norm", "norm_first", "added", "divergence", "cosine")
}
DIVERGENCE = STREAM["divergence"]
PEAK = 2 + int(DIVERGENCE[2:].argmax())
FITS = [rm.fit_law(DIVERGENCE, law, 1) for law in rm.LAWS]
DROPPED = rm.surgery("drop")[1]
TWICE = rm.surgery("twice")[1]
LEAST = int(DROPPED.mean(axis=0).argmin())
LEAST_COST = rm.interval(DROPPED[:, LEAST])
RUN = {
    (name, count): rm.interval(rm.surgery(name, count)[1][:, 0])
    for name in ("twice", "drop", "reversed")
    for count in (6, 8)
}
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
NOISY = rm.hits("known", "weights", 0.1)
NOISY_RATIO = rm.exact_match(NOISY, 8) / rm.accuracy(NOISY) ** 8
NOISIER = rm.exact_match_interval(NOISY, 8, 2000, np.random.default_rng(0))
REPEATED = [
    np.median(moves[:, -1]) * steps[-1] for block in (3, 16, 29) for steps, _, moves in [rm.iterated(block, "residual")]
]
SETTLED = max(np.median(rm.iterated(block, "stacked")[2][:, -1]) for block in (3, 16, 29))
TENTH = {
    target: rm.interval(added[:, np.flatnonzero(sizes == 0.1)[0]])
    for target in rm.TARGETS
    for sizes, added in [rm.noise(target)]
}
TOKEN_NOISE = [added / size**2 for size, added in NOISE["embeddings"].items()]
SMALLEST = rm.interval(rm.noise("weights")[1][:, 0])
REFERENCE = rm.provenance()["reference"]
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
WAY = [
    100 * (path[3] - path[0]) / (path[-2] - path[0])
    for path in (
        trained.losses(64).mean(axis=0),
        np.log(trained.along(64, "block", 1, "largest")).mean(axis=0),
    )
]
HALVES = trained.PARTS[1:]
EXTREMES = trained.provenance()["extremes"]


def spread(found: rm.Interval) -> tuple[float, float, float]:
    """A mean and the ends of its interval."""
    return float(found.mean), float(found.low), float(found.high)


def at_end(found: rm.Interval) -> list[float]:
    """The same at the last checkpoint of a constant rate."""
    return [each[-2] for each in (found.mean, found.low, found.high)]


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("On {} tokens its loss is {} nats", REFERENCE["tokens"], REFERENCE["loss"]),
    Stated("implementation gives {} (standard", REFERENCE["loss_of_the_other"]),
    Stated("standard error of the difference {})", REFERENCE["standard_error_of_the_difference"]),
    Stated("in {} cases out of {}. The least of these factors is {}.", *[LARGEST.size] * 2, LARGEST.min()),
    Stated("the median factor lies between {} and {}.", MEDIAN.min(), MEDIAN.max()),
    Stated("by a factor of {} in the geometric mean over passages", MEANS[0]),
    Stated("of length {} into a state of length {}", STREAM["norm"][0], STREAM["norm"][1]),
    Stated("In the others the mean is {} to {}.", MEANS[1:].min(), MEANS[1:].max()),
    Stated("In all {} cases $\\rho(J_k) > 1$, with a least value of {}", RADIUS.size, RADIUS.min()),
    Stated("the largest real part is above 1 in {} of them", np.count_nonzero(REAL > 1)),
    Stated("{} % of such pairs are brought", 100 * rm.by_depth("pairs", "nonexpansive").mean()),
    Stated("and {} % satisfy the inequality", 100 * rm.by_depth("pairs", "monotone").mean()),
    Stated("The largest singular value is the root of the larger eigenvalue of $J^\\top J$, {}", 3.2562),
    Stated("multiply to about ${}$. Draw", np.exp(GROWTH.bound[:, -1].mean())),
    Stated("It grows by {} in the first block", np.exp(GROWTH.worst[:, 1].mean())),
    Stated("after thirty blocks the factor is {}.", np.exp(GROWTH.worst[:, -1].mean())),
    Stated("overrates the growth by $e^{{}}$", GAP),
    Stated("grows by a factor of {} over the thirty blocks", np.exp(GROWTH.random[:, -1].mean())),
    Stated("but the state itself grows by {}.", np.exp(GROWTH.norm[:, -1].mean())),
    Stated("*shrinks*, to {} of what it was [{}, {}]", *np.exp(spread(RANDOM))),
    Stated("it shrinks on {} of the {} passages", np.count_nonzero(GROWTH.random[:, -1] < GROWTH.norm[:, -1]), 24),
    Stated("Even the worst one grows only by {} [{}, {}]", *np.exp(spread(WORST))),
    Stated("falls from {} after the first block to {} after", PARTICIPATION[0], PARTICIPATION[-1]),
    Stated("It is {} nats at the embedding and {} after the first block", DIVERGENCE[0], DIVERGENCE[1]),
    Stated("*rises* to {} at depth {}", DIVERGENCE[PEAK], PEAK),
    Stated("over the last blocks, to {} at depth {}", DIVERGENCE[29], 29),
    Stated("an exponential in the depth is off by a factor of {} (root", np.exp(FITS[0].rms)),
    Stated("a power of the depth by {}, and", np.exp(FITS[1].rms)),
    Stated("(30 - k)^{{}}$, by {}.", FITS[2].slope, np.exp(FITS[2].rms)),
    Stated("each adds {} to {} of the state's length", STREAM["added"][2:24].min(), STREAM["added"][2:24].max()),
    Stated("and the last adds {}.", STREAM["added"][29]),
    Stated("from a length of {} to {}, where", STREAM["norm_first"][11], STREAM["norm_first"][12]),
    Stated("of $1/j$ from 21 to 30 is {}, the", sum(1 / j for j in range(21, 31))),
    Stated("the whole sum {}, so the share is {}", sum(1 / j for j in range(1, 31)), exercises._share(20, 30)),
    Stated("the whole model has a loss of {} nats", rm.whole_loss().mean()),
    Stated("For {} of them. Dropping", np.count_nonzero(DROPPED.mean(axis=0) < 0.3)),
    Stated("Dropping block 1 costs {} nats, block 2 {}", *DROPPED.mean(axis=0)[:2]),
    Stated("block 12 {} and block 30 {}.", DROPPED[:, 11].mean(), DROPPED[:, 29].mean()),
    Stated("Block {} costs least, {} [{}, {}]", LEAST + 1, *spread(LEAST_COST)),
    Stated("for {} of the thirty. For runs", np.count_nonzero(TWICE.mean(axis=0) < DROPPED.mean(axis=0))),
    Stated("can be dropped for {} nats [{}, {}]", *spread(RUN["drop", 6])),
    Stated("reversed for {} [{}, {}]", *spread(RUN["reversed", 6])),
    Stated("and run twice for {} [{}, {}]. The eight", *spread(RUN["twice", 6])),
    Stated("can still be run twice for {} [{}, {}]", *spread(RUN["twice", 8])),
    Stated("dropping them costs {} [{}, {}]", *spread(RUN["drop", 8])),
    Stated("and reversing them {} [{}, {}]", *spread(RUN["reversed", 8])),
    Stated("which alone costs {} when it is dropped", DROPPED[:, 11].mean()),
    Stated("after 64 repetitions the relative step is {} for the slowest", SETTLED),
    Stated("after 64 repetitions it is {} to {} times $1/64$", min(REPEATED), max(REPEATED)),
    Stated("In the second copy {} [{}, {}]", *spread(SECOND)),
    Stated("in the fourth {}.", COPIED[:, 3].mean()),
    Stated("In the first it is {}, which is the control", COPIED[:, 0].mean()),
    Stated("guess among all {} tokens", rm.VOCABULARY),
    Stated("In the first copy the loss is {} nats, above $\\ln V = {}$", COPIES[:, 0].mean(), np.log(rm.VOCABULARY)),
    Stated("In the later copies it is {}, {} and {}", *COPIES[:, 1:].mean(axis=0)),
    Stated("falls from {} [{}, {}] nats after one token", *spread(CONTEXT[0])),
    Stated("to {} [{}, {}] after 33 to 64", *spread(CONTEXT[1])),
    Stated("and to {} [{}, {}] after 257 to 511", *spread(CONTEXT[2])),
    Stated("it adds {} [{}, {}] nats there", *spread(TENTH["weights"])),
    Stated("nats there and {} on the tokens", TENTH["embeddings"].mean),
    Stated("the interval ends at {})", TENTH["embeddings"].high),
    Stated("on the weights adds {}, {}, {} and {} nats", *(NOISE["weights"][s] for s in (0.01, 0.03, 0.1, 0.3))),
    Stated("which is {} to {} times $s^2$ (the first", min(COEFFICIENTS), max(COEFFICIENTS)),
    Stated("its interval is [{}, {}]", *spread(SMALLEST)[1:]),
    Stated("0.1, 0.3 and 1 add {}, {} and {}, which", *(NOISE["embeddings"][s] for s in (0.1, 0.3, 1.0))),
    Stated("which is {} to {} times $s^2$ (means", *(f(TOKEN_NOISE) for f in (min, max))),
    Stated("At $s = 0.03$ the noise adds {} nats", exercises.added_by_noise()),
    Stated("\\approx {}$: the weights", exercises.tolerated(1e-3)),
    Stated("right at $p = {}$ of the places, so $p^8 = {}$", P["known"], P["known"] ** 8),
    Stated("at {} of the places, {} times $p^8$ [{}, {}]", EIGHT["known"], RATIO["known"], *RATIOS["known"]),
    Stated("$p$ is {}, and runs of eight are right {} times", P["passage"], RATIO["passage"]),
    Stated("lowers $p$ to {} on the strings;", rm.accuracy(NOISY)),
    Stated(
        "too few to tell, at {} times $p^8$ [{}, {}].", rm.exact_match(NOISY, 8) / rm.accuracy(NOISY) ** 8, *NOISIER
    ),
    Stated("as often as $p^8$ says [{}, {}] (bootstrap over passages)", *RATIOS["passage"]),
    Stated("(0.9^8 + 0.3^8)/2 = {}$, and $0.6^8 = {}$", exercises._mixture(8), 0.6**8),
    Stated("so it is {} times $p^8$", exercises._mixture(8) / 0.6**8),
    Stated("the largest factor of block 1 is {} (geometric mean over tokens)", FACTORS[0].mean[0]),
    Stated("while the loss falls from {} to {} nats", *trained.losses(64).mean(axis=0)[[0, -2]]),
    Stated("It grows, to {} [{}, {}] at step 3,000", *at_end(FACTORS[0])),
    Stated("that of block 2 grows to {} [{}, {}]", *at_end(FACTORS[1])),
    Stated("is multiplied by {} to {} (means", *(np.exp(f(g.mean for g in GROWN)) for f in (min, max))),
    Stated("the least end of the six intervals is {}", np.exp(min(g.low for g in GROWN))),
    Stated("begins between {} and {} and ends", LOCAL["m"][0].max(), LOCAL["m"][0].min()),
    Stated("and ends between {} and {}; it falls", LOCAL["m"][1].max(), LOCAL["m"][1].min()),
    Stated("by {} to {} instead of", LOCAL["random"][1].min(), LOCAL["random"][1].max()),
    Stated("instead of {} to {}.", LOCAL["random"][0].min(), LOCAL["random"][0].max()),
    Stated(
        "largest factor of a whole block is {}.)", max(EXTREMES[f"block{k}"]["most_largest"] for k in trained.BLOCKS)
    ),
    Stated("it has gone {} % of its way by step 100, and the logarithm of block 1's factor {} %", *WAY),
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
    Stated(
        "is above 1 in all {} cases (30 blocks, 24 passages), with a least value of {}", LARGEST.size, LARGEST.min()
    ),
    Stated("the local $m(A)$, $A = -f$, is at most {}.", rm.by_depth("jacobians", "m").max()),
    Stated("in {} cases on eight passages", RADIUS.size),
    Stated("thirty blocks multiply to $e^{{}}$", GROWTH.bound[:, -1].mean()),
    Stated("the composed map's own largest factor is {}", np.exp(GROWTH.worst[:, -1].mean())),
    Stated("embedding shrinks to {}, with a 95 per cent interval from {} to {}", *np.exp(spread(RANDOM))),
    Stated("the worst one grows by {} ({} to {})", *np.exp(spread(WORST))),
    Stated("rises from {} nats after block 1 to {} at depth {} and", DIVERGENCE[1], DIVERGENCE[PEAK], PEAK),
    Stated("falls to {} at depth 29", DIVERGENCE[29]),
    Stated("stays between {} and {} of", STREAM["added"][2:24].min(), STREAM["added"][2:24].max()),
    Stated("at a loss of {} nats a token", rm.whole_loss().mean()),
    Stated("dropped for {} nats, reversed for {}", RUN["drop", 6].mean, RUN["reversed", 6].mean),
    Stated("and run twice for {}. The eight", RUN["twice", 6].mean),
    Stated("can be run twice for {}, but dropping them costs {}", RUN["twice", 8].mean, RUN["drop", 8].mean),
    Stated("and reversing them {}. Of single", RUN["reversed", 8].mean),
    Stated("Of single blocks {} of 30", (DROPPED.mean(0) < 0.3).sum()),
    Stated("less than 0.3 nats, the first one {}", DROPPED[:, 0].mean()),
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


def test_noise_on_the_tokens_costs_about_a_hundredth_of_that_on_the_weights():
    assert "at equal size about a hundredth" in text_of(CHAPTER)
    both = set(NOISE["weights"]) & set(NOISE["embeddings"])
    assert all(0.005 < NOISE["embeddings"][size] / NOISE["weights"][size] < 0.02 for size in both)
