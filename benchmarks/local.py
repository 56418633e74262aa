"""One move of a slider to a new picture, in a local kernel, beside ipywidgets.interact drawing the same figure.

Both run in one real Jupyter kernel, driven over its message channels as a front end would: the time is from
sending the slider's new value to having received the picture. Only the ratio means something on a shared machine.
"""

from __future__ import annotations

import importlib
import statistics
import time

import numpy as np
from interact import PLAIN
from jupyter_client.manager import start_new_kernel

FIGURES = {
    "loss_threshold": ("explorer", "sensitivity", "frontier", "published", "race"),
    "landing": ("cooling",),
}
MOVES, SLOW_MOVES = 60, 12

LIVE = """
from emergence.figures.{module}.{name} import figure
view = figure.show({seed})
view
"""

INTERACT = """
%matplotlib inline
from IPython.display import display
def redraw(**values):
    picture = figure.picture()
    for panel in picture.panels:
        for artist in panel.moving:
            artist.set_animated(False)
    figure.draw(picture, figure.start(values, {seed_value}), values)
    for panel in picture.panels:
        display(panel.figure)
shown = plain(figure, redraw)
shown
"""


class Kernel:
    """A kernel and the part of a front end that a slider needs."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code: str) -> None:
        """Execute a cell; raises RuntimeError with the traceback when it fails."""
        reply = self.client.execute_interactive(code, output_hook=lambda message: None, timeout=120)
        if reply["content"]["status"] != "ok":
            raise RuntimeError("\n".join(reply["content"]["traceback"]))

    def value(self, expression: str) -> str:
        reply = self.client.execute_interactive(
            "0", user_expressions={"x": expression}, output_hook=lambda message: None, timeout=60
        )
        return reply["content"]["user_expressions"]["x"]["data"]["text/plain"].strip("'")

    def send(self, model: str, data: dict) -> float:
        """Seconds from sending a widget's message until the kernel has answered all of it."""
        content = {"comm_id": model, "data": data}
        message = self.client.session.msg("comm_msg", content)
        start = time.perf_counter()
        self.client.shell_channel.send(message)
        while True:
            answer = self.client.get_iopub_msg(timeout=60)
            mine = answer["parent_header"].get("msg_id") == message["header"]["msg_id"]
            if mine and answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return time.perf_counter() - start

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def values_of_a_drag(control, count: int) -> list:
    """The values of a control while it is dragged through its range and back."""
    if hasattr(control, "options"):
        return [control.options[i % len(control.options)] for i in range(1, count + 1)]
    there = np.linspace(control.low, control.high, count // 2)
    values = np.concatenate([there, there[::-1]])
    steps = control.low + np.round((values - control.low) / control.step) * control.step
    return [float(min(value, control.high)) for value in steps]


def live_message(control, value) -> dict:
    """What the front end of the book sends for a move."""
    return {"method": "custom", "content": {"id": "bench", "values": {control.name: value}}}


def plain_message(control, value) -> dict:
    """What that of ipywidgets sends."""
    state = {"index": control.options.index(value)} if hasattr(control, "options") else {"value": value}
    return {"method": "update", "state": state, "buffer_paths": []}


def measure(kernel: Kernel, module: str, name: str) -> tuple[list[float], list[float]]:
    """Times of the moves with the book's framework and with plain interact."""
    figure = importlib.import_module(f"emergence.figures.{module}.{name}").figure
    seed = {"seed": "seed=1", "seed_value": "1"} if figure.random else {"seed": "", "seed_value": "None"}
    control = figure.controls[0]
    times = []
    for code, widget, message, moves in (
        (LIVE, "view", live_message, MOVES),
        (INTERACT, "shown.children[0]", plain_message, SLOW_MOVES),
    ):
        kernel.run(PLAIN)
        kernel.run(code.format(module=module, name=name, **seed))
        model = kernel.value(f"{widget}.model_id")
        messages = [message(control, value) for value in values_of_a_drag(control, moves)]
        kernel.send(model, messages[0])  # the first redraw fills caches that a drag finds filled
        times.append([kernel.send(model, each) for each in messages])
    return times[0], times[1]


def main() -> None:
    print("One move to a new picture, local kernel (ms)")
    print(f"{'figure':32s} {'live p50':>9s} {'live p95':>9s} {'interact p50':>13s} {'ratio':>7s}")
    kernel = Kernel()
    try:
        for module, names in FIGURES.items():
            for name in names:
                live, plain = measure(kernel, module, name)
                fast, slow = statistics.median(live), statistics.median(plain)
                tail = float(np.quantile(live, 0.95))
                print(
                    f"{module + '.' + name:32s} {fast * 1e3:9.1f} {tail * 1e3:9.1f} {slow * 1e3:13.1f} "
                    f"{slow / fast:6.1f}x",
                    flush=True,
                )
    finally:
        kernel.close()


if __name__ == "__main__":
    main()
