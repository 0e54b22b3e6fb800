"""The log tells what was done and how long it took, and never by whom or what was said."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveys import answering, web
from surveys.web import logs
from tests.web.door import RESPONSE, SPANISH, answer, code, put
from tests.world import World

ID = "0123456789abcdef0123456789abcdef"
SECRET_TEXT = "my locker neighbour frightens me"


@pytest.fixture
def app(world: World) -> Iterator[Flask]:
    ours = logging.getLogger("surveys")
    before = (ours.handlers[:], ours.propagate)
    yield web.create(replace(world.house, config=replace(world.house.config, log=True)))
    ours.handlers[:], ours.propagate = before


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_a_request_is_one_line(client: FlaskClient, world: World, capfd: pytest.CaptureFixture[str]) -> None:
    answered = put(client, code(world), 1, answer("1"), **{"X-Request-ID": ID})

    (line,) = lines(capfd)
    assert answered.headers["X-Request-ID"] == ID
    assert line.pop("at").endswith("+00:00")
    assert 0 < line.pop("ms") < 60_000
    assert line == {
        "id": ID,
        "method": "PUT",
        "route": "/r/<code>/<response>",
        "status": 204,
        "bytes": 0,
    }


def test_a_request_without_an_id_of_a_proxys_making_gets_one(
    client: FlaskClient, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    for given in ("", code(world), "../../etc/passwd", ID + "0", "Ana Ruiz"):
        answered = client.get("/healthz", headers={"X-Request-ID": given})
        (line,) = lines(capfd)
        assert line["id"] == answered.headers["X-Request-ID"] != given
        assert len(line["id"]) == 32


def test_an_answer_that_caches_keep_carries_nobodys_id(client: FlaskClient, world: World) -> None:
    kept = client.get(client.get(f"/r/{code(world)}").headers["Location"])

    assert "public" in kept.headers["Cache-Control"]
    assert "X-Request-ID" not in kept.headers


def test_nothing_of_a_journey_that_is_a_childs_is_in_the_log(
    client: FlaskClient, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    given, said = (
        code(world, SPANISH),
        answer("1") | {"better-school": {"value": SECRET_TEXT, "locale": "es"}},
    )
    client.post("/", data={"code": given})
    place = client.get(f"/r/{given}").headers["Location"]
    client.get(place)
    put(client, given, 1, said)
    put(client, given, 1, answer("5"))
    put(client, given, 2, {SECRET_TEXT: {"value": [SECRET_TEXT], "locale": "es"}})
    client.get(f"/r/{given}/help")
    client.get(f"/r/{given.lower()}")
    client.open(f"/r/{given}", method=given)
    client.get(f"/nowhere/{given}", headers={"X-Request-ID": given, "Referer": f"http://localhost/r/{given}"})
    client.post(f"/r/{given}/{RESPONSE}", json={"answers": said})
    client.post(place, data={"q.calming-down": "1", "q.better-school": SECRET_TEXT})

    out, err = capfd.readouterr()
    told = f"{out}{err}".casefold()
    assert len(out.splitlines()) == 12
    for private in (given, given[:8], RESPONSE, SECRET_TEXT, "calming-down", "better-school", "Student", "cedar"):
        assert private.casefold() not in told


def test_a_failure_is_told_by_where_it_was_and_not_by_what_it_says(
    client: FlaskClient, world: World, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError(SECRET_TEXT)

    monkeypatch.setattr(answering, "save", fails)
    put(client, code(world), 1, answer("1"), **{"X-Request-ID": ID})

    out, err = capfd.readouterr()
    failure, line = (json.loads(text) for text in out.splitlines())
    assert SECRET_TEXT not in out + err
    assert (failure["id"], failure["kind"], failure["level"]) == (ID, "ValueError", "error")
    assert any("respond.py" in place for place in failure["through"])
    assert (line["status"], line["problem"]) == (500, "server")


def test_a_refusal_names_its_kind_and_a_document_its_locale(
    client: FlaskClient, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    client.get(client.get(f"/r/{code(world, SPANISH)}").headers["Location"])
    client.get("/r/NONENONENONENONE")

    door, document, refused = lines(capfd)
    assert (door["locale"], document["locale"], document["route"]) == (
        "es",
        "es",
        "/s/<survey>/<version>/<locale>/<code>",
    )
    assert (refused["status"], refused["problem"]) == (404, "unknown-code")


def test_a_proxy_that_tells_when_it_took_a_request_has_the_wait_logged(
    client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    for given, told in (("t=1700000000.123", True), ("t=99999999999", True), ("now", False), ("t=1e400", False)):
        client.get("/healthz", headers={"X-Request-Start": given})
        (line,) = lines(capfd)
        assert ("wait_ms" in line) is told
        assert line.get("wait_ms", 0) >= 0


def test_a_trial_installation_writes_no_log(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    web.create(world.house).test_client().get("/healthz")

    assert capfd.readouterr().out == ""


def test_lines_of_failures_are_set_up_once() -> None:
    ours = logging.getLogger("surveys")
    before = (ours.handlers[:], ours.propagate)
    logs.failures_as_lines()
    logs.failures_as_lines()
    assert len(ours.handlers) == len(before[0]) + 1
    ours.handlers[:], ours.propagate = before
