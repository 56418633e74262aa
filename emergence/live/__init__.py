"""The one small framework under every live figure of the book.

A live figure is a declaration (`LiveFigure`): controls with ranges, a model, what to draw, one sentence.
`LiveFigure.show` turns it into widgets in any Jupyter front end, the built website included.
"""

from emergence.live.controls import Choice, Control, Slider, Toggle
from emergence.live.figure import LiveFigure, registered_figures
from emergence.live.picture import Stripe, in_words, set_band

__all__ = [
    "Choice",
    "Control",
    "LiveFigure",
    "Slider",
    "Stripe",
    "Toggle",
    "in_words",
    "registered_figures",
    "set_band",
]
