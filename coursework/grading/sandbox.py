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
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import emergence
from coursework.grading.inside import receive, send

PRELOADED = ("numpy.random", "matplotlib.pyplot", "emergence.physics.ising_states")  # what many cells import, slowly
BOOK = Path(emergence.__file__).parent  # what students' code may import beside installed packages
GRACE = 10  # seconds after which a process that should have ended is the grader's failure


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
    """The answers to the calls, one each; when the code could not be run at all, `failed` says why."""

    answers: list[Any | Complaint]
    failed: Complaint | None = None


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

    def close(self) -> None:
        """End the process."""
        self._requests.close()
        self._process.wait()

    def ask(self, cells: Sequence[tuple[str, str]], function: str, calls: Sequence[list[Any]], limits: Limits) -> Run:
        """Run what the function needs of the cells (name, code) and call it with each of the lists of arguments.

        After a call that ends the process, the calls that are left have no answer either. Raises SandboxError.
        """
        channel, theirs = socket.socketpair()
        control, keeper = socket.socketpair()
        with channel, theirs, control, keeper:
            socket.send_fds(self._requests, [json.dumps(asdict(limits)).encode()], [theirs.fileno(), keeper.fileno()])
            theirs.close()
            keeper.close()
            channel.settimeout(limits.wall + GRACE)
            answers: list[Any | Complaint] = []
            loaded = False
            try:
                send(channel, {"cells": list(cells), "function": function})
                if (said := receive(channel)) != {"ready": True}:
                    return Run([], heard(said, cells, with_text=True))
                loaded = True
                for arguments in calls:
                    nonce = secrets.token_hex(8)
                    send(channel, {"nonce": nonce, "arguments": arguments})
                    answers.append(reply(receive(channel), nonce, cells))
                return Run(answers)
            except TimeoutError:
                raise SandboxError(f"no answer after {limits.wall + GRACE} s") from None
            except (EOFError, OSError):
                why = Complaint("", how_it_ended(report(control, limits), limits))
            except (ValueError, RecursionError) as error:
                why = Complaint("", f"its answer cannot be read: {str(error)[:100]}")
            finally:
                channel.close()
                control.shutdown(socket.SHUT_WR)  # now the keeper ends what still runs
                report(control, limits)
            if not loaded:
                return Run([], why)
            return Run([*answers, *[why] * (len(calls) - len(answers))])


def reply(said: Any, nonce: str, cells: Sequence[tuple[str, str]]) -> Any | Complaint:
    """The answer in what was said, which counts only if it repeats the nonce of its call."""
    if not isinstance(said, dict) or said.get("nonce") != nonce:
        raise ValueError("it answers what was not asked")
    return said["answer"] if "answer" in said else heard(said, cells, with_text=False)


def heard(said: Any, cells: Sequence[tuple[str, str]], with_text: bool) -> Complaint:
    """A complaint from what a student's process said, which may be anything.

    During a hidden call its text could carry the arguments out, so it is left away, and so is an invented name.
    """
    if not isinstance(said, dict):
        raise ValueError("it answers what was not asked")
    kind = said.get("error")
    exception = getattr(builtins, kind, None) if isinstance(kind, str) else None
    place = None
    lines = {f"<{name}>": code.count("\n") + 1 for name, code in cells}
    match said.get("place"):
        case [str(name), int(line)] if 1 <= line <= lines.get(name, 0):
            place = (name.strip("<>"), line)
    text = said.get("text")
    return Complaint(
        kind if isinstance(exception, type) and issubclass(exception, BaseException) else "Exception",
        text[:300] if with_text and isinstance(text, str) else "",
        place,
    )


def report(control: socket.socket, limits: Limits) -> dict[str, Any]:
    """What the keeper says when the student's process has ended; it stays there to be read again."""
    control.settimeout(limits.wall + GRACE)
    try:
        said = control.recv(4096, socket.MSG_PEEK)
    except TimeoutError:
        raise SandboxError("a student's process does not end") from None
    if not said:
        raise SandboxError("the keeper of a student's process is gone")
    return json.loads(said)


def how_it_ended(ended: dict[str, Any], limits: Limits) -> str:
    """In words, why the student's process ended before it had answered."""
    if ended["late"]:
        return f"no answer after {limits.wall} s"
    if ended["status"] == -signal.SIGKILL and ended["cpu"] > limits.cpu / 2:  # the two clocks do not agree exactly
        return f"no answer after {limits.cpu} s of processor time"
    if ended["status"] < 0:
        return f"it crashed (signal {-ended['status']})"
    return f"it ended the process (exit {ended['status']})"
