"""What one would write with ipywidgets.interact for a figure of the book: the code that its cell begins with."""

PLAIN = """
import math
import ipywidgets

def widget(control):
    if hasattr(control, "options"):
        return ipywidgets.Dropdown(options=control.options, value=control.value)
    if isinstance(control.value, bool):
        return ipywidgets.Checkbox(value=control.value)
    given = dict(value=control.value, min=control.low, max=control.high, step=control.step)
    if control.scale == "log":
        return ipywidgets.FloatLogSlider(**given | dict(min=math.log10(control.low), max=math.log10(control.high)))
    return (ipywidgets.IntSlider if control.scale == "integer" else ipywidgets.FloatSlider)(**given)

def plain(figure, redraw):
    return ipywidgets.interactive(redraw, **{control.name: widget(control) for control in figure.controls})
"""
