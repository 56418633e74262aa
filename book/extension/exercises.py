"""What a reader has done of the exercises: under the title of a chapter, and on the page "My progress".

An exercise that checks itself has a code cell before its solution, whose stored output names it. Which exercises are
done only the reader's browser knows: progress.js keeps it, and fills in what stands here empty.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from myst_nb.core.render import MimeData, load_mime_renders
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_subtitle

from book.extension.built import below_title, contents
from book.extension.live_pages import PAGE_BUILDERS
from emergence.exercises import MIME

SCRIPT = "live/progress.js"


class Practised(NamedTuple):
    """An exercise of a chapter; `name` is that of its check, "" if it has none."""

    label: str
    title: str
    name: str


class exercise_progress(nodes.General, nodes.Element):
    """Where all exercises are listed; which there are is known when all documents have been read."""


class ExerciseProgress(SphinxDirective):
    """List all exercises of the book, with what the reader has done of them."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["progress_page"] = True
        return [exercise_progress()]


class StateOfExercise:
    """Tells myst-nb that the state in the output of a check is nothing to show, rather than something unknown."""

    @staticmethod
    def handle_mime(renderer: Any, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        return [] if data.mime_type == MIME else None


def checked_exercise(cell: dict[str, Any]) -> str:
    """Return the name of the exercise that a cell of a notebook checks, or ""."""
    found = [output["data"][MIME]["exercise"] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
    return found[0] if found else ""


def find_exercises(app: Sphinx, doctree: nodes.document) -> None:
    """Note the exercises of a notebook, in their order. Raises ExtensionError for a check without an exercise."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    names = [checked_exercise(cell) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    found: list[Practised] = []
    for node in doctree.findall(lambda node: isinstance(node, exercise_enumerable_node | nodes.container)):
        if isinstance(node, exercise_enumerable_node):
            title = node.next_node(exercise_subtitle) or node[0]
            found.append(Practised(node["label"], title.astext(), ""))
        elif node.get("nb_element") == "cell_code" and (name := names[node["cell_index"]]):
            if not found or found[-1].name:
                raise ExtensionError(f"{path.name}: {name} is checked, but no exercise stands before its cell")
            found[-1] = found[-1]._replace(name=name)
    app.env.metadata[app.env.docname]["exercises"] = found


# -- writing ---------------------------------------------------------------------------------------------


def add_row(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Say under the title of a chapter how many exercises it has; a page with exercises gets the script."""
    if doctree is None or app.builder.name not in PAGE_BUILDERS:
        return
    metadata = app.env.metadata.get(pagename, {})
    names = [exercise.name for exercise in metadata.get("exercises", ()) if exercise.name]
    if names:
        page = context["pathto"](progress_page(app))
        row = (
            f'\n<p class="exercise-row">Exercises: <span data-exercises="{escape(" ".join(names))}">{len(names)} with '
            f'a check</span> · <a href="{escape(page)}">My progress</a></p>'
        )
        context["body"] = below_title(context["body"], row)
    if names or "progress_page" in metadata:
        app.add_js_file(SCRIPT, priority=900, loading_method="defer")


def progress_page(app: Sphinx) -> str:
    """Return the page that lists all exercises. Raises ExtensionError unless there is one."""
    found = [name for name, metadata in app.env.metadata.items() if "progress_page" in metadata]
    if len(found) != 1:
        raise ExtensionError(f"{len(found)} pages have the directive exercise-progress; one was expected")
    return found[0]


def chapters(app: Sphinx) -> Iterator[tuple[str, list[Practised]]]:
    """Go through the pages that have exercises, in the order of the book."""
    for _, docname in contents(app):
        if exercises := app.env.metadata[docname].get("exercises"):
            yield docname, exercises


CONTROLS = """
<div class="progress-controls" hidden>
<p data-summary></p>
<p><button type="button" data-action="export">Export</button>
<button type="button" data-action="import">Import</button>
<input type="file" accept=".json,application/json" aria-label="A file with exported progress" hidden>
<button type="button" data-action="erase">Erase</button>
<span class="progress-sure" hidden>Erase all of it?
<button type="button" data-action="sure">Yes, erase</button>
<button type="button" data-action="keep">No, keep it</button></span></p>
<p role="status"></p>
</div>
<p class="progress-unknown">What you have done is kept by a script of this page, and your browser runs none here.
The list below is complete, but it cannot say how far you are.</p>
"""


def fill_page(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the exercises, by chapter, in the place of the directive."""
    for place in list(doctree.findall(exercise_progress)):
        root = "../" * docname.count("/")
        parts = [CONTROLS] if app.builder.name in PAGE_BUILDERS else []
        for chapter, exercises in chapters(app):
            items = "".join(map(item_html(root, chapter), exercises))
            title = escape(app.env.titles[chapter].astext())
            parts.append(f'<h2><a href="{root}{chapter}.html">{title}</a></h2>\n<ul class="progress-list">{items}</ul>')
        place.replace_self(nodes.raw("", "\n".join(parts), format="html"))


def item_html(root: str, chapter: str) -> Any:
    """Return what writes an exercise of a chapter as an item of the list."""

    def write(exercise: Practised) -> str:
        state = f'<span data-exercise="{escape(exercise.name)}"></span>' if exercise.name else "<span>no check</span>"
        address = f"{root}{chapter}.html#{exercise.label}"
        return f'<li><a href="{escape(address)}">{escape(exercise.title)}</a> {state}</li>'

    return write


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after live_pages, whose toolbar stands below its row."""
    load_mime_renders().append(StateOfExercise)  # a list that is made once; packages have entry points for it
    app.add_node(exercise_progress)
    app.add_directive("exercise-progress", ExerciseProgress)
    app.add_css_file("exercises.css")
    app.connect("doctree-read", find_exercises, priority=600)
    app.connect("doctree-resolved", fill_page)
    app.connect("html-page-context", add_row, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
