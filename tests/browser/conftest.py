"""Real Chromium and a local server for the browser tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
# The tests' own modules, and the Sphinx extension that writes the figures of the fixture page.
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "book" / "kernel")]

from reading import SITE, Server  # noqa: E402

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what is not local fails, whoever asks for it
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("no Chromium or Chrome found; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if not (SITE / "index.html").is_file():
        pytest.fail("there is no built site; run `make build` first", pytrace=False)
    server = Server()
    yield server
    server.close()
