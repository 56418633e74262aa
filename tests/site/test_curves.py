"""Words that name a curve are marked as it is drawn, in the palette's colours."""

import re

import numpy as np
import pytest
from docutils import nodes
from docutils.utils import new_document
from wcag import contrast

from book.extension import curves
from book.extension.live_pages import live_figure
from emergence.live import palette


def test_words_colour_and_style_are_read():
    assert curves.parse("the dotted line <grey dotted>") == ("the dotted line", "grey", "dotted")
    assert curves.parse("a < b <blue>") == ("a < b", "blue", "solid")
    for text in ("the red line <red>", "the wavy line <blue wavy>", "no colour", "<blue>"):
        with pytest.raises(ValueError, match="is not like"):
            curves.parse(text)


class Env:
    docname = "chapter"


class App:
    env = Env()


def test_a_colour_that_no_figure_of_the_page_draws_with_stops_the_build():
    page = new_document("page")
    page += live_figure("", spec={"figure": "landing.cooling"})
    page += nodes.paragraph("", "", nodes.inline("", "the line", classes=["curve", "curve-green", "curve-solid"]))
    with pytest.raises(ValueError, match="green, which no figure there draws with"):
        curves.check(App, page)
    page[1][0]["classes"][1] = "curve-grey"
    curves.check(App, page)


def test_marks_have_the_palettes_colours_on_light_and_dark_pages(site):
    style = (site / "_static" / "site.css").read_text("utf-8")
    found = re.findall(r"([^{}]*)\.curve-(\w+)\{--curve: ?(#[0-9a-f]+)", style)
    light = {name: palette.rgb(full(colour)) for before, name, colour in found if not before}
    dark = {name: palette.rgb(full(colour)) for before, name, colour in found if before}
    assert light.keys() == dark.keys()
    assert f"--pst-color-background:{palette.DARK_PAGE}" in style.replace(" ", ""), "the theme's dark page"
    assert light
    for name, colour in light.items():
        assert np.allclose(colour, palette.rgb(getattr(palette, name.upper())), atol=1 / 255)
        assert contrast(colour, palette.rgb("#ffffff")) >= 3
        assert contrast(dark[name], palette.rgb(palette.DARK_PAGE)) >= 3


def full(colour):
    """A colour that was shortened to '#rgb', whole."""
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
