"""Property tests here repeat exactly, and a busy machine does not fail them."""

import os
from collections.abc import Iterator

import mpmath
import pytest
from hypothesis import settings

points = int(os.environ.get("POINTS", "200"))  # fewer where `make check` has much to try
settings.register_profile("book", deadline=None, derandomize=True, max_examples=points)
settings.load_profile("book")


@pytest.fixture
def sixty_digits() -> Iterator[None]:
    """Numbers of mpmath have sixty digits."""
    with mpmath.workdps(60):
        yield
