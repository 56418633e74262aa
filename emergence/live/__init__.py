"""The one small framework under every live figure of the book.

A live figure is a declaration (`LiveFigure`): controls with ranges, a model, what to draw, one sentence.
`LiveFigure.show` turns it into a widget of any Jupyter front end, the built website included.
"""

from emergence.live.controls import Choice, Control, Grip, Slider, Toggle
from emergence.live.drawing import Stripe, in_words, legend_above, name_rows, place, positive, set_band, with_minus
from emergence.live.figure import LiveFigure, registered_figures

__all__ = [
    "Choice",
    "Control",
    "Grip",
    "LiveFigure",
    "Slider",
    "Stripe",
    "Toggle",
    "in_words",
    "legend_above",
    "name_rows",
    "place",
    "positive",
    "registered_figures",
    "set_band",
    "with_minus",
]
