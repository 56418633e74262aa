"""A day's sample, for what is the same for all: every item has its turn, and a day can be repeated."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

Item = TypeVar("Item")

# Set here, so that all processes of a run agree, past midnight too.
DAY = date.fromisoformat(os.environ.setdefault("SAMPLE_DAY", datetime.now(UTC).date().isoformat()))


def sample(items: Sequence[Item], count: int, day: date = DAY) -> list[Item]:
    """Choose `count` of the items, those after the ones of the day before, in a ring.

    Raises ValueError if there are no items, or fewer than one is asked for.
    """
    if not items or count < 1:
        raise ValueError(f"a sample of count = {count} from {len(items)} items; both must be at least 1")
    start = day.toordinal() * count
    return [items[(start + i) % len(items)] for i in range(min(count, len(items)))]
