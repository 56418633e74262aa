"""Words in the text that put a figure into a state."""

from urllib.parse import parse_qsl

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ExtensionError

from book.extension import states
from book.extension.live_pages import live_figure

SLIDER = {"name": "layers", "kind": "slider", "scale": "integer", "min": 1, "max": 20}
CHOICE = {"name": "order", "kind": "choice", "options": ["at the input", "at the output"]}
TOGGLE = {"name": "grid", "kind": "toggle"}


def test_links_to_states_name_figures_of_their_page(pages):
    links = [(page, link["href"]) for page in pages.values() for link in page.select('a[href^="#figure="]')]
    assert len(links) >= 4
    for page, address in links:
        assert page.select_one(f'.live-figure[data-figure="{dict(parse_qsl(address[1:]))["figure"]}"]'), address


def test_words_figure_and_settings_are_read():
    words, figure, settings = states.parse("with ten layers <a.b?layers=10&order=at the input>")
    assert (words, figure, settings) == ("with ten layers", "a.b", {"layers": "10", "order": "at the input"})
    assert states.address(figure, settings) == "#figure=a.b&layers=10&order=at+the+input"
    assert states.parse("as it begins <a.b>") == ("as it begins", "a.b", {})
    with pytest.raises(ExtensionError, match="is no state"):
        states.parse("a.b?layers=10")


class Env:
    docname = "chapter"


class App:
    env = Env()


@pytest.mark.parametrize(
    ("figure", "settings", "fault"),
    [
        ("a.b", {"layers": "10", "order": "at the input", "grid": "true"}, ""),
        ("a.c", {}, "the figure a.c is not on this page"),
        ("a.b", {"depth": "3"}, "has no state depth=3"),
        ("a.b", {"layers": "21"}, "has no state layers=21"),
        ("a.b", {"layers": "2.5"}, "has no state layers=2.5"),
        ("a.b", {"layers": "many"}, "has no state layers=many"),
        ("a.b", {"order": "none"}, "has no state order=none"),
        ("a.b", {"grid": "yes"}, "has no state grid=yes"),
    ],
)
def test_a_state_that_a_figure_cannot_be_in_stops_the_build(figure, settings, fault):
    page = new_document("page")
    page += live_figure("", spec={"figure": "a.b", "controls": [SLIDER, CHOICE, TOGGLE]})
    page += nodes.paragraph("", "", nodes.reference("", "", state=[figure, settings], refuri="#"))
    if not fault:
        states.check(App, page)
        return
    with pytest.raises(ExtensionError, match=fault):
        states.check(App, page)
