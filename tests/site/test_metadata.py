"""What search engines and link previews read: titles, descriptions, addresses, cards, the list of pages."""

import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image


def named(page, name):
    (tag,) = page.find_all("meta", attrs={"name": name})
    return tag["content"]


def about(page, name):
    (tag,) = page.find_all("meta", property=f"og:{name}")
    return tag["content"]


def test_every_page_has_a_title_and_a_description_of_its_own(pages):
    titles = [page.title.get_text() for page in pages.values()]
    descriptions = [named(page, "description") for page in pages.values()]
    assert len(set(titles)) == len(set(descriptions)) == len(pages)
    assert all(title.strip() for title in titles)
    assert all(20 < len(description) <= 160 for description in descriptions), descriptions
    assert not [description for description in descriptions if "\\" in description or "{" in description]


def test_canonical_addresses_are_those_of_the_published_site(pages, public_address):
    for name, page in pages.items():
        (link,) = page.find_all("link", rel="canonical")
        assert link["href"] == public_address + ("" if name == "index.html" else name)
        assert about(page, "url") == link["href"]


def test_every_page_has_a_card_with_a_picture_of_its_own(site, pages, public_address):
    pictures = set()
    for name, page in pages.items():
        assert about(page, "title") in page.title.get_text()
        assert about(page, "description") == named(page, "description")
        assert about(page, "site_name") == "At the Limit"
        assert named(page, "twitter:card") == "summary_large_image"
        assert about(page, "image").startswith(public_address)
        path = site / about(page, "image").removeprefix(public_address)
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert picture.size == (int(about(page, "image:width")), int(about(page, "image:height"))) == (1200, 630)
            drawn = np.asarray(picture.convert("L")) < 128
        assert 0.01 < drawn.mean() < 0.5, f"{name}: the card is empty"
        pictures.add(path.read_bytes())
    assert len(pictures) == len(pages)


def test_cards_show_the_first_figure_of_a_page(site, pages):
    for name, page in pages.items():
        with Image.open(site / "_images" / "cards" / f"{name[:-5].replace('/', '-')}.png") as picture:
            right = np.asarray(picture.convert("RGB"))[80:560, 700:1120].reshape(-1, 3)
        colours = len(np.unique(right, axis=0))
        assert colours > 10 or not page.select(".live-figure"), name


def test_the_sitemap_lists_the_pages_made_from_a_text(site, text_pages, root):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [loc.text for loc in ET.parse(site / "sitemap.xml").iter(f"{space}loc")]
    assert sorted(listed) == sorted(page.find("link", rel="canonical")["href"] for page in text_pages.values())


def test_robots_find_the_sitemap_and_may_read_everything(site, public_address):
    lines = (site / "robots.txt").read_text("utf-8").splitlines()
    assert f"Sitemap: {public_address}sitemap.xml" in lines
    assert "Allow: /" in lines and not any(line.startswith("Disallow") for line in lines)
