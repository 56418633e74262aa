"""With the system's colours forced, a live slider has its rail and its handle, and the start shows how far it is."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator
from reading import Reader, make_live

CANVAS = {"light": 255, "dark": 0}


def drawn(part: Locator, canvas: int) -> np.ndarray:
    """Which pixels of an element's box are far from the canvas."""
    seen = np.asarray(Image.open(io.BytesIO(part.screenshot())).convert("L"), int)
    return np.abs(seen - canvas) > 100


@pytest.mark.parametrize("scheme", CANVAS)
def test_forced_colours_show_rail_and_handle_of_a_live_slider(browser, server, scheme):
    reader = Reader(browser, server, forced_colors="active", color_scheme=scheme)
    page = reader.open("index.html")
    figure = make_live(page)
    sliders = figure.get_by_role("slider")
    for slider in (sliders.first, sliders.last):  # the first has the focus, the last has not
        seen = drawn(slider, CANVAS[scheme])
        assert seen[seen.shape[0] // 2, 3:-3].mean() > 0.8, "the rail"
        share = slider.evaluate("({value, min, max}) => (value - min) / (max - min)")
        x = round(12 + share * (seen.shape[1] - 24))  # the middle of the handle, which is 24 pixels wide
        y = seen.shape[0] // 2
        assert seen[y - 4 : y + 4, x - 4 : x + 4].mean() > 0.8, "the middle of the handle"
    assert reader.errors == []
    reader.close()


def test_forced_colours_show_how_far_the_start_is(browser, server):
    reader = Reader(browser, server, forced_colors="active", color_scheme="light")
    page = reader.open("index.html")
    page.locator(".live-figure").first.evaluate(
        """figure => {
          const place = figure.querySelector(".live-progress");
          place.hidden = false;
          place.innerHTML = '<progress max="1" value="0.5" style="height: 16px"></progress>';
        }"""
    )
    bar = drawn(page.locator(".live-progress progress").first, CANVAS["light"])
    row = bar[bar.shape[0] // 2]
    assert row[3 : len(row) // 2 - 8].mean() > 0.8 and row[len(row) // 2 + 8 : -3].mean() < 0.2
    reader.close()
