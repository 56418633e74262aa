"""What is drawn can be dragged, at rest and live, by mouse and by finger; the slider follows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from reading import WHOLE, LiveFigure, Reader, Server

CHAPTER, EXPLORER = "chapters/scaling/loss_threshold.html", "loss_threshold.explorer"
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}


@pytest.fixture(params=[{}, PHONE], ids=["desktop", "phone"])
def reader(request, browser, server) -> Iterator[Reader]:
    reader = Reader(browser, server, **request.param)
    yield reader
    reader.close()


def explorer(reader: Reader) -> LiveFigure:
    """The figure, on a page that no longer moves while blocks come near the screen."""
    page = reader.open(CHAPTER)
    page.evaluate(WHOLE)
    return LiveFigure(page, EXPLORER)


def threshold(figure: LiveFigure) -> Locator:
    """The grip of the dashed line, which lies above that of the floor."""
    grips = figure.root.locator('.live-grip[data-along="y"]').all()
    return min(grips, key=lambda grip: grip.bounding_box()["y"])


def drag(page: Page, grip: Locator, by: float) -> None:
    """Drag a horizontal line upwards by so many pixels, with a finger where there is one."""
    grip.scroll_into_view_if_needed()
    box, before = grip.bounding_box(), None
    while box != before:  # the page scrolls smoothly
        page.wait_for_timeout(200)
        box, before = grip.bounding_box(), box
    x, y = box["x"] + box["width"] / 2, box["y"]
    if page.evaluate("navigator.maxTouchPoints") == 0:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - by, steps=6)
        page.mouse.up()
        return
    touch = page.context.new_cdp_session(page)
    for kind, points in [
        ("touchStart", [{"x": x, "y": y}]),
        *(("touchMove", [{"x": x, "y": y - by * step / 6}]) for step in range(1, 7)),
        ("touchEnd", []),
    ]:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def nats_of(figure: LiveFigure, pixels: float) -> float:
    """What so many pixels are on the axis of the loss, which runs from 0 to 6."""
    panel = figure.root.locator(".live-panel").first.bounding_box()["height"]
    near, far = figure.spec["grips"]["eta-0"]["y"]["ends"]
    return 6 * pixels / (abs(far - near) * panel)


def test_a_line_is_dragged_at_rest_and_live(reader):
    figure = explorer(reader)
    page, number = figure.page, figure.control("eta").locator(".live-number")
    begun = float(number.input_value())
    drag(page, threshold(figure), 20)
    assert float(number.input_value()) == pytest.approx(begun + nats_of(figure, 20), abs=0.011), "the slider follows"
    figure.wait_until_live()
    picture, sentence = figure.seen()
    assert f"crosses η = {number.input_value()}" in sentence, "the figure went live with the dragged value"

    held = float(number.input_value())
    drag(page, threshold(figure), 15)
    figure.wait()
    assert float(number.input_value()) == pytest.approx(held + nats_of(figure, 15), abs=0.011)
    now, said = figure.seen()
    assert f"crosses η = {number.input_value()}" in said and now != picture
    assert reader.errors == []


def test_a_line_is_not_dragged_beyond_the_slider(reader):
    figure = explorer(reader)
    drag(figure.page, threshold(figure), 150)
    expect(figure.control("eta").locator(".live-number")).to_have_value("4.00")


def test_what_can_be_dragged_says_so_and_is_no_stop_of_the_tab_key(reader):
    grip = threshold(explorer(reader))
    assert grip.evaluate("grip => getComputedStyle(grip).cursor") == "ns-resize"
    assert grip.evaluate("grip => getComputedStyle(grip).touchAction") == "pan-x", "not up and down"
    assert grip.evaluate("grip => parseFloat(getComputedStyle(grip, '::before').height)") >= 24
    assert grip.evaluate("grip => grip.tabIndex") == -1


def test_a_second_drag_goes_on_where_the_first_ended_although_the_picture_is_still_the_stored_one(browser):
    slow = Server(speed=500_000)  # Python takes half a minute to come
    reader = Reader(browser, slow)
    figure = explorer(reader)
    number = figure.control("eta").locator(".live-number")
    drag(figure.page, threshold(figure), 20)
    first = float(number.input_value())
    drag(figure.page, threshold(figure), 10)
    assert float(number.input_value()) == pytest.approx(first + nats_of(figure, 10), abs=0.011)
    assert figure.root.get_attribute("data-state") is None
    reader.close()
    slow.close()


def test_a_drag_that_is_let_go_elsewhere_does_not_follow_the_bare_pointer(browser, server):
    reader = Reader(browser, server)
    figure = explorer(reader)
    page, grip, number = figure.page, threshold(figure), figure.control("eta").locator(".live-number")
    drag(page, grip, 10)
    figure.wait_until_live()
    figure.wait()
    box = threshold(figure).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 5)
    figure.root.get_by_role("button", name="Reset").evaluate("button => button.click()")
    page.mouse.move(x, y - 40)
    figure.wait()
    assert number.input_value() == "2.20", "reset lets go"
    page.mouse.up()
    assert reader.errors == []
    reader.close()


def test_coming_back_to_a_page_shows_controls_and_picture_of_one_state(browser, server):
    reader = Reader(browser, server)
    figure = explorer(reader)
    figure.control("eta").locator("[type=range]").press("End")
    figure.page.goto(f"{server.address}/book/notation.html")
    figure.page.go_back()
    back = LiveFigure(figure.page, EXPLORER)
    said = back.root.locator(".live-sentence").text_content()
    for part in ("[type=range]", ".live-number"):
        assert f"crosses η = {float(back.control('eta').locator(part).input_value()):.2f}" in said
    reader.close()
