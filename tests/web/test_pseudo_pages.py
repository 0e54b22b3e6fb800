"""Every page a respondent may see, in English made accented, long and mirrored: nothing of it is left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from surveys import web
from surveys.config import ROOT
from surveys.store.catalogues import read
from surveys.store.texts import Texts
from surveys.web import problems
from tests import pseudo
from tests.web.door import code
from tests.world import World

TAGS = (pseudo.ACCENTED, pseudo.LONG, pseudo.MIRRORED)
VOID = {"meta", "link", "input", "br", "img", "hr"}
SPOKEN = re.compile(r"aria-label|title|alt|placeholder|data-(?!leading|sequence).*")
PROBLEMS = sorted({*problems.STATUS, *problems.KINDS.values(), "server", "refused"})


class Spoken(HTMLParser):
    """What a page says in its own language: the text between its tags, and that of attributes that are read out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._foreign: list[bool] = [False]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        foreign = self._foreign[-1] or (tag != "html" and "lang" in dict(attrs))
        if not foreign:
            self.said += [value or "" for name, value in attrs if SPOKEN.fullmatch(name)]
        if tag not in VOID:
            self._foreign.append(foreign)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self._foreign[-1]:
            self.said.append(data)


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pseudo")


@pytest.fixture
def strange(world: World, catalogues: Path) -> Flask:
    """The application in pseudo-locales."""
    if not any(catalogues.iterdir()):
        pseudo.write(catalogues, world.house.shipped, ROOT / "translations")
    known = pseudo.locales()
    return web.create(replace(world.house, locales=known, texts=Texts(catalogues, known)))


def english(html: str) -> list[str]:
    """What is left in plain letters, names of what is filled in later aside."""
    told = (re.sub(r"\{\w+\}", "", text) for text in Spoken(html).said)
    return [text.strip() for text in told if re.search("[A-Za-z]", text)]


def pages(app: Flask, key: str, tag: str) -> Iterator[str]:
    client = app.test_client()
    for address in (f"/?locale={tag}", f"/thanks/{tag}/23456789", f"/s/sel-3-5/1/{tag}/", f"/s/sel-6-12/1/{tag}/"):
        answered = client.get(address)
        assert answered.status_code == 200
        yield answered.text
    yield client.post(f"/s/sel-6-12/1/{tag}/{key}", data={"help": "1"}).text
    for problem in PROBLEMS:
        with app.test_request_context(f"/?locale={tag}"):
            yield problems.page(problem, 400).get_data(as_text=True)


@pytest.mark.parametrize("tag", TAGS)
def test_no_page_of_a_respondent_says_anything_that_no_catalogue_has(world: World, strange: Flask, tag: str) -> None:
    for page in pages(strange, code(world), tag):
        assert f'<html lang="{tag}" dir="{pseudo.locales()[tag].direction}"' in page
        assert [text for text in english(page) if "Ms. Haddad" not in text] == []


def test_the_search_for_english_finds_it(strange: Flask) -> None:
    page = strange.test_client().get("/?locale=en").text
    assert "Homeroom" not in english(page)  # it says that it is English
    assert len(english(page)) > 5


@pytest.mark.parametrize("tag", TAGS)
def test_every_text_of_the_pages_has_its_names_to_fill_in(tag: str, strange: Flask) -> None:
    for (_, key), entry in read(ROOT / "translations" / "en" / "LC_MESSAGES" / "interface.po").items():
        names = re.findall(r"\{\w+\}", entry.text)
        assert re.findall(r"\{\w+\}", pseudo.disguised(entry.text, tag)) == names, key


def test_no_pseudo_locale_is_known_to_an_installation(world: World) -> None:
    assert not {*TAGS} & set(world.house.locales)
    assert not any((ROOT / "translations" / tag).exists() for tag in TAGS)
