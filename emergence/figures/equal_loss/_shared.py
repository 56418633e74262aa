"""What several figures of this chapter read and name alike: trunks, schedules and scores."""

from __future__ import annotations

from functools import cache

import numpy as np

from emergence.figures.train_it_yourself._runs import Ways
from emergence.figures.train_it_yourself._shared import ABILITIES, METRICS
from emergence.live import Choice
from emergence.scaling import collapse
from emergence.scaling.traces import load_traces

SCHEDULES = {"late fall": "late", "cosine": "cosine", "linear": "linear"}
METRIC = Choice("metric", "scored by", options=tuple(METRICS)[:2], value="probability of the right token")


@cache
def trunks(ability: str, metric: str, axis: str = "loss", mixture: str = "base") -> dict[int, Ways]:
    """For each width the ways of its runs at a constant learning rate: a loss (nats per token) and the score."""
    panel, skill = ABILITIES[ability]
    traces = collapse.judged(load_traces(panel).of(mixture))
    points = np.array([-collapse.axis_coordinates(traces, axis, skill), traces.metric(skill, METRICS[metric])])
    ways: dict[int, Ways] = {width: [] for width in traces.sizes}
    for rows in traces.rows_of_runs():
        ways[traces.d_model[rows[0]]].append(points[:, rows])
    return ways
