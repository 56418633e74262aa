"""A day's sample."""

from datetime import date, timedelta

import pytest
from sample import sample

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(("items", "count"), [(22, 3), (6, 4), (5, 5), (7, 1)])
def test_every_item_has_its_turn_and_the_day_decides(items, count):
    days = [sample(range(items), count, TODAY + timedelta(i)) for i in range(-(-items // count))]
    assert {item for chosen in days for item in chosen} == set(range(items))
    assert all(len(set(chosen)) == count for chosen in days)
    assert sample(range(items), count, TODAY) == days[0]
    assert items == count or days[0] != days[1]


def test_a_small_collection_is_taken_whole():
    assert sorted(sample("abc", 8, TODAY)) == ["a", "b", "c"]


@pytest.mark.parametrize(("items", "count"), [("", 1), ("ab", 0)])
def test_an_empty_sample_is_refused(items, count):
    with pytest.raises(ValueError, match=f"count = {count} from {len(items)} items"):
        sample(items, count, TODAY)
