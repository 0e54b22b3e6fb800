"""A database with rows in it is upgraded like an empty one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from surveys.store.database import MIGRATIONS, Database
from surveys.store.windows import frozen


def test_a_table_that_others_point_to_may_be_made_anew(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'homeroom.db'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as session:
        plain = session.connection.driver_connection
        plain.execute("PRAGMA foreign_keys=OFF")  # only what is pointed to here has to be there
        with session.begin():
            config.attributes["connection"] = session
            command.upgrade(config, "0003")
            session.execute(text("INSERT INTO district VALUES ('lakeview', 'Lakeview Schools')"))
            columns = "district, window, ticket, school, class_name, number, grade, locale, opted_out"
            values = "'lakeview', 'fall', 't1', 'cedar', '7A', 1, '7', 'es', 0"
            session.execute(text(f"INSERT INTO ticket ({columns}) VALUES ({values})"))
            session.execute(text("INSERT INTO assignment VALUES ('lakeview', 'fall', 't1', 'r1')"))
        plain.execute("PRAGMA foreign_keys=ON")

    database.upgrade()

    with database.reading() as session:
        assert session.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert session.exec_driver_sql("SELECT count(*) FROM ticket JOIN assignment USING (ticket)").scalar() == 1


def test_frozen_translations_stay_with_their_survey(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'homeroom.db'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    words = '{"es": {"title": ["Nuestro almuerzo", "checked", "Our lunch", ""]}}'
    with database.engine.begin() as session:
        config.attributes["connection"] = session
        command.upgrade(config, "0006")
        session.execute(text("INSERT INTO district VALUES ('lakeview', 'Lakeview Schools')"))
        session.execute(
            text("INSERT INTO survey VALUES ('lakeview', 'mine', '1', 'title = 1', :words)"), {"words": words}
        )

    database.upgrade()

    with database.reading() as session:
        definition, translations = frozen(session, ("mine", "1")) or ("", ())
    assert definition == "title = 1"
    assert [(one.locale, one.key, one.entry.text) for one in translations] == [("es", "title", "Nuestro almuerzo")]
