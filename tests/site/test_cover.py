"""The cover is what its simulation gives, and the simulation is cold above and hot below."""

import io

import numpy as np
from PIL import Image

from book.extension import cover


def test_the_stored_favicon_is_the_one_that_the_simulation_draws(root):
    assert (root / "book" / "extension" / "static" / "favicon.svg").read_text("utf-8") == cover.favicon()


def test_the_lattice_keeps_its_order_where_it_is_cold_and_loses_it_where_it_is_hot():
    """Rows below the critical temperature keep Onsager and Yang's magnetisation; the hottest have lost theirs."""
    up = cover.cooled_lattice(240, 160, 200, np.random.default_rng(1))
    mean = np.where(up, 1, -1).mean(axis=1)
    temperature = np.linspace(cover.COLDEST, cover.HOTTEST, 240)
    cold, hot = temperature < 1.6, temperature > 3.2
    yang = np.mean([(1 - np.sinh(2 / t) ** -4) ** 0.125 for t in temperature[cold]])
    spins, susceptibility = cold.sum() * 160, 0.2  # per spin at T = 1.6, generously
    assert abs(mean[cold].mean() - yang) < 4 * np.sqrt(1.6 * susceptibility / spins)
    assert abs(mean[hot].mean()) < 4 * np.sqrt(3.2 * 3 / (hot.sum() * 160))


def test_the_cover_is_drawn():
    drawn = cover.draw_cover("At the Limit", "A live textbook of emergence, from a to b", "the authors")
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (1280, 1920)
        assert len(image.convert("RGB").getcolors(1 << 16)) > 4
    assert len(drawn) < 60_000
