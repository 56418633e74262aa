"""Repository, site and author stand in _config.yml; the few files that repeat them agree with it."""

import tomllib

import yaml

REPEATED_IN = {"_config.yml", "CITATION.cff"}


def test_citation_names_the_configured_repository_site_and_author(root, config):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["repository-code"] == config["repository"]["url"]
    assert citation["url"] == config["html"]["baseurl"]
    assert citation["authors"] == [{"name": config["author"]}]


def test_licences_name_the_configured_author_and_year(root, config):
    for name in ("LICENSE", "LICENSE-TEXT"):
        assert f"Copyright (c) {config['copyright']}, {config['author']}\n" in (root / name).read_text("utf-8") or (
            f"Copyright (c) {config['copyright']}, {config['author']}." in (root / name).read_text("utf-8")
        ), name


def test_package_names_the_configured_author(root, config):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["authors"] == [{"name": config["author"]}]


def test_no_other_file_repeats_the_addresses(root, config, tracked):
    addresses = [config["repository"]["url"], config["html"]["baseurl"].rstrip("/")]
    repeated = {
        path.relative_to(root).as_posix()
        for path in tracked
        for address in addresses
        if address.encode() in path.read_bytes()
    }
    assert repeated <= REPEATED_IN


def test_site_address_ends_in_a_slash(config):
    assert config["html"]["baseurl"].endswith("/")
