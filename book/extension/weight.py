"""The weight of a page: what it loads before a reader touches it.

The theme and its extensions link some thirty files, among them an icon library of 1.5 MB and a kernel service
on another host. After the build each page links one style sheet and one script, both made from the theme's own
files in their own order; rules that no page and no script uses are dropped, and the icons become two fonts of the
few glyphs in use, inside the style sheet. What is far from the screen is laid out when it comes near.
"""

import base64
import hashlib
import io
import json
import logging
import posixpath
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import KERNEL, PROGRAMS, minify, read_pages, replace_once, when_built

# What a running cell may put on a page, beside the classes that page and scripts name.
OUTPUTS = ["dataframe", "table", "tbody", "td", "th", "thead", "tr"]
STYLE_LINK = re.compile(r'[ \t]*<link\b(?=[^>]*rel="stylesheet")[^>]*href="([^"?]*)[^"]*"[^>]*>\n?')
SCRIPT_LINK = re.compile(r'[ \t]*<script\b[^>]*\bsrc="([^"?]*)[^"]*"[^>]*></script>\n?')
# Two belong to extensions that theme.py undoes; the third draws as pictures the icons that two fonts draw here.
UNUSED = {"sphinx-thebe.css", "togglebutton.css", "scripts/fontawesome.js"}
# Only the search page searches: the theme would load the index of the whole book on every page.
SEARCH = {"searchtools.js", "language_data.js", "searchindex.js"}
# The theme measures all code blocks at once, which lays out the whole page; scrolling.js does it as they are shown.
MEASURED = (
    '["pre",".nboutput > .output_area",".cell_output > .output",".jp-RenderedHTMLCommon",'
    '".pst-scrollable-table-container"]'
)
# What the theme does once a page is parsed would be one long task, the joined script's; in tasks of their own the parts
# leave room for what the reader does meanwhile.
WHEN_READY = re.compile(r'"loading"!=document\.readyState\?(\w)\(\)')
WEBFONTS = "vendor/fontawesome/webfonts"
FONT_FACE = re.compile(rf"@font-face\{{[^}}]*{WEBFONTS}[^}}]*\}}")
IMPORT = re.compile(r"@import (?:url\()?[\"']?([^\"')]+)[\"']?\)?;")
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:{1,2}before,?)+)\{content:"([^"]+)"\}')
LINKED = re.compile(r"""\b(?:href|src)=["']?([^"'?\s>]*_static/[^"'?\s>]+\.(?:css|js))\b""")
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

    kept, found = ICON_RULE.subn(rule, style)
    if not found:
        raise ExtensionError(f"no style sheet has rules like {ICON_RULE.pattern!r} for icons any more")
    return kept


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
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}\n'
    )


# -- one style sheet, one script -------------------------------------------------------------------------


def read_style(static: Path, file: str) -> str:
    """Read a style sheet with its imports in place and addresses relative to the static folder."""
    folder = posixpath.dirname(file)

    def resolve(address: str) -> str:
        return posixpath.normpath(posixpath.join(folder, address.strip("\"'")))

    def readdress(match: re.Match[str]) -> str:
        address = match[1].strip("\"'")
        return match[0] if address.startswith(("data:", "#", "%23")) else f'url("{resolve(address)}")'

    style = (static / file).read_text("utf-8")
    imported = "".join(read_style(static, resolve(address)) for address in IMPORT.findall(style))
    style = IMPORT.sub("", style)
    if "@import" in style:
        raise ExtensionError(f"{file} has an @import that is not like {IMPORT.pattern!r}")
    return imported + re.sub(r"url\(([^)]+)\)", readdress, style)


def without_icon_fonts(style: str) -> str:
    """Drop the faces of whole icon fonts, in whose place come those of the few glyphs in use."""
    style, found = FONT_FACE.subn("", style)
    if not found or WEBFONTS in style:
        raise ExtensionError(f"{found} rules are like {FONT_FACE.pattern!r}, which must be all that name {WEBFONTS}")
    return style


def keep_used(style: str, site: Path) -> str:
    """Drop the rules, fonts and animations of a style sheet that no word of the site's pages and scripts may use."""
    static = site / "_static"
    users = [path for path in site.rglob("*.html") if static not in path.parents]
    scripts = [*static.glob("*.js"), *static.glob("scripts/*.js"), *static.glob("live/*.js")]
    users += [path for path in scripts if path.relative_to(static).as_posix() not in UNUSED]
    with tempfile.NamedTemporaryFile("w", suffix=".css", encoding="utf-8") as file:
        file.write(style)
        file.flush()
        command = [str(PROGRAMS / "purgecss"), "--font-face", "--keyframes", "--css", file.name]
        command += ["--content", *map(str, sorted(users)), "--safelist", *OUTPUTS]
        (purged,) = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return purged["css"]


def without_unused_properties(style: str, others: str) -> str:
    """Drop the custom properties (--name: value) of a minified style sheet that neither it nor other texts use."""
    named = set(re.findall(r"--[\w-]+", others))
    before = ""
    while style != before:  # what only a dropped one used is then unused as well
        before, used = style, named.union(re.findall(r"var\((--[\w-]+)", style))
        style = re.sub(
            r"(?<=[{;])(--[\w-]+):[^;{}\"']*(?:;|(?=\}))", lambda m, used=used: m[0] if m[1] in used else "", style
        )
    return style


def for_pages_without_scripts(style: str) -> str:
    """Let the colours of light and dark also follow the reader's system, where no script has chosen."""
    command = ["node", str(KERNEL / "styles.mjs")]
    return subprocess.run(command, input=style, capture_output=True, text=True, check=True).stdout


def join_styles(site: Path, files: list[str], used_icons: set[str]) -> str:
    """Join style sheets in order, with only the rules and the icons in use."""
    static = site / "_static"
    style = without_icon_fonts("\n".join(read_style(static, file) for file in files))
    style = for_pages_without_scripts(keep_used(keep_icons(style, used_icons), site))
    faces = [icon_font(static / WEBFONTS / name, icon_codes(style), *face) for name, face in ICON_FONTS.items()]
    style = minify("".join(faces) + style, "--minify", "--loader=css")
    users = [*site.rglob("*.html"), *(path for kind in ("css", "js") for path in static.rglob(f"*.{kind}"))]
    joined = {static / file for file in files}
    return without_unused_properties(style, "".join(p.read_text("utf-8") for p in users if p not in joined))


def join_scripts(static: Path, files: list[str]) -> str:
    """Join scripts in order. The leading semicolon keeps one file's "use strict" from binding the others."""
    text = ";\n" + "\n;\n".join((static / file).read_text("utf-8") for file in files)
    text = replace_once(text, MEASURED, '[":not(*)"]', "the theme's script")
    text, starts = WHEN_READY.subn(r'"loading"!=document.readyState?setTimeout(\1)', text)
    if starts != 3:
        raise ExtensionError(f"the theme's scripts wait {starts} times for a page to be parsed; 3 were expected")
    return minify(text, "--minify-whitespace", "--loader=js")


def lighten_site(app: Sphinx, site: Path) -> None:
    """Let every page link the joined files; write those files."""
    static = site / "_static"
    pages = read_pages(site)
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

    for path, text in pages.items():
        path.write_text(lighten(text, path.name == "search.html", options, versions), "utf-8")
    for name in [*styles, *scripts]:
        (static / name).unlink()
    for name in UNUSED:
        (static / name).unlink(missing_ok=True)  # what is undone is linked all the same, but not there
    for folder in ("vendor", "locales"):
        shutil.rmtree(static / folder)
    for leftover in [*static.rglob("*.map"), *static.rglob("*.LICENSE.txt"), *static.glob("*webpack-macros.html")]:
        leftover.unlink()


def icons_of(text: str) -> set[str]:
    """List the names of Font Awesome icons in a page or a script."""
    return set(re.findall(r"\bfa-([a-z0-9-]+)", text))


def local_files(link: re.Pattern[str], text: str) -> list[str]:
    """List the files under _static that a page links, in order, without those of the live figures."""
    addresses = [address.partition("_static/")[2] for address in link.findall(text)]
    files = [file for file in dict.fromkeys(addresses) if file and not file.startswith("live/")]
    return [file for file in files if file not in UNUSED and posixpath.basename(file) not in SEARCH]


def lighten_formulas(text: str) -> str:
    """Drop from formulas what no reader misses: attributes that HTML implies, digits of lengths beyond a tenth of a
    pixel, hints for drawing MathML that is only heard, and the TeX of those that it repeats."""
    text = text.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "").replace('<mo stretchy="false">', "<mo>")
    text = re.sub(r'(?<=style=")(?:[a-z-]+:-?[\d.]+em;)+(?=")', lambda style: round_lengths(style[0]), text)
    text = re.sub(r'<annotation encoding="application/x-tex">[A-Za-z0-9 .,=+()]*</annotation>', "", text)
    return text.replace('<annotation encoding="application/x-tex">', "<annotation>")


def round_lengths(style: str) -> str:
    """Round lengths in em to two decimals: "height:0.6833em;" becomes "height:0.68em;"."""
    return re.sub(r"-?\d*\.\d+(?=em;)", lambda length: f"{float(length[0]):.2f}".rstrip("0").rstrip("."), style)


def lighten(text: str, searches: bool, options: str, versions: dict[str, str]) -> str:
    """Put the joined files into one page, where its first style sheet and its first script stood."""
    # The options are read by scripts inside the page, before any linked file may run.
    inline = options.strip().replace("{", "{{").replace("}", "}}")
    joined = {
        ".css": f'    <link rel="stylesheet" href="{{0}}_static/{versions["site.css"]}">\n',
        ".js": f'    <script>{inline}</script>\n    <script src="{{0}}_static/{versions["site.js"]}" defer></script>\n',
    }
    text = lighten_formulas(text)
    missing = UNUSED | SEARCH if searches else set(UNUSED)

    def replace(match: re.Match[str]) -> str:
        root, found, file = match[1].rpartition("_static/")
        name = posixpath.basename(match[1])
        missing.difference_update((file, name))
        if name in SEARCH:
            return match[0].replace("<script", "<script defer", 1) if searches else ""
        if not found or file.startswith("live/"):
            return match[0]
        return joined.pop(posixpath.splitext(file)[1], "").format(root)

    text = SCRIPT_LINK.sub(replace, STYLE_LINK.sub(replace, text))
    left = [file for file in LINKED.findall(text) if "/live/" not in file and posixpath.basename(file) not in SEARCH]
    if [posixpath.basename(file) for file in left] != list(versions):
        raise ExtensionError(f"a page links {left} and not just the joined files: has the theme changed?")
    if missing:
        raise ExtensionError(f"a page does not link {', '.join(sorted(missing))} any more: has the theme changed?")
    return text


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it must come after all extensions that add style sheets or scripts."""
    app.add_css_file("weight.css")
    app.add_js_file("places.js")
    when_built(app, lighten_site, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
