"""What the modules share that change a site after Sphinx has written it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import yaml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

KERNEL = Path(__file__).resolve().parents[1] / "kernel"
PROGRAMS = KERNEL / "node_modules" / ".bin"


def when_built(app: Sphinx, change: Callable[[Sphinx, Path], None], priority: int) -> None:
    """Call `change` with the site's folder when a site has been built without an error, lower priorities first."""

    def finish(app: Sphinx, exception: Exception | None) -> None:
        if exception is None and app.builder.name in ("html", "dirhtml"):
            change(app, Path(app.outdir))

    app.connect("build-finished", finish, priority=priority)


def read_pages(site: Path) -> dict[Path, str]:
    """Read the pages as the theme wrote them. Raises ExtensionError if there is none: a site is always built whole."""
    texts = {path: path.read_text("utf-8") for path in site.rglob("*.html") if site / "_static" not in path.parents}
    pages = {path: text for path, text in texts.items() if "_static/styles/" in text}
    if not pages:
        raise ExtensionError("no page links a style sheet in _static/styles/: has the theme changed?")
    return pages


def replace_once(text: str, old: str, new: str, name: str) -> str:
    """Replace a part of a file; raise ExtensionError unless it is there once."""
    if text.count(old) != 1:
        raise ExtensionError(f"{name} has {text.count(old)} times {old!r}; once was expected")
    return text.replace(old, new)


def contents(app: Sphinx) -> list[tuple[str, str]]:
    """The pages of the book in their order, each with its part; the landing page is in none ("")."""
    said = yaml.safe_load(Path(app.srcdir, "_toc.yml").read_text("utf-8"))
    return [
        ("", said["root"]),
        *((part["caption"], page["file"]) for part in said["parts"] for page in part["chapters"]),
    ]


def below_title(body: str, row: str) -> str:
    """Put a row under a page's title; raise ExtensionError for a page that has none."""
    title, end, text = body.partition("</h1>")
    if not end:
        raise ExtensionError(f"a page has no title (</h1>) to put {row[:60]!r} under")
    return f"{title}{end}{row}{text}"


def minify(text: str, *options: str) -> str:
    """Minify a style sheet or a script with esbuild."""
    command = [str(PROGRAMS / "esbuild"), "--charset=utf8", "--legal-comments=none", "--log-level=error", *options]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
