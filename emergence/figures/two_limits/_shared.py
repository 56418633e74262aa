"""How the curves of the counted lattices look."""

from emergence.live.palette import BLUE, GREEN, PURPLE

STYLES = {
    4: {"color": BLUE, "linestyle": "-"},
    6: {"color": GREEN, "linestyle": "--"},
    8: {"color": PURPLE, "linestyle": "-."},
}
"""Colour and line style of each side."""
