"""The typefaces: Source Serif 4 for the text, Fira Sans for headings and labels, each with the glyphs in use alone.

KaTeX's fonts are three times as heavy as what the book shows of them. Each is split in two: the glyphs in use, and the
whole font for all others, which a browser fetches only if a running cell shows one (unicode-range, CSS Fonts 4).
Pages ask for the text's fonts first of all. A font that is there before the first picture of a page is used; a page
whose fonts come later keeps the system's, so that nothing moves (font-display: optional).
"""

import base64
import hashlib
import io
import re
import shutil
from collections.abc import Collection, Iterable
from html import unescape
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import KERNEL, read_pages, replace_once, when_built

PACKAGES = KERNEL / "node_modules" / "@expo-google-fonts"
SERIF, SANS = "Source Serif 4", "Fira Sans"
FACES = (  # family, weights, style, package, file
    (SERIF, "400 500", "normal", "source-serif-4", "400Regular/SourceSerif4_400Regular"),
    (SANS, "400 500", "normal", "fira-sans", "400Regular/FiraSans_400Regular"),
    (SANS, "600 700", "normal", "fira-sans", "600SemiBold/FiraSans_600SemiBold"),
    (SERIF, "600 700", "normal", "source-serif-4", "600SemiBold/SourceSerif4_600SemiBold"),
    (SERIF, "400 700", "italic", "source-serif-4", "400Regular_Italic/SourceSerif4_400Regular_Italic"),
)
KERNED = (FACES[0], FACES[2])  # the text and its headings; kerning is a third of a font
WHOLE = (FACES[0], FACES[1])  # with every sign of the book; the others have those that words are made of
STYLE = "fonts.css"
# What a reader may type or a running cell may say, beside what the pages say.
ALWAYS = set(map(chr, range(0x20, 0x7F)))
PLAIN = set(map(chr, range(0x20, 0x370))) | set("–—‘’“”…√π×−")  # what bold and italic words are made of
KATEX_FACE = re.compile(r"@font-face\{[^}]*?src:url\((fonts/[^)]+\.woff2)\)[^}]*\}")
# Families that only the text of an element of certain classes is set in; the others are also chosen by what stands
# around it. The style sheet says ".katex .mathbb,.katex .textbb{font-family:KaTeX_AMS}".
BY_CLASS = "AMS|Caligraphic|Fraktur|Math|SansSerif|Script|Typewriter"
KATEX_CLASSES = re.compile(rf"((?:\.katex \.\w+,?)+)\{{font-family:(KaTeX_(?:{BY_CLASS}))\b")
SET_IN = re.compile(r'<span(?: class="([^"]*)")?[^>]*>([^<]+)<')
PART = re.compile(r"m(?:ord|op|bin|rel|open|close|punct|inner|space)|delim|op-symbol|root|accent|tag|strut|vlist")
# A page that is opened from a folder may not ask so, and says so on its console.
PRELOAD = (
    'if(location.protocol!=="file:")for(const name of %s)document.head.append(Object.assign(document.'
    'createElement("link"),{rel:"preload",as:"font",type:"font/woff2",crossOrigin:"",href:"%s_static/fonts/"+name}))'
)
LARGEST_INLINE = 2500  # bytes: a font that is smaller than its request stands in the style sheet


def characters(pages: Iterable[str]) -> set[str]:
    """Return the characters of the pages' texts, without formulas, which have fonts of their own."""
    found: set[str] = set()
    for page in pages:
        text = re.sub(r"<(script|style|math)\b.*?</\1>", "", page, flags=re.DOTALL)
        text = SET_IN.sub(lambda span: "<" if span[1] and PART.search(span[1]) else span[0], text)
        found.update(unescape(re.sub(r"<[^>]*>", "", text)))
    return found


def characters_by_family(pages: Iterable[str], style: str) -> dict[str, set[str]]:
    """Return the characters that the pages set in each family of KATEX_CLASSES, after KaTeX's style sheet.

    Under "" are those of all parts of formulas, which may be set in any other family. Raises
    ExtensionError if the style sheet has no such rules any more.
    """
    families = {
        name: family
        for selectors, family in KATEX_CLASSES.findall(style)
        for name in re.findall(r"\.katex \.(\w+)", selectors)
    }
    if "mathbb" not in families or "mathnormal" not in families:
        raise ExtensionError(f"KaTeX's style sheet has no rules like {KATEX_CLASSES.pattern!r} any more")
    found: dict[str, set[str]] = {family: set() for family in ("", *families.values())}
    for page in pages:
        for classes, text in SET_IN.findall(page):
            if not classes or PART.search(classes):
                found[""].update(unescape(text))
            for name in families.keys() & set(classes.split()):
                found[families[name]].update(unescape(text))
    return found


def subset(path: Path, kept: set[str], kerned: bool = True) -> bytes:
    """Return a font with these characters alone, compressed, without hints for screens of old."""
    font = TTFont(path, recalcTimestamp=False)
    options = Options()
    options.hinting = False
    options.layout_features = ["kern", "liga"] if kerned else ["liga"]
    options.name_IDs = [0]  # whose it is; the licence stands beside the fonts
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, kept))
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def unicode_range(codes: Iterable[int]) -> str:
    """Write code points as CSS does, "U+20-7e,U+a0"."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{first:x}" + (f"-{last:x}" if last > first else "") for first, last in runs)


def inline(font: bytes) -> str:
    """Write a font as an address that holds it."""
    return f"data:font/woff2;base64,{base64.b64encode(font).decode()}"


def place_font(folder: Path, name: str, content: bytes) -> str:
    """Write a font under a name that tells its content; return the name."""
    name = f"{name}-{hashlib.sha256(content).hexdigest()[:8]}.woff2"
    (folder / name).write_bytes(content)
    return name


def split_katex(folder: Path, pages: Collection[str]) -> None:
    """Split each of KaTeX's fonts into what the pages show and the rest."""
    style = folder / "katex.min.css"
    by_family = characters_by_family(pages, style.read_text("utf-8"))

    def split(face: re.Match[str]) -> str:
        path = folder / face[1]
        has = set(TTFont(path).getBestCmap())
        shown = has & set(map(ord, by_family.get(path.stem.partition("-")[0], by_family[""])))
        if not shown or shown == has:
            return face[0]
        content = subset(path, set(map(chr, shown)))
        if len(content) > LARGEST_INLINE:
            address = "fonts/" + place_font(folder / "fonts", path.stem, content)
        elif path.stem.endswith("-Regular"):
            address = inline(content)
        else:  # which of the upright, bold and slanted faces shows a letter is not known: hardly ever this one
            return face[0]
        usual = face[0][:-1].replace(face[1], address) + f";unicode-range:{unicode_range(shown)}}}"
        return usual + face[0][:-1] + f";unicode-range:{unicode_range(has - shown)}}}"

    text, found = KATEX_FACE.subn(split, style.read_text("utf-8"))
    if not found:
        raise ExtensionError(f"KaTeX's style sheet has no faces like {KATEX_FACE.pattern!r} any more")
    style.write_text(text, "utf-8")


def write_fonts(app: Sphinx, site: Path) -> None:
    """Write the fonts and their faces, and let every page ask for them first of all."""
    static, pages = site / "_static", read_pages(site)
    used = characters(pages.values())
    split_katex(static / "katex", pages.values())
    folder = static / "fonts"
    folder.mkdir()
    faces, names = "", []
    for face in FACES:
        family, weights, style, package, file = face
        kept = used | ALWAYS if face in WHOLE else (used | ALWAYS) & PLAIN
        content = subset(PACKAGES / package / f"{file}.ttf", kept, kerned=face in KERNED)
        names.append(place_font(folder, file.rpartition("/")[2], content))
        faces += (
            f'@font-face{{font-family:"{family}";font-weight:{weights};font-style:{style};font-display:optional;'
            f'src:url(fonts/{names[-1]}) format("woff2")}}\n'
        )
        shutil.copyfile(PACKAGES / package / "LICENSE_FONT", folder / f"{package}.txt")
    for sheet in (STYLE, "own_page.css"):
        path = static / sheet
        path.write_text(faces + path.read_text("utf-8"), "utf-8")
    for path, text in pages.items():
        root = "../" * len(path.relative_to(site).parents[:-1])
        script = f"<script>{PRELOAD % (names, root)}</script>"
        path.write_text(replace_once(text, "<head>", f"<head>\n{script}", path.name), "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it must come after what writes pages, and before what joins style sheets."""
    app.add_css_file(STYLE)
    when_built(app, write_fonts, priority=450)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
