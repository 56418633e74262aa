"""Terms of the glossary are found by their English names."""

from types import SimpleNamespace

import pytest

from book.extension.glossary import place_of_term, resolve_term
from book.extension.notebook_copies import References

OBJECTS = {
    ("term", "loss threshold (loss 阈值)"): ("book/glossary", "term-loss-threshold"),
    ("term", "nat (奈特)"): ("book/glossary", "term-nat"),
    ("term", "Ising model (伊辛模型)"): ("book/glossary", "term-Ising-model"),
    ("label", "limit"): ("elsewhere", "limit"),
}


@pytest.fixture
def env():
    domains = {"std": SimpleNamespace(objects=OBJECTS), "cite": SimpleNamespace(citations=[])}
    return SimpleNamespace(get_domain=domains.get)


def test_a_term_is_found_whatever_its_capitals_by_its_whole_english_name(env):
    for name in ("loss threshold", "Loss threshold", "loss threshold (loss 阈值)"):
        assert place_of_term(env, name) == ("book/glossary", "term-loss-threshold")
    assert place_of_term(env, "ising model") == ("book/glossary", "term-Ising-model")
    for unknown in ("loss", "threshold", "na", "limit", ""):
        assert place_of_term(env, unknown) is None


def test_other_references_are_left_to_others(env):
    assert resolve_term(None, env, {"refdomain": "std", "reftype": "ref", "reftarget": "nat"}, None) is None
    assert resolve_term(None, env, {"refdomain": "std", "reftype": "term", "reftarget": "gnat"}, None) is None


def test_copies_of_chapters_link_the_published_glossary(env):
    references = References(env, "https://a.b/")
    text = references.resolve("A {term}`nat`, two {term}`nats <nat>`.", "chapters/a")
    address = "https://a.b/book/glossary.html#term-nat"
    assert text == f"A [nat]({address}), two [nats]({address})."
    with pytest.raises(Exception, match="chapters/a: {term}`gnat` refers to the unknown 'gnat'"):
        references.resolve("{term}`gnat`", "chapters/a")
