"""Every dependency is pinned, hashed, explained, and the same in every lock."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LISTS = ["requirements", "requirements-dev", "requirements-setup", "requirements-load", "assets/requirements"]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def wanted(name: str) -> set[str]:
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    return {found[0] for line in lines if (found := re.match(r"[A-Za-z0-9._-]+", line)) and not line.startswith("-")}


def locked(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / f"{name}.txt").read_text()))


@pytest.mark.parametrize("name", LISTS)
def test_every_library_has_its_reason_in_the_docs(name):
    page = (ROOT / "docs/dependencies.md").read_text()
    explained = set(re.findall(r"^\| ([^ ]+) \| ", page, re.MULTILINE))

    assert wanted(name) <= explained


def test_every_npm_package_has_its_reason_in_the_docs_and_its_hash_in_the_lock():
    page = (ROOT / "docs/dependencies.md").read_text()
    asked = json.loads((ROOT / "assets/package.json").read_text())
    lock = json.loads((ROOT / "assets/package-lock.json").read_text())["packages"]

    for package, version in (asked["dependencies"] | asked["optionalDependencies"] | asked["devDependencies"]).items():
        assert f"| {package} |" in page
        assert lock[f"node_modules/{package}"]["version"] == version
        assert lock[f"node_modules/{package}"]["integrity"].startswith("sha512-")


@pytest.mark.parametrize("name", LISTS)
def test_every_library_asked_for_is_locked_with_hashes(name):
    blocks = re.split(r"^(?=[A-Za-z0-9])", (ROOT / f"{name}.txt").read_text(), flags=re.MULTILINE)[1:]

    assert wanted(name) <= set(locked(name))
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_locks_agree_with_each_other():
    versions: dict[str, set[str]] = {}
    for name in LISTS:
        for library, version in locked(name).items():
            versions.setdefault(library, set()).add(version)

    assert {library: found for library, found in versions.items() if len(found) > 1} == {}
