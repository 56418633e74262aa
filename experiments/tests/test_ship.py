"""The table of the judgement: what the shipped traces give, trunks and annealed ends apart."""

import pytest

from emergence.scaling import collapse
from emergence.tables import read_rows
from experiments.ship import quantities


@pytest.mark.parametrize("case", [("instructions", "ranks_33_64", "exact"), ("abilities", "heldout", "p")], ids=str)
def test_the_shipped_table_is_what_the_annealed_ends_give(case):
    """The search for an effect of size stops within 1e-4."""
    found = {(quantity, axis): interval for quantity, axis, interval in quantities(*case, "annealed")}
    shipped = collapse.collapse_table()[*case, "annealed"]
    assert found.keys() == shipped.keys()
    for quantity, interval in found.items():
        assert tuple(shipped[quantity]) == pytest.approx(tuple(interval), abs=2e-4), quantity


def test_no_row_of_the_shipped_table_mixes_the_schedules():
    schedules = [row["schedule"] for row in read_rows("collapse.csv")]
    assert set(schedules) == set(collapse.SCHEDULES)
    assert schedules.count("constant") == schedules.count("annealed") == len(schedules) // 2
