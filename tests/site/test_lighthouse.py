"""Lighthouse: accessibility, best practices and what search engines want. `make bench` adds the performance."""

import json
import subprocess

import pytest
from chromium import FLAGS
from serve import serving

CATEGORIES = ["accessibility", "best-practices", "seo"]


@pytest.fixture(scope="module")
def reports(site, root, chromium, sampled_pages, base):
    """What Lighthouse says of each page."""
    with serving(site, base) as address:
        settings = {
            "chrome": chromium,
            "flags": ["--headless=new", *FLAGS],
            "categories": CATEGORIES,
            "addresses": [address + name for name in sampled_pages],
        }
        command = ["node", str(root / "tests" / "audit" / "lighthouse.mjs"), json.dumps(settings)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    return dict(zip(sampled_pages, map(json.loads, run.stdout.splitlines()), strict=True))


def test_every_score_is_full(reports):
    for name, report in reports.items():
        assert report["scores"] == dict.fromkeys(CATEGORIES, 100), f"{name}: {report['misses']}"
        assert report["warnings"] == [], name
