"""The pages of the built site as they are on paper, from which EPUB and PDF are made.

What only a screen can do is left out. A figure is its picture over its sentence, and leads to the live one; answers and
solutions stand at the end of their page. Ids are unique in the whole book, and a link within it is "#id".
"""

import copy
import io
import os
import posixpath
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from PIL import Image
from pygments.formatters import HtmlFormatter

from book.extension.built import contents

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
NAME = "at-the-limit"
ON_SCREEN = {"book/gallery", "book/keys", "book/progress"}  # pages that say nothing without a browser
SECTIONS_ON_SCREEN = {"book/how_to_read": ("on-the-website", "as-epub-and-pdf", "as-a-notebook")}
ROWS_ON_SCREEN = (
    ".headerlink, .notebook-copies, .exercise-row, .live-toolbar, .live-actions, .live-message, .live-announcer, "
    ".prediction-actions, .toctree-wrapper, .exercise-feedback > p:first-child, .prediction > legend, noscript, "
    ".claim-selects, .thumbnail, script, style, template, button, input, select, [hidden], [role=status]"
)
CODE_STYLE = "a11y-high-contrast-light"  # the site's
ANSWERS = "Answers and solutions"
LINK = r'<a href="\1">\1</a>'
ABOUT = """<section class="about">
<p>This is the book as a file. On the website, <a href="{address}">{address}</a>, its figures are simulations that
answer your hand, its exercises check themselves, and its code can be changed. Here a figure stands in the state in
which it is found there; the words below it lead to the live one. Commit to an answer under Predict before you read
on: {answers} stand at the end of each chapter.</p>
{licence}
<p>Version {version}, of {date:%-d %B %Y}.</p>
</section>"""


@dataclass(eq=False)
class Page:
    """A page of the book: its name on the site, the part it belongs to ("" for the first), and its text."""

    name: str
    part: str
    text: Tag

    @property
    def id(self) -> str:
        """Where the page begins."""
        return self.text["id"]

    @property
    def title(self) -> str:
        heading = copy.copy(self.text.h1)
        for other in heading.select(".katex-html, annotation"):  # the same formula again
            other.decompose()
        return heading.get_text()


@dataclass
class Book:
    """The whole book on paper; `pictures` are files by their addresses in the text."""

    title: str
    subtitle: str
    authors: str
    version: str
    address: str
    repository: str
    date: datetime
    pages: list[Page]
    pictures: dict[str, bytes]


def read_book(site: Path = SITE) -> Book:
    """Read the built site. Raises ValueError for a page that lacks what every page has."""
    configured = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    address = configured["html"]["baseurl"]
    subtitle = cited["title"].partition(": ")[2]
    pictures: dict[str, bytes] = {}
    pages = [
        Page(name, part, Paper(site, name, address, pictures).text)
        for part, name in contents(SimpleNamespace(srcdir=ROOT))
        if name not in ON_SCREEN
    ]
    link_pages(pages, address)
    return Book(
        title=configured["title"],
        subtitle=subtitle[:1].upper() + subtitle[1:],
        authors=configured["author"],
        version=cited["version"],
        address=address,
        repository=f"{configured['repository']['url']}/blob/{configured['repository']['branch']}",
        date=date_of_text(cited["date-released"]),
        pages=pages,
        pictures=pictures,
    )


def date_of_text(released: Any) -> datetime:
    """The date of the last commit, or what SOURCE_DATE_EPOCH says: the same text makes the same files.

    A copy without git has the date of its release.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        command = ["git", "log", "-1", "--format=%ct"]
        seconds = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    if not seconds:
        return datetime(released.year, released.month, released.day, tzinfo=UTC)
    return datetime.fromtimestamp(int(seconds), UTC)


# -- from screen to paper --------------------------------------------------------------------------------


def fragment(html: str) -> Tag:
    """The element that a piece of HTML describes."""
    return BeautifulSoup(html, "html.parser").find()


def plain_id(text: str) -> str:
    """An id as XML wants it."""
    return re.sub(r"[^\w.-]", "-", text, flags=re.ASCII)


class Paper:
    """One page on its way from screen to paper: its links are still those of the site."""

    def __init__(self, site: Path, name: str, address: str, pictures: dict[str, bytes]) -> None:
        self.site, self.name, self.pictures = site, name, pictures
        self.public = f"{address}{name}.html"
        soup = BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")
        text = soup.select_one("article > section")
        if text is None or text.h1 is None:
            raise ValueError(f"{name}.html has no section with a title in its article")
        self.text = text
        self.drop_what_needs_a_screen()
        self.set_figures()
        self.set_cells()
        self.set_predictions()
        self.set_pictures()
        self.set_answers_apart()
        self.unfold()
        del self.text["class"]  # which speaks to MathJax

    def drop_what_needs_a_screen(self) -> None:
        for name in SECTIONS_ON_SCREEN.get(self.name, ()):
            section = self.text.find("section", id=name)
            if section is None:
                raise ValueError(f"{self.name}.html has no section {name} to leave out")
            section.decompose()
        for element in self.text.select(ROWS_ON_SCREEN):
            if not element.decomposed:
                element.decompose()

    def set_figures(self) -> None:
        """Put picture and sentence in the place of a live figure; its panels can stand below each other."""
        for live in self.text.select(".live-figure"):
            figure, title = live["data-figure"], live["aria-label"]
            cell = live.find_parent(class_="live-cell")
            images = "".join(self.panels(figure, title, live.select(".live-panel img")))
            sentence = live.select_one(".live-sentence").decode_contents()
            title += "" if title[-1] in ".?!" else "."
            cell.replace_with(
                fragment(
                    f'<figure id="{cell["id"]}"><div class="panels">{images}</div>'
                    f"<figcaption><strong>{escape(title)}</strong> {sentence} "
                    f'<a class="live" href="{self.public}#{cell["id"]}">Live on the website</a></figcaption></figure>'
                )
            )

    def file_of(self, image: Tag) -> Path:
        """The file of a picture, from the root of the site."""
        return Path(posixpath.normpath(posixpath.join(posixpath.dirname(self.name), unquote(image["src"]))))

    def panels(self, figure: str, title: str, images: list[Tag]) -> list[str]:
        """Cut the picture of a figure into its panels; the sentence below says what they show."""
        written = []
        with Image.open(self.site / self.file_of(images[0])) as picture:
            width, height = picture.width // len(images), picture.height
            for i in range(len(images)):
                panel = io.BytesIO()
                picture.crop((i * width, 0, (i + 1) * width, height)).save(panel, "PNG", optimize=True)
                address = f"pictures/{figure}-{i + 1}.png"
                self.pictures[address] = panel.getvalue()
                which = f", panel {i + 1} of {len(images)}" if len(images) > 1 else ""
                alt = escape(f"Picture of the figure “{title}”{which}")
                written.append(f'<img src="{address}" alt="{alt}" width="{width}" height="{height}">')
        return written

    def set_cells(self) -> None:
        """Unfold code that is folded; a cell that checks an answer says only what it asks for."""
        for cell in self.text.select(".live-cell"):
            if asked := cell.select_one(".exercise-feedback"):
                address = f"{self.public}#{cell['id']}"
                asked.attrs = {"class": "asked", "id": cell["id"]}
                asked.insert(0, fragment("<p>Asked for:</p>"))
                asked.append(fragment(f'<p><a class="live" href="{address}">Check your answer on the website</a></p>'))
                cell.replace_with(asked)
            for fold in cell.select("details.hide"):
                fold.summary.decompose()
                fold.unwrap()

    def set_predictions(self) -> None:
        """Leave the question, with its answers to choose from, its blanks or its empty axes."""
        for element in self.text.select("fieldset.prediction, .prediction-options label"):
            element.unwrap()
        for sheet in self.text.select(".prediction-sheet"):
            axes = fragment('<p class="axes"></p>')
            axes.append(sheet.img.extract())
            sheet.replace_with(axes)

    def set_pictures(self) -> None:
        """Bring all pictures that are not of live figures."""
        for image in self.text.find_all("img"):
            if image["src"] not in self.pictures:
                source = self.file_of(image)
                address = f"pictures/{'-'.join(source.parts[1:])}"
                self.pictures[address] = (self.site / source).read_bytes()
                image.attrs = {"src": address} | {k: image[k] for k in ("alt", "width", "height") if image.has_attr(k)}

    def set_answers_apart(self) -> None:
        """Move what is folded on the site to the end of the page, each with a link there and back."""
        folded = self.text.select("details.answer, details.solution")
        if not folded:
            return
        apart = fragment(f'<section id="answers"><h2>{ANSWERS}</h2></section>')
        for details in folded:
            question = details.find_parent(class_="predict")
            if question is None:
                question = details.find_previous(class_="exercise")
                name, heading = details["id"], details.summary.decode_contents()
                where = "The exercise"
            else:
                name, where = f"{question['id']}-answer", "The question"
                section = question.find_parent("section").find(["h1", "h2", "h3"], recursive=False)
                heading = f"Predict: {section.decode_contents()}"
            words = details.summary.decode_contents()
            details.summary.decompose()
            answer = fragment(f'<section class="answer" id="{name}"><h3>{heading}</h3></section>')
            details.insert_before(fragment(f'<p class="see"><a class="see" href="#{name}">{words}</a></p>'))
            answer.extend(list(details.extract().children))
            answer.append(fragment(f'<p class="see"><a class="see" href="#{question["id"]}">{where}</a></p>'))
            apart.append(answer)
        self.text.append(apart)

    def unfold(self) -> None:
        """Open what only tidies a screen, proofs and the evidence of claims. Raises ValueError for what is left."""
        for details in self.text.select("details.foldable, details.claim-evidence"):
            details.summary.name = "p"
            details.name = "div"
            del details["open"]
        if left := self.text.find(["details", "form", "label", "iframe"]):
            raise ValueError(f"{self.name}.html still has what needs a screen: {str(left)[:200]}")


# -- from pages to a book --------------------------------------------------------------------------------


def link_pages(pages: list[Page], address: str) -> None:
    """Make ids unique and let links lead to them; what is not in the book is on the site."""
    places: dict[tuple[str, str], str] = {}
    for page in pages:
        for element in [page.text, *page.text.find_all(id=True)]:
            new = f"{plain_id(page.name)}--{plain_id(element['id'])}"
            places[page.name, element["id"]] = element["id"] = new
        places[page.name, ""] = page.id
    if len(set(places.values())) < len(places) - len(pages):
        raise ValueError("two elements of the book have the same id")
    for page in pages:
        for link in page.text.find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), unquote(parts.path)))
            name = target.removesuffix(".html") if parts.path else page.name
            place = places.get((name, unquote(parts.fragment)))
            if place:
                link["href"] = f"#{place}"
            else:
                path = f"{page.name}.html" if not parts.path else target
                parts = parts._replace(path="")
                link["href"] = f"{address}{path}{parts.geturl()}"
                link["class"] = [*link.get("class", []), "live"]


def title_page(book: Book) -> Tag:
    """The title, and behind it what this form of the book is, its licence and its date."""
    licence = "".join(
        f"<p>{re.sub(r'(https://[^ <]+)', LINK, escape(' '.join(paragraph.split())))}</p>"
        for paragraph in (ROOT / "LICENSE-TEXT").read_text("utf-8").strip().split("\n\n")
    )
    licence = licence.replace("see LICENSE.", f'see <a href="{book.repository}/LICENSE">LICENSE</a>.')
    about = ABOUT.format(
        address=book.address, answers=ANSWERS.lower(), licence=licence, version=book.version, date=book.date
    )
    return fragment(
        f'<section class="front" id="front"><div class="title"><h1>{escape(book.title)}</h1>'
        f"<p>{escape(book.subtitle)}</p><p>{escape(book.authors)}</p></div>{about}</section>"
    )


def contents_list(book: Book) -> Tag:
    """All pages and their sections, by parts."""
    top = fragment("<ol></ol>")
    part, listed = "", top
    for page in book.pages:
        if page.part != part:
            part = page.part
            item = fragment(f"<li><span>{escape(part)}</span><ol></ol></li>")
            top.append(item)
            listed = item.ol
        entry = contents_entry(page.id, page.text.h1)
        sections = [section for section in page.text.find_all("section", recursive=False) if section.h2]
        if sections:
            entry.append(fragment("<ol></ol>"))
            for section in sections:
                entry.ol.append(contents_entry(section["id"], section.h2))
        listed.append(entry)
    return top


def contents_entry(place: str, heading: Tag) -> Tag:
    """An entry of the contents with the words of a heading."""
    entry = fragment(f'<li><a href="#{place}"></a></li>')
    entry.a.extend(copy.copy(child) for child in heading.children)
    return entry


def style_sheet(*names: str) -> str:
    """Join style sheets of this folder, with the colours of code."""
    code = HtmlFormatter(style=CODE_STYLE).get_style_defs(".highlight")
    return "\n".join([code, *(Path(__file__).with_name(name).read_text("utf-8") for name in names)])
