"""Code that a reader changes in the page: edited, run, kept, marked, taken away, and put back."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader
from reading import ISOLATED, ROOT, SITE, START_MS, LiveFigure, Reader, Server
from test_axe import AXE, RUN
from test_kernel import CELLS, output, page_with, toolbar
from test_refusals import POLICY

CHAPTER = "chapters/scaling/loss_threshold.html"
SIMPLE = {"value": CELLS["value"], "error": CELLS["error"], "after": "print('x is', globals().get('x'))"}
FIGURE = "loss_threshold.frontier"
MODULE = (ROOT / "emergence/figures/loss_threshold/frontier.py").read_text("utf-8")


@pytest.fixture
def reader(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with(SIMPLE)
    reader = Reader(browser, own_server)
    yield reader
    assert reader.errors == []
    reader.close()


def editor(page: Page, cell: str) -> Locator:
    """The open editor of a cell's code."""
    return page.locator(f'[data-name="{cell}"] .live-editor')


def edit(page: Page, cell: str) -> Locator:
    """Open the editor of a cell's code by keys; return where its text is."""
    page.locator(f'[data-name="{cell}"]').get_by_role("button", name="Edit").press("Enter")
    content = editor(page, cell).get_by_role("textbox")
    expect(content).to_be_focused(timeout=START_MS)
    return content


def write(page: Page, content: Locator, text: str) -> None:
    """Put a text in the place of what an editor holds."""
    content.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def said(box: Locator) -> Locator:
    return box.get_by_role("status")


def text_in(content: Locator) -> str:
    return "\n".join(content.locator(".cm-line").all_text_contents())


@pytest.mark.parametrize("key", ["Shift+Enter", "ControlOrMeta+Enter"])
def test_a_changed_cell_runs_in_the_pages_kernel_and_is_marked(key, reader):
    page = reader.open("kernel.html")
    assert reader.asked_for("editor.js", "worker.js") == [], "nothing comes before it is asked for"
    content = edit(page, "value")
    assert text_in(content) == SIMPLE["value"], "no more, no less"
    mark = editor(page, "value").get_by_text("Your version")
    expect(mark).to_be_hidden()
    content.press("End")
    page.keyboard.insert_text(" + 2")
    expect(mark).to_be_visible()
    write(page, content, "x = 6 / 1\nx * 9")
    assert reader.asked_for("worker.js") == []
    content.press(key)
    expect(output(page, "value")).to_have_text("54.0", timeout=START_MS)
    expect(content).to_be_focused()
    expect(said(editor(page, "value"))).to_have_text("")
    assert text_in(content) == "x = 6 / 1\nx * 9", "the key adds no line"
    run = edit(page, "after")
    run.press(key)
    expect(output(page, "after")).to_have_text("x is 6.0", timeout=START_MS)
    assert len(reader.asked_for("worker.js")) == len(reader.asked_for("editor.js")) == 1


def test_the_editor_is_no_keyboard_trap_and_says_how_to_leave(reader):
    page = reader.open("kernel.html")
    content = edit(page, "value")
    expect(content).to_have_accessible_name("Python, cell “value”")
    expect(content).to_have_accessible_description(re.compile("Tab leaves the editor"))
    content.press("Tab")
    expect(editor(page, "value").get_by_role("button", name="Run", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(content).to_be_focused()
    content.press("Shift+Tab")
    expect(content).not_to_be_focused()
    content.focus()
    page.keyboard.type("/ k ")  # single keys are commands of the page
    expect(content).to_contain_text("/ k ")


def test_what_was_changed_is_kept_and_run_with_the_page(reader):
    page = reader.open("kernel.html")
    write(page, edit(page, "value"), "x = 1\nx + 1")
    page.reload()
    content = editor(page, "value").get_by_role("textbox")
    expect(content).to_contain_text("x + 1")
    expect(editor(page, "value")).to_contain_text("Your version")
    expect(said(editor(page, "value"))).to_have_text("Kept from an earlier visit.")
    assert page.locator(".live-editor").count() == 1, "the other cells are the book's"
    page.get_by_role("button", name="Run this page").click()
    expect(toolbar(page)).to_contain_text("All cells have run; 1 ended with an error.", timeout=START_MS)
    expect(output(page, "value")).to_have_text("2")
    expect(output(page, "after")).to_have_text("x is 1")


def test_the_books_version_comes_back_and_can_be_undone(reader):
    page = reader.open("kernel.html")
    content = edit(page, "value")
    write(page, content, "'mine'")
    back = editor(page, "value").get_by_role("button", name="Back to the book’s version")
    back.press("Enter")
    expect(content).to_be_focused()
    assert text_in(content) == SIMPLE["value"]
    expect(back).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0
    content.press("ControlOrMeta+z")
    assert text_in(content) == "'mine'"
    expect(back).to_be_visible()
    back.press("Enter")
    page.reload()
    expect(page.locator('[data-name="value"]').get_by_role("button", name="Edit")).to_be_visible()
    assert page.locator(".live-editor").count() == 0


def test_a_new_edition_of_a_changed_cell_is_told_and_nothing_is_lost(reader):
    page = reader.open("kernel.html")
    write(page, edit(page, "value"), "'mine'")
    reader.server.replaced["/kernel.html"] = page_with(SIMPLE | {"value": "x = 7\nx * 7"})
    page.reload()
    box = editor(page, "value")
    expect(box).to_contain_text("Your version · the book’s has changed since")
    assert text_in(box.get_by_role("textbox")) == "'mine'"
    box.get_by_role("textbox").focus()
    page.keyboard.insert_text("x")  # a further change does not make it the new edition's
    page.reload()
    expect(box).to_contain_text("Your version · the book’s has changed since")
    box.get_by_role("button", name="Back to the book’s version").click()
    assert text_in(box.get_by_role("textbox")) == "x = 7\nx * 7"


def test_a_changed_cell_that_a_new_edition_does_not_have_can_be_taken_away(reader, tmp_path):
    page = reader.open("kernel.html")
    write(page, edit(page, "value"), "'mine'")
    reader.server.replaced["/kernel.html"] = page_with({"after": SIMPLE["after"]})
    page.reload()
    code = saved(page, ".py", tmp_path).read_text("utf-8")
    assert "# %% “value”, which this edition does not have\n'mine'" in code


def test_an_error_is_shown_as_in_jupyter(reader):
    page = reader.open("kernel.html")
    content = edit(page, "value")
    write(page, content, "def halve(n):\n    return n / 0\n\nhalve(1)")
    content.press("Shift+Enter")
    shown = output(page, "value")
    expect(shown).to_contain_text("ZeroDivisionError: division by zero", timeout=START_MS)
    assert "----> 2     return n / 0" in shown.inner_text() and "line 2, in halve" in shown.inner_text()
    assert "kernel.py" not in shown.inner_text()
    expect(said(editor(page, "value"))).to_have_text("It ended with an error.")
    write(page, content, "half a program")
    content.press("Shift+Enter")
    expect(shown).to_contain_text("SyntaxError")


def test_a_browser_that_keeps_nothing_says_how_long_it_lasts(browser, own_server):
    reader = Reader(browser, own_server)
    reader.page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    page = reader.open(CHAPTER)
    cell = page.locator(".live-cell").first
    cell.get_by_role("button", name="Edit").click()
    content = cell.get_by_role("textbox", name="Python")
    expect(content).to_be_focused(timeout=START_MS)
    page.keyboard.insert_text("#")
    expect(said(cell.locator(".live-editor"))).to_contain_text("Kept until you leave this page")
    reader.close()


def test_a_full_storage_is_told(reader):
    page = reader.open("kernel.html")
    page.evaluate("localStorage.setItem('rest', 'x'.repeat(5 * 2 ** 20 - 40))")
    write(page, edit(page, "value"), "'mine' * 100")
    expect(said(editor(page, "value"))).to_contain_text("could not keep it")


ENDLESS = "print('begun')\nwhile True:\n    pass"


def test_an_endless_loop_is_stopped_with_the_worker(reader):
    page = reader.open("kernel.html")
    content = edit(page, "value")
    write(page, content, ENDLESS)
    content.press("Shift+Enter")
    expect(output(page, "value")).to_have_text("begun", timeout=START_MS)
    content.press("Shift+Enter")  # once is enough
    box = editor(page, "value")
    box.get_by_role("button", name="Stop").press("Enter")
    expect(said(box)).to_contain_text("Python has ended")
    expect(box.get_by_role("button", name="Run", exact=True)).to_be_focused()
    write(page, content, "'anew'")
    content.press("Shift+Enter")
    expect(output(page, "value")).to_have_text("'anew'", timeout=START_MS)


@pytest.mark.parametrize("isolated", [False, True])
def test_what_takes_too_long_is_stopped_and_told(isolated, browser):
    server = Server(headers=ISOLATED if isolated else {})
    server.replaced["/kernel.html"] = page_with(SIMPLE, limit=1.5)
    reader = Reader(browser, server)
    page = reader.open("kernel.html")
    content = edit(page, "value")
    write(page, content, ENDLESS)
    content.press("Shift+Enter")
    box = editor(page, "value")
    expect(said(box)).to_contain_text("Stopped after 1.5 s", timeout=START_MS)
    expect(said(box)).to_contain_text("fewer steps")
    expect(said(box)).to_contain_text("Python is still running" if isolated else "Python has ended")
    expect(output(page, "value")).to_contain_text("KeyboardInterrupt" if isolated else "begun")
    after = edit(page, "after")
    write(page, after, "import time\ntime.sleep(0.5)\n'in time'")
    after.press("Shift+Enter")
    expect(output(page, "after")).to_have_text("'in time'", timeout=START_MS)
    assert reader.errors == []
    reader.close()
    server.close()


def test_a_cell_of_the_book_has_no_limit(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with({"slow": "import time\ntime.sleep(2.5)\n'done'"}, limit=0.5)
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    page.get_by_role("button", name="Run this page").click()
    expect(output(page, "slow")).to_have_text("'done'", timeout=START_MS)
    reader.close()


def test_the_time_that_packages_take_to_come_does_not_count(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with(SIMPLE, limit=4)
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    content = edit(page, "value")
    content.press("Shift+Enter")
    expect(output(page, "value")).to_have_text("42", timeout=START_MS)
    own_server.slow_down(2e5)  # bytes per second
    write(page, content, "import importlib\nimportlib.import_module('mpmath').sqrt(4)")
    content.press("Shift+Enter")
    expect(output(page, "value")).to_have_text("mpf('2.0')", timeout=START_MS)
    reader.close()


def test_an_exercise_is_answered_in_its_cell(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open("chapters/limits/three_limits.html")
    cell = page.locator(".live-cell").filter(has_text="import stop as exercise")
    cell.get_by_role("button", name="Edit").click()
    content = cell.get_by_role("textbox", name="Python")
    expect(content).to_be_focused(timeout=START_MS)
    for answer, said in (("least=2", "Not yet: 0 of 2 right."), ("least=1, error='5.3e-3'", "Right")):
        write(
            page, content, f"from emergence.exercises.three_limits import stop as exercise\n\nexercise.check({answer})"
        )
        content.press("Shift+Enter")
        expect(cell.locator(".exercise-feedback")).to_contain_text(said, timeout=START_MS)
    expect(page.locator(".exercise-row")).to_contain_text("1 of 7 done")
    assert reader.errors == []
    reader.close()


def saved(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download what I changed as {name}").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_what_was_changed_can_be_taken_away(browser, own_server, tmp_path):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    expect(toolbar(page)).not_to_contain_text("Download")
    cells = json.loads(page.locator("#live-page").text_content())["cells"]
    plain = next(cell for cell in cells if not cell["figure"])
    cell = page.locator(f"#live-cell-{plain['index']}")
    cell.get_by_role("button", name="Edit").click()
    content = cell.get_by_role("textbox", name="Python")
    expect(content).to_be_focused(timeout=START_MS)
    write(page, content, "2 + 2  # “four”")
    changed = MODULE.replace("LiveFigure(\n", "LiveFigure(  # it's changed\n")
    write(page, open_module(page), changed)

    script = saved(page, ".py", tmp_path)
    assert script.name == "loss_threshold-changed.py"
    code = script.read_text("utf-8")
    subprocess.run([sys.executable, script], check=True, cwd=ROOT)
    assert f"{own_server.address}/{CHAPTER}" in code and f"cell “{plain['id']}”" in code and "2 + 2  # “four”" in code

    path = saved(page, ".ipynb", tmp_path)
    assert path.name == "loss_threshold-changed.ipynb"
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    stored = nbformat.read(ROOT / CHAPTER.replace(".html", ".ipynb"), as_version=4)
    ids = [each.id for each in notebook.cells]
    assert [each for each in ids if each != "frontier-module"] == [each.id for each in stored.cells], "whole"
    assert ids.index("frontier-module") + 1 == ids.index("frontier")
    code_cells = {each.id: each for each in notebook.cells if each.cell_type == "code"}
    assert all(each.outputs == [] and each.execution_count is None for each in code_cells.values())
    assert code_cells[plain["id"]].source == "2 + 2  # “four”"
    assert code_cells["frontier"].source == next(each.source for each in stored.cells if each.id == "frontier")
    used = []
    exec(code_cells["frontier-module"].source.replace("from emergence.live.changed import use_source", ""),
         {"use_source": lambda *given: used.append(given)})  # fmt: skip
    assert used == [("emergence.figures.loss_threshold.frontier", changed)]
    assert reader.errors == [] and reader.elsewhere() == []
    reader.close()


def test_the_landing_page_which_is_no_chapter_gives_a_notebook_too(browser, own_server, tmp_path):
    reader = Reader(browser, own_server)
    page = reader.open("index.html")
    page.locator("details > summary").first.click()
    page.get_by_role("button", name="Open the figure’s code").click()
    content = page.get_by_role("textbox", name="Python")
    expect(content).to_be_focused(timeout=START_MS)
    content.press("End")
    page.keyboard.insert_text("  # ''' and \\")
    notebook = nbformat.read(saved(page, ".ipynb", tmp_path), as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == ["cooling-module", "cooling"]
    compile(notebook.cells[0].source, "cooling", "exec")
    assert "# ''' and" in notebook.cells[0].source
    reader.close()


def replaced(parts: dict[str, str]) -> str:
    """The figure's module with other parts in the place of some."""
    changed = MODULE
    for old, new in parts.items():
        assert changed.count(old) == 1, old
        changed = changed.replace(old, new)
    return changed


def open_module(page: Page) -> Locator:
    """Open the code of the figure's module; return where its text is."""
    cell = page.locator(".live-cell").filter(has=page.locator(f'[data-figure="{FIGURE}"]'))
    fold = cell.locator("details")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    cell.get_by_role("button", name="Open the figure’s code").click()
    content = cell.get_by_role("textbox", name="Python, emergence/figures/loss_threshold/frontier.py")
    expect(content).to_be_focused(timeout=START_MS)
    return content


def test_a_figures_module_is_changed_and_shown_anew_with_the_readers_values(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    figure = LiveFigure(page, FIGURE)
    first, second, *_ = (control for control in figure.spec["controls"] if control["kind"] == "slider")
    figure.control(first["name"]).locator(".live-number").fill(str(first["max"]))
    figure.control(first["name"]).locator(".live-number").press("Enter")
    figure.control(second["name"]).locator(".live-number").fill(str(second["max"]))
    figure.control(second["name"]).locator(".live-number").press("Enter")
    figure.wait_until_live()
    figure.wait()
    content = open_module(page)
    assert content.locator(".cm-line").first.text_content() in MODULE
    changed = replaced(
        {
            'return f"η': 'return f"Mine: η',
            "How much data,": "My own:",
            "high=3e13": "high=3e12",
            '"data D"': '"mine"',
            'Toggle("twenty"': 'Slider("extra", "extra", low=0, high=1, value=0.5),\n        Toggle("twenty"',
        }
    )
    write(page, content, changed)
    content.press("Shift+Enter")
    expect(figure.root.locator(".live-sentence")).to_contain_text("Mine:", timeout=START_MS)
    figure.wait()
    expect(figure.root).to_have_attribute("aria-label", re.compile("^My own:"))
    expect(figure.control("extra")).to_be_visible()
    assert figure.message() == ""
    shown = figure.control(first["name"]).locator("input[type=range]")
    assert float(shown.input_value()) == pytest.approx(float(shown.get_attribute("max"))), "a value that is still valid"
    assert figure.control(second["name"]).locator("label").text_content() == "mine"
    assert figure.control(second["name"]).locator(".live-number").input_value() == "3×10¹¹", "one that is not any more"
    picture, _ = figure.seen()
    figure.control(first["name"]).locator("input[type=range]").press("PageDown")
    assert figure.seen()[0] != picture, "the changed figure is live"
    _, sentence = figure.seen()
    content.press("ControlOrMeta+Home")
    page.keyboard.insert_text("# the same controls\n")
    content.press("Shift+Enter")
    expect(figure.root).to_have_attribute("data-state", "live")
    expect(said(page.locator(".live-editor"))).to_have_text("", timeout=START_MS)
    assert figure.seen()[1] == sentence, "every value stays"
    # On the next visit the picture is the book's until it is touched; then the reader's module answers.
    page.reload()
    box = page.locator(".live-editor")
    expect(said(box)).to_have_text("Kept from an earlier visit.", timeout=START_MS)
    figure.control(first["name"]).locator("input[type=range]").press("PageDown")
    figure.wait_until_live()
    expect(figure.root.locator(".live-sentence")).to_contain_text("Mine:")
    expect(figure.control(first["name"]).locator("input[type=range]")).to_be_focused()
    # The book's version comes back the same way.
    box.get_by_role("button", name="Back to the book’s version").click()
    box.get_by_role("textbox").press("Shift+Enter")
    expect(figure.root.locator(".live-sentence")).not_to_contain_text("Mine:", timeout=START_MS)
    figure.wait()
    expect(figure.control("extra")).to_have_count(0)
    expect(figure.root).to_have_attribute("aria-label", figure.spec["title"])
    figure.root.get_by_role("button", name="Reset").click()
    assert figure.seen()[1] == figure.stored_sentence
    assert reader.errors == []
    reader.close()


def test_a_module_that_fails_shows_its_traceback_and_the_figure_stays(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    figure = LiveFigure(page, FIGURE)
    figure.touch()
    figure.wait_until_live()
    content = open_module(page)
    write(page, content, MODULE + "\n1 / 0\n")
    content.press("Shift+Enter")
    expect(figure.root.locator(".live-error")).to_contain_text("ZeroDivisionError", timeout=START_MS)
    expect(figure.root.locator(".live-error")).to_contain_text("of emergence.figures.loss_threshold.frontier")
    expect(figure.root.locator(".live-notice")).to_contain_text("It shows what it showed before")
    _, sentence = figure.seen()
    figure.control(figure.spec["controls"][0]["name"]).locator("input").first.press("PageUp")
    assert figure.seen()[1] != sentence, "what ran before goes on"
    reader.close()


HANGS = "    if tokens > 1e12:\n        while True:\n            pass\n    artists.twenty"


def make_hang(page: Page) -> LiveFigure:
    """Change a figure so that it hangs when its second slider is moved to the end, and move it there."""
    figure = LiveFigure(page, FIGURE)
    content = open_module(page)
    write(page, content, replaced({"    artists.twenty": HANGS}))
    content.press("Shift+Enter")
    figure.wait_until_live()
    figure.wait()
    figure.control("tokens").locator("input[type=range]").press("End")
    return figure


def with_limit(server: Server, seconds: int) -> None:
    html = (SITE / CHAPTER).read_text("utf-8")
    assert html.count('"limit": 60') == 1
    server.replaced["/" + CHAPTER] = html.replace('"limit": 60', f'"limit": {seconds}').encode()


@pytest.mark.parametrize("by", ["its limit", "the reader"])
def test_a_changed_figure_that_hangs_at_a_move_is_stopped(by, browser, own_server):
    if by == "its limit":
        with_limit(own_server, 4)
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    figure = make_hang(page)
    if by == "the reader":
        toolbar(page).get_by_role("button", name="Stop").click()
    notice = figure.root.locator(".live-notice")
    said = "Stopped after 4 s" if by == "its limit" else "Stopped. This is the stored picture"
    expect(notice).to_contain_text(said, timeout=START_MS)
    expect(notice).to_contain_text("stored picture")
    expect(figure.root.locator(".live-panel img").first).to_be_visible()
    reader.close()


def test_a_changed_figure_that_hangs_is_interrupted_where_the_page_is_isolated(browser):
    server = Server(headers=ISOLATED)
    with_limit(server, 10)  # the changed module must also load within it, on a busy machine too
    reader = Reader(browser, server)
    figure = make_hang(reader.open(CHAPTER))
    remark = figure.root.locator(".live-remark")
    expect(remark).to_contain_text("Stopped after 10 s", timeout=START_MS)
    expect(remark).to_contain_text("It shows what it showed before")
    _, sentence = figure.seen()
    figure.control("tokens").locator("input[type=range]").press("Home")
    assert figure.seen()[1] != sentence, "Python lives on"
    expect(remark).to_be_hidden()
    reader.close()
    server.close()


def test_axe_finds_no_violation_with_open_editors(browser, own_server):
    reader = Reader(browser, own_server, viewport={"width": 360, "height": 740})
    page = reader.open(CHAPTER)
    page.evaluate(AXE)
    content = open_module(page)
    content.press("End")
    page.keyboard.insert_text("#")
    expect(page.get_by_text("Your version")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme, timeout=START_MS)
        found = page.evaluate(RUN, ".live-cell:has(.live-editor)") + page.evaluate(RUN, ".live-toolbar")
        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == [], scheme
    reader.close()


def test_on_paper_a_changed_module_is_whole_and_has_no_buttons(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    content = open_module(page)
    content.press("ControlOrMeta+End")
    page.keyboard.insert_text("LAST_LINE = 12345")
    text = "".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    for line in ("LAST_LINE = 12345", "step=0.05,", "artists.losses[name].set_data(SIZES, fit.loss)"):
        assert line in text
    long = max(MODULE.splitlines(), key=len).strip()
    assert re.sub(r"\s", "", long) in re.sub(r"\s", "", text), "no line is cut"
    for word in ("Edit", "Back to the book", "Tab leaves", "Open the figure"):
        assert word not in text
    reader.close()


def test_a_strict_content_security_policy_is_enough(browser):
    server = Server(headers={"Content-Security-Policy": POLICY})
    server.replaced["/kernel.html"] = page_with(SIMPLE)
    reader = Reader(browser, server)
    page = reader.open("kernel.html")
    content = edit(page, "value")
    expect(content).to_have_css("white-space", "pre")
    content.press("Shift+Enter")
    expect(output(page, "value")).to_have_text("42", timeout=START_MS)
    assert reader.errors == []
    reader.close()
    server.close()


def test_a_page_opened_as_a_file_says_what_to_do(browser):
    page = browser.new_page()
    page.goto((SITE / CHAPTER).as_uri())
    page.locator(".live-cell").first.get_by_role("button", name="Edit").click()
    expect(toolbar(page)).to_contain_text("http.server")
    page.close()


def test_an_editor_that_cannot_be_loaded_is_told(browser, own_server):
    own_server.replaced["/_static/live/editor.js"] = b"throw new Error('not today')"
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    page.locator(".live-cell").first.get_by_role("button", name="Edit").click()
    expect(toolbar(page)).to_contain_text("The editor could not be loaded")
    reader.close()


def run_code(page: Page, cell: str, code: str) -> None:
    """Write a code into the open editor of a cell, or open one, and run it."""
    content = editor(page, cell).get_by_role("textbox") if editor(page, cell).count() else edit(page, cell)
    write(page, content, code)
    content.press("Shift+Enter")


def test_many_lines_and_long_ones_are_shown_at_once(reader):
    page = reader.open("kernel.html")
    run_code(page, "value", "'warm'")
    expect(output(page, "value")).to_have_text("'warm'", timeout=START_MS)
    begun = time.perf_counter()
    run_code(page, "value", "for i in range(3000):\n    print(i)\nprint('x' * 60_000)\nprint('last')")
    expect(output(page, "value").locator("pre")).to_have_text(re.compile("last\n?$"))
    assert time.perf_counter() - begun < 5
    lines = output(page, "value").locator("pre").text_content().splitlines()
    assert lines == [*map(str, range(3000)), "x" * 60_000, "last"], "all, and in their order"


def test_output_and_errors_keep_their_order(reader):
    page = reader.open("kernel.html")
    code = (
        "import sys\nfor i in range(200):\n    print(i)\n    print(i, file=sys.stderr)\ndisplay('shown')\nprint('last')"
    )
    run_code(page, "value", f"from IPython.display import display\n{code}")
    shown = output(page, "value").locator(".output")
    expect(shown).to_have_count(402, timeout=START_MS)
    told = [each.strip() for each in shown.all_text_contents()]
    assert told == [*(str(i) for i in range(200) for _ in range(2)), "'shown'", "last"]


def test_carriage_returns_start_a_line_again(reader):
    page = reader.open("kernel.html")
    bar = "for i in range(5000):\n    print(f'\\r{i} %', end='')"
    run_code(page, "value", f"{bar}\nprint('\\rab\\rc\\r')\nprint('d\\re', end='\\r')\nprint('f')")
    expect(output(page, "value").locator("pre")).to_have_text("c f", timeout=START_MS)


def test_before_a_long_computation_all_that_was_written_is_seen(reader):
    page = reader.open("kernel.html")
    run_code(page, "value", "for word in ('one', 'two', 'three'):\n    print(word)\nwhile True:\n    pass")
    expect(output(page, "value")).to_contain_text("three", timeout=START_MS)
    editor(page, "value").get_by_role("button", name="Stop").click()
    expect(said(editor(page, "value"))).to_contain_text("Python has ended")
    run_code(page, "value", "import asyncio\nfor i in range(100):\n    print(i)\nawait asyncio.sleep(60)")
    expect(output(page, "value")).to_contain_text("99", timeout=START_MS)


def test_what_a_cell_writes_without_end_is_cut_and_can_be_stopped(reader):
    page = reader.open("kernel.html")
    run_code(page, "value", "print('x' * 2_500_000)")
    rest = output(page, "value").locator(".live-left-out")
    expect(rest).to_have_text("… 1.5 MB more are not shown.", timeout=START_MS)
    run_code(page, "value", "while True:\n    print('x')")
    expect(rest).to_have_text(re.compile(r"[2-9]\.\d MB more|\d\d\.\d MB more"), timeout=START_MS)
    editor(page, "value").get_by_role("button", name="Stop").press("Enter")
    expect(said(editor(page, "value"))).to_contain_text("Python has ended", timeout=10_000)
    run_code(page, "value", "print('few')")
    expect(output(page, "value")).to_have_text("few\n", timeout=START_MS)


def test_the_limit_holds_while_a_cell_writes(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with(SIMPLE, limit=1.5)
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    run_code(page, "value", "while True:\n    print('x')")
    expect(said(editor(page, "value"))).to_contain_text("Stopped after 1.5 s", timeout=START_MS)
    reader.close()


def test_input_says_that_there_is_no_keyboard(reader):
    page = reader.open("kernel.html")
    run_code(page, "value", "input('n? ')")
    expect(output(page, "value")).to_contain_text(
        "EOFError: There is no keyboard here: put the value into the code.", timeout=START_MS
    )


@pytest.mark.parametrize("limit", [1000, 10**6])
def test_of_a_recursion_the_first_and_the_last_calls_are_shown(limit, reader):
    page = reader.open("kernel.html")
    code = f"import sys\nsys.setrecursionlimit({limit})\ndef f(n):\n    return f(n + 1)\nf(0)"
    run_code(page, "value", code)
    shown = output(page, "value")
    expect(shown).to_contain_text("RecursionError: maximum recursion depth exceeded", timeout=START_MS)
    expect(shown).to_contain_text(re.compile(r"… [\d,]+ more calls …"))
    assert len(shown.inner_text()) < 5000
    expect(said(editor(page, "value"))).to_have_text("It ended with an error.", timeout=START_MS)
    run_code(page, "value", "'alive'")
    expect(shown).to_have_text("'alive'", timeout=START_MS)


TICKS = """import asyncio
async def tick():
    while True:
        print('tick')
        await asyncio.sleep(0.05)
task = asyncio.ensure_future(tick())"""


def test_stop_ends_what_runs_in_the_background(reader):
    page = reader.open("kernel.html")
    run_code(page, "value", TICKS)
    expect(output(page, "value")).to_contain_text("tick\ntick\ntick", timeout=START_MS)
    toolbar(page).get_by_role("button", name="Stop").click()
    expect(toolbar(page)).to_contain_text("Python has ended")
    expect(toolbar(page).get_by_role("button", name="Stop")).to_be_disabled()
    shown = output(page, "value").text_content()
    page.wait_for_timeout(500)
    assert output(page, "value").text_content() == shown


@pytest.mark.parametrize(
    "code",
    ["import os\nos._exit(1)", "import js\njs.close()\nwhile True:\n    pass"],
    ids=["exit", "close"],
)
def test_python_that_has_ended_is_told_at_once(code, browser, own_server):
    own_server.replaced["/kernel.html"] = page_with(SIMPLE)
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    run_code(page, "value", "'warm'")
    expect(output(page, "value")).to_have_text("'warm'", timeout=START_MS)
    run_code(page, "value", code)
    told = "Your code ended Python. Python has ended"
    expect(said(editor(page, "value"))).to_contain_text(told, timeout=20_000)  # the limit is 60 s
    run_code(page, "value", "'anew'")
    expect(output(page, "value")).to_have_text("'anew'", timeout=START_MS)
    reader.close()


def test_what_was_changed_in_python_itself_is_undone_by_stop(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with(SIMPLE | {"frontier": CELLS["frontier"]})
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    run_code(page, "value", "import numpy\nnumpy.asarray = numpy.array = numpy.linspace = None\n'spoilt'")
    expect(output(page, "value")).to_have_text("'spoilt'", timeout=START_MS)
    figure = LiveFigure(page, FIGURE)
    figure.touch()
    expect(figure.root.locator(".live-notice")).to_contain_text("Stop, above, ends Python", timeout=START_MS)
    toolbar(page).get_by_role("button", name="Stop").click()
    expect(toolbar(page)).to_contain_text("Python has ended")
    figure.root.get_by_role("button", name="Retry").click()
    figure.wait_until_live()
    reader.close()


def test_a_figures_cell_that_shows_another_says_which(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    figure = LiveFigure(page, FIGURE)
    cell = page.locator(".live-cell").filter(has=page.locator(f'[data-figure="{FIGURE}"]'))
    cell.locator("summary").click()
    cell.get_by_role("button", name="Edit").click()
    content = cell.get_by_role("textbox", name="Python")
    expect(content).to_be_focused(timeout=START_MS)
    write(page, content, "from emergence.figures.loss_threshold.explorer import figure\n\nfigure.show()")
    content.press("Shift+Enter")
    notice = figure.root.locator(".live-notice")
    expect(notice).to_contain_text(
        f"The cell of this figure showed “loss_threshold.explorer”, and not “{FIGURE}”.", timeout=START_MS
    )
    expect(cell.locator(".live-outputs .live-sentence")).to_be_visible()
    write(page, content, f"from emergence.figures.{FIGURE} import figure\n\nfigure.show()")
    content.press("Shift+Enter")
    figure.wait_until_live()  # Python has not ended
    assert len(reader.asked_for("worker.js")) == 1 and reader.errors == []
    reader.close()


def test_another_tab_shows_what_was_changed_here(reader):
    page = reader.open("kernel.html")
    content = edit(page, "value")
    other = reader.context.new_page()
    other.goto(page.url)
    write(other, edit(other, "value"), "'from there'")
    expect(content).to_have_text("'from there'")
    expect(said(editor(page, "value"))).to_have_text("Changed in another tab.")
    expect(editor(page, "value")).to_contain_text("Your version")
    write(page, content, "'from here'")
    expect(editor(other, "value").get_by_role("textbox")).to_have_text("'from here'")
    editor(other, "value").get_by_role("button", name="Back to the book’s version").click()
    expect(content).to_have_text(re.compile("x = 6"))


def open_landing_module(page: Page) -> Locator:
    page.locator("details > summary").first.click()
    page.get_by_role("button", name="Open the figure’s code").click()
    content = page.get_by_role("textbox", name="Python")
    expect(content).to_be_focused(timeout=START_MS)
    return content


@pytest.mark.parametrize(("first", "then"), [("index.html", ""), ("", "index.html")])
def test_a_page_keeps_one_change_under_all_its_addresses(first, then, browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(first)
    open_landing_module(page)
    page.keyboard.insert_text("# mine\n")
    reader.open(then)
    expect(page.locator(".live-editor .cm-line").first).to_have_text("# mine", timeout=START_MS)
    # What an earlier edition kept under another address.
    kept = page.evaluate(
        """() => {
          const [key] = Object.keys(localStorage).filter((each) => each.startsWith("edited:"));
          localStorage.setItem(key.replace("/index.html", "/"), localStorage.getItem(key));
          localStorage.removeItem(key);
          return key;
        }"""
    )
    reader.open(first)
    expect(page.locator(".live-editor .cm-line").first).to_have_text("# mine", timeout=START_MS)
    assert page.evaluate("Object.keys(localStorage).filter((each) => each.startsWith('edited:'))") == [kept]
    reader.close()


FILL = """() => {
  for (let size = 2 ** 22; size >= 1; size /= 2) {
    for (let i = 0; ; i++) {
      try { Storage.prototype.setItem.call(localStorage, `fill:${size}:${i}`, "x".repeat(size)); } catch { break; }
    }
  }
}"""


def test_a_storage_that_is_full_is_still_read_and_emptied(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    cell = page.locator(".live-cell").first
    cell.get_by_role("button", name="Edit").click()
    expect(cell.get_by_role("textbox", name="Python")).to_be_focused(timeout=START_MS)
    page.keyboard.insert_text("# mine\n")
    page.evaluate(FILL)
    page.reload()
    expect(cell.locator(".cm-line").first).to_have_text("# mine", timeout=START_MS)
    cell.get_by_role("textbox", name="Python").focus()
    page.keyboard.insert_text("much more " * 20)
    expect(said(cell.locator(".live-editor"))).to_contain_text("could not keep it")
    page.locator(".theme-switch-button").first.click()  # the theme's scripts run as ever
    expect(page.locator("html")).to_have_attribute("data-mode", re.compile("light|dark"))
    cell.get_by_role("button", name="Back to the book’s version").click()
    assert page.evaluate("Object.keys(localStorage).filter((each) => each.startsWith('edited:'))") == []
    assert reader.errors == []
    reader.close()


def test_a_foreign_key_does_not_say_that_nothing_is_kept(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    page.evaluate("localStorage.setItem('temporary', 'true')")
    cell = page.locator(".live-cell").first
    cell.get_by_role("button", name="Edit").click()
    expect(cell.get_by_role("textbox", name="Python")).to_be_focused(timeout=START_MS)
    page.keyboard.insert_text("#")
    expect(cell.get_by_text("Your version")).to_be_visible()
    expect(said(cell.locator(".live-editor"))).to_have_text("")
    reader.close()


def test_characters_that_python_refuses_are_not_pasted(reader):
    page = reader.open("kernel.html")
    content = edit(page, "value")
    content.press("ControlOrMeta+a")
    content.evaluate(
        """(content) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "\\ufeffx\\u00a0= 1\\nif x:\\n\\u00a0\\u00a0x =\\u202f2");
          content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    assert text_in(content) == "x = 1\nif x:\n  x = 2"
