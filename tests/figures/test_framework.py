"""The framework itself, on small figures made for the purpose."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import numpy as np
import pytest

from emergence.live import Choice, LiveFigure, Slider, Toggle, in_words, registered_figures
from emergence.live import figure as figure_module
from emergence.live.picture import Panel, Picture


@pytest.fixture
def registry(monkeypatch):
    """Figures declared by a test do not stay in the registry of the book."""
    monkeypatch.setattr(figure_module, "_REGISTRY", {})


def setup(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="x", ylabel="y")
    return SimpleNamespace(line=ax.plot([], [])[0])


def draw(artists, state):
    artists.line.set_data([0, 1], [0, state])


def sentence(state):
    return f"The line ends at {state:.2f}."


def compute(height, broken):
    if broken:
        raise ZeroDivisionError("no line at <this> height")
    return height


@pytest.fixture
def line(registry):
    return LiveFigure(
        "test.line", "A line",
        controls=[
            Slider("height", "height", low=0, high=1, value=0.5),
            Toggle("broken", "break it", value=False),
        ],
        compute=compute, setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip


@pytest.fixture
def walk(registry):
    return LiveFigure(
        "test.walk", "A walk",
        controls=[
            Slider("stride", "stride", low=0.01, high=0.2, value=0.1, restarts=False),
            Choice("origin", "from", options=("zero", "half"), value="zero"),
        ],
        compute=lambda stride, origin: 0.0 if origin == "zero" else 0.5,
        advance=lambda state, stride, origin: min(state + stride, 1.0),
        setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip


def frame(view):
    return [bytes(image.value) for image in view.images]


def test_moving_a_slider_redraws_and_says_so(line):
    view = line.show()
    before = frame(view)
    view.controls["height"].value = 0.9
    assert view.sentence == "The line ends at 0.90."
    assert "0.90" in view.sentence_widget.value
    assert frame(view) != before


def test_an_exception_is_shown_and_the_last_good_picture_stays(line, caplog):
    view = line.show()
    good, said = frame(view), view.sentence
    with caplog.at_level(logging.CRITICAL):
        view.controls["broken"].value = True
    assert "no line at &lt;this&gt; height" in view.message_widget.value
    assert 'role="alert"' in view.message_widget.value
    assert frame(view) == good and view.sentence == said


def test_the_controls_work_again_after_an_exception(line, caplog):
    view = line.show()
    with caplog.at_level(logging.CRITICAL):
        view.controls["broken"].value = True
        view.controls["height"].value = 0.8
    assert view.message_widget.value
    view.controls["broken"].value = False
    assert view.message_widget.value == ""
    assert view.sentence == "The line ends at 0.80."


def test_an_exception_while_drawing_does_not_lose_the_next_picture(registry, caplog):
    """A panel drawn before another one failed must still be sent when all goes well again."""

    def fragile(artists, state):
        artists.left.set_data([0, 1], [0, state])
        artists.right.set_data([0, 1], [0, state] if state < 0.9 else [0, 1, 2])

    figure = LiveFigure(
        "test.fragile", "Two lines",
        controls=[Slider("height", "height", low=0, high=1, value=0.5)],
        compute=lambda height: height,
        setup=lambda a, b: SimpleNamespace(left=setup(a).line, right=setup(b).line),
        draw=fragile, sentence=sentence, panels=2,
    )  # fmt: skip
    view = figure.show()
    with caplog.at_level(logging.CRITICAL):
        view.controls["height"].value = 0.95
    assert "could not be drawn" in view.message_widget.value
    before = frame(view)
    view.controls["height"].value = 0.7
    assert all(now != then for now, then in zip(frame(view), before, strict=True)), "a panel was not sent"
    fresh = figure.show(height=0.7)
    for panel, like in zip(view.picture.panels, fresh.picture.panels, strict=True):
        assert panel.image().tobytes() == like.image().tobytes()


def test_reset_restores_every_default_with_one_redraw(line):
    view = line.show(height=0.1)
    redraws = []
    view._redraw = lambda original=view._redraw: (redraws.append(1), original())
    view.actions["reset"].click()
    assert view.controls["height"].value == 0.5
    assert view.sentence == "The line ends at 0.50."
    assert len(redraws) == 1


def test_play_advances_one_frame_a_tick_and_stop_returns_to_the_start(walk):
    view = walk.show()
    view.actions["play"].value = 1
    assert view.sentence == "The line ends at 0.10."
    view.actions["step"].click()
    assert view.sentence == "The line ends at 0.20."
    view.actions["play"].value = 0
    assert view.sentence == "The line ends at 0.00."


def test_reset_stops_a_run(walk):
    view = walk.show()
    view.actions["play"].playing = True
    view.actions["play"].value = 3
    view.actions["reset"].click()
    assert view.actions["play"].playing is False
    assert view.sentence == "The line ends at 0.00."


def test_a_control_that_restarts_restarts_and_another_acts_on_the_run(walk):
    view = walk.show()
    view.actions["play"].value = 1
    view.controls["stride"].value = 0.2
    assert view.sentence == "The line ends at 0.30."
    view.controls["origin"].value = "half"
    assert view.sentence == "The line ends at 0.50."


@pytest.mark.parametrize(("low", "high"), [(1e5, 1e13), (0.99, 1e3), (9.9, 1e4), (1, 99), (2, 30), (1, 8)])
def test_leaving_out_minor_ticks_changes_no_pixel(low, high, monkeypatch):
    def log_log(ax):
        ax.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
        return SimpleNamespace()

    def pixels():
        picture = Picture(1, log_log)
        picture.render()
        (panel,) = picture.panels
        return panel.image().tobytes(), len(panel.axes.get_xticks(minor=True))

    light, few = pixels()
    monkeypatch.setattr(Panel, "_drop_unseen_ticks", lambda panel: None)
    full, many = pixels()
    assert light == full
    assert few == (0 if high > 1000 * low else many)


def test_an_unchanged_panel_is_not_sent_again(registry):
    figure = LiveFigure(
        "test.still", "One moves",
        controls=[Slider("height", "height", low=0, high=1, value=0.5)],
        compute=lambda height: height,
        setup=lambda a, b: SimpleNamespace(line=setup(a).line, still=setup(b).line),
        draw=draw, sentence=sentence, panels=2,
    )  # fmt: skip
    view = figure.show()
    sent = []
    view.images[1].observe(lambda change: sent.append(change), names="value")
    view.controls["height"].value = 0.9
    assert not sent


def test_a_random_figure_needs_a_seed_and_repeats_itself_with_it(registry):
    figure = LiveFigure(
        "test.noise", "Noise",
        controls=[Slider("height", "height", low=0, high=1, value=0.5)],
        compute=lambda height, rng: height * rng.random(),
        setup=setup, draw=draw, sentence=sentence, random=True,
    )  # fmt: skip
    with pytest.raises(ValueError, match="seed = None"):
        figure.show()
    assert figure.show(seed=7).sentence == figure.show(seed=7).sentence != figure.show(seed=8).sentence


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Slider("a", "a", low=0, high=1, value=2), r"a = 2 is outside \[0, 1\]"),
        (lambda: Slider("a", "a", low=1, high=0, value=0), "must be below"),
        (lambda: Slider("a", "a", low=0, high=1, value=0.5, scale="log"), "must be positive"),
        (lambda: Slider("a", "a", low=0, high=5, value=1, scale="integer").check(1.5), "must be an integer"),
        (lambda: Slider("a", "a", low=0, high=1, value=0.55, step=0.1), "a = 0.55 is not a whole number of steps 0.1"),
        (lambda: Slider("a", "a", low=1, high=1e4, value=30, step=0.1, scale="log"), "not a whole number of steps"),
        (lambda: Slider("a", "a", low=0, high=5, value=1).check(float("nan")), "a = nan is outside"),
        (lambda: Slider("a", "a", low=0, high=5, value=1, affects="colour"), "affects = 'colour'"),
        (lambda: Choice("c", "c", options=("x", "y"), value="z"), "c = 'z' is not one of 'x', 'y'"),
        (lambda: Toggle("t", "t", value=True).check(1), "t = 1 is neither"),
    ],
)
def test_bad_values_are_refused_with_a_clear_message(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_unknown_parameter_is_refused(line):
    with pytest.raises(ValueError, match="width = 3: test.line has only the controls height, broken"):
        line.show(width=3)


def test_two_figures_cannot_share_a_name(line):
    with pytest.raises(ValueError, match="already the name of a figure"):
        LiveFigure("test.line", "B", controls=[], compute=np.sin, setup=setup, draw=draw, sentence=sentence)


def test_a_log_slider_reaches_both_ends(registry):
    figure = LiveFigure(
        "test.log", "Log",
        controls=[Slider("n", "n", low=5e4, high=5e9, value=5e7, scale="log", step=0.05)],
        compute=lambda n: np.log10(n) / 10, setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip
    view = figure.show()
    for end in (5e4, 5e9):
        view.controls["n"].value = end
        assert view.message_widget.value == ""
        assert view.values["n"] == pytest.approx(end)


def test_importing_the_package_brings_no_library_with_it():
    import subprocess
    import sys

    code = "import sys, emergence; print(sorted({'numpy', 'matplotlib', 'ipywidgets', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_figure_needs_neither_pyplot_nor_scipy_nor_sympy():
    """A touched figure waits for every import, so it must not pull in what it does not use."""
    import subprocess
    import sys

    for name in registered_figures():
        module = name.split(".")[0]
        code = f"""
import sys
from emergence.figures import {module}
print(sorted({{'matplotlib.pyplot', 'scipy', 'sympy'}} & set(sys.modules)))"""
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (0.4, "0.4"), (2.2, "2.2"), (365, "365"), (12345, "12,345"), (1.97e9, "1.97e9"), (3e11, "3e11"),
     (0.00012, "1.2e-4"), (1e-3, "0.001"), (9.999e8, "1e9"), (-5e7, "-5e7")],
)  # fmt: skip
def test_numbers_in_sentences(number, words):
    assert in_words(number) == words
