"""Pictures of figures on the built pages: WebP, the same to the last point, and lighter."""

import json
from base64 import b64decode
from io import BytesIO

import numpy as np
from bs4 import BeautifulSoup
from PIL import Image

from book.extension.pictures import as_webp

CHAPTER = "chapters/operators/stacked"


def stored_pictures(root):
    cells = json.loads((root / f"{CHAPTER}.ipynb").read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [b64decode(data["image/png"]) for output in outputs if "image/png" in (data := output.get("data", {}))]


def points(picture):
    with Image.open(BytesIO(picture)) as image:
        return np.asarray(image.convert("RGB"))


def test_a_picture_is_the_same_as_webp_and_lighter(request):
    pictures = stored_pictures(request.config.rootpath)
    assert len(pictures) >= 4
    for picture in pictures:
        light = as_webp(picture)
        assert np.array_equal(points(light), points(picture))
    assert sum(len(as_webp(picture)) for picture in pictures) < 0.9 * sum(map(len, pictures))


def test_pages_show_no_heavier_form_of_a_picture(site):
    page = BeautifulSoup((site / f"{CHAPTER}.html").read_text("utf-8"), "html.parser")
    shown = [image["src"] for image in page.select(".live-figure img")]
    assert len(shown) >= 4 and all(address.endswith(".webp") for address in shown)
    assert all((site / CHAPTER).parent.joinpath(address).resolve().is_file() for address in shown)
    assert not list((site / "_images").glob("*.png")) and not list((site / "_images" / "sheets").glob("*.png"))
