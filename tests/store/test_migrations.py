"""An older database is brought to the newest tables with everything that was in it."""

from __future__ import annotations

import json

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from surveys.core.access import Scope
from surveys.core.sheets import Measure
from surveys.store import scans, tickets
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


def test_a_ticket_of_an_older_version_goes_on_opening_in_its_language() -> None:
    database = Database("sqlite://")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as session:
        config.attributes["connection"] = session
        command.upgrade(config, "0003")
        session.execute(text("INSERT INTO district VALUES ('lakeview', 'Lakeview Schools')"))
        session.execute(text("INSERT INTO school VALUES ('lakeview', 'cedar', 'Cedar', 'es', '', '')"))
        session.execute(text("INSERT INTO survey VALUES ('lakeview', 'sel', '1', '')"))
        window = "'lakeview', 'fall', 'Fall', 'sel', '1', 'anonymous', '2026-11-20', '2026-11-21', 'UTC'"
        session.execute(text(f"INSERT INTO window VALUES ({window})"))
        about = "'lakeview', 'fall', 't1', 'cedar', '7A', 1, '7', 'es', 0"
        columns = "district, window, ticket, school, class_name, number, grade, locale, opted_out"
        session.execute(text(f"INSERT INTO ticket ({columns}) VALUES ({about})"))

    database.upgrade()

    with database.reading() as session:
        (ticket,) = tickets.of_window(session, Scope("lakeview"), "fall")
    assert (ticket.home, ticket.locale) == ("es", "es")
