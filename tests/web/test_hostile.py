"""What no browser of ours would send: it is refused in words, breaks nothing, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveys import web, worker
from surveys.store import pending
from surveys.store.database import Database
from surveys.web import staffroom
from tests.web.door import RESPONSE, code
from tests.web.staffing import HOME, PASSWORD, sign_in, token
from tests.world import DISTRICT_ADMIN, PLACE, PRINCIPAL, REVIEWER, World

BATCHES = "/review/batches/"


@pytest.mark.parametrize("body", ["[" * 100_000, '{"sequence":1,"answers":' * 20_000])
def test_answers_nested_without_end_are_no_answers(world: World, client: FlaskClient, body: str) -> None:
    answered = client.put(f"/r/{code(world)}/{RESPONSE}", data=body, content_type="application/json")

    assert answered.status_code == 422


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "evil", "http://localhost.evil.example", "//localhost"])
def test_an_origin_that_is_not_ours_is_refused_however_it_is_written(client: FlaskClient, origin: str) -> None:
    assert client.post("/", data={"code": "A"}, headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/r/%00", "/r/a%00b/help", "/s/%00/1/en/", "/s/sel-6-12/a%00/en/", "/staff/windows/%00", "/review/sheets/%00"],
)
def test_a_zero_byte_in_an_address_finds_nothing(client: FlaskClient, world: World, path: str) -> None:
    sign_in(client, world, DISTRICT_ADMIN)

    assert client.get(path).status_code in (400, 404)


def test_a_zero_byte_in_a_response_id_fails_nobody(world: World, client: FlaskClient) -> None:
    address = f"/r/{code(world)}/{'a%00' * 8}"

    assert client.put(address, json={"sequence": 1, "answers": {}}).status_code in (204, 400)


def test_a_host_that_cannot_be_one_gets_a_plain_answer(client: FlaskClient) -> None:
    answered = client.get("/", headers={"Host": "x" * 5000})

    assert answered.status_code == 400
    assert answered.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/staff", "/r//ABCD", "/review/batches"])
def test_no_redirect_repeats_the_host_that_a_request_named(client: FlaskClient, path: str) -> None:
    location = client.get(path, headers={"Host": "evil.example"}).headers["Location"]

    assert location.startswith("/")
    assert not location.startswith("//")


@pytest.mark.parametrize("goal", ["//[", "http://[", "//evil.example/staff/", "https://evil.example"])
def test_signing_in_leads_nowhere_else(client: FlaskClient, world: World, goal: str) -> None:
    assert sign_in(client, world, next=goal).headers["Location"] == "/staff/"
    assert client.get("/staff/sign-in", query_string={"next": goal}).headers["Location"] == "/staff/"


def test_a_kept_form_nested_without_end_is_none(client: FlaskClient, world: World) -> None:
    assert sign_in(client, world, kept="[" * 100_000).status_code == 303


def test_only_who_may_scan_can_send_more_than_a_form(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staffroom, "LARGEST_FORM", 1000)
    page = token(client.get("/staff/sign-in"))
    large = {"csrf_token": page, "account": "pilar", "password": PASSWORD, "more": "x" * 2000}

    assert client.post("/staff/sign-in", data=large).status_code == 413
    assert _send(client, page).status_code == 401
    sign_in(client, world, REVIEWER)
    assert _send(client, token(client.get("/staff/"))).status_code in (400, 413)
    assert not _kept(world)
    client = client.application.test_client()
    sign_in(client, world, PRINCIPAL)
    assert _send(client, token(client.get("/staff/"))).status_code == 303
    assert len(_kept(world)) == 1


def test_files_of_somebody_who_may_not_scan_are_not_kept(client: FlaskClient, world: World) -> None:
    sign_in(client, world, REVIEWER)

    assert _send(client, token(client.get("/staff/"))).status_code == 403
    assert not _kept(world)


@pytest.mark.parametrize("name", ["a." + "x" * 300, "a.\0pdf", "\u4e00" * 300, "../../etc/passwd"])
def test_no_name_of_a_file_keeps_a_batch_from_being_read(client: FlaskClient, world: World, name: str) -> None:
    sign_in(client, world, PRINCIPAL)
    form = {"csrf_token": token(client.get("/staff/")), "files": (BytesIO(b"no picture"), name)}

    assert client.post(BATCHES, data=form, headers=HOME).status_code == 303
    worker.work(world.house, "lakeview")
    with world.house.database.reading() as session:
        assert pending.files(session, PLACE) == []


def _send(client: FlaskClient, page: str):  # type: ignore[no-untyped-def]
    form = {"csrf_token": page, "files": (BytesIO(b"x" * 2000), "monday.pdf")}
    return client.post(BATCHES, data=form, headers=HOME)


def _kept(world: World) -> list[Path]:
    return [path for path in Path(world.house.config.objects, "uploads").rglob("*") if path.is_file()]


def test_while_the_database_is_away_a_save_is_told_to_come_again(world: World) -> None:
    away = replace(world.house, database=Database("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    client = web.create(away).test_client()
    answer = client.put(f"/r/{world.code(world.tickets[0])}/{'r' * 32}", json={"sequence": 1, "answers": {}})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "127.0.0.1" not in answer.text
