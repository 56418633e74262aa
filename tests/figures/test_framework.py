"""The framework itself, on small figures made for the purpose."""

from __future__ import annotations

import importlib
import io
import logging
import sys
from base64 import b64decode
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image

from emergence.live import Choice, Grip, LiveFigure, Slider, Toggle, in_words, place, registered_figures, with_minus
from emergence.live import figure as figure_module
from emergence.live.palette import BLUE, DATA, ORANGE, PAPER, rgb
from emergence.live.picture import Panel, Picture, _small_png


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
        "A line", name="test.line",
        controls=[
            Slider("height", "height", low=0, high=1, value=0.5),
            Toggle("broken", "break it", value=False),
        ],
        start=compute, setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip


@pytest.fixture
def walk(registry):
    return LiveFigure(
        "A walk", name="test.walk",
        controls=[
            Slider("stride", "stride", low=0.01, high=0.2, value=0.1, restarts=False),
            Choice("origin", "from", options=("zero", "half"), value="zero"),
        ],
        start=lambda stride, origin: 0.0 if origin == "zero" else 0.5,
        advance=lambda state, stride, origin: min(state + stride, 1.0),
        setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip


def frame(view):
    return [getattr(view, f"frame{i}") for i in range(len(view.figure.panels))]


def test_moving_a_slider_redraws_and_says_so(line):
    view = line.show()
    before = frame(view)
    view.change(height=0.9)
    assert view.sentence == "The line ends at 0.90."
    assert view.values["height"] == 0.9
    assert frame(view) != before


def test_a_request_is_answered_in_one_message_with_its_number(line, monkeypatch):
    view = line.show()
    sent = []
    monkeypatch.setattr(view, "send_state", lambda key=None: sent.append(set(key)))
    view._handle_custom_msg({"id": "a-1", "values": {"height": 0.9}}, [])
    assert sent == [{"values", "sentence", "frame0", "answered"}]
    assert view.answered == "a-1"
    view._handle_custom_msg({"id": "a-2", "values": {"height": 7}}, [])
    assert "height = 7 is outside [0, 1]" in view.message and view.answered == "a-2"
    assert view.values["height"] == 0.9, "what is refused changes nothing"
    view._handle_custom_msg({"id": "a-3", "reset": True, "values": {"height": 0.2}}, [])
    assert (view.message, view.sentence) == ("", "The line ends at 0.20."), "a value that follows a reset is kept"


def test_an_exception_is_shown_and_the_last_good_picture_stays(line, caplog):
    view = line.show()
    good, said = frame(view), view.sentence
    with caplog.at_level(logging.CRITICAL):
        view.change(broken=True)
    assert "ZeroDivisionError: no line at <this> height" in view.message
    assert frame(view) == good and view.sentence == said


def test_the_controls_work_again_after_an_exception(line, caplog):
    view = line.show()
    with caplog.at_level(logging.CRITICAL):
        view.change(broken=True)
        view.change(height=0.8)
    assert view.message
    view.change(broken=False)
    assert view.message == ""
    assert view.sentence == "The line ends at 0.80."


def test_an_exception_while_drawing_does_not_lose_the_next_picture(registry, caplog):
    """A panel drawn before another one failed must still be sent when all goes well again."""

    def fragile(artists, state):
        artists.left.set_data([0, 1], [0, state])
        artists.right.set_data([0, 1], [0, state] if state < 0.9 else [0, 1, 2])

    figure = LiveFigure(
        "Two lines", name="test.fragile",
        controls=[Slider("height", "height", low=0, high=1, value=0.5)],
        start=lambda height: height,
        setup=lambda a, b: SimpleNamespace(left=setup(a).line, right=setup(b).line),
        draw=fragile, sentence=sentence,
    )  # fmt: skip
    view = figure.show()
    with caplog.at_level(logging.CRITICAL):
        view.change(height=0.95)
    assert "could not be drawn" in view.message
    before = frame(view)
    view.change(height=0.7)
    assert all(now != then for now, then in zip(frame(view), before, strict=True)), "a panel was not sent"
    fresh = figure.show(height=0.7)
    for panel, like in zip(view.picture.panels, fresh.picture.panels, strict=True):
        assert panel.image().tobytes() == like.image().tobytes()


def test_reset_restores_every_default_with_one_redraw(line):
    view = line.show(height=0.1)
    redraws = []
    view._drawn = lambda values, original=view._drawn: (redraws.append(1), original(values))[1]
    view.reset()
    assert view.values == {"height": 0.5, "broken": False}
    assert view.sentence == "The line ends at 0.50."
    assert len(redraws) == 1


def test_steps_advance_frame_by_frame_and_reset_returns_to_the_start(walk):
    view = walk.show()
    view.step()
    assert view.sentence == "The line ends at 0.10."
    view.step(2)
    assert view.sentence == "The line ends at 0.30."
    view.reset()
    assert view.sentence == "The line ends at 0.00."


def test_a_run_says_when_it_has_ended_and_begins_anew_when_it_goes_on(registry, walk):
    short = LiveFigure(
        "A short walk", name="test.short_walk", controls=walk.controls,
        start=lambda stride, origin: 0.0 if origin == "zero" else 0.5,
        advance=lambda state, stride, origin: min(state + stride, 1.0), ended=lambda state: state > 0.99,
        setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip
    view, endless = short.show(origin="half"), walk.show(origin="half")
    view.step(4)
    assert not view.ended
    view.step()
    endless.step(6)
    assert view.ended and not endless.ended and view.sentence == endless.sentence == "The line ends at 1.00."
    view.step()
    assert not view.ended and view.sentence == "The line ends at 0.50."
    view.step(5)
    view.change(origin="zero")
    assert not view.ended


def test_a_control_that_restarts_restarts_and_another_acts_on_the_run(walk):
    view = walk.show()
    view.step()
    view.change(stride=0.2)
    assert view.sentence == "The line ends at 0.30."
    view.change(origin="half")
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


def test_minor_ticks_that_a_figure_took_away_do_not_come_back():
    """Within three decades Matplotlib labels minor ticks, over those that the figure has set."""
    ways = (lambda ax: ax.set_xticks([], minor=True), lambda ax: ax.minorticks_off())

    def setup(*panels):
        for axes, take_away in zip(panels, ways, strict=True):
            axes.set(xscale="log", xlim=(0.16, 4))
            axes.set_xticks([0.2, 0.5, 1, 2], ["0.2", "0.5", "1", "2"])
            take_away(axes)
        return SimpleNamespace()

    picture = Picture(2, setup)
    picture.render()
    assert all(len(axes.get_xticks(minor=True)) == 0 for axes in picture.axes)


def test_minor_ticks_come_back_when_the_axis_gets_short():
    def log(ax):
        ax.set(xscale="log", xlim=(1, 1e6))
        return SimpleNamespace()

    picture = Picture(1, log)
    picture.render()
    assert len(picture.axes[0].get_xticks(minor=True)) == 0
    picture.axes[0].set_xlim(1, 8)
    picture.render()
    assert len(picture.axes[0].get_xticks(minor=True)) > 0


def test_a_stored_picture_with_a_heat_map_keeps_the_colours_of_its_legend():
    def setup(lines, image):
        shades = LinearSegmentedColormap.from_list("shades", [PAPER, BLUE])
        image.imshow(np.random.default_rng(1).random((64, 64)), cmap=shades, interpolation="nearest")
        for colour in DATA:
            lines.plot([0, 1], [0, 1], color=colour, label=colour)
        lines.legend()
        return SimpleNamespace()

    picture = Picture(2, setup)
    picture.render()
    stored = Image.open(io.BytesIO(picture.static_png()))
    seen = np.unique(np.asarray(stored.convert("RGB")).reshape(-1, 3), axis=0)
    assert len(seen) <= 64
    for colour in DATA:
        assert np.abs(seen - 255 * rgb(colour)).max(axis=1).min() <= 65, colour
    assert [255, 255, 255] in seen.tolist()


def test_an_unchanged_panel_is_not_sent_again(registry):
    figure = LiveFigure(
        "One moves", name="test.still",
        controls=[Slider("height", "height", low=0, high=1, value=0.5)],
        start=lambda height: height,
        setup=lambda a, b: SimpleNamespace(line=setup(a).line, still=setup(b).line),
        draw=draw, sentence=sentence,
    )  # fmt: skip
    view = figure.show()
    sent = []
    view.observe(lambda change: sent.append(change["name"]), names=["frame0", "frame1"])
    view.change(height=0.9)
    assert sent == ["frame0"]


def test_a_random_figure_needs_a_seed_and_repeats_itself_with_it(registry):
    figure = LiveFigure(
        "Noise", name="test.noise",
        controls=[Slider("height", "height", low=0, high=1, value=0.5)],
        start=lambda height, rng: height * rng.random(),
        setup=setup, draw=draw, sentence=sentence,
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


TWINS = """
from emergence.live import LiveFigure

def start(): return 1.0
def setup(ax): return None
def draw(artists, state): pass
def sentence(state): return str(state)
one = LiveFigure("A", name="twins.one", controls=[])
"""


def test_two_figures_cannot_share_a_name(registry, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "twins_of_a_test.py").write_text(TWINS)
    module = importlib.import_module("twins_of_a_test")
    importlib.reload(module)  # the same figure again
    with pytest.raises(ValueError, match="twins.one is already the name of a figure in twins_of_a_test"):
        LiveFigure("B", name="twins.one", controls=[], start=module.start)
    (tmp_path / "twins_of_a_test.py").write_text(TWINS + 'two = LiveFigure("B", name="twins.one", controls=[])\n')
    with pytest.raises(ValueError, match="twins.one is already the name of a figure in twins_of_a_test"):
        importlib.reload(module)
    cell = {"__name__": "__main__"}
    for _ in range(2):  # a cell of a notebook that is run again
        exec(TWINS.replace("twins", "cell"), cell)


def moved_limits(ax, still, state):
    ax.set(xlim=(0, 1 + state), ylim=(state, 2))


def moved_ticks(ax, still, state):
    ax.set_xticks([0, 0.2 + state / 2], ["none", f"{state:.1f}"])


def moved_grid(ax, still, state):
    ax.grid(state > 0.5)
    ax.tick_params(labelsize=8 + 4 * state)


def moved_words(ax, still, state):
    ax.set_title(f"{state:.1f}")
    ax.set_xlabel(f"{state:.1f}")


def moved_legend(ax, still, state):
    ax.get_legend().get_texts()[0].set_text(f"{state:.1f}")


def moved_place(ax, still, state):
    ax.set_position((0.2, 0.2, 0.3 + state / 3, 0.5))
    ax.set_aspect("equal" if state > 0.5 else "auto")


def moved_minor_ticks(ax, still, state):
    ax.set_xticks([state / 2, state / 3], minor=True)


def moved_what_stands_still(ax, still, state):
    still.set_ydata([state, state])
    ax.set_facecolor(f"{0.5 + state / 2:.2f}")
    ax.spines.left.set_visible(state > 0.5)


@pytest.mark.parametrize(
    "also",
    [
        moved_limits,
        moved_ticks,
        moved_minor_ticks,
        moved_grid,
        moved_words,
        moved_place,
        moved_legend,
        moved_what_stands_still,
    ],
)
def test_what_draw_changes_beside_its_artists_is_drawn_too(also):
    drawn = {}

    def start(ax):
        artists = setup(ax)
        (still,) = ax.plot([0, 1], [0.5, 0.5], label="still")
        ax.legend()
        drawn[id(artists)] = (ax, still)
        return artists

    def at(picture, *states):
        for state in states:
            also(*drawn[id(picture.artists)], state)
            draw(picture.artists, state)
            picture.render()
        return picture.panels[0].image().tobytes()

    wandering = Picture(1, start)
    assert at(wandering, 0.2, 0.9) == at(Picture(1, start), 0.9)
    assert at(wandering, 0.2, 0.9, 0.2) == at(Picture(1, start), 0.2) != at(wandering, 0.9)


def asking(**functions):
    parts = {
        "setup": lambda ax, bx: None,
        "start": lambda height: height,
        "draw": lambda: None,
        "sentence": lambda: ".",
    }
    slider = Slider("height", "height", low=0, high=1, value=0.5)
    return LiveFigure("Asking", name="test.asking", controls=[slider], **parts | functions)


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        (
            {"draw": lambda artists, width: None},
            "test.asking: <lambda> asks for width; there are artists, ax, bx, height",
        ),
        ({"sentence": lambda ax: "."}, "test.asking: <lambda> asks for ax; there are height, state"),
        ({"start": lambda state: None}, "test.asking: <lambda> asks for state; there are height, rng"),
        ({"setup": lambda height: None}, "names of controls and panels are not unique"),
        ({"setup": lambda state: None}, "names of controls and panels are not unique"),
    ],
)
def test_a_function_that_asks_for_what_is_not_there_is_refused_at_once(registry, functions, message):
    with pytest.raises(ValueError, match=message):
        asking(**functions)


def test_a_figure_says_which_function_or_name_it_lacks(registry):
    with pytest.raises(TypeError, match="test.asking: compute is no function of a figure"):
        asking(compute=lambda: None)
    with pytest.raises(ValueError, match="name = None, but .*test_framework is no module of emergence.figures"):
        LiveFigure("Nameless", controls=[])
    with pytest.raises(ValueError, match="test.bare: bare has no draw, no setup"):
        exec(
            "LiveFigure('Bare', name='test.bare', controls=[], start=str, sentence=str)",
            {"__name__": "bare", "LiveFigure": LiveFigure},
        )


def test_a_figure_gets_the_values_and_panels_that_it_asks_for_and_starts_only_for_what_start_asks_for(registry):
    started, drawn = [], []
    controls = [Slider("height", "height", low=0, high=1, value=0.5), Toggle("grid", "grid", value=False)]
    figure = LiveFigure(
        "Asking", name="test.asking", controls=controls,
        start=lambda height: started.append(height) or height,
        setup=lambda left, right: SimpleNamespace(line=setup(left).line),
        draw=lambda right, grid: drawn.append((right, grid)),
        sentence=lambda state, grid: f"{state} {grid}.",
    )  # fmt: skip
    view = figure.show()
    view.change(grid=True)
    view.change(height=0.7)
    right = view.picture.axes[1]
    assert started == [0.5, 0.7] and drawn == [(right, False), (right, True), (right, True)]
    assert view.sentence == "0.7 True."


@pytest.fixture
def held(registry):
    """Two sliders that hold one point, and one that holds a vertical line."""
    return LiveFigure(
        "Held", name="test.held",
        controls=[
            Slider("across", "across", low=1, high=100, value=10, scale="log", step=0.1, grip=Grip("point", "x")),
            Slider("up", "up", low=0, high=1, value=0.25, grip=Grip("point", "y", gain=2)),
            Slider("wall", "wall", low=0, high=4, value=1, grip=Grip("wall", "x")),
            Toggle("gone", "gone", value=False),
        ],
        start=lambda: None,
        setup=lambda ax, bx: SimpleNamespace(
            point=ax.set(xscale="log", xlim=(1, 100), ylim=(0, 1)) and ax.plot([], [], "o")[0],
            wall=bx.set(xlim=(0, 4)) and bx.axvline(),
        ),
        draw=lambda artists, across, up, wall, gone: (
            place(artists.point, x=across, y=up), place(artists.wall, x=wall), artists.wall.set_visible(not gone)
        ),
        sentence=lambda: ".",
    )  # fmt: skip


def test_what_is_drawn_is_gripped_where_it_stands(held):
    values, picture = held.defaults, held.picture()
    held.draw(picture, None, values)
    grips = held.grips(picture)
    left, right, low, high = 0.185, 0.94, 1 - 0.18, 1 - 0.9  # of the axes in the panel
    middle, quarter = (left + right) / 2, low + (high - low) / 4
    assert grips["point-0"]["panel"] == 0
    assert grips["point-0"]["box"] == pytest.approx([middle, quarter, middle, quarter])
    assert grips["point-0"]["x"] == {
        "control": "across", "gain": 1.0, "log": True, "shown": [1.0, 100.0], "ends": pytest.approx([left, right]),
    }  # fmt: skip
    assert grips["point-0"]["y"] == {
        "control": "up", "gain": 2, "log": False, "shown": [0.0, 1.0], "ends": pytest.approx([low, high]),
    }  # fmt: skip
    wall = left + (right - left) / 4
    assert grips["wall-0"]["panel"] == 1 and grips["wall-0"]["box"] == pytest.approx([wall, high, wall, low])
    assert set(grips["wall-0"]) == {"panel", "box", "x"}


def test_what_is_not_drawn_is_not_gripped(held):
    picture = held.picture()
    held.draw(picture, None, held.defaults | {"gone": True})
    assert set(held.grips(picture)) == {"point-0"}


# -- sheets to draw on -----------------------------------------------------------------------------------


@pytest.fixture
def sketched(registry):
    """A curve on its own axes, with a legend and a line that stands still; the second panel can be drawn on."""
    return LiveFigure(
        "Sketched", name="test.sketched", sketch="bx",
        controls=[Slider("low", "low", low=0, high=4, value=1)],
        start=lambda: None,
        setup=lambda ax, bx: SimpleNamespace(
            curve=bx.plot([], [], label="curve")[0], level=bx.legend() and bx.axhline(1)
        ),
        draw=lambda artists, bx, low: (
            bx.set(xlim=(low, 8), ylim=(0, 2), xlabel="size", ylabel="loss"), artists.curve.set_data([low, 8], [0, 2])
        ),
        sentence=lambda: ".",
    )  # fmt: skip


def test_a_stored_picture_keeps_the_colours_of_curves_beside_an_image_of_many_shades():
    rng = np.random.default_rng(0)
    shades = rng.integers(0, 256, (300, 300, 3)).astype(np.uint8)
    sheet = np.full((300, 700, 3), 255, np.uint8)
    sheet[:, 400:] = rgb(BLUE) * shades[..., :1] + 255 - shades[..., :1]
    sheet[100:102, 50:90] = np.rint(255 * rgb(ORANGE))
    stored = np.asarray(Image.open(io.BytesIO(_small_png(Image.fromarray(sheet)))).convert("RGB")).astype(int)
    assert np.abs(stored[100:102, 50:90] - 255 * rgb(ORANGE)).max() < 1
    assert (stored[150:, :400] == 255).all(), "paper stays white"


def test_a_sheet_follows_its_axes(sketched):
    view = sketched.show()
    side = {"ends": pytest.approx([0.185, 0.94]), "shown": [1.0, 8.0], "log": False, "label": "size"}
    assert view.sheet["panel"] == 1 and view.sheet["x"] == side and view.sheet["y"]["label"] == "loss"
    view.change(low=2)
    assert view.sheet["x"]["shown"] == [2.0, 8.0]


def test_a_sheet_is_empty_and_what_is_shown_stays(sketched):
    view = sketched.show()
    shown = view.picture.static_png()
    (axes,) = view.picture.axes[1:]
    sheet = Image.open(io.BytesIO(view.picture.empty_png(axes))).convert("RGB")
    empty = np.asarray(sheet)
    assert not (np.abs(empty - rgb(BLUE) * 255).max(axis=-1) < 60).any(), (
        "no curve, and no legend that shows its colour"
    )
    assert sheet.size == view.picture.panels[1].size
    metadata = sketched.show()._repr_mimebundle_()[1]
    assert b64decode(metadata["emergence"]["sheet"]["png"]).startswith(b"\x89PNG")
    view = sketched.show()
    view._repr_mimebundle_()
    view.picture.render()
    assert view.picture.static_png() == shown


def test_a_sheet_is_of_a_panel_that_there_is(registry):
    with pytest.raises(ValueError, match="sketch = 'cx', but the panels are ax"):
        LiveFigure("?", name="test.nowhere", sketch="cx", controls=[], start=lambda: None, setup=lambda ax: None,
                   draw=lambda: None, sentence=lambda: ".")  # fmt: skip


@pytest.mark.parametrize("grip", [lambda: Grip("point", "z"), lambda: Grip("point", "x", gain=0)])
def test_a_grip_that_leads_nowhere_is_refused(grip):
    with pytest.raises(ValueError, match="along = 'z'|gain = 0"):
        grip()


@pytest.mark.parametrize(
    ("changed", "after"), [(["seen"], 1), (["pace"], 2), (["begun"], 0), (["begun", "pace"], 0), (["seen", "pace"], 2)]
)
def test_a_moved_control_starts_anew_or_acts_on_the_run_or_leaves_the_state_alone(registry, changed, after):
    figure = LiveFigure(
        "Run", name="test.run",
        controls=[Toggle(name, name, value=False, restarts=name == "begun") for name in ("seen", "pace", "begun")],
        start=lambda begun, pace: 0, advance=lambda state, pace: state + 1,
        setup=setup, draw=lambda seen: None, sentence=lambda: ".",
    )  # fmt: skip
    assert figure.after(changed, 1, figure.defaults) == after


def test_a_view_is_shown_again_after_a_refusal(line, caplog):
    view = line.show()
    with caplog.at_level(logging.CRITICAL):
        view.change(height=5)
    assert view.message.startswith("This setting could not be drawn. ValueError: height = 5 is outside [0, 1].")
    data, _ = view._repr_mimebundle_()
    assert data["text/plain"] == "The line ends at 0.50." and data["image/png"]


def test_a_grip_of_what_is_no_line_is_refused_by_name(registry):
    figure = LiveFigure(
        "Astray", name="test.astray", controls=[Slider("h", "h", low=0, high=1, value=0, grip=Grip("h", "y"))],
        start=lambda: 0, setup=setup, draw=lambda: None, sentence=lambda: ".",
    )  # fmt: skip
    with pytest.raises(TypeError, match="test.astray: the grip of h names 'h', which is no line .*; it returned line"):
        figure.show()
    with pytest.raises(TypeError, match="setup returned None, but must return a SimpleNamespace"):
        Picture(1, lambda ax: None)


def test_frames_come_in_the_size_that_is_asked_for(line):
    view, wide = line.show(), line.show(height=0.9)
    view._on_message(None, {"id": "1", "width": 440, "values": {"height": 0.9}}, [])
    assert [panel.size for panel in view.picture.panels] == [(440, 330)] and view.answered == "1"
    small = Image.open(io.BytesIO(view.frame0))
    assert small.size == (440, 330)
    # Letters fall on other pixels: what is compared is what an eye sees from afar.
    afar = [
        np.asarray(each.convert("L").resize((44, 33), Image.Resampling.BOX), float)
        for each in (small, wide.picture.panels[0].image(), line.show(height=0.2).picture.panels[0].image())
    ]
    same, other = (np.abs(afar[0] - each).mean() for each in afar[1:])
    assert same < other / 2
    view._on_message(None, {"id": "2", "width": 660}, [])
    assert view.frame0 == wide.frame0 or view.picture.panels[0].image() == wide.picture.panels[0].image()
    view._on_message(None, {"id": "3", "width": 66000}, [])
    assert "width = 66000 is outside [440, 1320]" in view.message


def test_a_log_slider_reaches_both_ends(registry):
    figure = LiveFigure(
        "Log", name="test.log",
        controls=[Slider("n", "n", low=5e4, high=5e9, value=5e7, scale="log", step=0.05)],
        start=lambda n: np.log10(n) / 10, setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip
    view = figure.show()
    for end in (5e4, 5e9):
        view.change(n=end)
        assert view.message == ""
        assert view.values["n"] == pytest.approx(end)


def test_importing_the_package_brings_no_library_with_it():
    import subprocess
    import sys

    code = "import sys, emergence; print(sorted({'numpy', 'matplotlib', 'anywidget', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_figure_needs_neither_pyplot_nor_scipy_nor_sympy():
    """A touched figure waits for every import, so it must not pull in what it does not use."""
    import subprocess
    import sys

    code = f"""
import importlib, sys
for figure in {list(registered_figures())}:
    importlib.import_module(f"emergence.figures.{{figure}}")
print(sorted({{'matplotlib.pyplot', 'scipy', 'sympy'}} & set(sys.modules)))"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (0.4, "0.4"), (2.2, "2.2"), (365, "365"), (12345, "12,345"), (1.97e9, "1.97×10⁹"), (3e11, "3×10¹¹"),
     (0.00012, "1.2×10⁻⁴"), (1e-3, "0.001"), (9.999e8, "1×10⁹"), (-5e7, "−5×10⁷")],
)  # fmt: skip
def test_numbers_in_sentences(number, words):
    assert in_words(number) == words


def test_negative_numbers_have_a_minus_sign_in_sentences_and_exponents_a_hyphen(registry):
    assert with_minus("m = -0.5 to +1, (-2) and -3e-8; GPT-3, well-known, 1 - x") == (
        "m = −0.5 to +1, (−2) and −3e-8; GPT-3, well-known, 1 - x"
    )
    figure = LiveFigure(
        "Below zero", name="test.negative", controls=[Slider("height", "height", low=-1, high=1, value=-0.5)],
        start=lambda height: height, setup=setup, draw=draw, sentence=sentence,
    )  # fmt: skip
    assert figure.show().sentence == "The line ends at −0.50."
