"""Parts of the front end one by one: numbers as a reader types them, labels without addresses that run something."""

import base64
import json
import re
import subprocess

import pytest
from serve import serving

READ = """
import {{ readNumber, writeNumber }} from {module};
const read = {typed}.map(([text, unit]) => readNumber(text, unit));
const back = {written}.map(([value, format]) => readNumber(writeNumber(value, format)));
console.log(JSON.stringify([read.map((value) => Number.isNaN(value) ? "refused" : value), back]));
"""
UNDERSTOOD = {
    "0.34": 0.34, ".071": 0.071, "5.": 5, "-3": -3, "−3": -3, "+0.666667": 0.666667, " 7 ": 7,
    "342,180": 342_180, "1,024": 1024, "5,000,000": 5_000_000, "1,234,567.25": 1_234_567.25, "342{,}180": 342_180,
    "10 000": 10_000, "10\u2009000": 10_000, "10\u202f000": 10_000, "10\u00a0000": 10_000, "1 234 567.5": 1_234_567.5,
    "5×10⁴": 5e4, "8 × 10⁻⁷": 8e-7, "−1.6×10³": -1600, "10⁻¹⁶": 1e-16, "10^{-16}": 1e-16, "10^5": 1e5, "-10^5": -1e5,
    "8\\times 10^{7}": 8e7, "$8\\times10^{7}$": 8e7, "8*10**7": 8e7, "3·10^8": 3e8, "2^{26}": 2**26, "2²⁶": 2**26,
    "1e-8": 1e-8, "1.74e7": 1.74e7, "3.65e+08": 3.65e8, "1e−15": 1e-15, "0.0000001": 1e-7, "3E11": 3e11,
    "47 %": 0.47, "0.4%": 0.004, "10 billion": 1e10, "16.4 billion": 16.4e9, "8 thousand": 8000, "7 million": 7e6,
    "1,5": 1.5, "1,50": 1.5, "0,125": 0.125, "2,5e3": 2500, "1,2345": 1.2345, "1234,567": 1234.567, ",5": 0.5,
    "-1,5": -1.5,
}  # fmt: skip
REFUSED = [
    "", "-", ".", ",", "1,", "five", "5 apples", "1,2,3", "1,23,456", "12,3456,789", "1.500.000", "1.2.3", "1 5",
    "1 50", "0,123,456", "5 × 10", "5×10", "1,500×10⁴", "1,500 million", "1,500e3",
    "--5", "10^", "3e", "1/2", "NaN", "3 nats",
]  # fmt: skip


def read_numbers(root, typed, written=()):
    front = (root / "emergence" / "live" / "front" / "figure.js").read_bytes()
    # as data it is a module, whatever the name of its file
    module = json.dumps(f"data:text/javascript;base64,{base64.b64encode(front).decode()}")
    script = READ.format(module=module, typed=json.dumps(typed), written=json.dumps(written))
    command = ["node", "--input-type=module", "--eval", script]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_every_form_of_the_book_is_read_and_nothing_becomes_another_number(root):
    read, _ = read_numbers(root, [[text, ""] for text in [*UNDERSTOOD, *REFUSED]])
    wanted = [*UNDERSTOOD.values(), *["refused"] * len(REFUSED)]
    for text, value, expected in zip([*UNDERSTOOD, *REFUSED], read, wanted, strict=True):
        assert value == (expected if expected == "refused" else pytest.approx(expected, rel=1e-15)), text


def test_a_unit_may_stand_behind_the_number(root):
    typed = [["3 nats", "nats"], ["5×10⁷ parameters", "parameters"], ["47 %", "%"], ["47", "%"], ["3 nats", "rad"]]
    assert read_numbers(root, typed)[0] == [3, 5e7, 47, 47, "refused"]


def test_what_the_page_writes_it_reads(root):
    written = [[value, form] for value in (0.071, -3, 47, 342180, 8.1e7, 2.5e-8) for form in (".3g", ".2e", ".6f")]
    _, back = read_numbers(root, [], written)
    for (value, form), again in zip(written, back, strict=True):
        assert again == pytest.approx(float(format(value, form)), rel=1e-12), f"{value} as {form}"


def numbers_of(text):
    """The numbers that a text holds, with what belongs to them."""
    digits = r"(?:\d{1,3}(?:[,\u2009\u202f]\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)"
    tail = r"(?:\s?[×·]\s?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[eE][+\-−]?\d+|\s?%|\s(?:thousand|million|billion|trillion)\b)?"
    pattern = rf"(?<![\w.,/:\-–−^_{{])[−-]?{digits}{tail}(?![\w/:^{{])"
    return re.findall(pattern, text)


def test_every_number_in_the_text_of_the_book_is_read(root, text_pages):
    found = set()
    for parsed in text_pages.values():
        for part in parsed.select("article p, article li, article td, .live-sentence"):
            if not part.select(".katex"):
                found.update(numbers_of(part.get_text(" ")))
    assert len(found) > 200
    read, _ = read_numbers(root, [[text, ""] for text in sorted(found)])
    assert [text for text, value in zip(sorted(found), read, strict=True) if value == "refused"] == []


# -- labels ----------------------------------------------------------------------------------------------

RULES = {"allowedTags": ["a", "b", "img", "span"], "allowedAttributes": {"*": ["class"], "a": ["href"], "img": ["src"]}}
LEADS_NOWHERE = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)",
    "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", "\x1fjavascript:alert(1)",
    "javascript\t:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "blob:http://a.b/c",
    "filesystem:x", "about:blank", "http://[",
]  # fmt: skip
LEADS_SOMEWHERE = [
    "https://example.org/a?b#c", "http://example.org", "mailto:a@example.org", "//example.org/x", "/root", "a/b.html",
    "../up.html", "#here", "?q=javascript:", "./a:b/c", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def sanitize(root, site, browser):
    """The function of sanitize.js, in a page that any browser shows."""
    source = (root / "book" / "kernel" / "src" / "sanitize.js").read_text("utf-8")
    page = browser.new_page()
    with serving(site) as address:
        page.goto(address + "404.html")
        page.evaluate(
            """async (source) => {
              const module = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
              self.sanitize = (await import(module)).default;
            }""",
            source,
        )
        yield lambda html: page.evaluate("([html, rules]) => self.sanitize(html, rules)", [html, RULES])
    page.close()


def escaped(address):
    return "".join(f"&#{ord(letter)};" for letter in address)


@pytest.mark.parametrize("address", LEADS_NOWHERE)
def test_a_label_has_no_address_that_runs_something(sanitize, address):
    assert sanitize(f'<a href="{escaped(address)}">x</a>') == "<a>x</a>"
    assert sanitize(f'<img src="{escaped(address)}">') == "<img>"


@pytest.mark.parametrize("address", LEADS_SOMEWHERE)
def test_a_label_keeps_an_address_that_leads_somewhere(sanitize, address):
    assert sanitize(f'<a href="{address}">x</a>') == f'<a href="{address}">x</a>'


def test_a_label_keeps_its_text_and_loses_what_is_not_allowed(sanitize):
    assert sanitize("<p>a <b class='c' onclick='x()'>b</b></p>") == 'a <b class="c">b</b>'
    assert sanitize("<script>x()</script><svg><a xlink:href='javascript:x()'>t</a></svg>") in ("<a>t</a>", "t")
