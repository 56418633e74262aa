"""What of the editor stands on a page from the start: its buttons, and the sources that it opens."""

import json

import pytest
from serve import serving


def test_every_code_cell_has_its_button_and_every_figure_one_for_its_source(pages, site, root):
    seen = 0
    for name, page in pages.items():
        config = page.find(id="live-page")
        for cell in json.loads(config.string)["cells"] if config else []:
            container = page.find(id=f"live-cell-{cell['index']}")
            edit = container.select('.live-edit [data-action="edit"]')
            module = container.select('.live-edit [data-action="module"]')
            assert [button["aria-label"] for button in edit] == [f"Edit: {cell['id']}"], name
            assert len(module) == bool(cell["figure"])
            if cell["figure"]:
                seen += 1
                path = f"{cell['figure'].replace('.', '/')}.py"
                source = site / "_static" / "live" / "figures" / path
                assert source.read_bytes() == (root / "emergence" / "figures" / path).read_bytes()
    assert seen == len(list((site / "_static" / "live" / "figures").rglob("*.py"))) > 1


@pytest.mark.parametrize("scripts", [True, False])
def test_the_buttons_are_there_only_where_they_work(scripts, site, browser):
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    with serving(site) as address:
        page.goto(f"{address}chapters/scaling/loss_threshold.html")
        assert page.locator('[data-action="edit"]').first.is_visible() == scripts
        page.emulate_media(media="print")
        assert not page.locator('[data-action="edit"]').first.is_visible()
    context.close()
