"""Run a command when no other one of these runs in this folder: python scripts/alone.py COMMAND [ARGUMENT ...].

Two builds at once would write into the same environment, caches and pages. The lock is an open file that the command
inherits, so it goes when the command ends, however that ends.
"""

import fcntl
import os
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / ".lock"


def main() -> None:
    """Wait for the lock, then become the command."""
    lock = os.open(LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another make is at work in this folder; waiting until it has ended.", file=sys.stderr, flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    os.set_inheritable(lock, True)
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
