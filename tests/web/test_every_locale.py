"""Whatever language is asked for, a page comes in one that is offered, says which, and lies the way it is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveys.config import ROOT
from surveys.core.locales import best, shipped
from tests.web.door import RESPONSE, code
from tests.web.test_respond_document import Outline
from tests.world import World

NONSENSE = (
    "",
    "*",
    "x",
    "tlh",
    "zz-ZZ",
    "en_US.UTF-8",
    "-",
    "../../etc",
    "%00",
    "a" * 5000,
    "ar\u202e",
    "es;q=2",
    "日本語",
)
STYLES = sorted((ROOT / "surveys" / "web" / "static").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)"
    r"|border-(top|bottom)-(left|right)-radius|(left|right)\s*:|(text-align|float|clear)\s*:\s*(left|right))"
)


@pytest.mark.parametrize("tag", [*shipped(), *NONSENSE])
def test_no_language_asked_for_breaks_a_page(world: World, client: FlaskClient, tag: str) -> None:
    offered = world.house.texts.offered(world.survey)
    nearest = best([tag], offered)
    header = {"Accept-Language": tag if tag.isascii() and tag.isprintable() else "tlh"}
    for page in (
        client.get("/", query_string={"locale": tag}),
        client.get("/", headers=header),
        client.get("/r/0000000000000000", query_string={"locale": tag}),
        client.get(f"/thanks/{tag.replace('/', '') or 'x'}/23456789"),
        client.get(f"/s/sel-6-12/1/{tag.replace('/', '') or 'x'}/"),
    ):
        assert page.status_code in (200, 404)
        (html,) = Outline(page.text).all("html")
        assert html["lang"] in offered
        assert html["dir"] == shipped()[str(html["lang"])].direction
    assert Outline(client.get("/", query_string={"locale": tag}).text).all("html")[0]["lang"] == nearest


@pytest.mark.parametrize("tag", ["mww", "nqo", "pt", "zz", "a" * 300])
def test_a_code_and_a_form_in_any_language_lead_to_one_that_is_offered(
    world: World, client: FlaskClient, tag: str
) -> None:
    key = code(world)
    entered = client.get(f"/r/{key}", query_string={"locale": tag})
    posted = client.post(f"/s/sel-6-12/1/en/{key}", data={"locale": tag})
    saved = client.put(
        f"/r/{key}/{RESPONSE}", json={"sequence": 1, "answers": {"planning": {"value": [], "locale": tag}}}
    )

    assert (entered.status_code, posted.status_code) == (303, 303)
    nearest = best([tag, "en"], world.house.texts.offered(world.survey))  # what is read next, or the home language
    assert entered.location.startswith(f"/s/sel-6-12/1/{nearest}/")
    assert saved.status_code in (204, 422)


@pytest.mark.parametrize("path", [*STYLES, *TEMPLATES], ids=lambda path: path.name)
def test_no_style_names_left_or_right(path: Path) -> None:
    """A page that is read from the right is the same page mirrored: only logical properties follow it."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    told = (
        text if path.suffix == ".css" else " ".join(re.findall(r"style=\"[^\"]*\"|<style.*?</style>", text, re.DOTALL))
    )
    assert PHYSICAL.findall(told) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_whatever_names_its_language_names_its_direction(path: Path) -> None:
    tags = re.findall(r"<[a-z0-9]+(?:\s[^<>]*?)?\slang=[^<>]*>", path.read_text(encoding="utf-8"))
    assert [tag for tag in tags if " dir=" not in tag] == []


def test_a_page_has_one_locale_and_everything_else_on_it_says_so(app: Flask, client: FlaskClient) -> None:
    page = Outline(client.get("/", query_string={"locale": "ar"}).text)
    names = [attributes for _, attributes in page.tags if "lang" in attributes][1:]

    assert page.all("html")[0]["dir"] == "rtl"
    assert {str(each["lang"]) for each in names} >= {"en", "es", "ar"}
    assert all(each["dir"] == shipped()[str(each["lang"])].direction for each in names)
