"""Drawing with persistent artists: a panel keeps its axes as a background and redraws only what moves.

Blitting a panel costs a few milliseconds where drawing a figure anew costs hundreds
(`make bench` prints both).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator
from PIL import Image

from emergence.live.palette import DATA, GREY, INK, PAPER, STYLE, rgb

DPI = 150
_BACKGROUNDS = 8  # kept per panel, 1.3 MB each
PANEL_INCHES = (4.4, 3.3)
PANEL_PIXELS = (660, 495)
WIDTHS = (440, 1320)
"""Pixels that a panel may be asked to have: fewer would blur a lattice of spins, more would take a slow machine too
long."""
# In the browser's own kernel a frame never leaves the machine, and compressing it would cost more than drawing
# it. Anywhere else it travels over a connection: then 64 kB of indexed PNG beat 1 MB of bitmap.
FRAME_FORMAT = "bmp" if sys.platform == "emscripten" else "png"
for _font in sorted((Path(__file__).parent / "fonts").glob("*.ttf")):
    fontManager.addfont(_font)
AXES = (0.185, 0.18, 0.755, 0.72)  # left, bottom, width, height in the panel; fixed, so nothing jumps


def _artists(values: Iterable[Any]) -> Iterator[Artist]:
    """Every artist in the (nested) containers that a figure's `setup` returned."""
    for value in values:
        if isinstance(value, Artist):
            yield value
        elif isinstance(value, dict):
            yield from _artists(value.values())
        elif isinstance(value, (list, tuple)):
            yield from _artists(value)


class _Unseen(NullLocator):
    """The minor ticks that a panel leaves out by itself, told apart from those that a figure has set."""


class Panel:
    """One set of axes with its own canvas."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=PANEL_INCHES, dpi=DPI)
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes(AXES)
        self.moving: list[Artist] = []
        # Drawing axes and finding the colours of a frame cost far more than drawing what moves, so both are kept
        # for the last few states of the axes: a choice between axes pays for each only once.
        self._backgrounds: dict[tuple, Any] = {}
        self._colours: dict[tuple, Image.Image] = {}
        self._state: tuple = ()
        self._last: bytes | None = None
        self._is_sent = False  # whether the reader has what was rendered last

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.canvas.get_width_height()

    def fit(self, width: int) -> None:
        """Draw about so many pixels wide from now on: the same picture, coarser or finer."""
        self.figure.set_dpi(round(width / PANEL_INCHES[0]))
        self._backgrounds.clear()
        self._colours.clear()
        self._last = None

    def animate(self, artists: Iterable[Artist]) -> None:
        """Take the artists of this panel out of the background, to be redrawn at every change."""
        self.moving = sorted((a for a in artists if a.axes is self.axes), key=lambda a: a.get_zorder())
        for artist in self.moving:
            artist.set_animated(True)

    def _axes_state(self) -> tuple:
        """All that a drawing function may change and that is kept apart: a background for each state is remembered."""
        ax = self.axes
        axes = [
            (*axis.get_view_interval(), axis.get_scale(), axis.get_label_text(), axis.get_visible(),
             *(locations := axis.get_majorticklocs()), *axis.get_major_formatter().format_ticks(locations),
             *axis.get_minorticklocs(), repr(axis.get_tick_params()))
            for axis in (ax.xaxis, ax.yaxis)
        ]  # fmt: skip
        legend = ax.get_legend()
        words = [(text.get_text(), text.get_visible()) for text in legend.get_texts()] if legend else []
        return (*axes, ax.get_title(), ax.axison, ax.get_position().bounds, ax.get_aspect(), *words)

    def render(self) -> bool:
        """Draw the panel; False when no pixel changed since the last time."""
        ax = self.axes
        if ax.stale:  # Matplotlib marks what has changed, and the axes that hold it
            self._state = self._axes_state()
        state = self._state
        apart = {ax.xaxis, ax.yaxis, ax.title, *self.moving}
        if any(artist.stale for artist in ax.get_children() if artist not in apart):
            self._backgrounds.clear()
        if state in self._backgrounds:
            self.canvas.restore_region(self._backgrounds[state])
        else:
            self._drop_unseen_ticks()
            self.canvas.draw()
            if len(self._backgrounds) == _BACKGROUNDS:
                oldest = next(iter(self._backgrounds))
                del self._backgrounds[oldest]
                self._colours.pop(oldest, None)
            self._backgrounds[state] = self.canvas.copy_from_bbox(self.figure.bbox)
        for artist in self.moving:
            ax.draw_artist(artist)
        for artist in (*ax.get_children(), ax):
            artist.stale = False  # what is empty or invisible is not drawn, and would stay marked
        pixels = bytes(self.canvas.buffer_rgba())
        changed = pixels != self._last or not self._is_sent
        self._last, self._is_sent = pixels, True
        if state not in self._colours and FRAME_FORMAT == "png":
            self._colours[state] = _palette(self.image(), [image.cmap for image in ax.images])
        return changed

    def _drop_unseen_ticks(self) -> None:
        """Leave out the minor ticks of logarithmic axes: they have no length, yet cost as much as all the rest.

        Within three decades they stay, because there Matplotlib may label them. Ticks that a figure has set, or taken
        away, are left alone.
        """
        for axis, limits in ((self.axes.xaxis, self.axes.get_xlim()), (self.axes.yaxis, self.axes.get_ylim())):
            if axis.get_scale() == "log" and isinstance(axis.get_minor_locator(), (LogLocator, _Unseen)):
                unseen = max(limits) > 1000 * min(limits)
                axis.set_minor_locator(_Unseen() if unseen else LogLocator(subs=None))

    def encoded(self) -> bytes:
        """The panel as last rendered, as a file in FRAME_FORMAT."""
        return _encode(self.image(), self._colours.get(self._state))

    def forget(self) -> None:
        self._is_sent = False

    def image(self) -> Image.Image:
        """The panel as last rendered."""
        if self._last is None:
            raise RuntimeError("render the panel before asking for its image")
        return Image.frombuffer("RGBA", self.size, self._last, "raw", "RGBA", 0, 1).convert("RGB")


class Picture:
    """The panels of one figure, side by side, with the artists its `setup` made."""

    def __init__(self, panels: int, setup: Callable[..., SimpleNamespace]) -> None:
        with mpl.rc_context(STYLE):
            self.panels = [Panel() for _ in range(panels)]
            self.artists = setup(*self.axes)
        if not isinstance(self.artists, SimpleNamespace):
            raise TypeError(f"setup returned {self.artists!r}, but must return a SimpleNamespace of what will move")
        moving = list(_artists(vars(self.artists).values()))
        for panel in self.panels:
            panel.axes.autoscale(False)  # limits are the figure's own business, never a side effect of a change
            panel.animate(moving)

    @property
    def axes(self) -> list[Axes]:
        return [panel.axes for panel in self.panels]

    def fit(self, width: int) -> None:
        """Draw each panel with so many pixels, to fit the width that it is shown at.

        Raises ValueError for a width outside WIDTHS.
        """
        if not WIDTHS[0] <= width <= WIDTHS[1]:
            raise ValueError(f"width = {width!r} is outside [{WIDTHS[0]}, {WIDTHS[1]}]")
        for panel in self.panels:
            panel.fit(width)

    def render(self) -> list[bytes | None]:
        """Each panel as a file in FRAME_FORMAT, or None where nothing changed since the last call."""
        with mpl.rc_context(STYLE):
            return [panel.encoded() if panel.render() else None for panel in self.panels]

    def place_of(self, artist: Line2D) -> dict[str, Any] | None:
        """Where a line can be gripped: its panel, and the corners of its box there; None if it is not to be seen.

        Places are shares of the panel's width and height, counted from its left upper corner.
        """
        points = artist.get_xydata()[-1:] if len(artist.get_xdata()) != 2 else artist.get_xydata()
        if not (artist.get_visible() and len(points) and np.isfinite(points).all()):
            return None
        panel, (low, high) = self.axes.index(artist.axes), artist.axes.bbox.get_points()
        ends = artist.get_transform().transform(points)
        if (ends.max(axis=0) < low - 1).any() or (ends.min(axis=0) > high + 1).any():
            return None
        (left, bottom), (right, top) = np.sort(np.clip(ends[[0, -1]], low, high), axis=0) / artist.figure.bbox.size
        return {"panel": panel, "box": _rounded([left, 1 - top, right, 1 - bottom])}

    def scale_of(self, axes: Axes, along: Literal["x", "y"]) -> dict[str, Any]:
        """What an axis shows, and where in its panel it begins and ends, in the shares of `place_of`."""
        axis = axes.xaxis if along == "x" else axes.yaxis
        (left, bottom), (right, top) = axes.bbox.get_points() / axes.figure.bbox.size
        return {
            "ends": _rounded([left, right] if along == "x" else [1 - bottom, 1 - top]),
            "shown": [float(value) for value in axis.get_view_interval()],
            "log": axis.get_scale() == "log",
        }

    def empty_png(self, axes: Axes) -> bytes:
        """The panel of these axes without what moves and its legend, in a PNG of few colours: a sheet to draw on."""
        panel, legend = self.panels[self.axes.index(axes)], axes.get_legend()
        if legend:
            legend.set_visible(False)
        with mpl.rc_context(STYLE):
            panel.canvas.draw()
        if legend:
            legend.set_visible(True)
        return _small_png(Image.fromarray(np.asarray(panel.canvas.buffer_rgba())).convert("RGB"))

    def forget(self) -> None:
        """Send every panel again at the next rendering: the last one did not reach the reader."""
        for panel in self.panels:
            panel.forget()

    def static_png(self) -> bytes:
        """All panels side by side in one PNG of few colours, small enough to be stored in a notebook."""
        width, height = self.panels[0].size
        sheet = Image.new("RGB", (width * len(self.panels), height))
        for i, panel in enumerate(self.panels):
            sheet.paste(panel.image(), (i * width, 0))
        return _small_png(sheet)


STORED_COLOURS = 64  # of a picture in a notebook
_CURVES = np.rint([255 * rgb(colour) for colour in (*DATA, INK, GREY, PAPER)]).astype(int)


def _small_png(image: Image.Image) -> bytes:
    """A PNG of few colours, small enough to be stored in a notebook."""
    buffer = io.BytesIO()
    few = image.quantize(STORED_COLOURS, dither=Image.Dither.NONE)
    if _loses_a_curve(image, few):
        learnt = image.quantize(STORED_COLOURS - len(_CURVES), dither=Image.Dither.NONE).getpalette()
        few = _nearest(image, np.concatenate([np.reshape(learnt, (-1, 3))[: STORED_COLOURS - len(_CURVES)], _CURVES]))
    few.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def _nearest(image: Image.Image, colours: np.ndarray) -> Image.Image:
    """The image in the nearest of these colours, shape (n, 3); Pillow's own search is coarse, and greys the paper."""
    pixels = np.asarray(image)
    found, places = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    distance = ((found[:, None].astype(int) - colours) ** 2).sum(axis=2)
    few = Image.fromarray(distance.argmin(axis=1).astype(np.uint8)[places].reshape(pixels.shape[:2]), "P")
    few.putpalette(colours.astype(int).ravel().tolist())
    return few


def _loses_a_curve(image: Image.Image, few: Image.Image) -> bool:
    """Whether a picture has lines or letters in one of the book's colours that fewer colours show in another.

    Where an image of many shades stands beside them, the shades take the colours: a thin curve has few pixels.
    """
    before, after = (np.asarray(each.convert("RGB")).astype(int) for each in (image, few))
    for colour in _CURVES:
        own = (before == colour).all(axis=2)
        if own.sum() >= 20 and np.abs(after[own].mean(axis=0) - colour).max() > 32:
            return True
    return False


def _rounded(shares: Sequence[float]) -> list[float]:
    """Shares of a panel to a hundredth of a pixel, so that they are the same on every machine."""
    return [round(float(share), 5) for share in shares]


def _encode(image: Image.Image, colours: Image.Image | None) -> bytes:
    """The image in FRAME_FORMAT, quickly; as PNG it is indexed by the given colours, as bitmap it needs none."""
    buffer = io.BytesIO()
    if colours is None:
        image.save(buffer, "bmp")
    else:
        image.quantize(palette=colours, dither=Image.Dither.NONE).save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def _palette(image: Image.Image, colormaps: Sequence[Colormap]) -> Image.Image:
    """256 colours for the frames of a panel: those of the image, and those that a later frame may need as well.

    These are the book's colours blended with paper, and what the colormaps of its pictures can show.
    """
    learnt = image.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    shares = np.linspace(0, 1, 9)[1:, None]
    blends = [shares * rgb(colour) + (1 - shares) * rgb(PAPER) for colour in (*DATA, INK, GREY)]
    shown = [colormap(np.linspace(0, 1, min(colormap.N, 64)))[:, :3] for colormap in colormaps]
    further = np.rint(255 * np.concatenate([*shown, *blends])).astype(int).ravel()
    palette = Image.new("P", (1, 1))
    palette.putpalette([*learnt.getpalette(), *further.tolist()][: 256 * 3])
    return palette
