"""Signing in: what the cookie is like, what a guesser learns, and what becomes of a form whose session ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveys import web
from surveys.core.access import Account, Role, Scope
from surveys.core.people import District
from surveys.house import House
from surveys.store import activity, places, tables
from surveys.web import accounts, staffroom
from tests.web.staffing import HOME, PASSWORD, enlist, post, sign_in, token
from tests.world import OTHER_PRINCIPAL, PLACE, PRINCIPAL, REVIEWER, World

STAFF_PAGES = (
    "/staff/",
    "/staff/windows/fall-2026",
    "/staff/windows/fall-2026/schools/cedar",
    "/staff/windows/fall-2026/schools/cedar/cards",
    "/staff/windows/fall-2026/schools/cedar/script",
    "/staff/windows/fall-2026/schools/cedar/cover",
    "/review/batches/",
    "/review/windows/fall-2026",
    "/review/windows/fall-2026/left",
    "/report/windows/fall-2026",
    "/report/windows/fall-2026/schools/cedar",
)


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_nobody_passes_without_signing_in_and_comes_back_to_the_page_afterwards(
    client: FlaskClient, world: World, page: str
) -> None:
    turned_away = client.get(page)
    assert turned_away.status_code == 303
    enlist(world, PRINCIPAL)
    form = client.get(turned_away.headers["Location"])
    given = {"account": "pilar", "password": PASSWORD, "csrf_token": token(form), "next": page}
    assert client.post("/staff/sign-in", data=given).headers["Location"] == page


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_every_staff_page_opens_for_a_principal_and_no_cache_keeps_it(
    client: FlaskClient, world: World, page: str
) -> None:
    sign_in(client, world)
    answer = client.get(page, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "style=" not in answer.get_data(as_text=True)
    assert "nonce-" in answer.headers["Content-Security-Policy"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient, world: World) -> None:
    cookie = sign_in(client, world).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie  # it outlives the browser's window


def test_in_production_the_cookie_travels_encrypted_only(world: World) -> None:
    production = replace(world.house, config=replace(world.house.config, mode="production"))
    assert web.create(production).config["SESSION_COOKIE_SECURE"] is True


def test_students_pages_set_and_read_no_cookie_even_for_staff(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    page = client.get(f"/r/{world.code(world.tickets[0])}")
    assert "Set-Cookie" not in page.headers
    assert "Cookie" not in page.headers.get("Vary", "")


@pytest.mark.parametrize(("account", "password"), [("pilar", "wrong"), ("nobody", PASSWORD), ("", ""), ("pilar", "")])
def test_a_guesser_cannot_tell_a_wrong_password_from_an_unknown_name(
    client: FlaskClient, world: World, account: str, password: str
) -> None:
    enlist(world, PRINCIPAL)
    given = {"account": account, "password": password, "csrf_token": token(client.get("/staff/sign-in"))}
    answer = client.post("/staff/sign-in", data=given)
    assert answer.status_code == 403
    assert staffroom_says(client.application, "staff.sign_in.wrong") in answer.get_data(as_text=True)


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(client: FlaskClient, world: World) -> None:
    enlist(world, PRINCIPAL)
    for _ in range(accounts.FREE_TRIES):
        assert attempt(world.house, "wrong").account is None
    blocked = attempt(world.house, PASSWORD)
    assert blocked.account is None
    assert timedelta(0) < blocked.wait <= accounts.FIRST_WAIT


def test_wrong_passwords_of_one_account_do_not_slow_another(client: FlaskClient, world: World) -> None:
    enlist(world, PRINCIPAL, OTHER_PRINCIPAL)
    for _ in range(accounts.FREE_TRIES + 2):
        attempt(world.house, "wrong")
    assert accounts.attempt(world.house, "lakeview", "omar", PASSWORD).account == OTHER_PRINCIPAL


def test_what_was_typed_as_a_name_is_not_written_down(client: FlaskClient, world: World) -> None:
    accounts.attempt(world.house, "lakeview", "my secret password", "")
    with world.house.database.reading() as session:
        act = activity.latest(session, PLACE, 1)[0]
    assert act.kind == "sign-in failed"
    assert "secret" not in f"{act.subject}{act.detail}{act.by}"


def test_a_changed_password_ends_the_sessions_opened_with_the_old_one(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    assert client.get("/staff/").status_code == 200
    with world.house.database.writing() as session:
        session.execute(tables.account.update().values(password=accounts.hashed("another one")))
    assert client.get("/staff/").status_code == 303


def test_signing_out_takes_a_token_and_ends_the_session(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    client.post("/staff/sign-out")
    assert client.get("/staff/").status_code == 200
    post(client, "/staff/sign-out")
    assert client.get("/staff/").status_code == 303


def test_a_change_without_its_token_changes_nothing(client: FlaskClient, world: World) -> None:
    sign_in(client, world)
    ticket = world.tickets[0]
    before = world.code(ticket)
    answer = client.post(f"/staff/windows/fall-2026/schools/cedar/tickets/{ticket.id}/code")
    assert answer.status_code == 400
    assert world.code(ticket) == before


def test_what_was_typed_comes_back_after_the_session_ended(client: FlaskClient, world: World) -> None:
    enlist(world, REVIEWER)
    rule = "/review/windows/fall-2026/rule"
    typed = {"serial": "X", "question": "better-school", "text": "more <trees>"}
    ended = client.post(rule, data=typed, headers=HOME)
    assert ended.status_code == 401
    kept = staffroom.Kept(rule, tuple(typed.items()), False).to_json()
    given = {"account": "rosa", "password": PASSWORD, "csrf_token": token(ended), "kept": kept}
    offered = client.post("/staff/sign-in", data=given).get_data(as_text=True)
    assert 'action="/review/windows/fall-2026/rule"' in offered
    assert 'name="text" value="more &lt;trees&gt;"' in offered


def test_a_form_of_another_site_does_not_ride_on_a_sign_in(client: FlaskClient, world: World) -> None:
    foreign = client.post("/report/windows/fall-2026/release", headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 401
    assert 'name="kept"' not in foreign.get_data(as_text=True)


@pytest.mark.parametrize("goal", ["https://elsewhere.example/staff/", "//elsewhere.example", "/\\elsewhere", "/r/CODE"])
def test_signing_in_leads_nowhere_but_to_staff_pages(client: FlaskClient, world: World, goal: str) -> None:
    assert sign_in(client, world, next=goal).headers["Location"] == "/staff/"


def test_an_installation_of_several_districts_asks_which(client: FlaskClient, world: World) -> None:
    elsewhere = Account("pilar", "Another Pilar", Role.SCHOOL, Scope("hillside"))
    with world.house.database.writing() as session:
        places.add_district(session, District("hillside", "Hillside Schools"))
        places.add_account(session, elsewhere, accounts.hashed("theirs"))
    page = client.get("/staff/sign-in").get_data(as_text=True)
    assert "Hillside Schools" in page
    given = {"account": "pilar", "password": "theirs", "district": "lakeview", "csrf_token": token(page)}
    assert client.post("/staff/sign-in", data=given).status_code == 403
    assert client.post("/staff/sign-in", data=given | {"district": "hillside"}).status_code == 303


def attempt(house: House, password: str) -> accounts.Attempt:
    return accounts.attempt(house, "lakeview", "pilar", password)


def staffroom_says(app: Flask, key: str) -> str:
    return app.extensions["homeroom"].texts.staff().t(key)
