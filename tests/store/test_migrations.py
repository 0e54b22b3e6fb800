"""An older database is brought to the newest tables with everything that was in it."""

from __future__ import annotations

import json

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from surveys.core.access import Scope
from surveys.core.sheets import Measure
from surveys.store import scans
from surveys.store.database import MIGRATIONS, Database

MEASURE = Measure("planning", (0.0312, 0.0, 0.7), (0.98, 1.0, 0.9999), (False, True, False))


def test_measures_kept_as_json_are_the_same_in_bytes() -> None:
    database = Database("sqlite://")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as session:
        config.attributes["connection"] = session
        command.upgrade(config, "0001")
        fields = json.dumps([vars(MEASURE)])
        session.execute(text("INSERT INTO district VALUES ('lakeview', 'Lakeview Schools')"))
        about = "'lakeview', 'ab', 'cd', '3', 'SERIAL', 1, 0, NULL, 'null', :fields, '2026-11-20 15:00:00'"
        session.execute(text(f"INSERT INTO reading VALUES ({about})"), {"fields": fields})

    database.upgrade()

    with database.reading() as session:
        (reading,) = scans.readings(session, Scope("lakeview"), {"ab"}, "3").values()
    assert reading.fields == (MEASURE,)
