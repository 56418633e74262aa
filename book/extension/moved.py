"""Figures that have moved to another chapter: an old address leads on to the new page, with the state it asks for.

Links to a state name the figure by its chapter, `train_it_yourself.parity`, on the page of that chapter. That page
knows where the figure has gone, and page.js sends the reader on. The controls keep their names; one that has been
renamed is said on the new page like any other wrong name.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sphinx.errors import ExtensionError

MOVED = {
    "train_it_yourself.parity": "watch_it_learn.parity",
    "train_it_yourself.copying": "watch_it_learn.copying",
    "train_it_yourself.metric": "mirage.powers",
    "train_it_yourself.schedule": "equal_loss.schedule",
    "train_it_yourself.intervention": "equal_loss.mixture",
    "train_it_yourself.equal_loss": "equal_loss.size",
    "train_it_yourself.verdicts": "equal_loss.verdicts",
    "real_model.context": "dials.context",
    "real_model.noise": "dials.noise",
    "real_model.exact": "dials.exact",
    "real_model.training": "dials.training",
    "stacked.averaging": "nonexpansive.averaging",
    "stacked.norms": "nonexpansive.norms",
    "stacked.injection": "nonexpansive.injection",
}
"""What a figure was called, and what it is called now."""


def moved_from(
    docname: str, metadata: Mapping[str, Mapping[str, Any]], link: Callable[[str], str]
) -> dict[str, dict[str, str]]:
    """Say where the figures are that once stood on a page: by their old names, their page and their new name.

    metadata: of all documents; `link` gives the address of a document from this page. Raises ExtensionError for a
    figure that no other page shows.
    """
    places = {}
    for old, new in MOVED.items():
        if old.partition(".")[0] != docname.rpartition("/")[2]:
            continue
        shown = (
            name for name, each in metadata.items() for cell in each.get("live_cells", ()) if cell["figure"] == new
        )
        place = next((name for name in shown if name != docname), None)
        if place is None:
            raise ExtensionError(f"{old} has moved to {new}, but no page beside {docname} shows that figure")
        places[old] = {"page": link(place), "figure": new}
    return places
