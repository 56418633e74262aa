"""The table of the judgement: what the shipped traces give, trunks and annealed ends apart."""

import csv

import pytest

from emergence.scaling import collapse
from experiments.ship import DATA, quantities


@pytest.mark.parametrize("case", [("instructions", "ranks_33_64", "exact"), ("abilities", "heldout", "p")], ids=str)
def test_the_shipped_table_is_what_the_annealed_ends_give(case):
    """The search for an effect of size stops within 1e-4."""
    found = {(quantity, axis): interval for quantity, axis, interval in quantities(*case, "annealed")}
    shipped = collapse.collapse_table()[*case, "annealed"]
    assert found.keys() == shipped.keys()
    for quantity, interval in found.items():
        assert tuple(shipped[quantity]) == pytest.approx(tuple(interval), abs=2e-4), quantity


def test_no_row_of_the_shipped_table_mixes_the_schedules():
    with (DATA / "collapse.csv").open(encoding="utf-8", newline="") as file:
        schedules = [row["schedule"] for row in csv.DictReader(file)]
    assert set(schedules) == set(collapse.SCHEDULES)
    assert schedules.count("constant") == schedules.count("annealed") == len(schedules) // 2
