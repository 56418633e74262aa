"""Property tests here repeat exactly, and a busy machine does not fail them."""

from hypothesis import settings

settings.register_profile("book", deadline=None, derandomize=True, max_examples=200)
settings.load_profile("book")
