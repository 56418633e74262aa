"""How long a shown figure lives: until its cell shows another, or it is closed; then Python keeps nothing of it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator

import pytest
from ipywidgets.widgets.widget import _instances
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from emergence.figures.landing.cooling import figure

SHOW = "from emergence.figures.landing.cooling import figure\n\nfigure.show(seed=1)"
COUNT = """
import gc
from emergence.live.picture import Picture
from ipywidgets.widgets.widget import _instances
gc.collect()
print(sum(isinstance(each, Picture) for each in gc.get_objects()), len(_instances))
"""


def test_closing_frees_widgets_picture_and_state():
    before = set(_instances)
    view = figure.show(seed=1)
    left = [weakref.ref(part) for part in (view.picture, view.picture.panels[0].canvas, view.state)]
    assert set(_instances) > before
    view.close()
    gc.collect()
    assert set(_instances) == before
    assert [ref() for ref in left] == [None, None, None]
    assert view._repr_mimebundle_() == ({"text/plain": view.sentence}, {}), "what a history still holds can be shown"


def test_the_page_closes_a_figure_by_a_message():
    view = figure.show(seed=1)
    view._handle_custom_msg({"close": True}, [])
    assert view.picture is None


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def run(kernel) -> Callable[..., list[dict]]:
    def run(code: str, cell: str | None = None, stdin: bool = True) -> list[dict]:
        """Execute code as JupyterLab does, with the cell's id in the metadata; return what the kernel published."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": stdin, "stop_on_error": True}
        message = kernel.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        kernel.shell_channel.send(message)
        published = []
        while True:
            answer = kernel.get_iopub_msg(timeout=60)
            if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                published.append(answer)
                assert answer["msg_type"] != "error", answer["content"]
                if answer["content"].get("execution_state") == "idle":
                    return published

    return run


def count(run) -> tuple[int, int]:
    """Pictures and widgets in the kernel."""
    (text,) = [message["content"]["text"] for message in run(COUNT) if message["msg_type"] == "stream"]
    pictures, widgets = map(int, text.split())
    return pictures, widgets


def test_a_cell_that_is_run_again_replaces_its_figure(run):
    run(SHOW, "a")
    pictures, widgets = count(run)
    closed = []
    for _ in range(3):
        closed += [message for message in run(SHOW, "a") if message["msg_type"] == "comm_close"]
        assert count(run) == (pictures, widgets)
    assert len(closed) == 3 * widgets, "the front end hears of it"


def test_figures_of_one_execution_and_of_other_cells_live_side_by_side(run):
    both = f"{SHOW.replace('figure.show', 'display(figure.show')})\n{SHOW}"
    pictures, _ = count(run)
    run(both, "b")
    assert count(run)[0] == pictures + 2
    run(both, "b")
    assert count(run)[0] == pictures + 2
    run(SHOW, "c")
    run(SHOW)  # a front end that does not name its cells
    run(SHOW)
    assert count(run)[0] == pictures + 5


def test_widgets_are_shown_only_where_somebody_may_move_them(run):
    """A program that runs a notebook takes no input; given widgets, nbconvert shows them and not the picture."""
    for stdin, widgets in ((True, {"application/vnd.jupyter.widget-view+json"}), (False, set())):
        (shown,) = [message["content"] for message in run(SHOW, "d", stdin) if message["msg_type"] == "execute_result"]
        assert set(shown["data"]) == {"text/plain", "image/png"} | widgets
