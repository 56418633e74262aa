"""Sphinx extension: what a page loads before a reader touches it.

The theme and its extensions link some thirty files, among them an icon library of 1.5 MB and a kernel service
on another host. After the build each page links one style sheet and one script, both made from the theme's own
files in their own order; rules that no page and no script uses are dropped, and the icons become two fonts of the
few glyphs in use, inside the style sheet. The pages are also mended where a screen reader would stumble.
"""

import base64
import hashlib
import io
import json
import logging
import posixpath
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata
from sphinxcontrib import katex

PROGRAMS = Path(__file__).resolve().parents[1] / "kernel" / "node_modules" / ".bin"
# What a running cell may put on a page, beside the classes that page and scripts name.
OUTPUTS = ["dataframe", "table", "tbody", "td", "th", "thead", "tr"]
STYLE_LINK = re.compile(r'[ \t]*<link\b(?=[^>]*rel="stylesheet")[^>]*href="([^"?]*)[^"]*"[^>]*>\n?')
SCRIPT_LINK = re.compile(r'[ \t]*<script\b[^>]*\bsrc="([^"?]*)[^"]*"[^>]*></script>\n?')
PRELOAD = re.compile(r'[ \t]*<link rel="preload" as="script"[^>]*>\n?')
# The sphinx-thebe extension of Jupyter Book would fetch its kernel from unpkg.com; the book has its own.
UNUSED = {"sphinx-thebe.css", "sphinx-thebe.js", "fontawesome.js"}
# Only the search page searches: the theme would load the index of the whole book on every page.
SEARCH = {"searchtools.js", "language_data.js", "searchindex.js"}
MENDED = [
    # sphinx-exercise and sphinx-proof give every exercise of a page the same id.
    (re.compile(r' id="(?:exercise|solution|proof)-content"'), ""),
    # A name that hides the text it stands for, and a key's hint that is no part of it.
    (re.compile(r'<summary aria-label="[^"]*"'), "<summary"),
    (re.compile(r'(<button class="[^"]*search-button-field[^>]*) aria-label="[^"]*"'), r"\1"),
    # Docutils' roles: one is deprecated, and a list has no other children than items.
    (re.compile(r' role="doc-biblioentry"'), ""),
    (re.compile(r'<div role="list" class="citation-list">'), '<div class="citation-list">'),
    # The corner of a table heads nothing.
    (re.compile(r'<th class="head"><p></p></th>'), "<td></td>"),
    # The book's title in the sidebar stands outside of all landmarks.
    (re.compile(r'<div class="sidebar-primary-item">(?=\s*<a class="navbar-brand)'),
     '<div class="sidebar-primary-item" role="navigation" aria-label="Book">'),
    # Three extensions say the same about the width of phones, and the landing page has the title of the book.
    (re.compile(r'<meta name="viewport" content="width=device-width, initial-scale=1" ?/>\n?'), ""),
    (re.compile(r"<title>(.+?) &#8212; \1</title>"), r"<title>\1</title>"),
    # The theme would choose between light and dark after the first picture of the page, and then draw it again.
    (re.compile(r'document\.documentElement\.dataset\.theme = localStorage\.getItem\("theme"\) \|\| "auto";'),
     'document.documentElement.dataset.theme = document.documentElement.dataset.mode !== "auto" ? '
     'document.documentElement.dataset.mode : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";'),
]  # fmt: skip
# The theme measures all code blocks at once, which lays out the whole page; scrolling.js does it as they are shown.
MEASURED = (
    '["pre",".nboutput > .output_area",".cell_output > .output",".jp-RenderedHTMLCommon",'
    '".pst-scrollable-table-container"]'
)
# What the theme does once a page is parsed would be one long task, the joined script's; in tasks of their own the parts
# leave room for what the reader does meanwhile.
WHEN_READY = re.compile(r'"loading"!=document\.readyState\?(\w)\(\)')
# What the search leaves out of a text that it shows. A formula is there three times: for the eye, as MathML, as TeX.
UNREAD = '[".headerlink", "script", "style"]'
ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
TEXT = re.compile(r">([^<>]*)<")
CHINESE = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff\u3000-\u303f\uff00-\uffef]*")
MISSING = "404.html"
RELATIVE = re.compile(r'\b(href|src|action|data-content_root)="(?![a-z]+:|[/#])(?:\./)?([^"]*)"')
FONT_FACE = re.compile(r"@font-face\{[^}]*fontawesome/webfonts[^}]*\}")
IMPORT = re.compile(r"@import (?:url\()?[\"']?([^\"')]+)[\"']?\)?;")
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:{1,2}before,?)+)\{content:"([^"]+)"\}')
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every step of its work
ICON_FONTS = {
    "fa-solid-900.ttf": ("Font Awesome 6 Free", 900),
    "fa-brands-400.ttf": ("Font Awesome 6 Brands", 400),
}


# -- icons -----------------------------------------------------------------------------------------------


def keep_icons(style: str, used: set[str]) -> str:
    """Drop the rules of all icons but those in use."""

    def rule(match: re.Match[str]) -> str:
        names = re.findall(r"\.fa-([a-z0-9-]+):", match[1])
        return match[0] if used.intersection(names) else ""

    return ICON_RULE.sub(rule, style)


def icon_codes(style: str) -> set[int]:
    """List the icons (private-use characters, plain or escaped) that a style sheet shows."""
    escaped = {int(code, 16) for code in re.findall(r"\\([ef][0-9a-f]{3})\b", style)}
    return escaped | {ord(character) for character in style if "\ue000" <= character <= "\uf8ff"}


def icon_font(path: Path, codes: set[int], family: str, weight: int) -> str:
    """Return a font face that holds the wanted glyphs of an icon font as a data address."""
    font = TTFont(path, recalcTimestamp=False)
    options = Options()
    options.layout_features = []
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
    )


# -- one style sheet, one script -------------------------------------------------------------------------


def minify(text: str, *options: str) -> str:
    """Minify a style sheet or a script with esbuild."""
    command = [str(PROGRAMS / "esbuild"), "--charset=utf8", "--legal-comments=none", "--log-level=error", *options]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def read_style(static: Path, file: str) -> str:
    """Read a style sheet with its imports in place and addresses relative to the static folder."""
    folder = posixpath.dirname(file)

    def resolve(address: str) -> str:
        return posixpath.normpath(posixpath.join(folder, address.strip("\"'")))

    def readdress(match: re.Match[str]) -> str:
        address = match[1].strip("\"'")
        return match[0] if address.startswith(("data:", "#", "%23")) else f'url("{resolve(address)}")'

    style = FONT_FACE.sub("", (static / file).read_text("utf-8"))
    imported = "".join(read_style(static, resolve(address)) for address in IMPORT.findall(style))
    return imported + re.sub(r"url\(([^)]+)\)", readdress, IMPORT.sub("", style))


def keep_used(style: str, site: Path) -> str:
    """Drop the rules, fonts and animations of a style sheet that no word of the site's pages and scripts may use."""
    static = site / "_static"
    users = [path for path in site.rglob("*.html") if static not in path.parents]
    users += [*static.glob("*.js"), *static.glob("scripts/*.js"), *static.glob("live/*.js")]
    with tempfile.NamedTemporaryFile("w", suffix=".css", encoding="utf-8") as file:
        file.write(style)
        file.flush()
        command = [str(PROGRAMS / "purgecss"), "--font-face", "--keyframes", "--css", file.name]
        command += ["--content", *map(str, sorted(users)), "--safelist", *OUTPUTS]
        (purged,) = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return purged["css"]


def join_styles(site: Path, files: list[str], used_icons: set[str]) -> str:
    """Join style sheets in order, with only the rules and the icons in use."""
    static = site / "_static"
    style = keep_icons("\n".join(read_style(static, file) for file in files), used_icons)
    style = keep_used(style, site)
    webfonts = static / "vendor" / "fontawesome" / "webfonts"
    faces = [icon_font(webfonts / name, icon_codes(style), *face) for name, face in ICON_FONTS.items()]
    return minify("".join(faces) + style, "--minify", "--loader=css")


def join_scripts(static: Path, files: list[str]) -> str:
    """Join scripts in order. The leading semicolon keeps one file's "use strict" from binding the others."""
    text = ";\n" + "\n;\n".join((static / file).read_text("utf-8") for file in files)
    if text.count(MEASURED) != 1:
        raise ExtensionError(f"the theme's script has {text.count(MEASURED)} times {MEASURED}; once was expected")
    text = text.replace(MEASURED, '[":not(*)"]')
    text, starts = WHEN_READY.subn(r'"loading"!=document.readyState?setTimeout(\1)', text)
    if starts != 3:
        raise ExtensionError(f"the theme's scripts wait {starts} times for a page to be parsed; 3 were expected")
    return minify(text, "--minify-whitespace", "--loader=js")


def lighten_pages(app: Sphinx, exception: Exception | None) -> None:
    """Let every page that this build wrote link the joined files; write those files."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    site = Path(app.outdir)
    static = site / "_static"
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html") if static not in path.parents}
    pages = {path: text for path, text in pages.items() if "_static/styles/" in text}
    if not pages:
        return

    used_icons = {icon for path in site.rglob("*.html") for icon in icons_of(path.read_text("utf-8"))}
    linked = [(local_files(STYLE_LINK, text), local_files(SCRIPT_LINK, text)) for text in pages.values()]
    styles, scripts = linked[0]
    if any(other != (styles, scripts) for other in linked):
        raise ExtensionError("pages link different style sheets or scripts; they cannot share the joined ones")
    used_icons |= {icon for file in scripts for icon in icons_of((static / file).read_text("utf-8"))}
    options = (static / "documentation_options.js").read_text("utf-8")
    scripts.remove("documentation_options.js")
    versions = {}
    for name, text in {
        "site.css": join_styles(site, styles, used_icons),
        "site.js": join_scripts(static, scripts),
    }.items():
        (static / name).write_text(text, "utf-8")
        versions[name] = f"{name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"

    search = (static / "searchtools.js").read_text("utf-8")
    if search.count(UNREAD) != 1:
        raise ExtensionError(f"the search has {search.count(UNREAD)} times {UNREAD}; once was expected")
    search = search.replace(UNREAD, '[".headerlink", "script", "style", ".katex-html", "annotation"]')
    (static / "searchtools.js").write_text(search, "utf-8")

    for path, text in pages.items():
        text = lighten(text, path.name == "search.html", options, versions)
        if path.relative_to(site).as_posix() == MISSING:  # it stands in for pages at any depth
            text = RELATIVE.sub(rf'\1="{urlsplit(app.config.html_baseurl).path}\2"', text)
        path.write_text(text, "utf-8")
    for name in [*styles, *scripts, *UNUSED, "scripts/fontawesome.js"]:
        (static / name).unlink(missing_ok=True)
    for folder in ("vendor", "locales"):
        shutil.rmtree(static / folder, ignore_errors=True)
    for leftover in [*static.rglob("*.map"), *static.rglob("*.LICENSE.txt"), *static.glob("*webpack-macros.html")]:
        leftover.unlink()


def icons_of(text: str) -> set[str]:
    """List the names of Font Awesome icons in a page or a script."""
    return set(re.findall(r"\bfa-([a-z0-9-]+)", text))


def local_files(link: re.Pattern[str], text: str) -> list[str]:
    """List the files under _static that a page links, in order, without those of the live figures."""
    addresses = [address.partition("_static/")[2] for address in link.findall(text)]
    files = [file for file in dict.fromkeys(addresses) if file and not file.startswith("live/")]
    return [file for file in files if posixpath.basename(file) not in UNUSED | SEARCH]


def mark_chinese(text: str) -> str:
    """Say which words of a page's text are Chinese: a screen reader changes its voice, a browser chooses the font."""

    def mark(match: re.Match[str]) -> str:
        return ">" + CHINESE.sub(r'<span lang="zh">\g<0></span>', match[1]) + "<"

    return ARTICLE.sub(lambda article: TEXT.sub(mark, article[0]), text)


def lighten(text: str, searches: bool, options: str, versions: dict[str, str]) -> str:
    """Put the joined files into one page, where its first style sheet and its first script stood."""
    # The options are read by scripts inside the page, before any linked file may run.
    inline = options.strip().replace("{", "{{").replace("}", "}}")
    joined = {
        ".css": f'    <link rel="stylesheet" href="{{0}}_static/{versions["site.css"]}">\n',
        ".js": f'    <script>{inline}</script>\n    <script src="{{0}}_static/{versions["site.js"]}" defer></script>\n',
    }

    def replace(match: re.Match[str]) -> str:
        root, found, file = match[1].rpartition("_static/")
        if posixpath.basename(match[1]) in SEARCH:
            return match[0].replace("<script", "<script defer", 1) if searches else ""
        if not found or file.startswith("live/"):
            return match[0]
        return joined.pop(posixpath.splitext(file)[1], "").format(root)

    for pattern, replacement in MENDED:
        text = pattern.sub(replacement, text)
    text = mark_chinese(text)
    return SCRIPT_LINK.sub(replace, STYLE_LINK.sub(replace, PRELOAD.sub("", text)))


# -- what other extensions need ---------------------------------------------------------------------------


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


def forget_thebe(app: Sphinx) -> None:
    """Undo the sphinx-thebe extension, which Jupyter Book loads for every book."""
    for listeners in app.events.listeners.values():
        listeners[:] = [it for it in listeners if not it.handler.__module__.startswith("sphinx_thebe")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it must come after all extensions that add style sheets or scripts."""
    forget_thebe(app)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    katex.KaTeXServer.start_server_process = start_katex
    app.connect("build-finished", lighten_pages, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
