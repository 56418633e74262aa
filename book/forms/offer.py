"""Offer the book's other forms on the built site: a row on the page that says how to read it.

The site is built without them, because what makes them needs more; so the row is empty until one has been made.
"""

import re
import shutil
from html import escape
from pathlib import Path

from book.extension.offline import write_service_worker
from book.forms.paper import NAME, SITE

PAGE = "book/how_to_read.html"
ROW = re.compile(r'<p id="downloads"[^>]*>.*?</p>', re.DOTALL)
FORMS = {".epub": "EPUB", ".pdf": "PDF"}


def offer(path: Path, site: Path = SITE) -> None:
    """Put a file into the site and link it there, with its size. Raises ValueError if the page has no place for it."""
    shutil.copy(path, site / path.name)
    there = {form: site / f"{NAME}{suffix}" for suffix, form in FORMS.items() if (site / f"{NAME}{suffix}").is_file()}
    links = [
        f'<a href="../{escape(file.name)}" download>{form}</a> ({file.stat().st_size / 1e6:.1f} MB)'
        for form, file in there.items()
    ]
    row = f'<p id="downloads">Download the book: {", ".join(links)}.</p>'
    page = site / PAGE
    text, found = ROW.subn(row, page.read_text("utf-8"))
    if found != 1:
        raise ValueError(f"{PAGE} has {found} paragraphs like {ROW.pattern!r}; one was expected")
    page.write_text(text, "utf-8")
    write_service_worker(site)
    print(f"{path.relative_to(site.parents[1])}: {path.stat().st_size / 1e6:.1f} MB, offered on {PAGE} of the site")
