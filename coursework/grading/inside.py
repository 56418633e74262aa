"""The process in which students' code runs: it loads NumPy once and forks for every question. It knows no test.

`sandbox.py` starts it as a program of its own, `python -I inside.py FD`, before any student's code is read, so that
nothing secret is in its memory. A fork, its keeper, locks the student's process in and tells how it ended. Linux only.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import ctypes
import inspect
import json
import numbers
import os
import re
import resource
import select
import shutil
import signal
import socket
import symtable
import sys
import tempfile
import traceback
import types
from collections.abc import Iterator, Sequence
from typing import Any

# From <sched.h>, <sys/mount.h>, <sys/prctl.h> and <linux/capability.h>.
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 1 << 17, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 1 << 5, 1 << 12, 1 << 14, 1 << 18
MS_OF_ST = {8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}  # what a bind mount may not drop: noexec and access times
SET_KEEPCAPS, SET_NO_NEW_PRIVS = 8, 38
CAPABILITY_VERSION_3, CAP_DAC_READ_SEARCH = 0x20080522, 1 << 2

ROOT = "/sys"  # a folder that every Linux has and Python does not read: in our own namespace the new root lies over it
FOLDER = "/home"  # in the new root: the student's own, empty at first
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
LONGEST = 1 << 20  # bytes of an answer
ARRAY_OF_ONE = "array of one"
LONGEST_CODE = 1 << 22  # bytes of the code of one notebook

libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: Any) -> None:
    """Call a function of the C library; OSError when it fails."""
    if getattr(libc, name)(*arguments):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount, as mount(2)."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    call("mount", *texts[:3], ctypes.c_ulong(flags), texts[3])


# Locking in ---------------------------------------------------------------------------------------------------


def enclose(visible: list[str]) -> None:
    """Leave network and files behind: a root that holds nothing but Python's libraries and `visible`, read-only.

    Raises OSError where the system does not allow it.
    """
    os.umask(0o022)  # students' processes have numbers of their own, and must get into the folders made here
    flags = NEWNS | NEWNET | NEWIPC | NEWUTS
    user, group = os.getuid(), os.getgid()
    if user:
        call("unshare", flags | NEWUSER)
        for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(line)
    else:
        call("unshare", flags)
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    prefixes = {sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix)}
    folders = [*LIBRARIES, *(f"{prefix}/{name}" for prefix in sorted(prefixes) for name in ("lib", "lib64")), *visible]
    mount("none", ROOT, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755")
    for folder in filter(os.path.isdir, folders):
        inner = ROOT + folder
        os.makedirs(inner, exist_ok=True)
        mount(folder, inner, None, MS_BIND | MS_REC)
        kept = sum(ms for st, ms in MS_OF_ST.items() if os.statvfs(folder).f_flag & st)
        mount("none", inner, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | kept)
    os.mkdir(ROOT + FOLDER)
    mount("none", ROOT, None, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)


def confine(limits: dict[str, int], channel: int, enclosed: bool, folder: str) -> None:
    """Give up everything that the student's code must not have: files, descriptors, rights."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # when memory runs out, this goes first
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.dup2(channel, 3)
    os.closerange(4, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    if enclosed:
        os.chroot(ROOT)
    os.chdir(folder)
    os.environ["HOME"] = os.environ["TMPDIR"] = folder
    for name, most in (
        ("CPU", limits["cpu"]),
        ("AS", limits["memory"]),
        ("NPROC", limits["processes"] if enclosed else 1),  # unenclosed, none that could outlive this one
        ("NOFILE", limits["files"]),
        ("FSIZE", limits["folder"]),
        ("CORE", 0),
    ):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    if not os.getuid():  # a number of its own, else the limit on processes would be shared, and void for root
        call("prctl", SET_KEEPCAPS, 1, 0, 0, 0)
        user = 1_000_000 + limits["number"]
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    call("prctl", SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Unenclosed, root's Python may lie where only root can read.
    right = 0 if enclosed else permitted() & CAP_DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    call("capset", header, (ctypes.c_uint32 * 6)(right, right, 0, 0, 0, 0))


def permitted() -> int:
    """The capabilities of this process, as bits."""
    with open("/proc/self/status") as file:
        return int(next(line.split()[1] for line in file if line.startswith("CapPrm:")), 16)


def keep(limits: dict[str, int], channel: int, control: int, enclosed: bool) -> None:
    """Run one student's process to its end, at the latest after limits["wall"] s, and report how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    limits["number"] = os.getpid()
    if enclosed:
        call("unshare", NEWNS | NEWPID | NEWIPC)
        # Shared memory of System V belongs to no process, so no limit would count it.
        with contextlib.suppress(OSError), open("/proc/sys/kernel/shmall", "w") as file:
            file.write("0")
        mount("none", ROOT + FOLDER, "tmpfs", MS_NOSUID | MS_NODEV, f"size={limits['folder']},nr_inodes=1000,mode=777")
        folder = FOLDER
    else:
        folder = tempfile.mkdtemp()
        os.chmod(folder, 0o777)
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            confine(limits, channel, enclosed, folder)
            said = {"confined": True}
        except (OSError, ValueError) as error:
            said = {"confined": False, "text": str(error)}
        channel_there = socket.socket(fileno=3)
        send(channel_there, said)
        if said["confined"]:
            answer(channel_there)
        os._exit(0)
    os.close(channel)
    process = os.pidfd_open(child)
    ready, _, _ = select.select([process, control], [], [], limits["wall"])
    if process not in ready:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)  # and everything that it started is gone with it
    if not enclosed:
        shutil.rmtree(folder)
    report = {
        "status": os.waitstatus_to_exitcode(status),
        "cpu": usage.ru_utime + usage.ru_stime,
        "late": not ready,
    }
    with contextlib.suppress(BrokenPipeError):  # the grader itself was killed
        os.write(control, json.dumps(report).encode())


def serve(requests: socket.socket, visible: list[str], preload: list[str], namespaces: bool) -> None:
    """Fork for every request, until the other side closes."""
    missing = "" if namespaces else "not asked for"
    if namespaces:
        try:
            enclose(visible)
        except OSError as error:
            missing = str(error)
    for name in preload:
        __import__(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    requests.send(json.dumps({"missing": missing}).encode())
    while True:
        message, (*descriptors,), _, _ = socket.recv_fds(requests, 4096, 2)
        if not message:
            return
        if os.fork() == 0:
            requests.close()
            keep(json.loads(message), *descriptors, enclosed=not missing)
            os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)


# Messages -----------------------------------------------------------------------------------------------------


def send(channel: socket.socket, message: Any) -> None:
    """Send one message: four bytes of length, then JSON."""
    text = json.dumps(message).encode()
    channel.sendall(len(text).to_bytes(4, "big") + text)


def receive(channel: socket.socket, longest: int = LONGEST) -> Any:
    """Read one message. Raises EOFError at the end, ValueError for one that is too long or no JSON."""

    def read(count: int) -> bytes:
        parts = []
        while count:
            part = channel.recv(min(count, 1 << 16))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    length = int.from_bytes(read(4), "big")
    if length > longest:
        raise ValueError(f"a message of {length} bytes, more than {longest}")
    return json.loads(read(length))


# The student's code -------------------------------------------------------------------------------------------


def as_python(text: str, name: str) -> tuple[str, ast.Module]:
    """A cell as plain Python, and its tree: IPython's lines are dropped, if it is no Python without that."""
    file = f"<{name}>"
    with contextlib.suppress(SyntaxError):
        return text, ast.parse(text, file)
    if re.match(r"\s*%%(?!time|capture|prun)", text):
        return "", ast.parse("")  # another language
    code = re.sub(r"^([ \t]*[\w, ]+=[ \t]*)[%!].*$", r"\1None", text, flags=re.MULTILINE)
    code = re.sub(r"^([ \t]*)[%!?].*$", r"\1pass", code, flags=re.MULTILINE)
    with contextlib.suppress(SyntaxError):  # before help is dropped: a line of a docstring may end with that mark, too
        return code, ast.parse(code, file)
    code = re.sub(r"^([ \t]*).*\?$", r"\1pass", code, flags=re.MULTILINE)
    return code, ast.parse(code, file)


def bindings(node: ast.AST) -> Iterator[str]:
    """The names that a cell defines or changes when it runs, "*" for those of a starred import."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
            return
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return
        case ast.alias():
            yield node.asname or node.name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.Name(ctx=ast.Store() | ast.Del()):
            yield node.id
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            yield owner(node)
        case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
            yield owner(method)
    for child in ast.iter_child_nodes(node):
        yield from bindings(child)


def owner(node: ast.AST) -> str:
    """The name that a chain of attributes and subscripts starts with; "" if it starts with none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def names_of(code: str, tree: ast.Module) -> tuple[set[str], set[str]]:
    """The names that a cell sets in its module, and those that it, or a function in it, takes from there.

    A variable of a function is none of them, nor is one that a loop of the cell sets before it is used.
    """
    top = symtable.symtable(code, "", "exec")
    tables, taken = top.get_children(), set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        taken |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    loops = [node for one in tree.body if isinstance(one, ast.For) for node in ast.walk(one.target)]
    looped = {node.id for node in loops if isinstance(node, ast.Name)}
    taken |= {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()} - looped
    return {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}, taken


def needed(cells: list[tuple[str, str]], function: str, whole: bool) -> tuple[list[tuple[str, str, bool]], bool]:
    """Of cells (name, code), in their order, those that define the function, or what such cells use, and so on.

    So what another question's cell does costs only those who use it. Unless whole, nothing below the last cell that
    defines the function is taken: it may hold what the function uses, or spoil it; the second value says whether there
    is such. The cells come as (name, code, whether it defines the function).
    Raises NameError when none defines the function, SyntaxError when none does and one that names it is no Python.
    """
    parsed, broken = [], None
    for name, text in cells:
        try:
            code, tree = as_python(text, name)
            sets, takes = names_of(code, tree)
            parsed.append((name, code, sets.union(bindings(tree)), sets, takes))
        except (SyntaxError, ValueError) as error:
            broken = broken or (error if function in text else None)
        except (RecursionError, MemoryError):  # nested so deep that Python gives it up
            continue
    last = max((i for i, cell in enumerate(parsed) if function in cell[3]), default=None)
    if last is None:
        raise broken or NameError(f"no cell defines {function}")

    def chosen(count: int) -> list[int]:
        """Which of the first so many cells are needed."""
        wanted, found = {function, "*"}, set()
        while more := [i for i in range(count) if i not in found and parsed[i][2] & wanted]:
            found.update(more)
            wanted = wanted.union(*(parsed[i][4] for i in more))
        return sorted(found)

    above, all_ = chosen(last + 1), chosen(len(parsed))
    taken = all_ if whole else above
    return [(*parsed[i][:2], function in parsed[i][3]) for i in taken], all_ != above


class Unfit(TypeError):
    """An answer that is neither number nor text nor list. named: its type."""

    def __init__(self, value: Any) -> None:
        super().__init__(f"an answer of type {type(value).__name__}")
        self.named = type(value).__name__


def plain(value: Any) -> Any:
    """Numbers, strings and lists as JSON has them; Unfit for anything else.

    An array of one number passes for that number in a notebook's example, and for a list: {ARRAY_OF_ONE: list}.
    """
    if type(value) in (bool, int, float, str, type(None)):
        return value
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        items = value.tolist()
        if type(items) is type(value):  # a longdouble
            return float(value)
        return {ARRAY_OF_ONE: plain(items)} if isinstance(items, list) and value.size == 1 else plain(items)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [plain(item) for item in value]
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Complex) and not isinstance(value, numbers.Real) and not value.imag:
        return float(value.real)
    if hasattr(type(value), "__float__"):
        return float(value)
    raise Unfit(value)


def complaint(error: BaseException) -> dict[str, Any]:
    """What was raised: its kind (the first that Python itself has), its text, the cell and the line."""
    kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        places.append((error.filename, error.lineno))
    inside = [place for place in places if str(place[0]).startswith("<")]
    unfit = {"unfit": error.named} if isinstance(error, Unfit) else {}
    return {"error": kind, "text": str(error)[:300], "place": inside[-1] if inside else None} | unfit


def of_a_notebook() -> dict[str, Any]:
    """What every notebook has without an import; here it shows nothing."""

    def nothing(*_: Any, **__: Any) -> None:
        pass

    shell = types.SimpleNamespace(run_line_magic=nothing, run_cell_magic=nothing, magic=nothing, system=nothing)
    return {"display": nothing, "get_ipython": lambda: shell}


def answer(channel: socket.socket) -> None:
    """Run the cells that a function needs, then answer calls of it, one at a time."""
    request = receive(channel, 2 * LONGEST_CODE)  # escapes make JSON longer than the code
    main = types.ModuleType("__main__")
    main.__dict__.update(of_a_notebook())
    sys.modules["__main__"] = main
    try:
        cells, more = needed(request["cells"], request["function"], request["whole"])
        send(channel, {"more": more})
    except BaseException as error:
        send(channel, complaint(error))
        return
    first = None
    try:
        for name, code, defines in cells:
            try:
                result = eval(compile(code, f"<{name}>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), main.__dict__)
                if inspect.iscoroutine(result):
                    asyncio.run(result)
            except BaseException as error:  # SystemExit as well: whatever it is, it is told
                if defines:
                    raise
                first = first or error  # and a notebook goes on
        if not hasattr(main, request["function"]):
            raise first or NameError(f"no cell defines {request['function']}")
        function = getattr(main, request["function"])
    except BaseException as error:
        send(channel, complaint(error))
        return
    send(channel, {"ready": True})
    while True:
        try:
            asked = receive(channel)
        except EOFError:
            return
        try:
            reply = {"answer": plain(function(*asked["arguments"]))}
        except BaseException as error:
            reply = complaint(error)
        send(channel, reply | {"nonce": asked["nonce"]})


if __name__ == "__main__":
    _requests = socket.socket(fileno=int(sys.argv[1]))
    serve(_requests, **json.loads(sys.argv[2]))
