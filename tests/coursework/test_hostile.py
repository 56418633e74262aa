"""Submissions that want more than they earn, or break what grades them: each gets its honest score, and no other.

They stand in hostile.txt: title, score, a word of what is said to it; then the cells that differ from empty ones.
"""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from toy import HONEST, RIGHT, cell, submission, write_assignment, write_course

from coursework.grading import sandbox
from coursework.grading.assignment import Assignment
from coursework.grading.course import Course
from coursework.grading.mark import cases_of, mark_question
from coursework.grading.sandbox import TICK, Limits, Sandbox, SandboxError, Waiting
from coursework.grading.submission import read

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("hostile.txt")
UNDER_ANY_SYSTEM = (
    "correct", "an endless loop", "an endless wait", "os._exit", "a crash", "no end of recursion", "a fork bomb",
    "all memory", "endless output", "a huge answer", "all descriptors", "signals", "objects that equal everything",
    "answering before it is asked",
)  # fmt: skip


def hostile() -> list[tuple[str, dict, int, str]]:
    """Title, notebook, honest score and what is said, for each part of the file."""
    found = []
    for part in FILE.read_text("utf-8").split("=== ")[1:]:
        head, *cells = part.rstrip("\n").split("\n--- ")
        title, score, said = (text.strip() for text in head.split("|"))
        answers, before, after = {}, [], []
        for one in cells:
            name, _, code = one.partition("\n")
            name, _, known = name.partition(": ")
            if name == "a cell before":
                before.append(code)
            elif name == "a cell after":
                after.append(code)
            else:
                answers[name] = {"right": RIGHT, "wrong": HONEST, "": {name: code}}[known][name]
        found.append((title, submission(answers, tuple(before), tuple(after)), int(score), said))
    return found


def together(*notebooks: dict) -> dict:
    """All cells of these, in one."""
    return notebooks[0] | {"cells": [cell for notebook in notebooks for cell in notebook["cells"]]}


ODD = [
    ("nothing but text", submission({}) | {"cells": [cell("markdown", "I was ill.")]}, 0, "not answered"),
    ("every cell twice", together(submission(RIGHT), submission(RIGHT)), 10, ""),
    ("an empty copy below the answers", together(submission(RIGHT), submission({})), 10, ""),
    (
        "answers outside their cells",
        submission({}) | {"cells": [cell("code", text) for text in RIGHT.values()]},
        10,
        "",
    ),
    ("pasted data", submission(RIGHT, ("measured = '" + "1.234567 " * 140_000 + "'",)), 10, ""),
    ("more code than can be read", submission(RIGHT, ("'" + "x" * 4_200_000 + "'",)), 0, "more than 4 MB of code"),
    (
        "a hundred thousand empty cells",
        submission(RIGHT) | {"cells": [*submission(RIGHT)["cells"], *[cell("code", " ")] * 100_000]},
        10,
        "",
    ),
    ("half a surrogate pair", submission(RIGHT, ("'\ud800'",)), 10, ""),
]
SUBMISSIONS = hostile() + ODD


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> tuple[Assignment, Course]:
    """The assignment and its course."""
    folder = tmp_path_factory.mktemp("toy")
    assignment = write_assignment(folder / "toy")
    return Assignment.read(assignment), Course.read(write_course(folder / "course", assignment, ["ada"]))


@pytest.fixture(scope="module")
def box():
    box = Sandbox()
    yield box
    box.close()


@pytest.fixture(scope="module")
def open_box():
    """What there is on a system without namespaces."""
    box = Sandbox(namespaces=False)
    yield box
    box.close()


def check(toy, box, title):
    """The score and what is said are those of the table, and nothing is left running."""
    assignment, course = toy
    (handed_in, honest, said) = next(row[1:] for row in SUBMISSIONS if row[0] == title)
    parameters = course.parameters(assignment, "ada")
    taken = read(json.dumps(handed_in).encode(), assignment, parameters)
    key = course.key(assignment.name, "cases")
    marks = [mark_question(q, cases_of(q, key, parameters), taken, box) for q in assignment.questions]
    json.dumps([vars(mark) for mark in marks], ensure_ascii=False).encode()  # as it is kept
    complaints = [mark.problem for mark in marks] + [wrong for mark in marks for _, wrong in mark.failed]
    assert sum(mark.score for mark in marks) == honest, complaints
    assert said in " ".join(complaints)
    deadline = time.monotonic() + 5
    while left := Path(f"/proc/{box._process.pid}/task/{box._process.pid}/children").read_text():
        assert time.monotonic() < deadline, left


@pytest.mark.parametrize("title", [row[0] for row in SUBMISSIONS])
def test_hostile_submission_gets_its_honest_score(toy, box, monkeypatch, title):
    monkeypatch.setenv("COURSE_SECRET", "1")
    if box.missing and title not in UNDER_ANY_SYSTEM:
        pytest.skip(f"this system has no namespaces, and the report says so: {box.missing}")
    check(toy, box, title)


@pytest.mark.parametrize("title", UNDER_ANY_SYSTEM)
def test_without_namespaces_scores_are_honest_too(toy, open_box, title):
    check(toy, open_box, title)


def ask(box, body):
    """What the body of a function without arguments answers in the sandbox."""
    (answer,) = box.ask([("cell", f"def f():\n{body}")], "f", [[]]).answers
    return answer


@pytest.fixture
def closed(box):
    if box.missing:
        pytest.skip(f"this system has no namespaces, and the report says so: {box.missing}")
    return box


def test_no_file_is_seen_but_pythons_and_the_books(closed):
    files = "    import os\n    return [os.path.join(d, f) for d, _, fs in os.walk('/') for f in fs if '/lib' not in d]"
    seen = ask(closed, files)
    assert seen and all("/emergence/" in path for path in seen)
    for path in ("coursework", "tests", "book", "_build", ".git"):
        assert ask(closed, f"    import os\n    return os.path.exists({str(ROOT / path)!r})") is False


def test_there_is_no_network_and_no_right_to_make_one(closed):
    interfaces = ask(closed, "    import socket\n    return [name for _, name in socket.if_nameindex()]")
    assert interfaces == ["lo"]
    dial = "    import socket\n    return socket.socket().connect_ex(('127.0.0.1', 22))"
    assert ask(closed, dial) != 0
    calls = "l.unshare(1 << 28), l.unshare(1 << 17), l.mount(b'a', b'/home', b'tmpfs', 0, 0), l.chroot(b'.')"
    assert ask(closed, f"    import ctypes\n    l = ctypes.CDLL(None)\n    return [{calls}]") == [-1] * 4


def test_each_question_begins_in_an_empty_folder(closed):
    write = "    import os\n    open('note', 'w').write('x')\n    return [os.getcwd(), *os.listdir()]"
    assert ask(closed, write) == ask(closed, write) == ["/home", "note"]


def test_what_goes_on_elsewhere_cannot_be_reached(closed):
    assert ask(closed, "    import os\n    return [os.getpid(), os.path.exists('/proc/self')]") == [1, False]
    descriptors = "    import os\n    return [n for n in range(64) if not isinstance(_try(n), OSError)]"
    trial = "    def _try(n):\n        try: return os.fstat(n)\n        except OSError as error: return error\n"
    assert ask(closed, "    import os\n" + trial + descriptors) == [0, 1, 2, 3]


def test_error_in_a_hidden_call_carries_nothing_out(box):
    code = (
        "def f(secret):\n    class Told(ValueError): pass\n    Told.__name__ = f'Told{secret}'\n"
        "    raise Told(f'it was {secret}')"
    )
    (answer,) = box.ask([("cell", code)], "f", [[123456]], Limits()).answers
    assert (answer.kind, answer.text, answer.place) == ("ValueError", "", ("cell", 4))


def test_arguments_do_not_come_out_by_the_number_of_a_line(box):
    code = (
        "def f(secret):\n    exec(compile('\\n' * (secret - 1) + 'raise KeyError', '<cell>', 'exec'))\n" + "\n" * 99_999
    )
    far, near = box.ask([("cell", code)], "f", [[91146], [5]]).answers
    assert (far.kind, far.place) == ("KeyError", None) and near.place == ("cell", 5)


def test_type_of_an_answer_is_told_only_if_it_is_a_known_one(box):
    code = "def f(secret):\n    return {} if secret == 1 else type(f'Type{secret}', (), {})()"
    known, own = box.ask([("cell", code)], "f", [[1], [123456]]).answers
    assert (known.text, own.text) == ("an answer of type dict", "an answer that is no number, text or list")


def test_failure_to_lock_in_is_the_graders_and_no_zero(box):
    with pytest.raises(SandboxError, match="cannot be locked in"):
        box.ask([("cell", "def f():\n    return 1")], "f", [[]], Limits(files=1 << 40))


def test_process_killed_from_outside_is_no_zero(open_box):
    with pytest.raises(SandboxError, match="killed from outside"):
        ask(open_box, "    import os\n    os.kill(os.getpid(), 9)")


def test_libraries_can_be_imported_whatever_the_umask(closed):
    before = os.umask(0o077)
    box = Sandbox()
    os.umask(before)
    assert ask(box, "    import statistics, colorsys\n    return 1") == 1
    box.close()


def test_libraries_that_students_code_could_not_read_stop_the_grader(closed, tmp_path, monkeypatch):
    tmp_path.chmod(0o755)
    (tmp_path / "__pycache__").mkdir(mode=0)  # Python does without, and so may students' code
    hidden = tmp_path / "hidden.py"
    hidden.write_text("")
    hidden.chmod(0)
    monkeypatch.setattr(sandbox, "BOOK", tmp_path)
    monkeypatch.setattr(sandbox, "PRELOADED", ())
    with pytest.raises(SandboxError, match=r"cannot read the libraries \(.*hidden.py"):
        Sandbox()
    hidden.chmod(0o644)
    Sandbox().close()


def test_time_in_which_the_grader_was_stopped_does_not_count(monkeypatch):
    ours, theirs = socket.socketpair()
    with ours, theirs, monkeypatch.context() as patch:
        patch.setattr(sandbox.time, "monotonic", itertools.count(0, 25).__next__)
        waiting = Waiting(ours, 5)
        theirs.send(b"x")
        assert waiting.recv(1) == b"x" and waiting.left == 5 - 2 * TICK
        with pytest.raises(TimeoutError):
            waiting.recv(1)


def test_answers_of_before_and_after_a_stop_count_alike(tmp_path):
    code = "import time\ndef f(x):\n    time.sleep(0.2)\n    return x"
    program = (
        "from coursework.grading.sandbox import Limits, Sandbox\nbox = Sandbox()\nprint('asking', flush=True)\n"
        f"print(box.ask([('c', {code!r})], 'f', [[n] for n in range(8)], Limits(wall=3)).answers)\nbox.close()"
    )
    asking = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert asking.stdout.readline() == "asking\n"
    time.sleep(0.5)
    asking.send_signal(signal.SIGSTOP)
    time.sleep(4)
    asking.send_signal(signal.SIGCONT)
    assert asking.communicate(timeout=60)[0] == f"{[*range(8)]}\n"


def test_there_is_no_memory_that_no_limit_counts(closed):
    get = "    import ctypes\n    return ctypes.CDLL(None).shmget(0, 1 << 24, 0o1600)"
    if os.getuid():
        pytest.skip("only root can take it away")
    assert ask(closed, get) == -1
