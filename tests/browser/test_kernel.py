"""The in-page kernel on a page of its own: outputs, errors, packages on demand, Stop, and what must not be trusted."""

from __future__ import annotations

import base64
import importlib
import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reading import ISOLATED, SITE, SLIDER, START_MS, Reader, Server, make_live

from emergence.live.markup import StoredPicture, figure_html, script_json

LIVE = "_static/live/"
CHAPTER = "chapters/scaling/loss_threshold.html"
FIGURES = {"cooling": "landing", "frontier": "loss_threshold"}
CELLS = {
    "cooling": "from emergence.figures.landing.cooling import figure\n\nfigure.show(seed=1)",
    "frontier": "from emergence.figures.loss_threshold.frontier import figure\n\nfigure.show()",
    "prints": "import sys\nfor i in range(3):\n    print(i)\nprint('to err', file=sys.stderr)\nprint('last')",
    "value": "x = 6\nx * 7",
    "error": "def inverse(x):\n    return 1 / x\n\ninverse(0)",
    "after": "print('after the error', x)",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\n'waited'",
    "html": "from IPython.display import HTML, display\ndisplay(HTML('<em>slanted</em>'))",
    "pyplot": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "slider": (
        "import ipywidgets\nheat = ipywidgets.FloatSlider(description='heat', max=1)\n"
        "kind = ipywidgets.Dropdown(options=['iron', 'copper'], description='metal')\n"
        "for each in (heat, kind):\n    each.observe(lambda change: print(change['new']), names='value')\n"
        "ipywidgets.VBox([heat, kind])"
    ),
    "widget": (
        "import ipywidgets\nbutton = ipywidgets.Button(description='Press')\n"
        "button.on_click(lambda _: print('pressed'))\nbutton"
    ),
    "bytes": (
        "import ipywidgets\nupload = ipywidgets.FileUpload()\nsize = ipywidgets.Label('none')\n"
        "upload.observe(lambda c: setattr(size, 'value', str(sum(bytes(c['new'][0].content)))), names='value')\n"
        "ipywidgets.VBox([upload, size])"
    ),
    "capture": ("import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    print('caught')\n    1 / 0\nout"),
    "shown": "from emergence.figures.loss_threshold.explorer import figure\n\nfigure.show()",
    "stand_in": "import sys\n[name in sys.modules for name in ('sympy', 'scipy', 'IPython.core.completer')]",
    "sympy": "import sympy\nt = sympy.symbols('t')\nsympy.Integral(sympy.exp(-t**2), t)",
    "scipy": (
        "from importlib import import_module\nroot = import_module('scipy.optimize').brentq\n"
        "round(root(lambda z: z * z - 2, 0, 2), 6)"
    ),
    "magic": "%%time\nprint('timed')",
    "shell": "print(type(get_ipython()).__name__)\n3 / 0",
}
ENDLESS = {
    "first": "y = 1\nprint('first')",
    "endless": "print('begun')\nwhile True:\n    pass",
    "frontier": CELLS["frontier"],
}


def page_with(cells: dict[str, str], live: str = LIVE, limit: float = 60) -> bytes:
    """A page as the Sphinx extension writes it, its figures by the extension's own functions."""
    pages, editing = (importlib.import_module(f"book.extension.{name}") for name in ("live_pages", "editing"))
    parts, listed = [], []
    for index, (name, code) in enumerate(cells.items()):
        if name in FIGURES:
            figure = importlib.import_module(f"emergence.figures.{FIGURES[name]}.{name}").figure
            data, metadata = figure.show(**({"seed": 1} if figure.random else {}))._repr_mimebundle_()
            size = pages.picture_size(base64.b64decode(data["image/png"]))
            picture = StoredPicture(f"data:image/png;base64,{data['image/png']}", *size)
            parts.append(figure_html(metadata["emergence"], data["text/plain"], cell=index, picture=picture))
        else:
            parts.append(
                f'<div class="cell live-cell" id="live-cell-{index}" data-name="{name}"><div class="cell_input">'
                f'<div class="highlight-python"><pre>{escape(code)}</pre></div></div>'
                f'{editing.button_html("edit", "Edit", name)}<div class="cell_output"><pre>stored</pre></div></div>'
            )
        figure = f"{FIGURES[name]}.{name}" if name in FIGURES else None
        listed.append({"index": index, "id": name, "code": code, "figure": figure})
    config = {
        "live": live, "pyodide": f"{live}pyodide/", "assets": f"{live}assets.json", "limit": limit, "cells": listed,
    }  # fmt: skip
    return f"""<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>Kernel</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{live}page.css"><main><h1>Kernel</h1>
{pages.toolbar_html()}{"".join(parts)}</main>
<script type="application/json" id="live-page">{script_json(config)}</script>
<script src="{live}page.js" defer></script></html>""".encode()


@pytest.fixture(scope="module")
def ran(browser, server) -> Iterator[Reader]:
    """The page with all cells, run from the first to the last."""
    server.replaced["/kernel.html"] = page_with(CELLS)
    reader = Reader(browser, server)
    page = reader.open("kernel.html")
    page.get_by_role("button", name="Run this page").click()
    expect(toolbar(page)).to_contain_text("All cells have run", timeout=2 * START_MS)
    yield reader
    reader.close()


def toolbar(page: Page):
    return page.locator(".live-toolbar")


def output(page: Page, name: str):
    return page.locator(f'[data-name="{name}"] .cell_output')


def text(reader: Reader, name: str) -> str:
    return output(reader.page, name).inner_text().strip()


def test_streams_are_joined(ran):
    assert output(ran.page, "prints").locator(".stream").first.inner_text().split() == ["0", "1", "2"]
    assert output(ran.page, "prints").locator(".output").count() == 3, "stdout, stderr, stdout again"
    assert text(ran, "value") == "42"
    assert text(ran, "await") == "'waited'"


def test_error_stays_in_its_cell_and_the_rest_goes_on(ran):
    shown = text(ran, "error")
    assert shown.startswith("ZeroDivisionError") and shown.endswith("ZeroDivisionError: division by zero")
    assert "return 1 / x" in shown and "kernel.py" not in shown and "\x1b" not in shown
    assert text(ran, "after") == "after the error 6"
    expect(toolbar(ran.page)).to_contain_text("2 ended with an error")


def test_rich_outputs(ran):
    assert output(ran.page, "html").locator("em").inner_text() == "slanted"
    assert output(ran.page, "pyplot").locator("img").evaluate("image => image.naturalWidth") > 100
    maths = output(ran.page, "sympy")
    assert maths.locator("math").count() == 1 and "displaystyle" not in maths.inner_text()


def test_packages_are_loaded_only_when_needed(ran, browser, own_server):
    assert text(ran, "stand_in") == "[False, False, False]"
    assert text(ran, "scipy") == "1.414214", "scipy was fetched when Python imported it"
    own_server.replaced["/kernel.html"] = page_with({"value": CELLS["value"]})
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    page.get_by_role("button", name="Run this page").click()
    expect(output(page, "value")).to_have_text("42", timeout=START_MS)
    assert reader.asked_for(".whl", "bytecode", "openblas") == []
    reader.close()


def test_magics_get_the_real_ipython(ran):
    assert "timed" in text(ran, "magic") and "Wall time" in text(ran, "magic")
    assert "PageShell" in text(ran, "shell") and text(ran, "shell").endswith("ZeroDivisionError: division by zero")


def test_widgets_of_a_cell_talk_to_it(ran):
    ran.page.get_by_role("button", name="Press", exact=True).click()
    expect(output(ran.page, "widget").locator(".stream")).to_have_text("pressed")
    assert "caught" in text(ran, "capture") and "ZeroDivisionError" in text(ran, "capture")


def test_sliders_and_menus_of_a_cell_talk_to_it(ran):
    cell = output(ran.page, "slider")
    cell.get_by_role("slider", name="heat", exact=True).press("ArrowRight")
    expect(cell.locator(".stream")).to_have_text("0.1")
    cell.get_by_role("combobox", name="metal").select_option("copper")
    expect(cell.locator(".stream")).to_contain_text("copper")


def test_the_widgets_of_ipywidgets_come_only_where_a_cell_shows_one(ran, browser, own_server):
    assert len(ran.asked_for("/widgets.js")) == len(ran.asked_for("/widgets.css")) == 1
    own_server.replaced["/kernel.html"] = page_with({name: CELLS[name] for name in ("cooling", "value")})
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    page.get_by_role("button", name="Run this page").click()
    expect(toolbar(page)).to_contain_text("All cells have run", timeout=START_MS)
    assert page.locator('.live-figure[data-state="live"]').count() == 1
    assert reader.asked_for("/widgets") == []
    reader.close()


def test_a_figure_that_an_ordinary_cell_shows_is_live_there(ran):
    figure = output(ran.page, "shown").locator(".live-figure")
    sentence = figure.locator(".live-sentence")
    before = sentence.inner_text()
    figure.get_by_role("slider").first.press("ArrowRight")
    expect(sentence).not_to_have_text(before)


def test_binary_buffers_reach_python_and_come_back(ran):
    content = bytes(range(256))
    with ran.page.expect_file_chooser() as chooser:
        output(ran.page, "bytes").get_by_role("button").click()
    chooser.value.set_files([{"name": "bytes.bin", "mimeType": "application/octet-stream", "buffer": content}])
    expect(output(ran.page, "bytes")).to_contain_text(str(sum(content)))
    assert ran.page.locator(".live-panel canvas").first.evaluate("canvas => canvas.width") > 400, "so wide a frame came"


def test_two_figures_share_one_worker(ran):
    assert ran.page.locator('.live-figure[data-state="live"]').count() == 2
    assert len(ran.asked_for("worker.js")) == 1
    assert len(ran.asked_for("/python-")) == 1


def test_page_ran_without_console_errors_and_without_the_network(ran):
    assert ran.errors == [] and ran.elsewhere() == []


def test_stop_restarts_the_worker_and_keeps_the_readers_values(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with(ENDLESS)
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    slider = page.locator(SLIDER).first
    slider.focus()
    page.keyboard.press("End")
    figure = page.locator(".live-figure")
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    page.keyboard.press("Home")
    page.get_by_role("button", name="Run this page").click()
    expect(toolbar(page)).to_contain_text("cell 2 of 3")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(toolbar(page)).to_contain_text("Python has ended")
    expect(figure).not_to_have_attribute("data-state", "live")
    expect(page.locator(".live-notice")).to_contain_text("stored picture")
    assert slider.input_value() == slider.get_attribute("min"), "the reader's last value is kept"
    page.locator(SLIDER).nth(1).press("ArrowRight")
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    expect(figure.locator(".live-panel canvas").first).to_be_visible()
    assert slider.input_value() == slider.get_attribute("min")
    assert reader.errors == []
    reader.close()


def stop_the_endless_cell(page: Page) -> None:
    """Run the page of ENDLESS, which is isolated, and stop it when it hangs: Python lives on."""
    page.get_by_role("button", name="Run this page").click()
    expect(output(page, "endless")).to_have_text("begun", timeout=START_MS)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(output(page, "endless")).to_contain_text("KeyboardInterrupt")
    expect(toolbar(page)).to_contain_text("Python is still running")


def test_stop_interrupts_the_cell_where_the_page_is_isolated(browser):
    server = Server(headers=ISOLATED)
    server.replaced["/kernel.html"] = page_with(ENDLESS)
    reader = Reader(browser, server)
    page = reader.open("kernel.html")
    stop_the_endless_cell(page)
    make_live(page)
    assert len(reader.asked_for("worker.js")) == 1, "Python lives on"
    assert reader.errors == []
    reader.close()
    server.close()


# An engine in which no function of a table is the function that an instance exports, as in WebKit, and has no name.
STRANGE = b"""{
  const { get } = WebAssembly.Table.prototype;
  WebAssembly.Table.prototype.get = function (slot) {
    const found = get.call(this, slot);
    return found && Object.defineProperty((...given) => found(...given), "name", { value: "" });
  };
}
"""


@pytest.mark.parametrize("broken", ["memory", "links", "engine"])
def test_python_starts_afresh_where_its_memory_cannot_be_used(broken, browser, own_server):
    assets = json.loads(Path(SITE / LIVE / "assets.json").read_text("utf-8"))
    if broken == "memory":
        path = LIVE + assets["prepared"]["archives"]["memory"]["file"]
        content = bytearray((SITE / path).read_bytes())
        content[len(content) // 2] ^= 1
        own_server.replaced["/" + path] = bytes(content)
    elif broken == "links":
        assets["prepared"]["links"]["libraries"][-1]["tableBase"] += 64
        own_server.replaced[f"/{LIVE}assets.json"] = json.dumps(assets).encode()
    else:
        own_server.replaced[f"/{LIVE}worker.js"] = STRANGE + (SITE / LIVE / "worker.js").read_bytes()
    own_server.replaced["/kernel.html"] = page_with({"frontier": CELLS["frontier"]})
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    make_live(page)
    assert len(reader.asked_for("worker.js")) == 2, "the second worker starts without the memory"
    (said,) = reader.errors
    assert "could not be woken from its stored memory" in said
    reader.close()


@pytest.mark.parametrize("part", ["python", "linked"])
def test_file_with_a_wrong_hash_is_refused_with_a_message(part, browser, own_server):
    assets = json.loads(Path(SITE / LIVE / "assets.json").read_text("utf-8"))
    path = LIVE + assets["prepared"]["archives"][part]["file"]
    content = bytearray((SITE / path).read_bytes())
    content[len(content) // 2] ^= 1
    own_server.replaced["/" + path] = bytes(content)
    own_server.replaced["/kernel.html"] = page_with({"frontier": CELLS["frontier"]})
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    page.locator("input[type=range]").first.press("ArrowRight")
    notice = page.locator(".live-notice")
    expect(notice).to_contain_text("wrong hash", timeout=START_MS)
    expect(page.locator(".live-panel img").first).to_be_visible()  # the stored picture stays
    del own_server.replaced["/" + path]
    notice.get_by_role("button", name="Retry").click()
    expect(page.locator(".live-figure")).to_have_attribute("data-state", "live", timeout=START_MS)
    reader.close()


def test_a_wrong_answer_is_not_kept(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()  # now the service worker stands between page and network
    assets = json.loads(Path(SITE / LIVE / "assets.json").read_text("utf-8"))
    path = f"/{LIVE}{assets['prepared']['archives']['python']['file']}"
    own_server.replaced[path] = b"<h1>Please log in to this network</h1>"
    page.locator(SLIDER).first.press("ArrowRight")
    notice = page.locator(".live-notice").first
    expect(notice).to_contain_text("wrong hash", timeout=START_MS)
    del own_server.replaced[path]
    notice.get_by_role("button", name="Retry").click()
    expect(page.locator(".live-figure").first).to_have_attribute("data-state", "live", timeout=START_MS)
    reader.close()


def test_a_package_that_failed_can_be_loaded_later(browser, own_server):
    assets = json.loads(Path(SITE / LIVE / "assets.json").read_text("utf-8"))
    (wheel,) = (wheel["file"] for wheel in assets["wheels"] if wheel["name"] == "sympy")
    own_server.replaced[f"/{LIVE}wheels/{wheel}"] = b"not a wheel"
    own_server.replaced["/kernel.html"] = page_with({name: CELLS[name] for name in ("frontier", "sympy")})
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    make_live(page)
    page.get_by_role("button", name="Run this page").click()
    expect(output(page, "sympy")).to_contain_text("wrong hash", timeout=START_MS)
    del own_server.replaced[f"/{LIVE}wheels/{wheel}"]
    page.get_by_role("button", name="Run this page").click()
    expect(output(page, "sympy").locator("math")).to_have_count(1, timeout=START_MS)
    reader.close()


def test_a_failed_head_start_does_not_fail_the_touch(browser, own_server):
    own_server.replaced[f"/{LIVE}assets.json"] = b"not a list"
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    page.locator(".live-controls").first.hover()
    page.wait_for_function("performance.getEntriesByType('resource').some(({ name }) => name.includes('/worker.js'))")
    page.wait_for_timeout(1500)
    del own_server.replaced[f"/{LIVE}assets.json"]
    make_live(page)
    reader.close()


CANCEL_ONCE = """(ms) => {
  const seen = new PerformanceObserver((list) => {
    if (!list.getEntriesByName("live:widgets").length) return;
    seen.disconnect();
    setTimeout(() => document.querySelector(".live-progress button")?.click(), ms);
  });
  seen.observe({ type: "mark" });
}"""


@pytest.mark.parametrize("ms", [0, 10, 30])
def test_cancel_at_the_last_moment_leaves_the_picture_at_rest(ms, browser, server):
    reader = Reader(browser, server)
    page = reader.open(CHAPTER)
    page.evaluate(CANCEL_ONCE, ms)
    page.locator(SLIDER).first.press("ArrowRight")
    figure = page.locator(".live-figure").first
    expect(figure).to_contain_text(re.compile("Cancelled|The simulation is running"), timeout=START_MS)
    page.wait_for_timeout(500)
    if figure.get_attribute("data-state") != "live":  # else the figure was faster
        expect(figure.locator(".live-panel img").first).to_be_visible()
        expect(page.get_by_role("button", name="Run this page")).to_be_enabled()
        expect(page.get_by_role("button", name="Stop", exact=True)).to_be_disabled()
        make_live(page)
    expect(figure.locator(".live-panel canvas").first).to_be_visible()
    reader.close()


def test_stop_while_a_live_figure_runs_again_leaves_it_live(browser):
    again = "if 'begun' in globals():\n    while True:\n        pass\nbegun = True\n"
    server = Server(headers=ISOLATED)
    server.replaced["/kernel.html"] = page_with({"frontier": again + CELLS["frontier"]})
    reader = Reader(browser, server)
    page = reader.open("kernel.html")
    figure = make_live(page)
    page.get_by_role("button", name="Run this page").click()
    expect(toolbar(page)).to_contain_text("Running cell", timeout=START_MS)
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(toolbar(page)).to_contain_text("Python is still running", timeout=START_MS)
    expect(figure.locator(".live-notice")).to_contain_text("what it showed before")
    sentence = figure.locator(".live-sentence")
    before = sentence.text_content()
    figure.get_by_role("slider").first.press("ArrowRight")
    expect(sentence).not_to_have_text(before, timeout=START_MS)
    reader.close()
    server.close()


def test_missing_kernel_is_reported(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with({"frontier": CELLS["frontier"]}, live="_static/elsewhere/")
    own_server.replaced["/_static/elsewhere/page.js"] = (SITE / LIVE / "page.js").read_bytes()
    own_server.replaced["/_static/elsewhere/page.css"] = b""
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    page.locator("input[type=range]").first.press("ArrowRight")
    expect(page.locator(".live-notice")).to_contain_text("could not start", timeout=START_MS)
    reader.close()


EVERY_FIGURE = """\
import importlib, pkgutil, traceback

import emergence.figures
from emergence.live import Choice, registered_figures

shown, failed = 0, []
for module in pkgutil.walk_packages(emergence.figures.__path__, "emergence.figures."):
    try:
        importlib.import_module(module.name)
    except Exception:
        failed.append(f"{module.name}: {traceback.format_exc(limit=-2)}")
for name, figure in registered_figures().items():
    seed = {"seed": 1} if figure.random else {}
    choices = [control for control in figure.controls if isinstance(control, Choice)]
    for values in [{}, *({each.name: option} for each in choices for option in each.options if option != each.value)]:
        shown += 1
        try:
            figure.show(**seed, **values).close()
        except Exception:
            failed.append(f"{name} {values}: {traceback.format_exc(limit=-2)}")
print(shown, "states,", len(failed), "failed", *failed, sep="\\n")
"""


def test_every_figure_of_the_book_draws_in_the_page_whatever_is_chosen(browser, own_server):
    """Integers have 32 bits there and the libraries are others: what runs in a test of Python need not run here."""
    own_server.replaced["/kernel.html"] = page_with({"every": EVERY_FIGURE})
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    page.get_by_role("button", name="Run this page").click()
    expect(output(page, "every")).to_contain_text("states,", timeout=400_000)
    shown, _, failed, *which = text(reader, "every").splitlines()
    assert failed == "0", "\n".join(which)
    assert int(shown) > 200
    reader.close()
