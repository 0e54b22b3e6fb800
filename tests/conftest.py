"""Fixtures: a real database (SQLite in memory, or PostgreSQL by HOMEROOM_TEST_DATABASE_URL) and a small district."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from surveys.house import House
from surveys.store import tables
from surveys.store.database import Database
from tests.world import World, found, furnish

POSTGRESQL = os.environ.get("HOMEROOM_TEST_DATABASE_URL")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses the database runs again on PostgreSQL; one under journeys/ drives a browser."""
    for item in items:
        if "database_url" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if "journeys" in item.path.parts:
            item.add_marker("journey")


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> str:
    """SQLite in memory, or a PostgreSQL database of this test process's own."""
    if not POSTGRESQL:
        return "sqlite://"
    name = f"homeroom_{worker_id}"
    engine = Database(POSTGRESQL).engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated(database_url: str) -> Database:
    """The database with its newest tables; SQLite's lives in memory for the whole run."""
    database = Database(database_url)
    database.upgrade()
    return database


@pytest.fixture
def database(migrated: Database) -> Iterator[Database]:
    """An empty database with every table."""
    yield migrated
    with migrated.writing() as session:
        for table in reversed(tables.metadata.sorted_tables):
            session.execute(table.delete())


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """The parts wired for a test, with a folder of its own; `house.queued` tells what the workers were asked."""
    return furnish(database, tmp_path)


@pytest.fixture
def world(house: House) -> World:
    """A district of two schools with one open window on sel-6-12."""
    return found(house)
