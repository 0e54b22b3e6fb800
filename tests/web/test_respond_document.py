"""The static document: the same bytes for every child, small, strict, and complete."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from surveys import web
from surveys.core.instrument import Kind
from surveys.web.document import steps
from tests.web.door import ARABIC, ENGLISH, code
from tests.world import World

HEAVIEST = 15 * 1024  # bytes of document, style and script together, compressed
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
LOCALES = ["en", "es", "ar"]


class Outline(HTMLParser):
    """The tags of a page with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and all(a.get(name) == value for name, value in wanted.items())]


def outline(client: FlaskClient, address: str = "/s/sel-6-12/1/en/") -> Outline:
    return Outline(client.get(address).text)


def test_the_document_is_the_same_for_every_child(world: World, client: FlaskClient) -> None:
    first = client.get(f"/s/sel-6-12/1/en/{code(world, ENGLISH)}")
    second = client.get(f"/s/sel-6-12/1/en/{code(world, ARABIC)}")

    assert first.data == second.data == client.get("/s/sel-6-12/1/en/").data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert code(world) not in first.text


def test_a_browser_that_has_the_document_is_sent_nothing(world: World, client: FlaskClient) -> None:
    first = client.get("/s/sel-6-12/1/en/")
    again = client.get("/s/sel-6-12/1/en/", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"].startswith("public, max-age=")
    assert (again.status_code, again.data) == (304, b"")


def test_a_browser_that_takes_gzip_gets_the_same_page_compressed(world: World, client: FlaskClient) -> None:
    plain = client.get("/s/sel-6-12/1/en/")
    small = client.get("/s/sel-6-12/1/en/", headers={"Accept-Encoding": "br, gzip"})

    assert gzip.decompress(small.data) == plain.data
    assert (small.headers["Content-Encoding"], small.headers["Vary"]) == ("gzip", "Accept-Encoding")


@pytest.mark.parametrize("locale", ["en", "es"])
def test_document_style_and_script_weigh_no_more_than_15_kb(world: World, client: FlaskClient, locale: str) -> None:
    address = f"/s/sel-6-12/1/{locale}/"
    addresses = [address, *re.findall(r'"(/assets/[^"]+)"', client.get(address).text)]
    sizes = {each: len(client.get(each, headers={"Accept-Encoding": "gzip"}).data) for each in addresses}

    assert len(sizes) == 3, sizes
    assert sum(sizes.values()) <= HEAVIEST, sizes


def test_style_and_script_are_kept_for_ever_under_their_digest(world: World, client: FlaskClient) -> None:
    (script,) = outline(client).all("script")
    address = str(script["src"])

    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/assets/older/respond.js").headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/older/config.py").status_code == 404


def test_the_page_may_load_from_here_and_nowhere_else(world: World, client: FlaskClient) -> None:
    headers = client.get("/s/sel-6-12/1/en/").headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Strict-Transport-Security" not in headers  # a trial runs without TLS


def test_in_production_a_browser_never_comes_back_without_tls(world: World) -> None:
    house = replace(world.house, config=replace(world.house.config, mode="production"))
    headers = web.create(house).test_client().get("/").headers

    assert headers["Strict-Transport-Security"] == "max-age=63072000"


@pytest.mark.parametrize("address", ["/s/sel-6-12/1/en/", "/", "/thanks/en/00000000", "/r/0000000000000000"])
def test_no_page_of_a_student_holds_a_script_or_style_of_its_own(
    world: World, client: FlaskClient, address: str
) -> None:
    page = outline(client, address)

    assert all("src" in attributes for attributes in page.all("script"))
    assert not page.all("style")
    assert not [name for _, attributes in page.tags for name in attributes if name == "style" or name.startswith("on")]


def test_every_question_is_a_group_of_its_own_with_its_own_name(world: World, client: FlaskClient) -> None:
    page = outline(client)
    groups = [attributes["id"] for attributes in page.all("fieldset")]

    assert groups == [f"q.{question.id}" for question in world.survey.questions]
    assert len(page.all("legend")) == len(groups)
    for question in world.survey.questions:
        radios = page.all("input", type="radio", name=f"q.{question.id}")
        assert [radio["value"] for radio in radios] == [option.id for option in question.options]
        assert not any("required" in radio or "checked" in radio for radio in radios)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_child_reads_who_sees_the_answers_before_the_first_question(
    world: World, client: FlaskClient, locale: str
) -> None:
    page = client.get(f"/s/sel-6-12/1/{locale}/").text
    say = world.house.texts.interface(locale).t
    told = [say(f"promise.{world.survey.promise}"), say("promise.skip")]

    assert all(0 < page.index(sentence) < page.index("<fieldset") for sentence in told)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_open_question_says_that_nobody_watches_before_there_is_room_to_write(
    world: World, client: FlaskClient, locale: str
) -> None:
    page = client.get(f"/s/sel-6-12/1/{locale}/").text
    question = page[page.index('<fieldset id="q.better-school"') :]

    assert question.index(world.house.texts.interface(locale).t("respond.open_watching")) < question.index("<textarea")
    assert question.index('name="help"') < question.index("<textarea")


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_the_page_tells_its_language_and_that_of_every_other_name(
    world: World, client: FlaskClient, locale: str, direction: str
) -> None:
    page = outline(client, f"/s/sel-6-12/1/{locale}/")
    (html,) = page.all("html")
    languages = {str(each["value"]): (each["lang"], each["dir"]) for each in page.all("button", name="locale")}

    assert (html["lang"], html["dir"]) == (locale, direction)
    assert set(languages) == set(world.house.texts.offered(world.survey))
    assert all(told == (tag, world.house.locales[tag].direction) for tag, told in languages.items())
    assert [each["value"] for each in page.all("button", name="locale") if "aria-current" in each] == [locale]


def test_a_locale_or_version_that_is_not_offered_is_not_found(world: World, client: FlaskClient) -> None:
    for address in ("/s/sel-6-12/1/tlh/", "/s/sel-6-12/99/en/", "/s/none/1/en/"):
        assert client.get(address).status_code == 404


def test_the_youngest_see_one_question_at_a_time_and_the_others_a_topic(world: World) -> None:
    young, older = world.house.shipped["sel-3-5"], world.house.shipped["sel-6-12"]

    assert [len(step.questions) for step in steps(young)] == [1] * len(young.questions)
    assert [len(step.questions) for step in steps(older)] == [4] * 7 + [1]
    assert steps(older)[-1].questions[0].kind is Kind.TEXT
