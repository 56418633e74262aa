"""The example of a JupyterHub: a student logs in by a link that fetches the book, opens a chapter and moves a figure.

It needs an environment made as the page for instructors says: HUB=../hub pytest tests/browser/test_hub.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect
from reading import ROOT, START_MS

HUB = os.environ.get("HUB")
pytestmark = pytest.mark.skipif(not HUB, reason="HUB names no environment with a JupyterHub")
PASSWORD = "a trial of it"
ADDRESS = "http://127.0.0.1:8000"
TEXT = (ROOT / "book" / "teaching.md").read_text("utf-8")


@pytest.fixture
def homes(tmp_path) -> Iterator[Path]:
    """Where students' homes are while the hub runs."""
    command = [Path(HUB, "bin", "jupyterhub").absolute(), "-f", ROOT / "coursework" / "jupyterhub_config.py"]
    if os.geteuid() == 0:  # Jupyter refuses to run as root unless it is told to
        command.append("--Spawner.args=['--allow-root']")
    with (tmp_path / "hub.log").open("wb") as log:
        hub = subprocess.Popen(command, cwd=tmp_path, env=os.environ | {"HUB_PASSWORD": PASSWORD}, stderr=log)
        try:
            end = time.monotonic() + 60
            while "JupyterHub is now running" not in (said := (tmp_path / "hub.log").read_text("utf-8")):
                assert hub.poll() is None and time.monotonic() < end, said
                time.sleep(0.2)
            yield tmp_path / "homes"
        finally:
            hub.terminate()
            hub.wait(30)


def link(repository: Path, chapter: str) -> str:
    """The link of the page, for this hub, this repository and this chapter."""
    [written] = re.findall(r"^https://HUB\S+$", TEXT, re.MULTILINE)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]
    name = config["url"].rpartition("/")[2]
    for word, put in {"https://HUB": ADDRESS, "REPOSITORY": f"file://{repository}", "NAME": name}.items():
        assert word in written
        written = written.replace(word, put)
    return written.replace("index.ipynb", chapter)


def commit_news(repository: Path, author: Path) -> str:
    """Add a file to the repository; returns its name."""
    subprocess.run(["git", "clone", "-q", "-b", "main", repository, author], check=True)
    (author / "news.txt").write_text("News of the second week.\n", "utf-8")
    identity = ["-c", "user.name=An author", "-c", "user.email=author@example.org"]
    for command in (["add", "news.txt"], ["commit", "-qm", "News"], ["push", "-q", "origin", "main"]):
        subprocess.run(["git", "-C", author, *identity, *command], check=True)
    return "news.txt"


def test_a_student_gets_the_book_by_a_link_moves_a_figure_and_keeps_changes_when_news_come(
    browser: Browser, homes, tmp_path
):
    name = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"].rpartition("/")[2]
    repository = tmp_path / "served" / name
    subprocess.run(["git", "clone", "-q", "--bare", ROOT, repository], check=True)
    subprocess.run(["git", "-C", repository, "branch", "-f", "main", "HEAD"], check=True)
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    page.goto(link(repository, "chapters/physics/two_limits.ipynb"))
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    first = page.locator(".jp-Notebook .jp-CodeCell").first
    expect(first).to_be_visible(timeout=2 * START_MS)
    expect(page.get_by_role("button", name="| Idle")).to_be_visible(timeout=2 * START_MS)
    first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    slider = first.get_by_role("slider").first
    expect(slider).to_be_visible(timeout=START_MS)
    sentence = first.locator(".live-sentence")
    before = sentence.inner_text()
    slider.press("ArrowRight")
    expect(sentence).not_to_have_text(before, timeout=START_MS)
    own = homes / "ada" / name / "README.md"
    own.write_text("What the student has changed.\n", "utf-8")
    news = commit_news(repository, tmp_path / "author")
    page.goto(link(repository, news))
    expect(page.get_by_text("News of the second week.")).to_be_visible(timeout=2 * START_MS)
    assert own.read_text("utf-8") == "What the student has changed.\n"
    context.close()
