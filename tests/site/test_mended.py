"""What is changed in the theme's pages and files is found there, or the build stops."""

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from book.extension import built, metadata, notebook_copies, theme, weight
from book.kernel import assets

CHANGED = "has the theme changed"
VERSIONS = {"site.css": "site.css?v=1", "site.js": "site.js?v=1"}


def page_of_theme(*others):
    """The links in the head of a page as the theme writes it."""
    files = ["a.css", "a.js", *weight.UNUSED, *others]
    style, script = '<link rel="stylesheet" href="_static/{}">', '<script src="_static/{}"></script>'
    return "".join((style if file.endswith(".css") else script).format(file) for file in files)


def only(monkeypatch, every=(), some=()):
    monkeypatch.setattr(theme, "ON_EVERY_PAGE", list(every))
    monkeypatch.setattr(theme, "ON_SOME_PAGES", list(some))


@pytest.mark.parametrize("mend", theme.ON_EVERY_PAGE + theme.ON_SOME_PAGES, ids=lambda mend: mend[0].pattern)
def test_a_pattern_that_finds_nothing_stops_the_build(mend, monkeypatch):
    only(monkeypatch, some=[mend])
    with pytest.raises(ExtensionError, match=CHANGED):
        theme.mend({Path("a.html"): "<html></html>", Path("b.html"): "<p>of another theme</p>"})


def test_a_pattern_must_find_something_on_some_page_or_on_each(monkeypatch):
    pages = {Path("a.html"): "an old word", Path("b.html"): "no such word"}
    old = (re.compile("old"), "new")
    only(monkeypatch, some=[old])
    assert theme.mend(pages) == {Path("a.html"): "an new word", Path("b.html"): "no such word"}
    only(monkeypatch, every=[old])
    with pytest.raises(ExtensionError, match=f"b.html has no 'old' any more: {CHANGED}"):
        theme.mend(pages)


def test_chinese_is_marked_in_the_text_only():
    pattern, replacement = theme.ON_SOME_PAGES[-1]
    page = '<title>涌现</title><article title="涌现"><p>so 涌现, more</p></article>'
    marked = '<title>涌现</title><article title="涌现"><p>so <span lang="zh">涌现</span>, more</p></article>'
    assert pattern.sub(replacement, page) == marked


def test_storage_is_tried_before_the_first_script():
    pattern, replacement = theme.ON_EVERY_PAGE[-1]
    assert pattern.sub(replacement, "<script data-cfasync>").index("localStorage") < len(theme.storage_script())


def test_an_extension_to_undo_must_be_there():
    def listener(module):
        return SimpleNamespace(handler=SimpleNamespace(__module__=module))

    app = SimpleNamespace(events=SimpleNamespace(listeners={"a": [listener(it) for it in (*theme.FORGOTTEN, "kept")]}))
    theme.forget(app)
    assert [it.handler.__module__ for it in app.events.listeners["a"]] == ["kept"]
    with pytest.raises(ExtensionError, match="nothing listens for sphinx_thebe any more"):
        theme.forget(app)


def test_a_site_without_pages_of_the_theme_stops_the_build(tmp_path):
    (tmp_path / "index.html").write_text('<link rel="stylesheet" href="_static/another/theme.css">', "utf-8")
    with pytest.raises(ExtensionError, match=CHANGED):
        built.read_pages(tmp_path)


@pytest.mark.parametrize("count", [0, 2])
def test_a_file_of_the_theme_must_hold_once_what_is_replaced(count):
    with pytest.raises(ExtensionError, match=f"the file has {count} times 'old'; once was expected"):
        built.replace_once("old " * count, "old", "new", "the file")


def test_a_page_of_another_theme_stops_the_build():
    theirs = page_of_theme()
    lightened = weight.lighten(theirs, False, "", VERSIONS)
    assert re.findall(r'(?:href|src)="([^"]*)"', lightened) == [f"_static/{address}" for address in VERSIONS.values()]
    for other in ("<link href='_static/b.css' rel=stylesheet>" + theirs, theirs.replace("></", "> </")):
        with pytest.raises(ExtensionError, match=CHANGED):
            weight.lighten(other, False, "", VERSIONS)


@pytest.mark.parametrize("file", sorted(weight.UNUSED))
def test_what_is_dropped_must_have_been_linked(file):
    with pytest.raises(ExtensionError, match=f"does not link {file} any more: {CHANGED}"):
        weight.lighten(page_of_theme().replace(f"_static/{file}", "_static/a.css"), False, "", VERSIONS)


@pytest.mark.parametrize("file", sorted(weight.SEARCH))
def test_the_search_page_must_link_what_searches(file):
    theirs = page_of_theme(*weight.SEARCH)
    assert weight.lighten(theirs, True, "", VERSIONS).count("<script defer") == len(weight.SEARCH)
    assert "search" not in weight.lighten(theirs, False, "", VERSIONS)
    with pytest.raises(ExtensionError, match=f"does not link {file} any more: {CHANGED}"):
        weight.lighten(page_of_theme(*(weight.SEARCH - {file})), True, "", VERSIONS)


FACE = "@font-face{font-family:a;src:url(vendor/fontawesome/webfonts/a.ttf)}"


def test_icon_fonts_must_be_named_as_they_were():
    assert weight.without_icon_fonts(f"a{{}}{FACE}b{{}}") == "a{}b{}"
    for other in ("a{}", FACE + FACE.replace("@font-face{", "@font-face {")):
        with pytest.raises(ExtensionError, match="which must be all that name vendor/fontawesome/webfonts"):
            weight.without_icon_fonts(other)


def test_icons_must_be_named_as_they_were():
    assert weight.keep_icons('.fa-a:before{content:"a"}.fa-b:before{content:"b"}', {"b"}) == '.fa-b:before{content:"b"}'
    with pytest.raises(ExtensionError, match="for icons any more"):
        weight.keep_icons('.icon-a:before{content:"a"}', {"a"})


def test_imports_of_style_sheets_must_be_written_as_they_were(tmp_path):
    (tmp_path / "b.css").write_text("b{}", "utf-8")
    (tmp_path / "a.css").write_text('@import url("b.css");a{}', "utf-8")
    assert weight.read_style(tmp_path, "a.css") == "b{}a{}"
    (tmp_path / "a.css").write_text('@import "b.css" layer(b);a{}', "utf-8")
    with pytest.raises(ExtensionError, match="a.css has an @import that is not like"):
        weight.read_style(tmp_path, "a.css")


@pytest.mark.parametrize("text", ["", f"{weight.MEASURED};" + 2 * '"loading"!=document.readyState?a():b;'])
def test_scripts_of_another_theme_stop_the_build(text, tmp_path):
    (tmp_path / "a.js").write_text(text, "utf-8")
    with pytest.raises(ExtensionError, match="expected"):
        weight.join_scripts(tmp_path, ["a.js"])


@pytest.mark.parametrize("lacking", ["light", "dark"])
def test_light_and_dark_must_be_chosen_as_they_were(lacking):
    style = 'html[data-theme="light"]{color:red}html[data-theme="dark"]{color:blue}'
    assert weight.for_pages_without_scripts(style).count('[data-theme="auto"]') == 2
    with pytest.raises(subprocess.CalledProcessError) as error:
        weight.for_pages_without_scripts(style.replace(f'data-theme="{lacking}"', f'data-mode="{lacking}"'))
    assert CHANGED in error.value.stderr


def test_the_page_for_wrong_addresses_must_have_addresses_to_change():
    assert metadata.root_addresses('<a href="a.html">', "/book/") == '<a href="/book/a.html">'
    with pytest.raises(ExtensionError, match="404.html has no relative addresses"):
        metadata.root_addresses('<a href="https://host/a.html">', "/book/")


def test_a_chapter_must_have_a_title_to_put_links_under():
    assert built.below_title("<h1>A</h1>b", "c") == "<h1>A</h1>cb"
    with pytest.raises(ExtensionError, match="a page has no title"):
        built.below_title("<h2>A</h2>b", "c")


@pytest.mark.parametrize("count", [0, 2])
def test_the_theme_must_have_one_button_for_binder(count):
    service = "https://binder"
    buttons = [{"type": "group", "buttons": [{"url": f"{service}/a"}] * count + [{"url": "https://other"}]}]
    context = {"theme_launch_buttons": {"binderhub_url": service}, "header_buttons": buttons}
    with pytest.raises(ExtensionError, match=f"the theme has {count} buttons that lead to {service}"):
        notebook_copies.binder_address(context)


def test_fonts_of_formulas_must_be_named_as_they_were(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "OLDER_FONTS", re.compile("of another version"))
    with pytest.raises(ValueError, match="names no fonts like 'of another version' any more"):
        assets.install_katex(tmp_path)


def test_custom_properties_that_nothing_uses_are_dropped():
    style = 'a{--kept:1px;--lost:2px}b{--chain:var(--lost);--word:"x;y";color:var(--kept)}c{--named:0}'
    assert weight.without_unused_properties(style, "x.style.setProperty('--named', 1)") == (
        'a{--kept:1px;}b{--word:"x;y";color:var(--kept)}c{--named:0}'
    )


def test_lengths_in_formulas_have_two_decimals_and_nothing_else_is_rounded():
    strut = '<span class="strut" style="height:1.0361em;vertical-align:-0.2861em;"></span>'
    assert weight.lighten_formulas(strut) == strut.replace("1.0361", "1.04").replace("0.2861", "0.29")
    for same in ('<i style="height:1em;">', '<i style="width:12.3456%">', "<p>height:1.2345em;</p>"):
        assert weight.lighten_formulas(same) == same


def test_formulas_keep_the_tex_that_they_do_not_repeat():
    start = '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>x</mi>'
    of = '<annotation encoding="application/x-tex">{}</annotation></semantics></math>'
    assert weight.lighten_formulas(start + of.format("x")) == "<math><semantics><mi>x</mi></semantics></math>"
    for tex in ("x_k", "\\pi", "x^2", "a-b"):
        kept = f"<math><semantics><mi>x</mi><annotation>{tex}</annotation></semantics></math>"
        assert weight.lighten_formulas(start + of.format(tex)) == kept
