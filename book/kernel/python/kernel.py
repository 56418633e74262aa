"""The kernel of one page: runs cells, carries widget messages, and turns results into outputs.

It runs inside Pyodide, as the module `page_kernel`. `prepare` imports what every figure imports; the memory of that
Python is stored when the site is built. Where it is restored, the worker calls `connect`, which takes three
functions: `post(kind, json, buffers)` sends to the page, `load_package(name)` unpacks one more package while Python
waits, `package_of(module)` names the package that a module comes from (or returns None). Then come `run_cell` and
`comm_message`.

IPython is not imported: it costs two seconds. A stand-in gives ipywidgets and plain cells what they use of
it; a cell with a magic, or with imports beyond the stand-in, gets the real IPython (`_real_ipython`).
"""

from __future__ import annotations

import ast
import asyncio
import base64
import contextvars
import gc
import importlib.abc
import importlib.machinery
import io
import json
import linecache
import os
import pprint
import random
import re
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from pyodide.code import eval_code_async
from pyodide.ffi import to_js

os.environ["JUPYTER_WIDGETS_ECHO"] = "0"  # one page, one front end: nobody needs the echo
os.environ["MPLBACKEND"] = "module://live_backend"

_post: Callable[..., None]  # these three functions are set by `connect`
_load_package: Callable[[str], None]
_package_of: Callable[[str], str | None]

_cell: contextvars.ContextVar[int | None] = contextvars.ContextVar("cell", default=None)
_captures: list[_Capture] = []  # open `with Output():` blocks, innermost last
_shell: Any = None  # the real IPython shell, once a cell has needed it
_namespace: dict[str, Any] = sys.modules["__main__"].__dict__


def prepare() -> None:
    """Import what every figure imports, and draw once, so that all that a first picture needs has been made."""
    sys.modules["live_backend"] = _BackendModule("live_backend")
    _stand_in_for_ipython()
    _connect_comms()
    import fractions  # noqa: F401  (what the book's own modules import of the standard library is in the memory too)
    import importlib.readers  # noqa: F401
    import statistics  # noqa: F401

    import matplotlib._mathtext
    import matplotlib.font_manager
    import numpy.random
    import numpy.typing  # noqa: F401
    import PIL.Image
    from ipywidgets import Output, Widget

    _stand_in_for_anywidget(Widget)
    from emergence.live import changed, view  # noqa: F401

    _connect_output_widget(Output)
    PIL.Image.preinit()
    warm()
    # What is parsed and read holds open files, which a memory cannot.
    matplotlib._mathtext.StixFonts.get_sized_alternatives_for_symbol.cache_clear()
    matplotlib.font_manager._get_font.cache_clear()
    gc.collect()


def warm() -> None:
    """Draw a picture that nobody sees: afterwards fonts are read, and the browser has compiled what drawing runs."""
    from emergence.live.picture import Picture

    Picture(2, _draw_once).render()


def _draw_once(logarithmic: Any, linear: Any) -> types.SimpleNamespace:
    logarithmic.set(xscale="log", xlim=(1, 1e4), xlabel="$N_c$", ylabel="loss", title="model")
    (curve,) = logarithmic.plot([1, 1e4], [0, 1], "o--", label="curve")
    logarithmic.legend()
    linear.fill_between([0, 1], [0, 1], alpha=0.2)
    linear.annotate(r"$\sqrt{2}$", (0.5, 0.5))
    return types.SimpleNamespace(curve=curve)


def connect(post: Callable, load_package: Callable, package_of: Callable) -> None:
    """Take the functions of the worker; nothing random is left from the stored memory."""
    global _post, _load_package, _package_of
    _post, _load_package, _package_of = post, load_package, package_of
    sys.meta_path.insert(0, _Packages())
    sys.stdin, sys.stdout, sys.stderr = _NoKeyboard(), _Stream("stdout"), _Stream("stderr")
    random.seed()
    sys.modules["numpy.random"].seed()


def _send(kind: str, content: dict[str, Any], buffers: Iterable[Any] = ()) -> None:
    _written.send()  # what came before
    _post(kind, json.dumps(content, default=str), to_js([bytes(buffer) for buffer in buffers or ()]))


# ---------------------------------------------------------------- packages


class _Packages(importlib.abc.MetaPathFinder):
    """Fetch the package of a module when it is imported and not all its files are there."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        package = _package_of(fullname.partition(".")[0])  # None once all its files are there
        if package is not None:
            _load_package(package)
            importlib.invalidate_caches()
        return None  # the ordinary finders go on


class _BackendModule(types.ModuleType):
    """Matplotlib backend for pyplot: Agg whose `show()` displays the open figures in the cell."""

    def __getattr__(self, name: str) -> Any:
        if name not in ("FigureCanvas", "FigureManager", "show"):
            raise AttributeError(name)
        from matplotlib.backend_bases import FigureManagerBase
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.FigureCanvas, self.FigureManager, self.show = FigureCanvasAgg, FigureManagerBase, _show_figures
        return self.__dict__[name]


def _show_figures(*args: Any, **kwargs: Any) -> None:
    """Display and close every open pyplot figure; runs after each cell, as in Jupyter."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        display(pyplot.figure(number))
    pyplot.close("all")


# ---------------------------------------------------------------- outputs


class _Capture:
    """Outputs that an `Output` widget catches instead of the cell."""

    def __init__(self, widget: Any) -> None:
        self.widget, self.outputs, self.clear_first = widget, list(widget.outputs), False

    def add(self, output: dict[str, Any]) -> None:
        if self.clear_first:
            self.outputs, self.clear_first = [], False
        last = self.outputs[-1] if self.outputs else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            self.outputs[-1] = {**last, "text": last["text"] + output["text"]}
        else:
            self.outputs.append(output)

    def clear(self, wait: bool) -> None:
        if wait:
            self.clear_first = True
        else:
            self.outputs = []


def _emit(output: dict[str, Any]) -> None:
    if "data" in output:
        output["data"] = {
            mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for mime, value in output["data"].items()
        }
    if _captures:
        _captures[-1].add(output)
    else:
        _send("output", {"cell": _cell.get(), "output": output})


_GATHERING_S = 0.05
_AT_ONCE = 10  # messages within that time, so that what is written before a long computation is seen
_LONGEST_MESSAGE = 1 << 16
_MOST_SHOWN = 1_000_000  # characters of one cell, with what they cost besides
# What a page has to lay out besides, in characters: lines, and a box at each change between output and error.
_COST_OF_LINE, _COST_OF_BOX = 50, 1000


def _cost(text: str) -> int:
    return len(text) + _COST_OF_LINE * text.count("\n")


class _Written:
    """What cells have written and the page has not been sent: many short texts become one message.

    Of a cell that has written too much only the number of further characters is sent.
    """

    def __init__(self) -> None:
        self.cell: int | None = None
        self.name = ""
        self.parts: list[str] = []
        self.length = 0
        self.since, self.messages = 0.0, 0
        self.shown: Counter[int | None] = Counter()  # costs, by cell
        self.left_out: Counter[int | None] = Counter()
        self.is_due = False  # whether the event loop will send what waits

    def forget(self, cell: int | None) -> None:
        """Let a cell, of which nothing is shown any more, begin anew."""
        self.send()
        del self.shown[cell], self.left_out[cell]

    def add(self, name: str, text: str) -> None:
        cell, now = _cell.get(), time.monotonic()
        if now - self.since > _GATHERING_S:
            self.since, self.messages = now, 0
        if self.shown[cell] >= _MOST_SHOWN:
            self.left_out[cell] += len(text)
            if self.messages == 0:
                self._tell_left_out(cell)
            return
        if (cell, name) != (self.cell, self.name):
            self.send()
            self.cell, self.name = cell, name
            self.shown[cell] += _COST_OF_BOX
        self.parts.append(text)
        self.length += _cost(text)
        if self.messages < _AT_ONCE or self.length > _LONGEST_MESSAGE:
            self.send()
        elif not self.is_due:
            self.is_due = True
            asyncio.get_event_loop().call_later(_GATHERING_S, self._send_when_due)

    def send(self) -> None:
        """Send what waits."""
        if not self.parts:
            return
        text, self.parts, self.length = _overwritten("".join(self.parts)), [], 0
        self.messages += 1
        cost, room = _cost(text), max(_MOST_SHOWN - self.shown[self.cell], 0)
        self.shown[self.cell] += cost
        fits = len(text) if cost <= room else len(text) * room // cost
        stream = {"output_type": "stream", "name": self.name, "text": text[:fits]}
        _send("output", {"cell": self.cell, "output": stream})
        if fits < len(text):
            self.left_out[self.cell] += len(text) - fits
            self._tell_left_out(self.cell)

    def finish(self, cell: int | None) -> None:
        """Send all that there is of a cell."""
        self.send()
        if self.left_out[cell]:
            self._tell_left_out(cell)

    def _send_when_due(self) -> None:
        self.is_due = False
        self.finish(self.cell)

    def _tell_left_out(self, cell: int | None) -> None:
        self.messages += 1
        _send("output", {"cell": cell, "output": {"output_type": "left_out", "characters": self.left_out[cell]}})


_written = _Written()


def _overwritten(text: str) -> str:
    """Drop what carriage returns write over, as progress bars do; the last one of a line may act on an earlier text."""
    if "\r" not in text:
        return text
    return "\n".join(line[max(line.rfind("\r", 0, len(line.rstrip("\r"))), 0) :] for line in text.split("\n"))


class _NoKeyboard(io.TextIOBase):
    """Standard input."""

    def readable(self) -> bool:
        return True

    def readline(self, size: int = -1, /) -> str:
        raise EOFError("There is no keyboard here: put the value into the code.")

    read = readline


class _Stream(io.TextIOBase):
    """Standard output or error of the cell that is running."""

    encoding = "utf-8"

    def __init__(self, name: str) -> None:
        self.name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text and _captures:
            _emit({"output_type": "stream", "name": self.name, "text": text})
        elif text:
            _written.add(self.name, text)
        return len(text)


def clear_output(wait: bool = False) -> None:
    """Remove the outputs shown so far; with `wait`, when the next one arrives."""
    if _captures:
        _captures[-1].clear(wait)
    else:
        _written.forget(_cell.get())
        _send("clear", {"cell": _cell.get(), "wait": bool(wait)})


_REPRESENTATIONS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "text/latex": "_repr_latex_",
}


def representation(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the data and metadata of `value` by mime type, from its `_repr_*_` methods as IPython does."""
    data: dict[str, Any] = {"text/plain": _plain_text(value)}
    metadata: dict[str, Any] = {}
    if isinstance(value, type):  # a class has the methods of its instances, unbound
        return data, metadata
    bundle = getattr(value, "_repr_mimebundle_", None)
    if callable(bundle):
        result = bundle(include=None, exclude=None)
        more, about = result if isinstance(result, tuple) else (result, {})
        return {**data, **(more or {})}, {**metadata, **about}
    figure = sys.modules.get("matplotlib.figure")
    if figure is not None and isinstance(value, figure.Figure):
        picture = io.BytesIO()
        value.savefig(picture, format="png", bbox_inches="tight")
        data["image/png"] = picture.getvalue()
    for mime, method in _REPRESENTATIONS.items():
        function = getattr(value, method, None)
        result = function() if callable(function) else None
        if isinstance(result, tuple):
            data[mime], metadata[mime] = result
        elif result is not None:
            data[mime] = result
    return data, metadata


def _plain_text(value: Any) -> str:
    if type(value) in (list, tuple, dict, set):
        return pprint.pformat(value, width=79, compact=True, sort_dicts=False)
    return repr(value)


def _display_one(value: Any, output_type: str, metadata: dict[str, Any] | None = None) -> None:
    shows_itself = getattr(value, "_ipython_display_", None)
    if callable(shows_itself) and not isinstance(value, type):
        shows_itself()
        return
    data, about = representation(value)
    _emit({"output_type": output_type, "data": data, "metadata": {**about, **(metadata or {})}})


def display(*values: Any, raw: bool = False, metadata: dict[str, Any] | None = None, **options: Any) -> Any:
    """Show each value in the cell; the subset of `IPython.display.display` that the book uses."""
    if _shell is not None:
        return sys.modules["IPython.display"].display(*values, raw=raw, metadata=metadata, **options)
    if options:
        raise TypeError(f"display() of the page's kernel does not know {', '.join(sorted(options))}")
    for value in values:
        if raw:
            publish_display_data(value, metadata)
        else:
            _display_one(value, "display_data", metadata)


def publish_display_data(data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: Any) -> None:
    """Show ready-made data by mime type."""
    _emit({"output_type": "display_data", "data": dict(data), "metadata": metadata or {}})


# ---------------------------------------------------------------- errors

_FILE_NAME = "<cell {}>"
_FRAMES_SHOWN = 5  # of the first and of the last calls, where there are many


def _is_cell_frame(frame: Any) -> bool:
    name = frame.f_code.co_filename
    return name.startswith(("<cell ", "<changed ")) or (_shell is not None and name in _shell.compile._filename_map)


def _error(error: BaseException) -> dict[str, Any]:
    """Describe an exception as Jupyter does, with the frames of cells only (the library's are noise)."""
    kind = type(error).__name__
    head = f"{kind:<42}Traceback (most recent call last)"
    frames = []
    if isinstance(error, SyntaxError) and error.text is not None:
        column = max((error.offset or 1) - 1, 0)
        frames.append(f"line {error.lineno}\n    {error.text.rstrip()}\n    {' ' * column}^")
    traces, trace = [], error.__traceback__
    while trace is not None:
        if _is_cell_frame(trace.tb_frame):
            traces.append(trace)
        trace = trace.tb_next
    if len(traces) > 2 * _FRAMES_SHOWN:  # a recursion
        frames += map(_frame_text, traces[:_FRAMES_SHOWN])
        frames.append(f"… {len(traces) - 2 * _FRAMES_SHOWN:,} more calls …")
        traces = traces[-_FRAMES_SHOWN:]
    frames += map(_frame_text, traces)
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return {
        "output_type": "error",
        "ename": kind,
        "evalue": message,
        "traceback": [head, *frames, f"{kind}: {message}"],
    }


def _frame_text(trace: types.TracebackType) -> str:
    code, line = trace.tb_frame.f_code, trace.tb_lineno
    where = f" of {code.co_filename[9:-1]}" if code.co_filename.startswith("<changed ") else ""
    where += "" if code.co_name == "<module>" else f", in {code.co_name}"
    rows = [f"line {line}{where}"]
    for number in range(max(1, line - 2), line + 3):
        text = linecache.getline(code.co_filename, number)
        if text:
            rows.append(f"{'---->' if number == line else '     '} {number} {text.rstrip()}")
    return "\n".join(rows)


def show_traceback(error: BaseException | None = None) -> None:
    """Show an exception (by default the one being handled) in the cell it belongs to."""
    error = error or sys.exc_info()[1]
    if error is not None:
        _emit(_error(error))


# ---------------------------------------------------------------- cells

_OF_STAND_IN = {
    "display",
    "clear_output",
    "publish_display_data",
    "DisplayObject",
    "HTML",
    "Markdown",
    "Latex",
    "Math",
    "SVG",
}


def needs_ipython(code: str) -> bool:
    """Tell whether a cell uses more of IPython than the stand-in has: a magic, the shell, other imports."""
    try:
        tree = compile(code, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError:
        return bool(re.search(r"^\s*[%!?]|=\s*[%!]|\?\s*$", code, re.MULTILINE))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(a.name.split(".")[0] == "IPython" for a in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "IPython":
            names = {alias.name for alias in node.names}
            if node.module != "IPython.display" or not names <= _OF_STAND_IN:
                return True
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in ("get_ipython", "init_printing"):
                return True
    return False


async def run_cell(cell: int, code: str, module: str | None = None, source: str | None = None) -> bool:
    """Run the code of one cell and show its outputs; return whether it ended without an exception.

    Before it runs, `module` becomes what the reader has made of it, `source`, or without one the book's again.
    """
    _cell.set(cell)
    _written.forget(cell)
    try:
        return await _run(cell, code, module, source)
    finally:
        _written.finish(cell)


async def _run(cell: int, code: str, module: str | None, source: str | None) -> bool:
    from emergence.live import changed

    try:
        if module and source is not None:
            changed.use_source(module, source)
        elif module:
            changed.use_book(module)
    except BaseException as error:
        show_traceback(error)
        return False
    if _shell is None and needs_ipython(code):
        _real_ipython()
    if _shell is not None:
        transformed = _shell.transform_cell(code)
        result = await _shell.run_cell_async(code, store_history=False, transformed_cell=transformed)
        _show_figures()
        return bool(result.success)
    name = _FILE_NAME.format(cell)
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    try:
        value = await eval_code_async(code, _namespace, filename=name)
        if value is not None:
            _namespace["_"] = value
            _display_one(value, "execute_result")
        _show_figures()
    except BaseException as error:  # SystemExit and KeyboardInterrupt end the cell, not the kernel
        show_traceback(error)
        return False
    return True


# ---------------------------------------------------------------- widgets


def _connect_comms() -> None:
    """Let the comms of ipywidgets talk to the page."""
    import comm
    from comm.base_comm import BaseComm, CommManager

    class PageComm(BaseComm):
        """One widget's channel to the page; it remembers the cell that made the widget."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self.cell = _cell.get()
            super().__init__(*args, **kwargs)

        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any
        ) -> None:
            _send(
                "comm",
                {
                    "type": msg_type,
                    "comm_id": self.comm_id,
                    "target_name": self.target_name,
                    "data": data or {},
                    "metadata": metadata or {},
                },
                buffers,
            )

    manager = CommManager()
    comm.create_comm = PageComm
    comm.get_comm_manager = lambda: manager


def _connect_output_widget(output_class: Any) -> None:
    """Let the `Output` widget catch what is shown inside its `with` block."""

    def enter(output: Any) -> Any:
        _captures.append(_Capture(output))
        return output

    def leave(output: Any, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if error is not None:
            show_traceback(error)
        output.outputs = tuple(_captures.pop().outputs)
        return True

    def clear(output: Any, *args: Any, **kwargs: Any) -> None:
        with output:
            clear_output(*args, **kwargs)

    output_class.__enter__, output_class.__exit__ = enter, leave
    output_class.clear_output = clear


def _stand_in_for_anywidget(base: type) -> None:
    """Give the figures what they use of anywidget: the page has the front end, and importing the rest takes 0.2 s."""
    from traitlets import Unicode

    class AnyWidget(base):
        """A widget that page.js shows by itself."""

        _model_module = Unicode("anywidget").tag(sync=True)
        _model_name = Unicode("AnyModel").tag(sync=True)

    sys.modules["anywidget"] = module = types.ModuleType("anywidget", "Stand-in for anywidget on a page of the book.")
    module.AnyWidget = AnyWidget


def comm_message(comm_id: str, kind: str, data: str, buffers: Iterable[Any]) -> None:
    """Hand a message of the page to its widget; what the widget's callbacks show belongs to its cell."""
    import comm

    target = comm.get_comm_manager().comms.get(comm_id)
    if target is None:  # the widget was closed while the message was on its way
        return
    token = _cell.set(target.cell)
    message = {
        "content": {"comm_id": comm_id, "data": json.loads(data)},
        "metadata": {},
        "buffers": [memoryview(buffer.to_py()) for buffer in buffers],
    }
    try:
        (target.handle_close if kind == "comm_close" else target.handle_msg)(message)
    except BaseException as error:
        show_traceback(error)
    finally:
        _written.finish(target.cell)
        _cell.reset(token)


# ---------------------------------------------------------------- IPython, real and stand-in


class _StandInShell:
    """What ipywidgets asks of the shell: show the traceback of a failed callback.

    It is false, as None is, so that Matplotlib does not look for the rest of a shell.
    """

    def __bool__(self) -> bool:
        return False

    @staticmethod
    def instance() -> Any:
        return _shell or _StandInShell()

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        show_traceback(exc_tuple[1] if exc_tuple else None)


class _DisplayObject:
    """Text shown as one mime type: base of the stand-ins for `IPython.display.HTML` and its like."""

    mime = "text/plain"

    def __init__(self, data: str = "") -> None:
        self.data = data

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {self.mime: self.data}


def _stand_in_for_ipython() -> None:
    def module(name: str, **members: Any) -> types.ModuleType:
        made = types.ModuleType(name, "Stand-in for IPython on a page of the book.")
        made.__dict__.update(members)
        sys.modules[name] = made
        return made

    kinds = {
        name: type(name, (_DisplayObject,), {"mime": mime})
        for name, mime in {
            "HTML": "text/html",
            "Markdown": "text/markdown",
            "Latex": "text/latex",
            "SVG": "image/svg+xml",
        }.items()
    }
    kinds["Math"] = type(
        "Math",
        (_DisplayObject,),
        {"_repr_mimebundle_": lambda self, **_: {"text/latex": rf"$\displaystyle {self.data.strip('$')}$"}},
    )
    shown = module(
        "IPython.display",
        display=display,
        clear_output=clear_output,
        publish_display_data=publish_display_data,
        DisplayObject=_DisplayObject,
        **kinds,
    )
    shell = module("IPython.core.interactiveshell", InteractiveShell=_StandInShell)
    core = module("IPython.core", __path__=[], interactiveshell=shell)
    module(
        "IPython", __path__=[], version_info=(8, 23, 0), display=shown, core=core, get_ipython=_StandInShell.instance
    )


def _real_ipython() -> None:
    """Put the real IPython in the stand-in's place; later cells run in its shell."""
    global _shell
    for name in [name for name in sys.modules if name.split(".")[0] == "IPython"]:
        del sys.modules[name]
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class PagePublisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
            publish_display_data(data, metadata)

        def clear_output(self, wait: bool = False) -> None:
            clear_output(wait)

    class PageDisplayHook(DisplayHook):
        def start_displayhook(self) -> None:
            pass

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            _emit({"output_type": "execute_result", "data": dict(format_dict), "metadata": md_dict or {}})

        def finish_displayhook(self) -> None:
            pass

    class PageShell(InteractiveShell):
        def enable_gui(self, gui: Any = None) -> None:
            pass

        def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:
            return "inline", "live_backend"  # `%matplotlib inline`: figures already appear in the cell

        def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
            show_traceback(exc_tuple[1] if exc_tuple else None)

        def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
            show_traceback()

    quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "NoColor"}})
    _shell = PageShell.instance(
        displayhook_class=PageDisplayHook,
        display_pub_class=PagePublisher,
        config=quiet,
        user_module=sys.modules["__main__"],
    )
    _shell.display_formatter.formatters["image/png"].for_type_by_name(
        "matplotlib.figure", "Figure", lambda figure: representation(figure)[0]["image/png"]
    )
