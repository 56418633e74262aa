"""The landing page: a touch on its picture starts the simulation and plays it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from reading import START_MS, Reader

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.mark.parametrize("settings", [PHONE, {}], ids=["finger", "mouse"])
def test_the_picture_plays_when_it_is_touched_and_pauses_when_it_is_touched_again(browser, server, settings):
    reader = Reader(browser, server, **settings)
    page = reader.open("index.html")
    figure = page.locator(".live-figure").first
    sentence, sign = figure.locator(".live-sentence"), figure.locator(".live-sign")
    picture = figure.locator(".live-panel").first
    touch = picture.tap if settings else picture.click
    stored = sentence.inner_text()
    expect(sign).to_be_visible()
    touch()
    expect(figure.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    expect(sign).to_be_hidden()
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    expect(sentence).not_to_have_text(stored)
    touch()
    expect(figure.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(figure).to_have_attribute("aria-busy", "false")
    paused = sentence.inner_text()
    page.wait_for_timeout(500)
    assert sentence.inner_text() == paused
    expect(sign).to_be_hidden()
    assert reader.errors == []
    reader.close()


def test_the_lattice_shown_changes_without_a_new_start(browser, server):
    reader = Reader(browser, server)
    page = reader.open("index.html")
    figure = page.locator(".live-figure").first
    figure.get_by_role("button", name="Step", exact=True).click()
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    expect(figure.locator(".live-sentence")).to_contain_text("after 60 sweeps")
    before = figure.locator(".live-sentence").inner_text()
    figure.get_by_role("slider", name="lattice shown").press("End")
    expect(figure.locator(".live-sentence")).not_to_have_text(before)
    expect(figure.locator(".live-sentence")).to_contain_text("after 60 sweeps")
    assert reader.errors == []
    reader.close()
