"""Pictures of figures as WebP without loss, a fifth lighter than PNG.

Notebooks store PNG, which every front end shows; the pages of the site ask for WebP. Cards for link previews stay PNG,
because not every service that shows them knows WebP.
"""

import re
from io import BytesIO
from pathlib import Path

from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import when_built

PICTURE = re.compile(r"\b(_images/(?:[0-9a-f]{64}|sheets/[\w.]+))\.png\b")


def as_webp(picture: bytes) -> bytes:
    """Encode a picture without loss. (Slower methods save one part in fifty more, and take a hundred times as long.)"""
    content = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").save(content, "WEBP", lossless=True, quality=80, method=4)
    return content.getvalue()


def lighten_pictures(app: Sphinx, site: Path) -> None:
    """Put a WebP file in the place of each figure's PNG, in all pages."""
    shown: set[str] = set()
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        found = set(PICTURE.findall(text))
        if found:
            path.write_text(PICTURE.sub(r"\1.webp", text), "utf-8")
            shown |= found
    for name in shown:
        picture = site / f"{name}.png"
        picture.with_name(f"{picture.stem}.webp").write_bytes(as_webp(picture.read_bytes()))
        picture.unlink()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after what writes pages and pictures, and before what sums them up."""
    when_built(app, lighten_pictures, priority=550)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
