"""What stands on a built page before a reader touches it."""

import json
import math
import re

import pytest


@pytest.fixture(scope="module")
def figures(root, pages):
    """Every stored live figure with its place on the page: (page name, page, cell index, stored output)."""
    found = []
    for name, page in pages.items():
        path = (root / name).with_suffix(".ipynb")
        if path.is_file():
            for index, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
                for output in cell.get("outputs", []):
                    if "emergence" in output.get("metadata", {}):
                        found.append((name, page, index, output))
    assert found
    return found


def figure_on(page, index):
    (figure,) = page.select(f'.live-figure[data-cell="{index}"]')
    return figure


def test_every_stored_figure_stands_on_its_page(figures, pages):
    for name, page, index, output in figures:
        figure = figure_on(page, index)
        assert figure["data-figure"] == output["metadata"]["emergence"]["figure"], name
        assert figure["aria-label"] == output["metadata"]["emergence"]["title"]
        spec = output["metadata"]["emergence"]
        spec.get("sheet", {}).pop("png", None)  # a file of its own
        assert json.loads(figure.select_one("script.live-spec").string) == spec
        assert figure.find_parent(id=f"live-cell-{index}")
    assert sum(len(page.select(".live-figure")) for page in pages.values()) == len(figures)


def test_pictures_have_the_sentence_as_alternative_text_and_a_size(figures):
    for _, page, index, output in figures:
        figure = figure_on(page, index)
        sentence = "".join(output["data"]["text/plain"])
        pictures = figure.select(".live-panel img")
        assert len(pictures) == output["metadata"]["emergence"]["panels"]
        assert [picture["alt"] for picture in pictures] == [sentence] + [""] * (len(pictures) - 1)
        assert len({picture["src"] for picture in pictures}) == 1
        width, height = output["metadata"]["emergence"]["panel_size"]
        for picture in pictures:
            shown = int(picture["width"]) / int(picture["height"])
            assert shown == pytest.approx(len(pictures) * width / height, rel=0.02)
        assert figure.select_one(".live-sentence").get_text() == sentence
        assert figure.select_one(".live-panels[role=img]")["aria-label"] == sentence
        assert sentence.strip()


def test_every_control_stands_on_the_page_with_its_label_and_stored_value(figures):
    for _, page, index, output in figures:
        figure = figure_on(page, index)
        specified = output["metadata"]["emergence"]["controls"]
        shown = figure.select(".live-control")
        assert [control["data-control"] for control in shown] == [control["name"] for control in specified]
        for element, control in zip(shown, specified, strict=True):
            field = element.find(["input", "select"])  # by CSS nothing inside a template is found
            assert element.select_one(f'label[for="{field["id"]}"]').get_text() == control["label"]
            if control["kind"] == "slider":
                scale = math.log10 if control["scale"] == "log" else float
                assert float(field["value"]) == pytest.approx(scale(control["value"]), abs=1e-9)
                assert float(field["min"]) == pytest.approx(scale(control["min"]), abs=1e-9)
                assert float(field["max"]) == pytest.approx(scale(control["max"]), abs=1e-9)
                written = element.select_one(".live-number")["value"]
                assert field["aria-valuetext"] == f"{written} {control['unit']}".strip()
                assert written
            elif control["kind"] == "choice":
                assert [option.string for option in field.find_all("option")] == control["options"]
                assert field.find("option", selected=True).string == control["value"]
            else:
                assert field.has_attr("checked") == control["value"]
        actions = {button["data-action"] for button in figure.select(".live-actions button")}
        playable = output["metadata"]["emergence"]["playable"]
        assert actions == ({"reset", "link", "play", "step"} if playable else {"reset", "link"})


def test_pages_with_code_hold_it_and_only_they_load_the_scripts(root, pages):
    for name, page in pages.items():
        path = (root / name).with_suffix(".ipynb")
        cells = json.loads(path.read_text("utf-8"))["cells"] if path.is_file() else []
        code = {
            index: "".join(cell["source"])
            for index, cell in enumerate(cells)
            if cell["cell_type"] == "code" and "live-skip" not in cell["metadata"].get("tags", [])
        }
        data = page.find("script", id="live-page")
        scripts = [script["src"] for script in page.find_all("script", src=True)]
        assert bool(data) == bool(code), name
        assert sum("_static/live/page.js" in source for source in scripts) == bool(code), name
        if data:
            held = json.loads(data.string)
            assert {cell["index"]: cell["code"] for cell in held["cells"]} == code
            assert ((root / "_build/html" / name).parent / held["live"]).resolve().name == "live"


def test_every_image_has_an_alternative_text(pages):
    for name, page in pages.items():
        for image in page.find_all("img"):
            assert image.has_attr("alt"), f"{name}: {image.get('src')}"
            assert image["alt"].strip() or image.find_parent(class_="live-panel"), f"{name}: {image.get('src')}"


def test_every_page_says_its_language_and_has_a_heading(pages):
    for name, page in pages.items():
        assert page.html["lang"] == "en"
        assert len(page.select("main h1")) >= 1, name


def test_chinese_words_say_that_they_are_chinese(text_pages):
    marked = 0
    for name, page in text_pages.items():
        for text in page.select_one("article").find_all(string=re.compile("[\u4e00-\u9fff]")):
            assert text.find_parent(attrs={"lang": "zh"}), f"{name}: {text}"
            marked += 1
    assert marked > 50


def test_the_buttons_that_run_a_page_stand_under_its_heading(pages):
    for name, page in pages.items():
        toolbars = page.select(".live-toolbar")
        assert len(toolbars) == bool(page.find("script", id="live-page")), name
        for toolbar in toolbars:
            assert toolbar.find_previous_sibling("h1"), name
            assert not toolbar.find_parent(class_="onlyprint"), f"{name}: readers cannot see it"


def test_maths_is_rendered(text_pages):
    rendered = 0
    arguments = {"msub": 2, "msup": 2, "mfrac": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
    for name, page in text_pages.items():
        for element in page.select("math " + ", math ".join(arguments)):
            assert len(element.find_all(recursive=False)) == arguments[element.name], f"{name}: {element}"
        for formula in page.select("span.math, div.math"):
            assert formula.select_one(".katex"), name
            assert not formula.select_one(".katex-error"), name
            rendered += 1
    assert rendered > 20
