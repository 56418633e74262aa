"""The cover, from the book's first simulation: an Ising lattice, cold at its upper edge and hot at its lower one.

Each row has its own temperature, and all spins began up. The cold rows have kept that; near the critical temperature,
2.269, order gives way to islands of every size, and these to noise. Cover, favicon and the strip on the cards of link
previews are such lattices, the same ones on every machine.
"""

import io
from functools import cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from numpy.typing import NDArray
from PIL import Image

from book.extension.fonts import PACKAGES, SANS
from emergence.live.palette import PAPER

NIGHT, DAWN = "#0b3c5d", "#f2a541"  # spins up, spins down
COLDEST, HOTTEST = 1.2, 3.6
COVER_INCHES, COVER_DPI = (6.4, 9.6), 200
LABELS = [SANS, "DejaVu Sans"]
for _weight in ("400Regular/FiraSans_400Regular", "600SemiBold/FiraSans_600SemiBold"):
    fontManager.addfont(PACKAGES / "fira-sans" / f"{_weight}.ttf")


def cooled_lattice(rows: int, columns: int, sweeps: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which spins are up, shape (rows, columns), some sweeps of the heat-bath rule after all were.

    The lattice is periodic from side to side; above it all spins are up, below it there are none.
    """
    temperature = np.linspace(COLDEST, HOTTEST, rows)[:, None]
    spins = np.ones((rows + 2, columns))
    spins[-1] = 0
    colour = np.indices((rows, columns)).sum(axis=0) % 2
    for sweep in range(2 * sweeps):
        inner = spins[1:-1]
        field = spins[:-2] + spins[2:] + np.roll(inner, 1, axis=1) + np.roll(inner, -1, axis=1)
        up = rng.random((rows, columns)) < 1 / (1 + np.exp(-2 * field / temperature))
        spins[1:-1] = np.where(colour == sweep % 2, np.where(up, 1.0, -1.0), inner)
    return spins[1:-1] > 0


def picture(rows: int, columns: int, cell: int, seed: int = 1) -> Image.Image:
    """Draw a lattice with so many pixels a cell."""
    up = cooled_lattice(rows, columns, 200, np.random.default_rng(seed))
    image = Image.fromarray(np.where(up, 0, 1).astype(np.uint8), "P")
    image.putpalette([int(colour[i : i + 2], 16) for colour in (NIGHT, DAWN) for i in (1, 3, 5)])
    return image.resize((columns * cell, rows * cell), Image.Resampling.NEAREST)


@cache
def strip() -> Image.Image:
    """Draw the strip along the left edge of a card, 60 by 630 pixels."""
    return picture(105, 10, 6).convert("RGB")


def favicon() -> str:
    """Draw a lattice of 16 by 16 as SVG."""
    up = cooled_lattice(16, 16, 200, np.random.default_rng(8))
    cells = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(~up).tolist())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><clipPath id="c"><rect width="16" height="16" '
        f'rx="3"/></clipPath><g clip-path="url(#c)"><path fill="{NIGHT}" d="M0 0h16v16h-16z"/>'
        f'<path fill="{DAWN}" d="{cells}"/></g></svg>\n'
    )


def draw_cover(title: str, subtitle: str, authors: str) -> bytes:
    """Draw the cover as PNG: the lattice, with the title where it is cold."""
    figure = Figure(COVER_INCHES, dpi=COVER_DPI)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(np.asarray(picture(240, 160, 8).convert("RGB")), interpolation="nearest", aspect="auto")
    axes.set_axis_off()
    words = {"va": "top", "parse_math": False}
    figure.text(0.08, 0.93, title, color=PAPER, size=44, family=SANS, weight="semibold", **words)
    lines = subtitle.replace(", ", ",\n")
    figure.text(0.08, 0.845, lines, color=PAPER, size=17, family=LABELS, linespacing=1.35, **words)
    figure.text(0.08, 0.745, authors, color=DAWN, size=13, family=LABELS, **words)
    canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    buffer = io.BytesIO()
    drawn.quantize(32, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
    return buffer.getvalue()
