"""The student's door: a code opens the survey, answers are kept once, and nothing ever comes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from paper import tag
from surveys import enrolling
from surveys.core.access import Scope
from surveys.core.sheets import Form
from surveys.store import papers
from tests.web.door import ENGLISH, RESPONSE, SPANISH, answer, code, kept, opened, put
from tests.world import DISTRICT_ADMIN, NOW, PLACE, World, a_window, roster, stamp


def test_a_code_leads_to_the_survey_in_its_holders_language(world: World, client: FlaskClient) -> None:
    answered = client.get(f"/r/{code(world, SPANISH)}")

    assert answered.status_code == 303
    assert answered.location == f"/s/sel-6-12/1/es/{code(world, SPANISH)}"
    assert answered.headers["Cache-Control"] == "no-store"


def test_a_code_may_be_typed_with_dashes_and_small_letters(world: World, client: FlaskClient) -> None:
    given = code(world)
    typed = "-".join([given[:4], given[4:8], given[8:12], given[12:]]).lower()

    assert client.get(f"/r/{typed}").location == f"/s/sel-6-12/1/en/{given}"
    assert client.post("/", data={"code": f" {typed} "}).location == f"/r/{given}"


@pytest.mark.parametrize(
    ("number", "asked", "browser", "chosen"),
    [
        (ENGLISH, "ar", "es", "ar"),  # what the child asked for
        (SPANISH, "", "ar", "es"),  # then the home language on the roster
        (SPANISH, "tlh", "ar", "es"),  # whatever cannot be offered is passed over
    ],
)
def test_the_childs_choice_goes_before_the_home_language(
    world: World, client: FlaskClient, number: int, asked: str, browser: str, chosen: str
) -> None:
    answered = client.get(f"/r/{code(world, number)}?locale={asked}", headers={"Accept-Language": browser})

    assert f"/1/{chosen}/" in answered.location


@pytest.mark.parametrize(("browser", "chosen"), [("ar-EG,en;q=0.5", "ar"), ("", "en"), ("tlh", "en")])
def test_a_home_language_that_is_not_offered_leaves_it_to_the_browser_and_then_the_school(
    world: World, client: FlaskClient, browser: str, chosen: str
) -> None:
    window = replace(a_window(world.survey), id="other-languages")
    rows = [replace(row, locale="tlh") for row in roster(2)]
    with world.house.database.writing() as session:
        enrolling.open_window(session, DISTRICT_ADMIN, window, rows, (world.house.secret, stamp(NOW + timedelta(1))))
        cards = enrolling.cards(session, DISTRICT_ADMIN, window, PLACE, world.house.secret)

    answered = client.get(f"/r/{cards[0].code}", headers={"Accept-Language": browser})

    assert f"/1/{chosen}/" in answered.location


@pytest.mark.parametrize(("browser", "chosen"), [("ar-EG,en;q=0.5", "ar"), ("en-US,en;q=0.9", "en"), ("", "es")])
def test_where_the_roster_is_silent_the_browser_goes_before_the_default_of_the_school(
    world: World, client: FlaskClient, browser: str, chosen: str
) -> None:
    window = replace(a_window(world.survey), id="silent")
    rows = [replace(row, locale="") for row in roster(2, "birch")]
    with world.house.database.writing() as session:
        issued = enrolling.open_window(session, DISTRICT_ADMIN, window, rows, (world.house.secret, stamp(NOW)))
        cards = enrolling.cards(session, DISTRICT_ADMIN, window, PLACE, world.house.secret)

    answered = client.get(f"/r/{cards[0].code}", headers={"Accept-Language": browser})

    assert f"/1/{chosen}/" in answered.location
    assert {(ticket.home, ticket.locale) for ticket in issued} == {("", "es")}  # its sheet is the school's


def test_an_unknown_code_gets_a_page_that_says_what_to_do(world: World, client: FlaskClient) -> None:
    answered = client.get("/r/0000000000000000", headers={"Accept-Language": "es-MX"})

    assert answered.status_code == 404
    assert '<html lang="es"' in answered.text
    assert 'name="code"' in answered.text
    assert world.house.texts.interface("es").t("problem.unknown_code.text") in answered.text


def test_a_window_that_has_closed_or_not_opened_says_so_and_takes_nothing(world: World, client: FlaskClient) -> None:
    past = replace(a_window(world.survey), id="past", opens=NOW - timedelta(300), closes=NOW - timedelta(200))
    future = replace(a_window(world.survey), id="future", opens=NOW + timedelta(9000))
    words = world.house.texts.interface("en")

    for window, status, kind in ((past, 410, "window_closed"), (future, 403, "window_not_open")):
        entry = opened(world, window)
        shown = client.get(f"/r/{entry}")
        assert (shown.status_code, words.t(f"problem.{kind}.title") in shown.text) == (status, True)
        refused = put(client, entry, 1, answer("4"))
        assert (refused.status_code, refused.get_json()["problem"]) == (status, kind.replace("_", "-"))


def test_a_save_sent_twice_or_late_ends_in_the_last_answer(world: World, client: FlaskClient) -> None:
    entry = code(world)
    for sequence, option in ((2, "5"), (1, "1"), (2, "5")):
        assert put(client, entry, sequence, answer(option)).status_code == 204

    (response,) = kept(world, world.tickets[ENGLISH])
    assert response.answers["calming-down"].options == ("5",)
    assert not response.handed_in


def test_the_same_number_with_other_answers_is_refused(world: World, client: FlaskClient) -> None:
    put(client, code(world), 1, answer("5"))

    assert put(client, code(world), 1, answer("1")).status_code == 409
    assert kept(world, world.tickets[ENGLISH])[0].answers["calming-down"].options == ("5",)


def test_handing_in_gives_the_same_receipt_however_often_it_is_sent(world: World, client: FlaskClient) -> None:
    body = {"sequence": 9, "answers": answer("2", locale="es")}
    receipts = {client.post(f"/r/{code(world)}/{RESPONSE}", json=body).get_json()["receipt"] for _ in range(3)}

    assert len(receipts) == 1
    (response,) = kept(world, world.tickets[ENGLISH])
    assert response.handed_in
    assert response.answers["calming-down"].locale == "es"
    assert client.get(f"/thanks/es/{receipts.pop()}").status_code == 200


def test_what_was_answered_never_comes_out_again(world: World, client: FlaskClient) -> None:
    entry = code(world)
    before = client.get(f"/s/sel-6-12/1/en/{entry}").data
    put(client, entry, 1, {"better-school": {"value": "More trees", "locale": "en"}})

    assert client.get(f"/s/sel-6-12/1/en/{entry}").data == before
    assert client.get(f"/r/{entry}").status_code == 303
    assert client.get(f"/r/{entry}/{RESPONSE}").status_code in (404, 405)


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://localhost.elsewhere.example"])
def test_another_sites_page_cannot_write_here(world: World, client: FlaskClient, origin: str) -> None:
    entry = code(world)

    assert put(client, entry, 1, answer("4"), Origin=origin).status_code == 403
    assert client.post(f"/r/{entry}/{RESPONSE}", json={}, headers={"Origin": origin}).status_code == 403
    assert client.post(f"/s/sel-6-12/1/en/{entry}", data={}, headers={"Origin": origin}).status_code == 403
    assert put(client, entry, 1, answer("4"), Origin="null", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert kept(world, world.tickets[ENGLISH]) == []


def test_our_own_page_can_write_here(world: World, client: FlaskClient) -> None:
    assert put(client, code(world), 1, answer("4"), Origin="http://localhost").status_code == 204
    assert put(client, code(world), 2, answer("4"), Origin=world.house.config.public_url).status_code == 204


def test_an_answer_that_the_survey_does_not_have_is_refused_with_its_place(world: World, client: FlaskClient) -> None:
    refused = put(client, code(world), 1, answer("17"))

    assert refused.status_code == 422
    assert "calming-down" in refused.get_json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"sequence": 1}', b'{"sequence": true, "answers": {}}'])
def test_nonsense_is_refused_and_never_an_error_of_ours(world: World, client: FlaskClient, body: bytes) -> None:
    answered = client.put(f"/r/{code(world)}/{RESPONSE}", data=body, content_type="application/json")

    assert 400 <= answered.status_code < 500


def test_no_child_writes_a_megabyte(world: World, client: FlaskClient) -> None:
    answered = client.put(f"/r/{code(world)}/{RESPONSE}", data=b" " * 2**20, content_type="application/json")

    assert answered.status_code == 413


def test_the_help_line_is_that_of_the_childs_school(world: World, client: FlaskClient) -> None:
    assert client.get(f"/r/{code(world)}/help").get_json() == {
        "name": "Ms. Haddad, school counselor",
        "line": "555-0142",
    }


def test_no_page_of_a_student_sets_a_cookie(world: World, client: FlaskClient) -> None:
    entry = code(world)
    answered = [
        client.get("/"),
        client.get(f"/r/{entry}"),
        client.get(f"/s/sel-6-12/1/en/{entry}"),
        put(client, entry, 1, answer("4")),
        client.post(f"/s/sel-6-12/1/en/{entry}", data={"q.calming-down": "4"}),
        client.get("/r/0000000000000000"),
    ]

    assert [each.headers.get("Set-Cookie") for each in answered] == [None] * len(answered)


def test_a_sheets_tag_opens_its_ticket_afresh(world: World, client: FlaskClient) -> None:
    ticket, serial = world.tickets[SPANISH], "0123456789ABCDEF"
    form = Form(ticket.district, serial, ticket.window, ticket.id, 1, "layout", "composed")
    with world.house.database.writing() as session:
        papers.keep_layout(session, Scope(ticket.district), "layout", {})
        papers.add_forms(session, [form], (NOW, "dana"))
    path = tag.encode(tag.Tag(serial, 2), "https://homeroom.example").removeprefix("HTTPS://HOMEROOM.EXAMPLE")

    for printed in (path, path.lower()):
        entered = client.get(client.get(printed).location)
        assert entered.location == f"/s/sel-6-12/1/es/{serial}"
    assert put(client, serial, 1, answer("4")).status_code == 204
    assert kept(world, ticket)[0].source == RESPONSE
    assert client.get("/F/short").status_code == 404


def test_the_process_tells_whether_it_lives_and_can_work(client: FlaskClient) -> None:
    assert (client.get("/healthz").text, client.get("/readyz").text) == ("ok\n", "ok\n")
