"""What a page costs before it is touched, as a browser loads it and a host compresses it."""

import gzip

import pytest
from serve import serving

COMPRESSED_ALREADY = (".png", ".jpg", ".woff", ".woff2", ".whl", ".zip")
MOST_BYTES, MOST_REQUESTS = 250_000, 15


@pytest.fixture(scope="module")
def loads(site, text_pages, browser):
    """What each page loads: its responses' addresses and transfer sizes, and the console's errors."""
    measured = {}
    with serving(site) as address:
        for name in text_pages:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            responses, errors = [], []
            page.on("response", lambda response, responses=responses: responses.append(response))
            page.on("console", lambda message, errors=errors: message.type == "error" and errors.append(message.text))
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            page.goto(address + name, wait_until="networkidle")
            measured[name] = {response.url.removeprefix(address): transfer(response) for response in responses}, errors
            context.close()
    return measured


def transfer(response) -> int:
    body = response.body()
    return len(body) if response.url.partition("?")[0].endswith(COMPRESSED_ALREADY) else len(gzip.compress(body))


def test_pages_are_light(loads, capsys):
    with capsys.disabled():
        print("\npage before touch, compressed:")
        for name, (files, _) in loads.items():
            print(f"  {name:40} {sum(files.values()) / 1000:6.0f} kB in {len(files):2} requests")
    for name, (files, _) in loads.items():
        assert sum(files.values()) <= MOST_BYTES, name
        assert len(files) <= MOST_REQUESTS, name


def test_untouched_pages_load_no_kernel_and_report_no_error(loads):
    for name, (files, errors) in loads.items():
        assert not errors, name
        heavy = ("pyodide", "live.js", "worker.js", "wheels/", "assets.json", "fontawesome", "searchindex", "lite/")
        assert not [file for file in files if any(part in file for part in heavy)], name
        assert not [file for file in files if file.startswith(("http:", "https:"))], name
