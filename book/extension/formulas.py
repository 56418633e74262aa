"""Formulas: the process that renders them, how they scroll, and how they are copied."""

import socket
import subprocess
import time
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinxcontrib import katex


def start_katex(folder: Path, timeout: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the process that renders formulas, and connect to it.

    sphinxcontrib-katex connects as soon as the socket's file is there, which on a busy machine is before the
    process listens: the build fails now and then, and leaves the process running. This one tries again.
    """
    address = str(folder / "katex.sock")
    command = katex.KaTeXServer.build_command(socket=address)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
    deadline = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(address)
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.01)
    process.kill()
    raise katex.KaTeXError(f"the process that renders formulas did not answer within {timeout:.0f} s")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    katex.KaTeXServer.start_server_process = start_katex
    app.add_css_file("formulas.css")
    app.add_js_file("copying.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
