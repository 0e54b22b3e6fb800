"""Staff read their pages in a language of their own, where every word of them is there."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.web.staffing import HOME, post, sign_in
from tests.world import World


def lang(client: FlaskClient, accept: str = "") -> str:
    page = client.get("/staff/", headers={"Accept-Language": accept} if accept else {}, follow_redirects=True).text
    return page.split('<html lang="', 1)[1].split('"', 1)[0]


def test_the_browser_chooses_between_the_languages_that_are_whole(client: FlaskClient, world: World) -> None:
    assert lang(client) == "en"
    assert lang(client, "es-MX,es;q=0.9,en;q=0.5") == "es"
    assert lang(client, "tlh, es;q=0.5") == "es"
    assert lang(client, "tlh") == "en"


def test_a_choice_is_kept_and_leads_back_to_the_page_it_was_made_on(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    gone = post(client, "/staff/language", {"locale": "es", "back": "/staff/languages/?a=1"})
    page = client.get("/staff/", headers={"Accept-Language": "en"}).text

    assert gone.location == "/staff/languages/?a=1"
    assert '<html lang="es" dir="ltr">' in page
    assert "Cerrar sesión" in page
    assert '<button class="plain" name="locale" value="en" lang="en" dir="ltr">English</button>' in page


def test_a_choice_of_nothing_and_a_way_back_to_elsewhere_do_no_harm(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    gone = post(client, "/staff/language", {"locale": "../x", "back": "https://elsewhere.example/"})

    assert gone.location == "/staff/"
    assert lang(client) == "en"
    assert client.post("/staff/language", data={"locale": "es"}, headers=HOME).status_code == 400, "a token is needed"
