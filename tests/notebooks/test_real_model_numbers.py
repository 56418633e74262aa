"""Numbers that the text and the solutions of the chapter on a real model state, recomputed."""

from __future__ import annotations

import numpy as np
from stated import Stated, numbers_of

from emergence.exercises import real_model as exercises
from emergence.operators import real_model as rm

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
FITS, LATE = ([rm.fit_law(DIVERGENCE, law, first) for law in rm.LAWS] for first in (1, 22))
DROPPED = rm.surgery("drop")[1]
TWICE = rm.surgery("twice")[1]
SPARED = rm.interval(TWICE - DROPPED)
LEAST = int(DROPPED.mean(axis=0).argmin())
LEAST_COST = rm.interval(DROPPED[:, LEAST])
RUN = {
    (name, count): rm.interval(rm.surgery(name, count)[1][:, 0])
    for name in ("twice", "drop", "reversed")
    for count in (6, 8)
}
REPEATED = [
    np.median(moves[:, -1]) * steps[-1] for block in (3, 16, 29) for steps, _, moves in [rm.iterated(block, "residual")]
]
SETTLED = max(np.median(rm.iterated(block, "stacked")[2][:, -1]) for block in (3, 16, 29))
REFERENCE = rm.provenance()["reference"]


def spread(found: rm.Interval) -> tuple[float, float, float]:
    """A mean and the ends of its interval."""
    return float(found.mean), float(found.low), float(found.high)


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("On {} tokens its loss is {} nats", REFERENCE["tokens"], REFERENCE["loss"]),
    Stated("implementation gives {} (standard", REFERENCE["loss_of_the_other"]),
    Stated("standard error of the difference {})", REFERENCE["standard_error_of_the_difference"]),
    Stated("in {} cases out of {}. The least of these factors is {}.", *[LARGEST.size] * 2, LARGEST.min()),
    Stated("their median lies between {} and {} (geometric", MEDIAN.min(), MEDIAN.max()),
    Stated("by a factor of {} in the geometric mean over passages", MEANS[0]),
    Stated("of length {} into a state of length {}", STREAM["norm"][0], STREAM["norm"][1]),
    Stated("In the others the mean is {} to {}.", MEANS[1:].min(), MEANS[1:].max()),
    Stated("In all {} cases $\\rho(J_k) > 1$, with a least value of {}", RADIUS.size, RADIUS.min()),
    Stated("the largest real part is above 1 in {} of them", np.count_nonzero(REAL > 1)),
    Stated("{} % of such pairs are brought", 100 * rm.by_depth("pairs", "nonexpansive").mean()),
    Stated("and {} % satisfy the inequality", 100 * rm.by_depth("pairs", "monotone").mean()),
    Stated(
        "The largest singular value is the root of the larger eigenvalue of $J^\\top J$, {}",
        np.linalg.norm(exercises.EXPANDING, 2),
    ),
    Stated("multiply to about ${}$. Draw", np.exp(GROWTH.bound[:, -1].mean())),
    Stated("It grows by {} in the first block", np.exp(GROWTH.worst[:, 1].mean())),
    Stated("and by {} in the other {} together", np.exp((GROWTH.worst[:, -1] - GROWTH.worst[:, 1]).mean()), 29),
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
    Stated("exponential fits best, at {} against {}: so", *(np.exp(LATE[law].rms) for law in (0, 2))),
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
    Stated(
        "for {} of the thirty; in {} of these the interval of the difference excludes zero, against it in {}",
        *(np.count_nonzero(SPARED.mean < 0), np.count_nonzero(SPARED.high < 0), np.count_nonzero(SPARED.low > 0)),
    ),
    Stated("can be dropped for {} nats [{}, {}]", *spread(RUN["drop", 6])),
    Stated("reversed for {} [{}, {}]", *spread(RUN["reversed", 6])),
    Stated("and run twice for {} [{}, {}]. The eight", *spread(RUN["twice", 6])),
    Stated("can still be run twice for {} [{}, {}]", *spread(RUN["twice", 8])),
    Stated("dropping them costs {} [{}, {}]", *spread(RUN["drop", 8])),
    Stated("and reversing them {} [{}, {}]", *spread(RUN["reversed", 8])),
    Stated("which alone costs {} when it is dropped", DROPPED[:, 11].mean()),
    Stated(
        "missing, reversed or repeated for {} to {} nats, where block 12 alone costs {} {claim}",
        *(RUN["twice", 6].mean, RUN["drop", 6].mean, DROPPED[:, 11].mean()),
    ),
    Stated("after 64 repetitions the relative step is {} for the slowest", SETTLED),
    Stated("after 64 repetitions it is {} to {} times $1/64$", min(REPEATED), max(REPEATED)),
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
)
