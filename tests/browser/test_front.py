"""The front end of a figure by itself, as a notebook loads it: what it asks for and when, and what it shows."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from emergence.live import Choice, LiveFigure, Slider, Toggle
from emergence.live import figure as figure_module
from emergence.live import view as view_module

FRONT = Path(view_module.__file__).with_name("front")
# The model is answered by the tests: `sent` holds what was asked for, `answer` gives it new traits.
LOAD = """async ([source, style, state, frames]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  self.frames = frames.map(bytes);
  const calls = new Map();
  self.model = {
    state: { ...state, frame0: self.frames[0] },
    sent: [],
    get: (name) => model.state[name],
    on: (event, call) => calls.set(event, [...(calls.get(event) ?? []), call]),
    off: (event, call) => calls.set(event, calls.get(event).filter((each) => each !== call)),
    send: (content) => { model.sent.push(content); },
    answer: (changes) => {
      Object.assign(model.state, changes);
      for (const name of Object.keys(changes)) for (const call of calls.get(`change:${name}`) ?? []) call();
    },
    count: () => [...calls.values()].flat().length,
  };
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: front } = await import(address);
  self.show = () => {
    const el = document.body.appendChild(document.createElement("div"));
    return [el, front.render({ model, el })];
  };
  [self.first, self.remove] = show();
}"""
# Answer what was asked for last, with the other of two frames.
ANSWER = """(changes = {}) => {
  const { id, values = {} } = model.sent.at(-1);
  const frame0 = frames[model.state.frame0 === frames[0] ? 1 : 0];
  const shown = { frame0, values: { ...model.state.values, ...values }, sentence: `Answer to ${id}.` };
  model.answer({ ...shown, answered: id, ...changes });
}"""
SHOWN = "first.querySelector('canvas').toDataURL()"


@pytest.fixture
def page(browser, monkeypatch) -> Iterator[Page]:
    monkeypatch.setattr(figure_module, "_REGISTRY", {})
    figure = LiveFigure(
        "A walk", name="test.walk",
        controls=[
            Slider("stride", "stride", low=0.0, high=1.0, value=0.5, unit="m", restarts=False),
            Slider("size", "size", low=1e4, high=1e8, value=1e6, scale="log", step=0.5),
            Choice("origin", "from", options=("zero", "half"), value="zero"),
            Toggle("mirrored", "mirrored", value=False),
        ],
        start=lambda stride, size, origin, mirrored: stride, advance=lambda state, stride: state + 0.1,
        setup=lambda ax: SimpleNamespace(line=ax.plot([], [])[0]),
        draw=lambda artists, state: artists.line.set_data([0, 1], [0, state]),
        sentence=lambda state: f"The line ends at {state:.2f}.",
    )  # fmt: skip
    view = figure.show()
    frames = [view.frame0]
    view.change(stride=0.9)
    frames.append(view.frame0)
    view.reset()
    state = {name: getattr(view, name) for name in ("_markup", "values", "sentence", "message", "answered")}
    page = browser.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_content("<!doctype html><title>Front</title>")
    texts = [(FRONT / name).read_text("utf-8") for name in ("figure.js", "figure.css")]
    page.evaluate(LOAD, [*texts, state, [base64.b64encode(frame).decode() for frame in frames]])
    expect(page.locator("canvas")).to_be_visible()
    # A screen of one pixel for each of the page has no use for 660 of them in a panel of 28rem.
    assert sent(page) == [{"width": 448}]
    forget(page)
    yield page
    assert wrong == []
    page.close()


def sent(page: Page) -> list[dict]:
    """What has been asked for, without the numbers."""
    return page.evaluate("model.sent.map(({ id, ...asked }) => asked)")


def forget(page: Page) -> None:
    """Answer what was asked for last with nothing new, and begin to count anew."""
    page.evaluate("model.answer({ answered: model.sent.at(-1).id })")
    page.evaluate("model.sent.length = 0")


def answer(page: Page, **changes: object) -> None:
    page.evaluate(ANSWER, changes)


def test_one_request_is_under_way_and_only_the_latest_values_wait(page):
    slider = page.get_by_role("slider", name="stride")
    for _ in range(5):
        slider.press("ArrowRight")
    page.get_by_role("checkbox").click()
    assert sent(page) == [{"values": {"stride": 0.51}}]
    assert page.locator(".live-figure").get_attribute("aria-busy") == "true"
    before = page.evaluate(SHOWN)
    answer(page)
    page.wait_for_function("model.sent.length === 2")
    assert sent(page)[1] == {"values": {"stride": 0.55, "mirrored": True}}
    assert page.evaluate(SHOWN) != before, "it was shown before the next was asked for"
    answer(page)
    expect(page.locator(".live-figure")).to_have_attribute("aria-busy", "false")
    assert slider.input_value() == "0.55" and len(sent(page)) == 2
    expect(page.locator(".live-sentence")).to_have_text(page.evaluate("`Answer to ${model.sent[1].id}.`"))
    expect(page.get_by_role("status")).to_have_text(page.locator(".live-sentence").text_content())


def test_values_arrive_in_the_terms_of_the_model(page):
    page.get_by_role("slider", name="size").press("End")
    answer(page)
    page.get_by_role("combobox").select_option("half")
    answer(page)
    number = page.get_by_role("textbox", name="size, as a number")
    number.fill("5×10⁶")
    number.press("Enter")
    assert sent(page) == [{"values": {"size": 1e8}}, {"values": {"origin": "half"}}, {"values": {"size": 5e6}}]
    assert page.get_by_role("slider", name="size").get_attribute("aria-valuetext") == "5×10⁶"


def test_a_click_on_the_picture_is_one_on_play_and_the_end_of_a_drag_is_none(page):
    panel = page.locator(".live-panel").first
    corner = {"x": 12, "y": 12}
    panel.click(position=corner)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    panel.click(position=corner)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    box = panel.bounding_box()
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 12)
    page.mouse.up()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_a_run_that_has_ended_stops_and_can_be_played_again(page):
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("model.sent.length === 1")
    answer(page, ended=True)
    play = page.get_by_role("button", name="Play")
    expect(play).to_be_visible()
    page.wait_for_timeout(200)
    assert len(sent(page)) == 1, "nothing more is asked for"
    play.click()
    page.wait_for_function("model.sent.length === 2")
    answer(page, ended=False)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_run_asks_for_a_frame_when_the_last_one_was_shown_and_stops_where_nobody_sees_it(page):
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("model.sent.length === 1")
    page.wait_for_timeout(200)
    assert sent(page) == [{"steps": 1}], "an unanswered frame is waited for"
    times = page.evaluate(
        f"""async () => {{
          const answer = {ANSWER}, times = [];
          while (times.length < 6) {{
            const count = model.sent.length;
            answer();
            while (model.sent.length === count) await new Promise((resolve) => setTimeout(resolve, 1));
            times.push(performance.now());
          }}
          return times;
        }}"""
    )
    assert min(b - a for a, b in zip(times, times[1:], strict=False)) > 55, "ms"
    page.evaluate("first.style.display = 'none'")
    page.wait_for_timeout(100)
    answer(page)
    count = len(sent(page))
    page.wait_for_timeout(300)
    assert len(sent(page)) == count
    page.evaluate("first.style.display = ''")
    page.wait_for_function("count => model.sent.length === count + 1", arg=count)
    answer(page)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(200)
    asked = sent(page)
    if page.locator(".live-figure").get_attribute("aria-busy") == "true":
        answer(page)
    page.wait_for_timeout(200)
    assert sent(page) == asked


def test_reset_takes_the_place_of_all_that_waits(page):
    page.get_by_role("slider", name="stride").press("End")
    page.get_by_role("slider", name="size").press("End")
    page.get_by_role("button", name="Step").click()
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Step").click()
    answer(page)
    page.wait_for_function("model.sent.length === 2")
    assert sent(page)[1] == {"reset": True, "steps": 1}
    assert page.get_by_role("slider", name="stride").get_attribute("aria-valuetext") == "0.50 m"
    assert page.get_by_role("textbox", name="size, as a number").input_value() == "1×10⁶"


def test_what_python_changes_by_itself_is_shown_and_what_failed_is_said(page):
    before = page.evaluate(SHOWN)
    values = "{ ...model.state.values, stride: 0.9, mirrored: true }"
    page.evaluate(f"model.answer({{ values: {values}, sentence: 'New.', frame0: frames[1] }})")
    expect(page.locator(".live-sentence")).to_have_text("New.")
    expect(page.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("img")).to_have_accessible_name("New.")
    assert page.get_by_role("slider", name="stride").input_value() == "0.9"
    assert page.evaluate(SHOWN) != before and sent(page) == []
    page.evaluate("model.answer({ message: 'ValueError: <b>no</b>.' })")
    expect(page.locator(".live-message")).to_have_text("ValueError: <b>no</b>.")


def test_a_frame_that_cannot_be_read_is_said_and_the_next_one_shown(page):
    slider = page.get_by_role("slider", name="stride")
    slider.press("ArrowRight")
    page.evaluate(f"({ANSWER})({{ frame0: new Uint8Array([1, 2, 3]) }})")
    expect(page.locator(".live-message")).to_contain_text("The picture could not be shown")
    slider.press("ArrowRight")
    page.evaluate(f"({ANSWER})({{ message: '' }})")
    expect(page.locator(".live-message")).to_have_text("")
    expect(page.locator(".live-figure")).to_have_attribute("aria-busy", "false")


def test_frames_of_another_size_are_asked_for_when_the_room_changes(page):
    page.evaluate("first.style.width = '700px'")
    page.evaluate("first.querySelector('.live-panel').style.maxWidth = '600px'")
    page.wait_for_function("model.sent.length === 1")
    [asked] = sent(page)
    assert asked["width"] == page.evaluate("first.querySelector('.live-panel').clientWidth") > 484


def test_two_views_of_a_figure_follow_each_other_and_one_that_is_removed_asks_for_nothing(page):
    page.evaluate("[self.second, self.removeSecond] = show()")
    page.wait_for_function("model.sent.length === 1")
    forget(page)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert len(ids) == len(set(ids)) == 8
    sliders = page.get_by_role("slider", name="stride")
    sliders.first.press("End")
    answer(page)
    expect(sliders.last).to_have_attribute("aria-valuetext", "1.00 m")
    page.get_by_role("button", name="Play").last.click()
    page.wait_for_function("model.sent.length === 2")
    watched = page.evaluate("model.count()")
    page.evaluate("removeSecond()")
    assert page.evaluate("model.count()") == watched / 2
    answer(page)
    page.wait_for_timeout(300)
    assert len(sent(page)) == 2
