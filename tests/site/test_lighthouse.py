"""Lighthouse: accessibility, best practices and what search engines want. `make bench` adds the performance."""

import json
import subprocess
import threading

import pytest
from serve import open_server

CATEGORIES = ["accessibility", "best-practices", "seo"]
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def reports(site, root, chromium, sampled_pages, base):
    """What Lighthouse says of each page."""
    with open_server(site, 8600, tries=200, base=base) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = {
            "chrome": chromium,
            "flags": FLAGS,
            "categories": CATEGORIES,
            "addresses": [f"http://127.0.0.1:{server.server_port}/{name}" for name in sampled_pages],
        }
        command = ["node", str(root / "tests" / "audit" / "lighthouse.mjs"), json.dumps(settings)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        server.shutdown()
    assert run.returncode == 0, run.stderr[-3000:]
    return dict(zip(sampled_pages, map(json.loads, run.stdout.splitlines()), strict=True))


def test_every_score_is_full(reports):
    for name, report in reports.items():
        assert report["scores"] == dict.fromkeys(CATEGORIES, 100), f"{name}: {report['misses']}"
        assert report["warnings"] == [], name
