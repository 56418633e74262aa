"""Offline: the site's service worker, which keeps what a reader has opened.

The worker's text holds the version of the build and the parts of the kernel, so that a new build removes what the
last one has left behind.
"""

import hashlib
import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import when_built
from book.kernel import assets

NAME = "sw.js"


def version_of(site: Path) -> str:
    """Hash the pages and what they link."""
    digest = hashlib.sha256()
    for path in sorted(site.rglob("*")):
        if path.suffix in (".html", ".css", ".js", ".json") and path.name != NAME:
            digest.update(f"{path.relative_to(site).as_posix()}\0{assets.sha256(path)}\n".encode())
    return digest.hexdigest()[:16]


def write_service_worker(site: Path) -> None:
    """Write the worker into the root of the finished site, from where it serves all pages."""
    listed = json.loads((site / "_static" / "live" / "assets.json").read_text("utf-8"))
    scripts = [site / "_static" / "live" / name for name in ("worker.js", "widgets.js", "editor.js")]
    marked = [f"{path.name}?v={assets.sha256(path)[:8]}" for path in scripts]
    build = {"version": version_of(site), "kernel": assets.marked_names(listed) + marked}
    script = (assets.build_bundle() / NAME).read_text("utf-8")
    (site / NAME).write_text(f"const BUILD = {json.dumps(build)};\n{script}", "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it must come last, because it sums up the finished site."""
    app.add_js_file("offline.js", loading_method="defer")
    when_built(app, lambda app, site: write_service_worker(site), priority=1000)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
