"""The first beat of a section: what a page offers to commit to, and what a build refuses."""

import json

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ExtensionError

from book.extension import predictions
from book.extension.live_pages import live_figure

CHAPTERS = "chapters/"
KINDS = {"choice": "fieldset input[type=radio]", "number": ".prediction-number", "drawn": ".prediction-surface"}


def test_every_beat_offers_one_thing_and_every_chapter_a_curve_to_draw(pages, site):
    names = []
    for path, page in pages.items():
        if not path.startswith(CHAPTERS):
            continue
        kinds = []
        for beat in page.select(".predict"):
            kinds += [kind for kind, mark in KINDS.items() if beat.select_one(mark)]
            names.append(beat["id"])
            assert len(beat.select("details.answer > summary")) == 1
            spec = json.loads(beat.select_one(".prediction-spec").string)
            if "figure" in spec:
                assert page.select_one(f'.live-figure[data-figure="{spec["figure"]}"]')
        assert "drawn" in kinds, path
        assert len(kinds) == len(page.select(".predict"))
        for image in page.select(".prediction-sheet img"):
            assert (site / path).parent.joinpath(image["src"]).stat().st_size < 20_000
    assert len(names) == len(set(names)), "each is kept under its own name"


# -- what a build refuses ------------------------------------------------------------------------------------


def beat(*parts: nodes.Node, name: str | None = "predict-it", drawn: bool = False) -> nodes.admonition:
    node = nodes.admonition("", *parts, classes=["predict", *(["drawn"] if drawn else [])])
    if name:
        node["names"], node["ids"] = [name], [name]
    new_document("page").append(node)
    return node


def answer() -> nodes.admonition:
    return nodes.admonition("", nodes.paragraph("", "So it is."), classes=["answer", "dropdown"])


def options(count: int) -> nodes.bullet_list:
    return nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", f"option {i}")) for i in range(count)))


def figure(**spec: object) -> live_figure:
    return live_figure("", spec={"figure": "chapter.figure", **spec})


SIDE = {"ends": [0.2, 0.9], "shown": [0, 1], "log": False}
SHEET = {"panel": 0, "x": SIDE | {"label": "size"}, "y": SIDE | {"label": "loss"}}
BLANKS = "About ____ per cent."


@pytest.mark.parametrize(
    ("beat", "below", "message"),
    [
        (lambda: beat(options(2), answer(), name=None), None, "needs a :name:"),
        (lambda: beat(options(2)), None, "one admonition of the class answer, not 0"),
        (lambda: beat(options(2), answer(), answer()), None, "one admonition of the class answer, not 2"),
        (lambda: beat(answer()), None, "one list, one paragraph with ____, or drawn"),
        (lambda: beat(options(2), options(2), answer()), None, "one list, one paragraph with ____, or drawn"),
        (lambda: beat(options(2), nodes.paragraph("", BLANKS), answer()), None, "one list, one paragraph"),
        (lambda: beat(options(2), answer(), drawn=True), figure(sheet=SHEET), "one list, one paragraph"),
        (lambda: beat(options(1), answer()), None, "1 answers to choose from; 2 to 4"),
        (lambda: beat(options(5), answer()), None, "5 answers to choose from; 2 to 4"),
        (lambda: beat(nodes.paragraph("", "____ " * 4), answer()), None, "4 blanks; 1 to 3"),
        (lambda: beat(answer(), drawn=True), None, "no panel to draw on"),
        (lambda: beat(answer(), drawn=True), figure(), "no panel to draw on"),
    ],
)
def test_a_beat_that_offers_nothing_to_commit_to_stops_the_build(beat, below, message):
    with pytest.raises(ExtensionError, match=message):
        predictions.fill(beat(), below, "chapter")


def html_of(node: nodes.Node) -> str:
    return "".join(part["html"] for part in node.findall(predictions.controls))


def test_the_three_kinds_get_their_controls():
    for parts, is_drawn, mark, count in (
        ((options(3), answer()), False, 'type="radio"', 3),
        ((nodes.paragraph("", "From ____ to ____."), answer()), False, 'class="prediction-number"', 2),
        ((answer(),), True, 'role="slider"', 1),
    ):
        node = beat(*parts, drawn=is_drawn)
        predictions.fill(node, figure(sheet=SHEET), "chapter")
        assert html_of(node).count(mark) == count
        assert html_of(node).count('data-action="commit"') == 1
        assert isinstance(node[-1], nodes.admonition), "the answer stays last"


def test_the_words_around_a_blank_stay():
    node = beat(nodes.paragraph("", "From ____ to ____."), answer())
    predictions.fill(node, None, "chapter")
    assert node[0].astext() == "From ____ to ____."


def test_formulas_of_an_answer_are_spoken_in_signs():
    assert predictions.spoken(r"at most like $e^{2.06\,t}$") == "at most like e^ 2.06 t"
    assert predictions.spoken(r"$m = \tfrac12$ or $\frac{a}{b}$") == "m = 1/2 or a/b"
    assert predictions.spoken(r"$\|W\| < 1$, from $-1$ to $\sqrt2$") == "‖W‖ < 1, from −1 to √2"
