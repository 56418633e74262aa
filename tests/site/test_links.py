"""Every address on a page leads somewhere in the site, and nothing is loaded from elsewhere."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

LOADING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
}
LOADING_RELATIONS = {"stylesheet", "preload", "modulepreload", "prefetch", "icon", "manifest", "preconnect"}
STYLE_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")
SERVICES = re.compile(r"cdnjs|jsdelivr|unpkg|googleapis|require(?:\.min)?\.js|html-manager|mathjax", re.IGNORECASE)


def loaded(page):
    """List the addresses that a browser loads with a page."""
    for tag, names in LOADING.items():
        for element in page.find_all(tag):
            yield from (element[name] for name in names if element.has_attr(name))
    for link in page.find_all("link"):
        if LOADING_RELATIONS & set(link.get("rel", [])):
            yield link["href"]
    for style in page.find_all("style"):
        yield from style_addresses(style.get_text())
    for element in page.find_all(style=True):
        yield from style_addresses(element["style"])


def style_addresses(style):
    for match in STYLE_ADDRESS.finditer(style):
        yield match[1] or match[2]


def elsewhere(address):
    return bool(urlsplit(address).netloc) or urlsplit(address).scheme not in ("", "data")


def test_pages_load_nothing_from_elsewhere(pages):
    assert not [(name, address) for name, page in pages.items() for address in loaded(page) if elsewhere(address)]


def test_style_sheets_load_nothing_from_elsewhere_and_no_missing_file(site):
    styles = list((site / "_static").rglob("*.css"))
    assert styles
    for path in styles:
        for address in style_addresses(path.read_text("utf-8")):
            if not address.startswith(("data:", "#")):
                assert not elsewhere(address), f"{path.name}: {address}"
                file = path.parent / unquote(urlsplit(address).path)
                assert file.is_file(), f"{path.name}: {address}"


def test_scripts_inside_pages_name_no_code_service(pages):
    for name, page in pages.items():
        for script in page.find_all("script", src=False):
            if script.get("type") != "application/json":
                assert not SERVICES.search(script.get_text()), name


def test_the_joined_script_names_no_code_service(site):
    assert not SERVICES.search((site / "_static" / "site.js").read_text("utf-8"))


def test_internal_links_and_anchors_lead_somewhere(site, pages, base):
    ids = {name: {element["id"] for element in page.find_all(id=True)} for name, page in pages.items()}
    broken = []
    for name, page in pages.items():
        here = site / name
        addresses = [a["href"] for a in page.find_all("a", href=True)] + list(loaded(page))
        for address in addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            start = site if parts.path.startswith(base) else here.parent
            target = here if not parts.path else Path(start, unquote(parts.path).removeprefix(base)).resolve()
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                broken.append((name, address))
            elif parts.fragment and target.suffix == ".html":
                if parts.fragment.startswith("figure="):  # a state of a figure (test_states.py)
                    continue
                if parts.fragment != "top" and unquote(parts.fragment) not in ids[target.relative_to(site).as_posix()]:
                    broken.append((name, address))
    assert not broken


def test_ids_are_unique_on_each_page(pages):
    for name, page in pages.items():
        ids = [element["id"] for element in page.find_all(id=True)]
        assert not {repeated for repeated in ids if ids.count(repeated) > 1}, name


def test_every_page_of_the_contents_is_built(root, pages):
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    listed = [contents["root"], *(page["file"] for part in contents["parts"] for page in part["chapters"])]
    assert {f"{page}.html" for page in listed} | {"genindex.html", "search.html", "404.html"} == set(pages)


def test_site_ships_no_sources_but_the_notebooks_to_open(site):
    assert not (site / "_sources").exists()
    assert not [path for path in site.rglob("*.ipynb") if site / "lite" not in path.parents]


def test_binder_and_source_links_follow_the_configured_repository(root, text_pages):
    repository = yaml.safe_load((root / "_config.yml").read_text("utf-8"))["repository"]
    owner = urlsplit(repository["url"]).path.strip("/")
    for name, page in text_pages.items():
        links = {a["href"] for a in page.select(".article-header-buttons a[href]")}
        assert repository["url"] in links, name
        notebook = root / name.replace(".html", ".ipynb")
        if notebook.is_file():
            path = notebook.relative_to(root).as_posix()
            assert f"https://mybinder.org/v2/gh/{owner}/{repository['branch']}?urlpath=lab/tree/{path}" in links
