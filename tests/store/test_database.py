"""The database keeps what was acknowledged, and nothing that was not."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from surveys.core.access import Scope
from surveys.core.people import District
from surveys.core.refusals import NotFound
from surveys.store import activity, places, tables
from surveys.store.activity import Activity
from surveys.store.database import Database, counted, keep
from surveys.store.objects import Objects
from tests.world import NOW, World

LAKEVIEW = District("lakeview", "Lakeview Schools")


def districts(database: Database) -> list[District]:
    with database.reading() as session:
        return places.districts(session)


def test_a_writing_session_commits_once_at_its_end(database: Database) -> None:
    with database.writing() as session:
        places.add_district(session, LAKEVIEW)

    assert districts(database) == [LAKEVIEW]


class Stumble(Exception):
    """Something that went wrong in the middle."""


def test_a_writing_session_that_stumbles_leaves_nothing(database: Database) -> None:
    def stumble() -> None:
        with database.writing() as session:
            places.add_district(session, LAKEVIEW)
            raise Stumble

    with pytest.raises(Stumble):
        stumble()
    assert districts(database) == []


def test_a_reading_session_leaves_nothing_whatever_it_did(database: Database) -> None:
    with database.reading() as session:
        places.add_district(session, LAKEVIEW)

    assert districts(database) == []


def test_a_fact_kept_again_changes_nothing(database: Database) -> None:
    row = {"district": "lakeview", "name": "Lakeview Schools"}
    with database.writing() as session:
        assert keep(session, tables.district, [row]) == 1
        assert keep(session, tables.district, [row | {"name": "Another name"}]) == 0

    assert districts(database) == [LAKEVIEW]


def test_more_rows_than_fit_one_statement_are_all_kept(database: Database) -> None:
    rows = [{"district": f"d{n:05}", "name": "D"} for n in range(1203)]
    with database.writing() as session:
        assert keep(session, tables.district, rows) == 1203

    assert len(districts(database)) == 1203


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), tables.metadata)

    assert difference == []


def test_every_table_that_belongs_to_a_district_carries_it_first_in_its_key() -> None:
    assert {next(iter(table.primary_key.columns)).name for table in tables.metadata.sorted_tables} == {"district"}


def test_moments_come_back_in_utc(world: World) -> None:
    with world.house.database.reading() as session:
        moment = session.execute(select(tables.window.c.opens)).scalar_one()

    assert moment == world.window.opens
    assert moment.utcoffset() is not None


def test_an_act_is_noted_with_who_and_when(world: World) -> None:
    where = Scope("lakeview")
    act = Activity("a1", NOW, "dana", "looked", "fall-2026", {"pages": 3})
    with world.house.database.writing() as session:
        activity.note(session, where, act)

    with world.house.database.reading() as session:
        assert act in activity.latest(session, where)
        assert activity.latest(session, Scope("hillside")) == []


def test_sqlite_acknowledges_only_what_is_on_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'homeroom.db'}")
    with database.reading() as session:
        pragmas = [session.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]

    assert pragmas == ["wal", 2]


@pytest.mark.parametrize("bucket", [False, True])
def test_files_are_kept_by_the_hash_of_their_bytes(tmp_path: Path, bucket: bool) -> None:
    objects = Objects("memory:///" if bucket else str(tmp_path / "objects"))

    key = objects.put("scans", b"a picture")
    assert objects.put_file("uploads", BytesIO(b"a picture")) == key
    with objects.opened("uploads", key) as path:
        assert path.read_bytes() == b"a picture"

    assert objects.put("scans", b"a picture") == key
    assert objects.fetch("scans", key) == b"a picture"
    with pytest.raises(NotFound):
        objects.fetch("scans", "0" * 64)
    with pytest.raises(NotFound), objects.opened("uploads", "0" * 64):
        pass


@pytest.mark.parametrize("bucket", [False, True])
def test_what_is_let_go_is_there_all_the_same(tmp_path: Path, bucket: bool) -> None:
    objects = Objects("memory:///" if bucket else str(tmp_path / "objects"))
    name = objects.put("scans", b"a page")
    objects.let_go("scans", name)

    assert objects.fetch("scans", name) == b"a page"


def test_a_file_that_could_not_be_kept_whole_leaves_nothing_behind(tmp_path: Path) -> None:
    class Torn(BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - as the system says it
        Objects(str(tmp_path)).put_file("uploads", Torn())
    assert not list(tmp_path.iterdir())


def test_what_has_just_come_in_is_known_to_the_planner(database: Database) -> None:
    with database.writing() as session:
        places.add_district(session, LAKEVIEW)
        counted(session, tables.district)

    if database.engine.dialect.name == "postgresql":
        with database.reading() as session:
            counts = session.exec_driver_sql("SELECT reltuples FROM pg_class WHERE relname = 'district'").scalar_one()
        assert counts == 1


def test_what_is_asked_wrong_is_a_failure_and_not_a_database_that_is_away(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.exec_driver_sql("SELECT nothing FROM nowhere")
