"""Drawing with persistent artists: a panel keeps its axes as a background and redraws only what moves.

Blitting a panel costs a few milliseconds where drawing a figure anew costs hundreds
(`make bench` prints both).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullLocator
from PIL import Image

from emergence.live.palette import DATA, GREY, INK, PAPER, STYLE, rgb

DPI = 150
_BACKGROUNDS = 8  # kept per panel, 1.3 MB each
PANEL_INCHES = (4.4, 3.3)
PANEL_PIXELS = (660, 495)
# In the browser's own kernel a frame never leaves the machine, and compressing it would cost more than drawing
# it. Anywhere else it travels over a connection: then 64 kB of indexed PNG beat 1 MB of bitmap.
FRAME_FORMAT = "bmp" if sys.platform == "emscripten" else "png"
_AXES = (0.165, 0.175, 0.775, 0.725)  # left, bottom, width, height in the panel; fixed, so nothing jumps


def set_band(band: PolyCollection, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """Move a filled band (made by `fill_between`) to the region between two curves."""
    outline = np.concatenate([np.column_stack([x, low]), np.column_stack([x, high])[::-1]])
    band.set_verts([outline])


class Stripe(Rectangle):
    """A stripe across the axes, horizontal or vertical, between two values of the axis it is drawn on.

    `axhspan` would do, but what it returns changed with Matplotlib 3.9, and a browser's kernel has 3.8.
    """

    def __init__(self, axes: Axes, direction: Literal["horizontal", "vertical"], **style: Any) -> None:
        self.horizontal = direction == "horizontal"
        transform = axes.get_yaxis_transform() if self.horizontal else axes.get_xaxis_transform()
        super().__init__((0, 0), 1, 1, transform=transform, linewidth=0, **style)
        axes.add_patch(self)

    def cover(self, low: float, high: float) -> None:
        """Reach from low to high, in data units."""
        if self.horizontal:
            self.set(y=low, height=high - low)
        else:
            self.set(x=low, width=high - low)


def _artists(values: Iterable[Any]) -> Iterator[Artist]:
    """Every artist in the (nested) containers that a figure's `setup` returned."""
    for value in values:
        if isinstance(value, Artist):
            yield value
        elif isinstance(value, dict):
            yield from _artists(value.values())
        elif isinstance(value, (list, tuple)):
            yield from _artists(value)


class Panel:
    """One set of axes with its own canvas."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=PANEL_INCHES, dpi=DPI)
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes(_AXES)
        self.moving: list[Artist] = []
        # Drawing axes and finding the colours of a frame cost far more than drawing what moves, so both are kept
        # for the last few states of the axes: a choice between axes pays for each only once.
        self._backgrounds: dict[tuple, Any] = {}
        self._colours: dict[tuple, Image.Image] = {}
        self._last: bytes | None = None

    def animate(self, artists: Iterable[Artist]) -> None:
        """Take the artists of this panel out of the background, to be redrawn at every change."""
        self.moving = sorted((a for a in artists if a.axes is self.axes), key=lambda a: a.get_zorder())
        for artist in self.moving:
            artist.set_animated(True)

    def _axes_state(self) -> tuple:
        """All that the background shows and a drawing function may change."""
        ax = self.axes
        return (
            ax.get_xlim(), ax.get_ylim(), ax.get_xscale(), ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel(),
            ax.get_title(), ax.axison,
        )  # fmt: skip

    def render(self) -> bool:
        """Draw the panel; False when no pixel changed since the last time."""
        state = self._axes_state()
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
            self.axes.draw_artist(artist)
        pixels = bytes(self.canvas.buffer_rgba())
        changed = pixels != self._last
        self._last = pixels
        if state not in self._colours and FRAME_FORMAT == "png":
            self._colours[state] = _palette(self.image(), [image.cmap for image in self.axes.images])
        return changed

    def _drop_unseen_ticks(self) -> None:
        """Leave out the minor ticks of logarithmic axes: they have no length, yet cost as much as all the rest.

        Within three decades they stay, because there Matplotlib may label them.
        """
        for axis, limits in ((self.axes.xaxis, self.axes.get_xlim()), (self.axes.yaxis, self.axes.get_ylim())):
            if axis.get_scale() == "log":
                unseen = max(limits) > 1000 * min(limits)
                axis.set_minor_locator(NullLocator() if unseen else LogLocator(subs=None))

    def encoded(self) -> bytes:
        """The panel as last rendered, as a file in FRAME_FORMAT."""
        return _encode(self.image(), self._colours.get(self._axes_state()))

    def forget(self) -> None:
        self._last = None

    def image(self) -> Image.Image:
        """The panel as last rendered."""
        if self._last is None:
            raise RuntimeError("render the panel before asking for its image")
        return Image.frombuffer("RGBA", PANEL_PIXELS, self._last, "raw", "RGBA", 0, 1).convert("RGB")


class Picture:
    """The panels of one figure, side by side, with the artists its `setup` made."""

    def __init__(self, panels: int, setup: Callable[..., SimpleNamespace]) -> None:
        with mpl.rc_context(STYLE):
            self.panels = [Panel() for _ in range(panels)]
            self.artists = setup(*self.axes)
        moving = list(_artists(vars(self.artists).values()))
        for panel in self.panels:
            panel.axes.autoscale(False)  # limits are the figure's own business, never a side effect of a change
            panel.animate(moving)

    @property
    def axes(self) -> list[Axes]:
        return [panel.axes for panel in self.panels]

    def render(self) -> list[bytes | None]:
        """Each panel as a file in FRAME_FORMAT, or None where nothing changed since the last call."""
        with mpl.rc_context(STYLE):
            return [panel.encoded() if panel.render() else None for panel in self.panels]

    def forget(self) -> None:
        """Send every panel again at the next rendering: the last one did not reach the reader."""
        for panel in self.panels:
            panel.forget()

    def static_png(self) -> bytes:
        """All panels side by side in one PNG of few colours, small enough to be stored in a notebook."""
        width, height = PANEL_PIXELS
        sheet = Image.new("RGB", (width * len(self.panels), height))
        for i, panel in enumerate(self.panels):
            sheet.paste(panel.image(), (i * width, 0))
        buffer = io.BytesIO()
        sheet.quantize(64, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
        return buffer.getvalue()


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


def in_words(number: float, digits: int = 3) -> str:
    """A number as the sentences write it: 0.4, 2.2, 365, and 1.97e9 from a million on or below a thousandth."""
    if number == 0 or 1e-3 <= abs(number) < 1e6:
        return f"{number:.{digits}g}" if abs(number) < 10**digits else f"{number:,.0f}"
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
