"""What a page costs before it is touched, as a browser loads it and a host compresses it."""

import gzip
import threading

import pytest
from playwright.sync_api import sync_playwright
from serve import open_server

COMPRESSED_ALREADY = (".png", ".jpg", ".woff", ".woff2", ".whl", ".zip")
MOST_BYTES, MOST_REQUESTS = 250_000, 15
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def loads(site, text_pages, chromium):
    """What each page loads: its responses' addresses and transfer sizes, and the console's errors."""
    measured = {}
    with open_server(site, 8400, tries=200) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
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
        browser.close()
        server.shutdown()
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
