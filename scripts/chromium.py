"""Chromium or Chrome for tests and benchmarks: where it is on this machine, and the switches it is started with."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what is not local fails, whoever asks for it
]  # fmt: skip
MISSING = """No Chromium or Chrome was found. To install it:
  Debian, Ubuntu   sudo apt-get install chromium   (Ubuntu: chromium-browser)
  Fedora           sudo dnf install chromium
  macOS            brew install --cask chromium
or set CHROMIUM to the path of a Chromium or Chrome you have."""


def find() -> str | None:
    """Return the path of Chromium or Chrome, if there is one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def require() -> str:
    """Return the path of Chromium or Chrome, or end with a word on how to get one."""
    path = find()
    if path is None:
        raise SystemExit(MISSING)
    return path
