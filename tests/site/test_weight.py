"""What a page costs before it is touched, as a browser loads it and a host compresses it."""

import gzip
import subprocess

import pytest
from serve import serving

COMPRESSED_ALREADY = (".png", ".jpg", ".webp", ".woff", ".woff2", ".whl", ".zip")
HEAVY = (
    "pyodide",
    "widgets.js",
    "editor.js",
    "worker.js",
    "wheels/",
    "assets.json",
    "fontawesome",
    "searchindex",
    "lite/",
)
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
        assert not [file for file in files if any(part in file for part in HEAVY)], name
        assert not [file for file in files if file.startswith(("http:", "https:"))], name


def test_the_editor_is_no_heavier_than_a_picture_or_two(site, capsys):
    script = site / "_static" / "live" / "editor.js"
    sizes = "const { brotliCompressSync, gzipSync } = require('zlib'); const text = require('fs').readFileSync(0);"
    sizes += "console.log([text, gzipSync(text), brotliCompressSync(text)].map(each => each.length).join())"
    with script.open("rb") as text:
        run = subprocess.run(["node", "-e", sizes], stdin=text, capture_output=True, text=True, check=True)
    raw, gzipped, brotli = map(int, run.stdout.split(","))
    with capsys.disabled():
        print(f"\neditor, when it is asked for: {raw:,} bytes, gzip {gzipped:,}, brotli {brotli:,}")
    assert gzipped <= 150_000
