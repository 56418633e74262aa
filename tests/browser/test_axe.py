"""axe-core finds nothing to complain of: at rest and live, in light and dark, on a phone and on a desk."""

from __future__ import annotations

import pytest
import yaml
from playwright.sync_api import Page, expect
from reading import ROOT, START_MS, WHOLE, WITH_FIGURES, Reader, make_live

AXE = (ROOT / "tests" / "audit" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
SAMPLED = [f"{CONTENTS['root']}.html", *(f"{part['chapters'][0]['file']}.html" for part in CONTENTS["parts"])]
RUN = "part => axe.run(part, {resultTypes: ['violations']}).then(found => found.violations)"


def violations(page: Page, part: str) -> list[str]:
    """Run axe on a part of the page in light and in dark, and tell in a line each what it found."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme, timeout=START_MS)
        for rule in page.evaluate(RUN, part):
            found += [f"{scheme}, {rule['id']}: {node['html'][:200]}" for node in rule["nodes"]]
    return found


@pytest.mark.parametrize("path", SAMPLED)
def test_axe_finds_no_violation_before_and_after_the_figures_are_live(path, browser, server):
    reader = Reader(browser, server, viewport={"width": 360, "height": 740})
    page = reader.open(path)
    page.evaluate(AXE)
    page.evaluate(WHOLE)
    assert violations(page, "html") == []
    if path in WITH_FIGURES:
        make_live(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        assert violations(page, ".live-figure") == []  # all else is as it was
    assert reader.errors == []
    reader.close()
