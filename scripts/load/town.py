"""The invented district that the load test runs on: schools, an open window, a ticket and a code for every student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from surveys import enrolling
from surveys.app import house
from surveys.config import ROOT, from_environ
from surveys.core import codes
from surveys.core.access import Account, Role, Scope
from surveys.core.instrument import Survey
from surveys.core.people import District, RosterRow, School, Window
from surveys.house import House

SURVEY = "sel-6-12"
LOCALES = ("en", "es", "ar", "vi", "ht")  # a fifth of the students each; Arabic runs from right to left
SCHOOL_SIZE = 500
CLASS_SIZE = 25
BY = Account("district", "Load test", Role.DISTRICT, Scope("load"))


@dataclass(frozen=True)
class Town:
    """The house, the window, and each student's code and locale."""

    parts: House
    window: Window
    students: Sequence[tuple[str, str]]

    @property
    def survey(self) -> Survey:
        return self.parts.shipped[SURVEY]


def found(environ: Mapping[str, str], students: int) -> Town:
    """A district in an empty database, its window open from yesterday until tomorrow."""
    parts = house(from_environ(environ))
    survey, stamp = parts.shipped[SURVEY], parts.stamp()
    window = Window(
        "load", "bell", "The school bell", survey.id, survey.version, survey.promise,
        stamp.now - timedelta(1), stamp.now + timedelta(1), "UTC",
    )  # fmt: skip
    parts.database.upgrade()
    with parts.database.writing() as session:
        enrolling.found(session, District("load", "Load test"), _schools(students))
        definition = (ROOT / f"surveys/instruments/{SURVEY}.toml").read_text()
        enrolling.keep_survey(session, BY, survey, definition, parts.texts)
        issued = enrolling.open_window(session, BY, window, _roster(students), (parts.secret, stamp))
    cards = [(codes.mint(parts.secret, window.id, ticket.id, 1), ticket.home) for ticket in issued]
    if parts.database.url.get_backend_name() == "postgresql":  # as its autovacuum would within minutes of the opening
        with parts.database.writing() as session:
            session.exec_driver_sql("ANALYZE")
    parts.database.engine.dispose()
    return Town(parts, window, cards)


def _schools(students: int) -> list[School]:
    count = -(-students // SCHOOL_SIZE)
    return [School("load", f"school-{n}", f"School {n}", "en", "The counselor", "555-0100") for n in range(count)]


def _roster(students: int) -> list[RosterRow]:
    return [
        RosterRow(
            school=f"school-{number // SCHOOL_SIZE}",
            class_name=f"7-{number % SCHOOL_SIZE // CLASS_SIZE}",
            grade="7",
            locale=LOCALES[number % len(LOCALES)],
            opted_out=False,
            label=f"Student {number}",
        )
        for number in range(students)
    ]
