"""Re-execute the book's notebooks and store them in a normal form that re-running does not change.

Usage: python scripts/notebooks.py [--into FOLDER] [NOTEBOOK ...]

Stored are pictures, text and the metadata of live figures; never widget state, widget views, timings or
machine-dependent metadata. Without arguments all notebooks of the table of contents are written in place.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
CHAPTER = "emergence"  # what a chapter says of itself (book/extension/landing.py)


def notebooks() -> list[Path]:
    """The landing page and all chapters, relative to the root."""
    return [Path("index.ipynb"), *sorted(p.relative_to(ROOT) for p in ROOT.glob("chapters/**/[!.]*.ipynb"))]


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop all that differs between two runs and join neighbouring stream outputs.

    Raises ValueError for a cell without a readable id (letters, digits, hyphens), because a generated one would
    change with every edit.
    """
    kept = {CHAPTER: notebook.metadata[CHAPTER]} if CHAPTER in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict({**kept, "kernelspec": KERNELSPEC, "language_info": {"name": "python"}})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", cell.get("id", "")) or re.fullmatch(r"[0-9a-f-]{8,}", cell.id):
            raise ValueError(f"cell id {cell.get('id')!r} is not a readable name; first line: {cell.source[:60]!r}")
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = _normal_outputs(cell.outputs)
    return notebook


def _normal_outputs(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    normal: list[nbformat.NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and normal and normal[-1].get("name") == output.name:
            normal[-1].text += output.text
            continue
        output.get("data", {}).pop(WIDGET_VIEW, None)
        normal.append(output)
    return normal


def execute(source: Path, target: Path) -> None:
    """Run a notebook in its own folder, from a fresh kernel, and write the normal form; an error stops it."""
    notebook = nbformat.read(source, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(source.parent)}},
    )
    client.execute()
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(normalise(notebook), target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all notebooks of the book")
    parser.add_argument("--into", type=Path, default=ROOT, help="write the results below this folder instead")
    arguments = parser.parse_args()
    for path in arguments.notebooks or notebooks():
        relative = path.resolve().relative_to(ROOT) if path.is_absolute() else path
        print(f"{relative} …", flush=True)
        execute(ROOT / relative, arguments.into / relative)


if __name__ == "__main__":
    main()
