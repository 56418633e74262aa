"""The three engines of today's browsers on this machine: which are there, and how to get those that are missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import chromium

MISSING = """{name} was not found, so the pages were not tried in it. To install it:
  Debian, Ubuntu   sudo apt-get install --no-install-recommends {packages}"""
PACKAGES = {"Chromium": "chromium", "Firefox": "firefox-esr", "WebKit": "webkit2gtk-driver xvfb"}


def find(name: str) -> str | None:
    """Return the path of Chromium, Firefox, or WebKit's MiniBrowser (with its driver and a display), if it is there."""
    if name == "Chromium":
        return chromium.find()
    if name == "Firefox":
        return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    display = os.environ.get("DISPLAY") or shutil.which("Xvfb")
    places = ("lib/*/webkit2gtk-4.*", "libexec/webkit2gtk-4.*")
    browsers = [browser for place in places for browser in Path("/usr").glob(f"{place}/MiniBrowser")]
    return str(browsers[0]) if browsers and display and shutil.which("WebKitWebDriver") else None


def missing(name: str) -> str:
    """Say that an engine is missing, and how to get it."""
    return MISSING.format(name=name, packages=PACKAGES[name])


if __name__ == "__main__":  # the packages that would bring what is missing
    print(*(packages for name, packages in PACKAGES.items() if find(name) is None))
