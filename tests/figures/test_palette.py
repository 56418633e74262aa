"""The palette on light and dark pages, for readers with and without colour blindness."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from wcag import contrast, linear

from emergence.live import palette

# Simulation of full protanopia, deuteranopia, tritanopia: Machado, Oliveira & Fernandes (2009), linear RGB.
VISION = {
    "full colour": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}  # fmt: skip
PAGES = {"light": palette.rgb, "dark": palette.on_dark_page}


def lab(lin):
    """CIELAB coordinates of linear RGB, white point D65."""
    xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.072175],
            [0.0193339, 0.119192, 0.9503041],
        ]
    )
    t = xyz @ lin / [0.95047, 1, 1.08883]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("page", PAGES)
def test_text_has_the_contrast_of_normal_text(page):
    paper = PAGES[page](palette.PAPER)
    for colour in (palette.INK, palette.GREY):
        assert contrast(PAGES[page](colour), paper) >= 4.5


@pytest.mark.parametrize("page", PAGES)
def test_data_colours_have_the_contrast_of_graphics(page):
    paper = PAGES[page](palette.PAPER)
    for colour in palette.DATA:
        assert contrast(PAGES[page](colour), paper) >= 3


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("vision", VISION)
def test_data_colours_differ_for_every_eye(page, vision):
    """CIE 1976 distance at least 12 between any two: about five times what is just noticeable (2.3)."""
    seen = {c: lab(np.clip(VISION[vision] @ linear(PAGES[page](c)), 0, 1)) for c in palette.DATA}
    for a, b in combinations(palette.DATA, 2):
        assert np.linalg.norm(seen[a] - seen[b]) >= 12, f"{a} and {b} look alike with {vision} on a {page} page"


def test_a_dark_page_turns_paper_into_the_page_background():
    assert palette.on_dark_page(palette.PAPER) == pytest.approx(palette.rgb(palette.DARK_PAGE), abs=2e-3)
