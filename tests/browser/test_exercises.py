"""Exercises that check themselves, in the page: what a cell says of an answer, and what the browser keeps of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reading import SITE, START_MS, WHOLE, Reader, Server
from test_axe import AXE, violations

CHAPTER = "chapters/limits/three_limits.html"
PROGRESS = "book/progress.html"
DATA = re.compile(r'(<script type="application/json" id="live-page">)(.*?)(</script>)', re.S)
NO_STORAGE = """<script>for (const name of ["localStorage", "sessionStorage"]) {
  const get = () => { throw new DOMException("denied", "SecurityError"); };
  Object.defineProperty(window, name, { configurable: true, get });
}</script>"""
DONE = "new CustomEvent('live:exercise', {detail: {exercise: 'three_limits.stop', state: 'done'}})"


def answered(**answers: str) -> bytes:
    """The chapter's page with only the cells of these exercises, answered."""
    begin, data, end = DATA.search((SITE / CHAPTER).read_text("utf-8")).groups()
    config = json.loads(data)
    cells = []
    for cell in config["cells"]:
        name = re.search(r"import (\w+) as exercise", cell["code"])
        if name and name[1] in answers:
            cells.append(cell | {"code": re.sub(r"check\(.*\)$", f"check({answers[name[1]]})", cell["code"])})
    assert len(cells) == len(answers)
    config["cells"] = cells
    whole = begin + json.dumps(config).replace("<", "\\u003c") + end
    return DATA.sub(lambda _: whole, (SITE / CHAPTER).read_text("utf-8")).encode()


def run(reader: Reader, **answers: str) -> Page:
    reader.server.replaced[f"/{CHAPTER}"] = answered(**answers)
    page = reader.open(CHAPTER)
    page.get_by_role("button", name="Run this page").click()
    expect(page.locator(".live-toolbar")).to_contain_text("All cells have run", timeout=2 * START_MS)
    return page


def check_of(page: Page, name: str):
    """The cell of a check, by the name of its exercise."""
    return page.locator(".live-cell").filter(has_text=f"import {name} as exercise")


def states(page: Page) -> dict[str, str]:
    marks = page.locator("[data-exercise]").all()
    return {mark.get_attribute("data-exercise"): mark.text_content() for mark in marks}


@pytest.mark.parametrize("scripts", [True, False])
def test_an_unanswered_check_shows_its_code_and_what_is_wanted(scripts, browser, server):
    reader = Reader(browser, server, java_script_enabled=scripts)
    page = reader.open(CHAPTER)
    cell = check_of(page, "stop")
    cell.scroll_into_view_if_needed()
    expect(cell.get_by_text("exercise.check(least=..., error=...)")).to_be_visible()
    expect(cell.get_by_text("No answer yet: put yours where")).to_be_visible()
    expect(cell.locator("details")).to_have_count(0)
    assert reader.errors == []
    reader.close()


def test_answers_are_judged_and_kept(browser, own_server):
    reader = Reader(browser, own_server)
    page = run(reader, stop="least=1, error='5.3e-3'", newton_skips="'2n'", another_root="steps=lambda a: 1/(a-2)")
    expect(check_of(page, "stop").locator(".exercise-feedback")).to_have_text(re.compile("^Right"))
    expect(check_of(page, "newton_skips")).to_contain_text("At n = 10 it gives 20, which is not right. Hint: Each step")
    expect(check_of(page, "another_root")).to_contain_text("For a = 2 it raised ZeroDivisionError")
    row = page.locator(".exercise-row")
    expect(row).to_contain_text("1 of 7 done")
    page.evaluate(AXE)
    page.evaluate(WHOLE)
    assert violations(page, ".exercise-feedback") == []

    row.get_by_role("link", name="My progress").click()
    expect(page.locator("[data-summary]")).to_contain_text(re.compile(r"\b1 of \d+ exercises done"))
    seen = states(page)
    assert {name: state for name, state in seen.items() if state != "not begun"} == {
        "three_limits.stop": "done", "three_limits.newton_skips": "tried", "three_limits.another_root": "tried",
    }  # fmt: skip

    page = run(reader, stop="least=2", newton_skips="'2^n - 1'")
    expect(check_of(page, "stop")).to_contain_text("Not yet: 0 of 2 right.")
    expect(page.locator(".exercise-row")).to_contain_text("2 of 7 done")  # what was done stays done
    page.get_by_role("link", name="My progress").first.click()
    page.get_by_role("link", name="Stop when it settles").click()
    expect(page.locator("#three-limits-stop")).to_be_in_viewport()
    assert reader.errors == [] and reader.elsewhere() == []
    reader.close()


def begun(browser, server: Server, kept: dict[str, str]) -> Reader:
    """A reader on the page "My progress" who has done something before."""
    reader = Reader(browser, server)
    reader.open("book/glossary.html").evaluate(
        "kept => { for (const name in kept) localStorage.setItem(`progress:three_limits.${name}`, kept[name]); }", kept
    )
    reader.open(PROGRESS)
    return reader


def test_progress_is_exported_erased_and_imported(browser, server, tmp_path: Path):
    reader = begun(browser, server, {"stop": "done", "own_number": "tried", "best_term": "toString"})
    page, before = reader.page, states(reader.page)
    assert before["three_limits.best_term"] == "not begun", "what nobody has written"
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert json.loads(file.read_text("utf-8"))["progress"] == {
        "three_limits.stop": "done", "three_limits.own_number": "tried",
    }  # fmt: skip

    page.get_by_role("button", name="Erase", exact=True).click()
    expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
    page.keyboard.press("Enter")
    assert states(page) == before
    page.get_by_role("button", name="Erase", exact=True).click()
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.get_by_role("status")).to_have_text("Erased.")
    assert set(states(page).values()) == {"not begun"}
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('progress:'))") == []

    page.evaluate("localStorage.setItem('progress:three_limits.own_number', 'done')")
    page.locator(".progress-controls input").set_input_files(file)
    expect(page.get_by_role("status")).to_have_text("Imported: one exercise is further than before.")
    assert states(page) == before | {"three_limits.own_number": "done"}, "an import takes nothing away"
    for name, text in {
        "picture.png": "\x89PNG",
        "other.json": '{"a": 1}',
        "null.json": "null",
        "none.json": '{"format": "at-the-limit-progress", "progress": null}',
        "missing.json": '{"format": "at-the-limit-progress"}',
        "list.json": '{"format": "at-the-limit-progress", "progress": ["done"]}',
    }.items():
        wrong = tmp_path / name
        wrong.write_text(text, "utf-8")
        page.locator(".progress-controls input").set_input_files(wrong)
        expect(page.get_by_role("status")).to_have_text(
            f"“{name}” could not be imported: This is not a progress file of this book."
        )
    wrong.write_text('{"format": "at-the-limit-progress", "progress": {"three_limits.best_term": 7, "other": "done"}}')
    page.locator(".progress-controls input").set_input_files(wrong)
    expect(page.get_by_role("status")).to_have_text("Imported: 0 exercises are further than before.")
    assert reader.errors == []
    reader.close()


def test_what_another_page_keeps_is_shown_at_once(browser, server):
    reader = begun(browser, server, {"stop": "tried"})
    other = reader.context.new_page()
    other.goto(f"{server.address}/book/glossary.html")
    other.evaluate("localStorage.setItem('progress:three_limits.stop', 'done')")
    expect(reader.page.locator("[data-exercise='three_limits.stop']")).to_have_text("done")
    reader.close()


def test_without_storage_progress_lasts_as_long_as_the_page_and_says_so(browser, site):
    server = Server(in_head=NO_STORAGE)
    reader = Reader(browser, server)
    page = reader.open(PROGRESS)
    expect(page.locator("[data-summary]")).to_contain_text("forgotten when you leave the page")
    page = reader.open(CHAPTER)
    page.evaluate(f"document.dispatchEvent({DONE})")
    expect(page.locator(".exercise-row")).to_contain_text("1 of 7 done, kept until you leave this page")
    assert reader.errors == []
    reader.close()
    server.close()


def test_without_scripts_the_page_says_that_progress_needs_them(browser, server):
    reader = Reader(browser, server, java_script_enabled=False)
    page = reader.open(PROGRESS)
    expect(page.get_by_text("your browser runs none here")).to_be_visible()
    expect(page.get_by_role("button", name="Export")).to_have_count(0)
    expect(page.get_by_role("link", name="Stop when it settles")).to_be_visible()
    page = reader.open(CHAPTER)
    expect(page.locator(".exercise-row")).to_contain_text("Exercises: 7 with a check")
    reader.close()


def test_axe_finds_nothing_on_the_page_of_progress(browser, server):
    reader = begun(browser, server, {"stop": "done", "own_number": "tried"})
    page = reader.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Erase", exact=True).click()
    page.evaluate(AXE)
    page.evaluate(WHOLE)
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    reader.close()
