"""Property tests here repeat exactly; every test is a reader who has had no hint yet."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

from declared import EXERCISES  # noqa: E402

settings.register_profile("exercises", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("exercises")


@pytest.fixture(autouse=True)
def begun_anew() -> None:
    """Every test is a reader who has had no hint yet."""
    for exercise in EXERCISES.values():
        exercise.forget()
