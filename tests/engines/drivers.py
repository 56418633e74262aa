"""One small vocabulary for three engines: open a page, run a script in it, press keys, use the mouse, take a picture.

Chromium is driven by Playwright, WebKit by Selenium (WebKitGTK brings a WebDriver), and Firefox by its own Marionette
protocol: Debian has no geckodriver, and Mozilla's Python client does not import under Python 3.13.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import chromium
import engines
from playwright.sync_api import sync_playwright
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

SIZE = {"width": 1280, "height": 900}
KEYS = {"ArrowRight": Keys.ARROW_RIGHT, "ArrowLeft": Keys.ARROW_LEFT}
PATIENCE_S = 120  # a loaded machine may be slow; how long it takes is measured by the benchmarks


class Engine(Protocol):
    """A browser with one page. `run` takes the body of a JavaScript function of `given`, an array."""

    version: str

    def open(self, address: str) -> None: ...
    def run(self, body: str, *given: object) -> Any: ...
    def press(self, selector: str, key: str) -> None: ...
    def click(self, selector: str) -> None: ...
    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None: ...
    def picture(self) -> bytes: ...
    def close(self) -> None: ...


class Chromium:
    def __init__(self, path: str) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        self._page = self._browser.new_page(viewport=SIZE)
        self.version = f"Chromium {self._browser.version}"

    def open(self, address: str) -> None:
        self._page.goto(address, wait_until="load")

    def run(self, body: str, *given: object) -> Any:
        return self._page.evaluate(f"(given) => {{ {body} }}", list(given))

    def press(self, selector: str, key: str) -> None:
        self._page.locator(selector).first.press(key)

    def click(self, selector: str) -> None:
        self._page.locator(selector).first.click()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self._page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=8)
        mouse.up()

    def picture(self) -> bytes:
        return self._page.screenshot()

    def close(self) -> None:
        self._browser.close()
        self._playwright.stop()


class Firefox:
    def __init__(self, path: str) -> None:
        self._profile = tempfile.TemporaryDirectory()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        Path(self._profile.name, "user.js").write_text(f'user_pref("marionette.port", {port});\n', "utf-8")
        command = [path, "--headless", "--marionette", "--no-remote", "--profile", self._profile.name]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._socket = self._connect(port)
        self._stream = self._socket.makefile("rb")
        self._receive()  # its greeting
        self._count = 0
        capabilities = self._ask("WebDriver:NewSession", {})["capabilities"]
        self._ask("WebDriver:SetWindowRect", SIZE)
        self._ask("WebDriver:SetTimeouts", {"script": 1000 * PATIENCE_S})
        self.version = f"Firefox {capabilities['browserVersion']}"

    def _connect(self, port: int) -> socket.socket:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), PATIENCE_S)
            except ConnectionRefusedError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _receive(self) -> Any:
        """Read one message: its length in bytes, a colon, and so much JSON."""
        length = b""
        while (byte := self._stream.read(1)) != b":":
            length += byte
        return json.loads(self._stream.read(int(length)))

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        self._count += 1
        body = json.dumps([0, self._count, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(body), body))
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return result

    def open(self, address: str) -> None:
        self._ask("WebDriver:Navigate", {"url": address})

    def run(self, body: str, *given: object) -> Any:
        script = {"script": f"const given = [...arguments]; {body}", "args": given, "sandbox": None}
        return self._ask("WebDriver:ExecuteScript", script)["value"]

    def press(self, selector: str, key: str) -> None:
        self._ask("WebDriver:ElementSendKeys", {"id": self._find(selector), "text": KEYS.get(key, key)})

    def click(self, selector: str) -> None:
        self._ask("WebDriver:ElementClick", {"id": self._find(selector)})

    def _find(self, selector: str) -> str:
        (element,) = self._ask("WebDriver:FindElement", {"using": "css selector", "value": selector})["value"].values()
        return element

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        def move(place: tuple[float, float], duration: int) -> dict[str, Any]:
            return {"type": "pointerMove", "x": round(place[0]), "y": round(place[1]), "duration": duration}

        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        steps = [move(start, 0), down, move(end, 200), up]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}
        self._ask("WebDriver:PerformActions", {"actions": [mouse]})

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("WebDriver:TakeScreenshot", {"full": False})["value"])

    def close(self) -> None:
        self._ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        self._stream.close()
        self._socket.close()
        self._process.wait(PATIENCE_S)
        self._profile.cleanup()


class WebKit:
    def __init__(self, path: str) -> None:
        self._display = None
        if not os.environ.get("DISPLAY"):
            read, write = os.pipe()
            command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
            self._display = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
            os.close(write)
            with os.fdopen(read) as lines:
                os.environ["DISPLAY"] = f":{lines.readline().strip()}"
        if os.geteuid() == 0:  # the sandbox of WebKitGTK does not run for root
            os.environ["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        options = Options()
        options.binary_location = path
        options.add_argument("--automation")
        with warnings.catch_warnings():  # Selenium's WebKitGTK calls what Selenium has deprecated
            warnings.filterwarnings("ignore", "setting remote_server_addr", DeprecationWarning)
            self._driver = webdriver.WebKitGTK(options=options, service=Service(shutil.which("WebKitWebDriver")))
        self._driver.set_window_size(**SIZE)
        self._driver.set_script_timeout(PATIENCE_S)
        self.version = f"WebKitGTK {self._driver.capabilities['browserVersion']}"

    def open(self, address: str) -> None:
        self._driver.get(address)

    def run(self, body: str, *given: object) -> Any:
        return self._driver.execute_script(f"const given = [...arguments]; {body}", *given)

    def press(self, selector: str, key: str) -> None:
        self._find(selector).send_keys(KEYS.get(key, key))

    def click(self, selector: str) -> None:
        self._find(selector).click()

    def _find(self, selector: str) -> Any:
        return self._driver.find_element("css selector", selector)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        chain = ActionChains(self._driver, duration=50)
        mouse = chain.w3c_actions.pointer_action
        mouse.move_to_location(*map(round, start))
        mouse.pointer_down()
        for step in range(1, 5):
            mouse.move_to_location(*(round(a + (b - a) * step / 4) for a, b in zip(start, end, strict=True)))
        mouse.pointer_up()
        chain.perform()

    def picture(self) -> bytes:
        return self._driver.get_screenshot_as_png()

    def close(self) -> None:
        self._driver.quit()
        if self._display:
            self._display.terminate()
            self._display.wait()
            del os.environ["DISPLAY"]


ENGINES: dict[str, Callable[[str], Engine]] = {"Chromium": Chromium, "Firefox": Firefox, "WebKit": WebKit}


@contextmanager
def driving(name: str):
    """Start an engine that is on this machine, and close it in the end."""
    engine = ENGINES[name](engines.find(name))
    try:
        yield engine
    finally:
        engine.close()


def wait_for(engine: Engine, condition: str, *given: object, seconds: float = PATIENCE_S) -> Any:
    """Return the value of a JavaScript expression of `given` once it is true; else say what the page shows."""
    end = time.monotonic() + seconds
    while not (value := engine.run(f"return {condition}", *given)):
        if time.monotonic() > end:
            said = engine.run("return Array.from(document.querySelectorAll('.live-notice'), (box) => box.textContent)")
            raise AssertionError(f"after {seconds} s still not true: {condition}; the page says {said}")
        time.sleep(0.1)
    return value
