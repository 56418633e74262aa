"""Asks students' functions, which run in a process of their own (`inside.py`), and hears plain data only."""

from __future__ import annotations

import builtins
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import emergence
from coursework.grading.inside import LONGEST_CODE, receive, send

PRELOADED = ("numpy.random", "matplotlib.pyplot", "emergence.physics.ising_states")  # what many cells import, slowly
BOOK = Path(emergence.__file__).parent  # what students' code may import beside installed packages
GRACE = 10  # seconds after which a process that should have ended is the grader's failure
TICK = 0.5  # seconds; of a longer time between two looks at the clock, this process itself was stopped
STOPPED = 20  # times the limit on the clock, after which the keeper ends a process that nobody asks any more
LINES = 200  # a student's exception in a greater line could tell the hidden arguments by the line's number
NAMED = ("ndarray", "DataFrame", "Series", "Tensor", "function", "generator", "module", "method", "NoneType")


@dataclass(frozen=True)
class Limits:
    """What one question may use: seconds of processor and of the clock, bytes of memory and of files, counts."""

    cpu: int = 4
    wall: int = 20
    memory: int = 1 << 30
    folder: int = 1 << 24
    processes: int = 16
    files: int = 64


@dataclass(frozen=True)
class Complaint:
    """Why there is no answer. kind: an exception's name, or "" when the process ended; place: cell and line."""

    kind: str
    text: str
    place: tuple[str, int] | None = None


@dataclass(frozen=True)
class Run:
    """The answers to the calls, one each; when the code could not be run at all, `failed` says why.

    more: whether there are cells that the function may need and that were left out, because they stand below it.
    """

    answers: list[Any | Complaint]
    failed: Complaint | None = None
    more: bool = False


class SandboxError(RuntimeError):
    """The grader's own part has failed: there is no score, which is not a score of zero."""


class Sandbox:
    """Where students' code runs. Close it when done.

    missing: why the system allows no namespaces, so that code may do what its user may; "" if it does allow them.
    """

    def __init__(self, namespaces: bool = True) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = str(Path(__file__).with_name("inside.py"))
        given = {"visible": [str(BOOK)], "preload": PRELOADED, "namespaces": namespaces}
        environment = {
            "PATH": "", "HOME": os.environ.get("HOME", ""), "LANG": "C.UTF-8", "MPLBACKEND": "Agg",
            **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-I", program, str(theirs.fileno()), json.dumps(given)],
            pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        theirs.close()
        said = self._requests.recv(4096)
        if not said:
            raise SandboxError("the process for students' code did not start")
        self.missing: str = json.loads(said)["missing"]
        if not self.missing and (path := self.unreadable()):
            self.close()
            raise SandboxError(f"students' code cannot read the libraries ({path}); give others the right to read")

    def close(self) -> None:
        """End the process."""
        self._requests.close()
        self._process.wait()

    def unreadable(self) -> str:
        """Of what students' code may import, something that it cannot read; "" if it can read all."""
        look = [("look", LOOK)]
        (found,) = self.ask(look, "unreadable", [[[os.path.dirname(os.__file__), *sys.path[1:]], str(BOOK)]]).answers
        return str(found)

    def ask(
        self,
        cells: Sequence[tuple[str, str]],
        function: str,
        calls: Sequence[list[Any]],
        limits: Limits = Limits(),  # noqa: B008
        whole: bool = False,
    ) -> Run:
        """Run what the function needs of the cells (name, code) and call it with each of the lists of arguments.

        Cells below the function's own are run only if whole. After a call that ends the process, the calls that are
        left have no answer either. Raises SandboxError.
        """
        if sum(len(code.encode()) for _, code in cells) > LONGEST_CODE:
            return Run([], Complaint("", f"the notebook has more than {LONGEST_CODE >> 20} MB of code"))
        channel, theirs = socket.socketpair()
        control, keeper = socket.socketpair()
        with channel, theirs, control, keeper:
            given = asdict(limits) | {"wall": STOPPED * limits.wall}
            socket.send_fds(self._requests, [json.dumps(given).encode()], [theirs.fileno(), keeper.fileno()])
            theirs.close()
            keeper.close()
            waiting = Waiting(channel, limits.wall)
            answers: list[Any | Complaint] = []
            confined = more = loaded = False
            try:
                said = receive(waiting)
                if not said["confined"]:
                    raise SandboxError(f"students' code cannot be locked in: {said['text']}")
                confined = True
                waiting.send({"cells": list(cells), "function": function, "whole": whole})
                if not isinstance(said := receive(waiting), dict) or "more" not in said:
                    return Run([], heard(said, cells, with_text=True))
                more = said["more"] is True  # none of the student's code has run until here
                if (said := receive(waiting)) != {"ready": True}:
                    return Run([], heard(said, cells, with_text=True), more)
                loaded = True
                for arguments in calls:
                    nonce = secrets.token_hex(8)
                    waiting.send({"nonce": nonce, "arguments": arguments})
                    answers.append(reply(receive(waiting), nonce, cells))
                return Run(answers, None, more)
            except TimeoutError:
                why = Complaint("", f"no answer after {limits.wall} s")
            except (EOFError, OSError):
                why = Complaint("", how_it_ended(report(control, max(waiting.left, 1)), limits))
            except (ValueError, RecursionError) as error:
                why = Complaint("", f"its answer cannot be read: {str(error)[:100]}")
            finally:
                channel.close()
                control.shutdown(socket.SHUT_WR)  # now the keeper ends what still runs
                if report(control, limits.wall + GRACE) is None:
                    raise SandboxError("a student's process does not end")
            if not confined:
                raise SandboxError(f"students' code cannot be locked in: {why.text}")
            if not loaded:
                return Run([], why, more)
            return Run([*answers, *[why] * (len(calls) - len(answers))], None, more)


LOOK = """
import os
def refuse(error):
    raise error
def unreadable(folders, book):
    try:
        for folder in filter(os.path.isdir, folders):
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                inner = os.path.join(path, "__init__.py")
                for one in (path, inner):
                    if one.endswith(".py") and os.path.lexists(one) and not os.access(one, os.R_OK):
                        return one
        for folder, inner, names in os.walk(book, onerror=refuse):
            inner[:] = [name for name in inner if name != "__pycache__"]  # Python can do without
            for name in names:
                if not os.access(os.path.join(folder, name), os.R_OK):
                    return os.path.join(folder, name)
    except OSError as error:
        return str(error)
    return ""
"""


class Waiting:
    """A student's process as it is waited for. left: seconds until patience ends.

    A time in which the grader itself was stopped, as by Ctrl-Z, does not count.
    """

    def __init__(self, channel: socket.socket, seconds: float) -> None:
        self.channel, self.left = channel, seconds

    def recv(self, count: int) -> bytes:
        """Read, as a socket does. Raises TimeoutError when patience ends."""
        return self._patiently(lambda: self.channel.recv(count))

    def sendall(self, data: bytes) -> None:
        """Send all."""
        while data:
            data = data[self._patiently(lambda rest=data: self.channel.send(rest)) :]

    def send(self, message: Any) -> None:
        """Send one message."""
        send(self, message)

    def _patiently(self, act: Callable[[], Any]) -> Any:
        self.channel.settimeout(TICK)
        while self.left > 0:
            began = time.monotonic()
            try:
                return act()
            except TimeoutError:
                pass
            finally:
                self.left -= min(time.monotonic() - began, 2 * TICK)
        raise TimeoutError


def reply(said: Any, nonce: str, cells: Sequence[tuple[str, str]]) -> Any | Complaint:
    """The answer in what was said, which counts only if it repeats the nonce of its call."""
    if not isinstance(said, dict) or said.get("nonce") != nonce:
        raise ValueError("it answers what was not asked")
    return said["answer"] if "answer" in said else heard(said, cells, with_text=False)


def heard(said: Any, cells: Sequence[tuple[str, str]], with_text: bool) -> Complaint:
    """A complaint from what a student's process said, which may be anything.

    During a hidden call its text could carry the arguments out, so it is left away, and so are an invented name and
    the number of a line far below.
    """
    if not isinstance(said, dict):
        raise ValueError("it answers what was not asked")
    kind = said.get("error")
    exception = getattr(builtins, kind, None) if isinstance(kind, str) else None
    place = None
    lines = {f"<{name}>": code.count("\n") + 1 for name, code in cells}
    match said.get("place"):
        case [str(name), int(line)] if 1 <= line <= lines.get(name, 0) and (with_text or line <= LINES):
            place = (name.strip("<>"), line)
    text, unfit = said.get("text"), said.get("unfit")
    told = clean(text)[:300] if with_text and isinstance(text, str) else ""
    if isinstance(unfit, str):
        known = unfit in NAMED or isinstance(getattr(builtins, unfit, None), type)
        told = f"an answer of type {unfit}" if known else "an answer that is no number, text or list"
    return Complaint(
        kind if isinstance(exception, type) and issubclass(exception, BaseException) else "Exception", told, place
    )


def clean(text: str) -> str:
    """A text without half surrogate pairs, which have no place in JSON, in a page or in a terminal."""
    return text.encode("utf-8", "replace").decode()


def report(control: socket.socket, seconds: float) -> dict[str, Any] | None:
    """What the keeper says when the student's process has ended; it stays there to be read again. None: it goes on."""
    control.settimeout(seconds)
    try:
        said = control.recv(4096, socket.MSG_PEEK)
    except TimeoutError:
        return None
    if not said:
        raise SandboxError("the keeper of a student's process is gone")
    return json.loads(said)


def how_it_ended(ended: dict[str, Any] | None, limits: Limits) -> str:
    """In words, why the student's process ended before it had answered. Raises SandboxError when others ended it."""
    if ended is None:
        return f"no answer after {limits.wall} s"
    if ended["late"]:
        raise SandboxError("the grader was stopped for too long")
    if ended["status"] == -signal.SIGKILL:
        if ended["cpu"] > limits.cpu / 2:  # the two clocks do not agree exactly
            return f"no answer after {limits.cpu} s of processor time"
        raise SandboxError("a student's process was killed from outside, perhaps because memory ran out")
    if ended["status"] < 0:
        return f"it crashed (signal {-ended['status']})"
    return f"it ended the process (exit {ended['status']})"
