"""The site holds nothing of the coursework: no solution, no question, no grader."""

import re
import zipfile
from pathlib import Path

from coursework.grading.assignment import ASSIGNMENTS, Assignment


def texts(site: Path):
    """Every file of the site by its name, those in archives too."""
    for path in sorted(site.rglob("*")):
        if path.is_file():
            yield path.relative_to(site).as_posix(), path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}: {name}", archive.read(name)) for name in archive.namelist())


def test_site_holds_no_coursework(site):
    wanted = [b"### BEGIN SOLUTION", b"coursework.grading"]
    for folder in sorted(path.parent for path in ASSIGNMENTS.glob("*/source.ipynb")):
        for cell in Assignment.read(folder).cells(solution=True).values():
            regions = re.findall(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", cell["source"], re.DOTALL)
            wanted += [line.strip().encode() for region in regions for line in region.split("\n") if len(line) > 40]
    assert len(wanted) > 10
    found = []
    for name, content in texts(site):
        assert not re.search(r"(^|/|: )coursework/", name), name
        found += [(name, text) for text in wanted if text in content]
    assert not found
