"""A plugin for nbval: what its one run of a notebook yields is also held against the stored bytes.

nbval compares neither metadata nor execution counts nor what it does not know; the stored file has all of it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest
from nbformat import NotebookNode
from nbval.plugin import IPyNbFile

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from notebooks import execute, normalise  # noqa: E402
from notebooks import notebooks as all_notebooks  # noqa: E402
from sample import DAY, sample  # noqa: E402

OUTPUTS = ("display_data", "execute_result", "stream", "error")
(TWICE,) = sample(all_notebooks(), 1)


def pytest_terminal_summary(terminalreporter) -> None:
    terminalreporter.write_line(f"SAMPLE_DAY={DAY}: {TWICE} ran twice")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector):
    """Let nbval's notebooks keep what their kernels publish."""
    collected = yield
    return [Notebook.from_parent(parent, path=file_path) if isinstance(each, IPyNbFile) else each for each in collected]


class Notebook(IPyNbFile):
    """A notebook that nbval runs cell by cell, with the messages of its kernel."""

    def collect(self) -> Iterator[pytest.Item]:
        self.published: list[dict] = []
        yield from super().collect()
        yield Stored.from_parent(self, name="stored bytes")
        if self.path == ROOT / TWICE:
            yield Twice.from_parent(self, name="second run")

    def get_kernel_message(self, timeout: float | None = None, stream: str = "iopub") -> dict:
        message = super().get_kernel_message(timeout, stream)
        self.published.append(message)
        return message

    def as_run(self) -> NotebookNode:
        """The notebook in its normal form, with the outputs of this run."""
        ran = deepcopy(self.nb)
        cells = [cell for cell in ran.cells if cell.cell_type == "code"]
        count = 0  # nbval runs cells without a history, so the kernel does not count them
        for message in self.published:
            if message["msg_type"] == "execute_input":
                cells[count].outputs = []
                count += 1
                cells[count - 1].execution_count = count
            elif message["msg_type"] in OUTPUTS:
                output = nbformat.v4.output_from_msg(message)
                if output.output_type == "execute_result":
                    output.execution_count = count
                cells[count - 1].outputs.append(output)
        assert count == len(cells), "not every cell has run"
        return normalise(ran)


class Check(pytest.Item):
    """A check of the whole notebook, after its cells."""

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"{self.path.stem}: {self.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> object:
        excinfo.traceback = excinfo.traceback.cut(path=__file__)
        return super().repr_failure(excinfo)


class Stored(Check):
    """The run gives the bytes that are stored, but for pictures, which may differ from machine to machine."""

    def runtest(self) -> None:
        ran = self.parent.as_run()
        for now, then in zip(ran.cells, self.parent.nb.cells, strict=True):
            for output, before in zip(now.get("outputs", []), then.get("outputs", []), strict=True):
                if "image/png" in output.get("data", {}):
                    output.data["image/png"] = before.data["image/png"]
            assert now == then, now.id
        assert written(ran) == self.path.read_text("utf-8")


class Twice(Check):
    """A second run, by the program that stores notebooks, gives the same bytes, those of pictures too."""

    def runtest(self) -> None:
        with TemporaryDirectory() as folder:
            again = Path(folder, "again.ipynb")
            execute(self.path, again)
            assert written(self.parent.as_run()) == again.read_text("utf-8")


def written(notebook: NotebookNode) -> str:
    nbformat.write(notebook, file := io.StringIO())
    return file.getvalue()
