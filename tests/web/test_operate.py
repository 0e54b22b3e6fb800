"""Who keeps Homeroom running is told what it lacks and what it did, and nobody else is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from surveys import web
from surveys.core.sheets import Batch, Scan, Upload
from surveys.store import scans
from surveys.store.database import Database
from surveys.web import metrics, operate
from tests.web.door import RESPONSE, SPANISH, answer, code, put
from tests.world import NOW, PLACE, World

TOKEN = "a token that nobody else may ever know"


def read(client: FlaskClient, **headers: str) -> dict[str, float]:
    """Every figure by its name and labels, as `homeroom_refusals_total{code="conflict"}`."""
    page = client.get("/metrics", headers=headers)
    assert page.status_code == 200
    found = {}
    for family in text_string_to_metric_families(page.text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_a_process_is_alive_without_a_database(world: World) -> None:
    gone = replace(world.house, database=Database("postgresql+psycopg://127.0.0.1:1/none?connect_timeout=1"))
    client = web.create(gone).test_client()

    assert client.get("/healthz").status_code == 200
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (503, "the database does not answer\n")
    assert read(client)["homeroom_database_up"] == 0


def test_a_process_with_all_it_needs_is_ready(client: FlaskClient, world: World) -> None:
    answered = client.get("/readyz")

    assert (answered.status_code, answered.text) == (200, "ok\n")
    assert answered.headers["Cache-Control"] == "no-store"


def test_tables_that_are_behind_are_named_and_tables_of_a_newer_version_will_do(
    client: FlaskClient, migrated: Database, world: World
) -> None:
    for stands, told in (("0002", "0003"), ("9999", None)):
        with _StoodAt(migrated, stands):
            answered = client.get("/readyz")
        assert answered.status_code == (503 if told else 200)
        assert told is None or f"the database lacks {told}, " in answered.text


def test_no_table_at_all_is_named_too(world: World, tmp_path: Path) -> None:
    empty = replace(world.house, database=Database(f"sqlite:///{tmp_path / 'empty.db'}"))

    assert "the database lacks 0001, " in web.create(empty).test_client().get("/readyz").text


def test_fonts_that_are_not_there_are_named(world: World, tmp_path: Path) -> None:
    bare = replace(world.house, config=replace(world.house.config, fonts=tmp_path))
    answered = web.create(bare).test_client().get("/readyz")

    assert answered.status_code == 503
    assert "NotoSans-Regular.ttf" in answered.text
    assert "scripts/fonts" in answered.text


def test_what_students_do_is_counted(client: FlaskClient, world: World) -> None:
    client.get(client.get(f"/r/{code(world, SPANISH)}").headers["Location"])
    put(client, code(world), 1, answer("1"))
    put(client, code(world), 1, answer("5"))
    put(client, "NONE" * 4, 1, answer("5"))
    client.post(f"/r/{code(world)}/{RESPONSE}", json={"answers": answer("1")})
    client.post(f"/s/sel-6-12/{world.survey.version}/en/{code(world)}", data={"q.calming-down": "1"})
    client.get("/s/sel-6-12/1/made-up/")

    counted = read(client)
    assert counted["homeroom_saves_total"] == 1
    assert counted["homeroom_submissions_total"] == 2
    assert counted['homeroom_refusals_total{code="conflict"}'] == 1
    assert counted['homeroom_refusals_total{code="unknown-code"}'] == 1
    assert counted['homeroom_doors_total{locale="es"}'] == 1
    assert counted['homeroom_documents_total{locale="es"}'] == 1
    assert counted['homeroom_request_seconds_count{kind="save"}'] == 3
    assert not [name for name in counted if "made-up" in name]


def test_nothing_that_a_request_makes_up_becomes_a_figure_of_its_own(client: FlaskClient) -> None:
    before = set(read(client))
    for number in range(20):
        client.open(f"/nowhere/{number}", method=f"X{number}")
        client.get(f"/s/a{number}/1/b{number}/")

    grown = {re.sub(r'le="[^"]*"', "", name) for name in set(read(client)) - before}
    assert len(grown) < 20


def test_what_waits_for_the_workers_is_told_with_the_age_of_the_oldest(client: FlaskClient, world: World) -> None:
    assert read(client)["homeroom_oldest_pending_seconds"] == 0
    with world.house.database.writing() as session:
        for name, pictures in (("one", "ab"), ("two", "")):
            scans.add_batch(session, Batch("lakeview", name, None, "", NOW, "dana"), [Upload(1, "a.pdf", "f" * 64)])
            scans.add_scans(session, PLACE, name, [Scan(1, at, scan, None) for at, scan in enumerate(pictures)])
        scans.add_unpacking(session, PLACE, ("one", 1), NOW)

    counted = read(web.create(world.house).test_client())
    assert (counted["homeroom_pending_files"], counted["homeroom_pending_scans"]) == (1, 2)
    assert counted["homeroom_oldest_pending_seconds"] > 0


def test_what_waits_is_not_looked_up_again_before_the_last_look_is_paid_for(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operate, "SHARE", 1e-9)  # so that the first look, however short, holds for the test
    assert read(client)["homeroom_pending_files"] == 0
    with world.house.database.writing() as session:
        scans.add_batch(session, Batch("lakeview", "one", None, "", NOW, "dana"), [Upload(1, "a.pdf", "f" * 64)])

    assert read(client)["homeroom_pending_files"] == 0
    assert read(web.create(world.house).test_client())["homeroom_pending_files"] == 1


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"Via": "1.1 front"}],
    ids=lambda headers: next(iter(headers)),
)
def test_whoever_comes_through_a_proxy_finds_no_figures(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404


def test_whoever_comes_from_another_machine_finds_no_figures(client: FlaskClient) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 404


def test_with_a_token_it_opens_to_its_bearer_and_to_nobody_else(world: World) -> None:
    kept = replace(world.house, config=replace(world.house.config, metrics_token=TOKEN))
    client = web.create(kept).test_client()
    far = {"REMOTE_ADDR": "203.0.113.7"}

    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, environ_base=far).status_code == 200
    for given in ("", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Bearer \xe9"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [("respond.save", "save"), ("respond.welcome", "respond"), ("review.desk", "review"), ("", "none")],
)
def test_requests_are_timed_by_what_they_are_for(endpoint: str, kind: str) -> None:
    assert metrics.kind_of(endpoint) == kind


class _StoodAt:
    """The tables' mark set to another migration for a while."""

    def __init__(self, database: Database, revision: str) -> None:
        self._database, self._revision = database, revision

    def __enter__(self) -> None:
        with self._database.writing() as session:
            self._before = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        self._set(self._revision)

    def __exit__(self, *_: object) -> None:
        self._set(self._before)

    def _set(self, revision: str) -> None:
        with self._database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
