"""What leads a reader on: the way back into a chapter, the question of the next one, the keys, the notes."""

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from book.extension import beats, notes, reading
from book.extension.landing import Chapter


@pytest.fixture(scope="module")
def chapters(pages):
    return {name: page for name, page in pages.items() if name.startswith("chapters/")}


def test_a_chapter_lists_its_sections_with_the_titles_of_its_contents(chapters):
    assert len(chapters) >= 6
    for name, page in chapters.items():
        row = page.select_one("h1 ~ .reading-row[hidden]")
        assert row["data-chapter"] == name.removesuffix(".html")
        listed = dict(json.loads(row["data-sections"]))
        assert list(listed) == [section["id"] for section in page.select("article > section > section")]
        links = page.select("#pst-page-toc-nav > ul > li > a")
        assert [link["href"].removeprefix("#") for link in links] == list(listed)
        for link in links:
            if not link.select(".katex"):
                assert " ".join(link.text.split()) == listed[link["href"].removeprefix("#")]


def test_only_chapters_have_the_row(pages, chapters):
    assert {name for name, page in pages.items() if page.select(".reading-row")} == set(chapters)


# -- the question of the next chapter --------------------------------------------------------------------


def questions_on(metadata):
    """The titles at the foot of a page between two chapters of this metadata."""
    env = SimpleNamespace(metadata=metadata)
    builder = SimpleNamespace(name="html", relations={"here": ["index", "before", "after"]})
    context = {"prev": {"title": "Before"}, "next": {"title": "After"}}
    reading.add_questions(SimpleNamespace(env=env, builder=builder), "here", "page.html", context, object())
    return context["prev"]["title"], context["next"]["title"]


def test_a_question_stands_with_its_chapters_title_and_a_chapter_without_one_has_its_title_alone():
    before, after = questions_on({"before": {}, "after": {"chapter": Chapter("Is <it> so?", (), "", 100)}})
    assert before == "Before"
    assert after == 'After <span class="prev-next-question">Is &lt;it&gt; so?</span>'


def test_the_pages_before_and_after_are_named_with_the_questions_that_their_notebooks_state(root, chapters):
    for name, page in chapters.items():
        for link in page.select(".prev-next-area a"):
            neighbour = (root / name).parent.joinpath(link["href"]).resolve().with_suffix(".ipynb")
            stated = {}
            if neighbour.is_file():
                stated = json.loads(neighbour.read_text("utf-8"))["metadata"].get("emergence", {})
            shown = link.select_one(".prev-next-title > .prev-next-question")
            assert (shown.text if shown else None) == stated.get("question"), f"{name} to {neighbour.name}"


# -- proofs ----------------------------------------------------------------------------------------------


def prove(*paragraphs):
    """A beat `prove` of a page, as it stands when its proofs can fold."""
    parts = []
    for text in paragraphs:
        emphasised, _, rest = text.rpartition("* ")
        words = [nodes.emphasis("", emphasised[1:])] if emphasised else []
        parts.append(nodes.paragraph("", "", *words, nodes.Text(f" {rest}" if words else rest)))
    beat = nodes.admonition("", nodes.title("", "Prove"), *parts, classes=["prove"])
    document = new_document("page")
    document += beat
    beats.fold_proofs(None, document)
    return beat


def told(node):
    return [child.astext() for child in node.children]


def test_a_proof_folds_from_its_name_to_its_end_and_its_statement_stays():
    beat = prove("Theorem 1.", "*Proof in the plane.* Let it", "be. ∎", "Theorem 2.", "*Proof.* Clear. ∎")
    assert told(beat) == [
        "Prove",
        "Theorem 1.",
        "Proof in the plane\n\nLet it\n\nbe. ∎",
        "Theorem 2.",
        "Proof\n\nClear. ∎",
    ]
    assert [beats.folds(child) for child in beat.children[1:]] == [False, True, False, True]
    assert not beats.folds(beat)


def test_a_proof_without_a_mark_ends_with_its_beat_and_a_beat_without_a_proof_folds_whole():
    assert told(prove("Theorem.", "*Proof.* Let it", "be."))[-1] == "Proof\n\nLet it\n\nbe."
    derivation = prove("*Leibniz.* Let it", "be.")
    assert beats.folds(derivation) and told(derivation) == ["Prove", "Leibniz. Let it", "be."]


def test_every_proof_of_the_book_stands_open(chapters):
    proofs = [proof for page in chapters.values() for proof in page.select("details.foldable")]
    assert len(proofs) > 30
    for proof in proofs:
        assert proof.has_attr("open") and proof.find("summary", recursive=False).text.startswith("Pro")
    named = [page.select("details.proof-text") for page in chapters.values()]
    assert sum(map(len, named)) >= 7
    for page in chapters.values():
        for beat in page.select(".prove:not(.foldable)"):
            statement = beat.find("p", class_=False, recursive=False)
            assert statement.strong, "what is proved is not folded away"


# -- notes -----------------------------------------------------------------------------------------------


def test_a_note_follows_the_block_that_refers_to_it_and_no_line_is_left():
    document = new_document("page")
    section = nodes.section(ids=["section"])
    first, second = nodes.paragraph("", "first"), nodes.paragraph("", "second")
    item = nodes.bullet_list("", nodes.list_item("", first))
    document += section
    section += [item, second, nodes.transition(classes=["footnotes"])]
    for name, paragraph in (("b", second), ("a", first)):
        paragraph += nodes.footnote_reference("", name, refid=name)
        document += nodes.footnote("", nodes.paragraph("", f"note {name}"), ids=[name])
    notes.bring_notes(None, document)
    assert len(document) == 1 and not list(document.findall(nodes.transition))
    assert [type(child) for child in section] == [nodes.container, nodes.container]
    assert [told(child) for child in section] == [["firsta", "note a"], ["secondb", "note b"]]


def test_notes_of_the_book_stand_where_they_are_referred_to(chapters):
    for name, page in chapters.items():
        for note in page.select(".footnote"):
            block = note.find_parent(class_="noted")
            assert block.select(f'a.footnote-reference[href="#{note["id"]}"]'), f"{name}#{note['id']}"


# -- keys ------------------------------------------------------------------------------------------------


def test_the_page_of_keys_names_the_keys_of_the_drawing_and_of_the_editor(root, pages):
    named = {re.sub(r"\s", "", key.text) for key in pages["book/keys.html"].select("kbd:not(kbd kbd)")}
    source = root / "book" / "kernel" / "src"
    moves = re.search(r"const MOVES = \{(.*?)\};", (source / "drawing.js").read_text("utf-8"), re.DOTALL)[1]
    keys = re.findall(r"(\w+): \[", moves)
    assert len(keys) == 8
    assert {key.removeprefix("Arrow") for key in keys} <= named
    rubs = re.findall(r'event\.key === "(\w+)"', (source / "drawing.js").read_text("utf-8"))
    runs = re.findall(r'key: "([\w-]+)", run: runs', (source / "editor.js").read_text("utf-8"))
    assert rubs and len(runs) == 3
    wanted = {*rubs, *(key.replace("-", "+").replace("Mod", "Command") for key in runs)}
    assert wanted <= named
    assert {f"Ctrl+{sign}" for sign in "][/ZYK"} <= named
