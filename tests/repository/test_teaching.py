"""The page for instructors names what there is: chapters, sections, figures, and all assignments."""

import json
import re

import pytest

ASSIGNMENTS = "coursework/assignments/"
LENGTHS = {"Four": 4, "Eight": 8, "Thirteen": 13}


@pytest.fixture(scope="module")
def text(root):
    return (root / "book" / "teaching.md").read_text("utf-8")


def rows(text, heading):
    """The cells of the rows of the first table below a heading."""
    [section] = re.findall(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    lines = [line for line in section.split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def chapters_in(cell):
    return [address.removeprefix("../") for address in re.findall(r"\{doc\}`([^`]+)`", cell) if "chapters/" in address]


def headings(root, chapter):
    cells = json.loads((root / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("length", LENGTHS)
def test_syllabus_names_chapters_sections_and_figures_that_go_together(text, root, contents, length):
    syllabus = rows(text, f"{length} weeks")
    assert [int(row[0]) for row in syllabus] == list(range(1, LENGTHS[length] + 1))
    for week, read, show, _ in syllabus:
        chapters = chapters_in(read)
        named = {heading for chapter in chapters for heading in headings(root, chapter)}
        assert not chapters or set(re.findall(r"\*(.+?)\*", read)) <= named, week
        for chapter, figure in zip(chapters, re.findall(r"\{alone\}`([^`]+)`", show), strict=True):
            assert chapter in contents, week
            assert figure.split(".")[0] == chapter.rpartition("/")[2], week
            code = f"from emergence.figures.{figure} import figure"
            assert code in (root / f"{chapter}.ipynb").read_text("utf-8"), week


@pytest.mark.parametrize("length", LENGTHS)
def test_an_assignment_is_due_where_a_part_that_has_one_ends(text, root, length):
    assigned = {path.name for path in (root / "coursework" / "assignments").iterdir() if path.is_dir()}
    read = [([page.split("/")[1] for page in chapters_in(row[1])], row[3]) for row in rows(text, f"{length} weeks")]
    parts = [([part for part in of_week if part in assigned] or [""], due) for of_week, due in read]
    parts = [(of_week[-1], due) for of_week, due in parts]
    for (part, due), (following, _) in zip(parts, [*parts[1:], ("the end", "")], strict=True):
        assert due == ((part.capitalize() or "Final") if part != following else "")


def test_longer_syllabi_and_the_outcomes_cover_all_chapters(text, contents):
    chapters = {page for page in contents if page.startswith("chapters/")}
    for heading in ("Eight weeks", "Thirteen weeks", "What students can do afterwards"):
        assert {chapter for row in rows(text, heading) for cell in row for chapter in chapters_in(cell)} == chapters


def test_all_assignments_are_listed_and_no_other(text, root):
    listed = re.findall(rf"^- \{{source\}}`\w+ <{ASSIGNMENTS}(\w+)>`", text, re.MULTILINE)
    assert listed and set(listed) == {path.parent.name for path in (root / ASSIGNMENTS).glob("*/source.ipynb")}
    assert listed.count("physics") == 1
