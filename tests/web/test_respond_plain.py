"""Without JavaScript the document is one form that posts to its own address."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.door import ARABIC, ENGLISH, code, kept
from tests.world import World

GIVEN = {"q.calming-down": "4", "q.saying-no": "1", "q.better-school": " More trees ", "q.planning": ""}


def post(client: FlaskClient, world: World, given: dict[str, str], locale: str = "en") -> TestResponse:
    return client.post(f"/s/sel-6-12/1/{locale}/{code(world)}", data=given)


def test_a_form_posted_without_javascript_is_handed_in(world: World, client: FlaskClient) -> None:
    answered = post(client, world, GIVEN, "es")

    assert answered.status_code == 303
    (response,) = kept(world, world.tickets[ENGLISH])
    assert response.handed_in
    assert {name: each.options or each.text for name, each in response.answers.items()} == {
        "calming-down": ("4",),
        "saying-no": ("1",),
        "better-school": " More trees ",
    }
    assert {each.locale for each in response.answers.values()} == {"es"}


def test_the_thanks_page_shows_the_receipt_in_the_childs_language(world: World, client: FlaskClient) -> None:
    thanks = client.get(post(client, world, GIVEN, "ar").location)

    assert thanks.status_code == 200
    assert '<html lang="ar" dir="rtl"' in thanks.text
    assert thanks.request.path.rsplit("/")[-1] in thanks.text


def test_posting_the_same_form_twice_changes_nothing(world: World, client: FlaskClient) -> None:
    first = post(client, world, GIVEN)
    before = kept(world, world.tickets[ENGLISH])
    again = post(client, world, GIVEN)

    assert again.location == first.location
    assert kept(world, world.tickets[ENGLISH]) == before


def test_the_same_answers_of_two_children_are_two_responses(world: World, client: FlaskClient) -> None:
    for number in (ENGLISH, ARABIC):
        client.post(f"/s/sel-6-12/1/en/{code(world, number)}", data=GIVEN)

    first, second = (kept(world, world.tickets[number]) for number in (ENGLISH, ARABIC))
    assert first[0].source != second[0].source


def test_a_form_left_blank_can_be_handed_in(world: World, client: FlaskClient) -> None:
    assert post(client, world, {}).status_code == 303
    assert kept(world, world.tickets[ENGLISH])[0].answered() == 0


def test_another_language_is_one_press_away(world: World, client: FlaskClient) -> None:
    chosen = client.get(post(client, world, {"locale": "ar"}).location)

    assert chosen.location == f"/s/sel-6-12/1/ar/{code(world)}"
    assert kept(world, world.tickets[ENGLISH]) == []


def test_the_help_line_is_one_press_away(world: World, client: FlaskClient) -> None:
    shown = post(client, world, {"help": "1"}, "es")

    assert shown.status_code == 200
    assert '<html lang="es"' in shown.text
    assert "Ms. Haddad, school counselor" in shown.text
    assert "555-0142" in shown.text


def test_a_form_without_a_code_is_not_lost_without_a_word(world: World, client: FlaskClient) -> None:
    shown = client.post("/s/sel-6-12/1/en/", data=GIVEN)

    assert shown.status_code == 404
    assert world.house.texts.interface("en").t("problem.unknown_code.title") in shown.text
