"""A small invented district for tests: two schools, one open window, staff accounts; all through the verbs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from surveys import enrolling
from surveys.config import ROOT, from_environ
from surveys.core import locales
from surveys.core.access import Account, Role, Scope
from surveys.core.instrument import Promise, Survey
from surveys.core.people import District, RosterRow, School, Ticket, Window
from surveys.core.stamp import Stamp
from surveys.house import House
from surveys.store import places, texts
from surveys.store.database import Database
from surveys.store.objects import Objects

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SECRET = "a secret for tests, long enough to be taken as one"
PLACE = Scope("lakeview")
DISTRICT_ADMIN = Account("dana", "Dana Okafor", Role.DISTRICT, PLACE)
PRINCIPAL = Account("pilar", "Pilar Nakamura", Role.SCHOOL, Scope("lakeview", "cedar"))
OTHER_PRINCIPAL = Account("omar", "Omar Lindqvist", Role.SCHOOL, Scope("lakeview", "birch"))
REVIEWER = Account("rosa", "Rosa Adeyemi", Role.REVIEWER, Scope("lakeview", "cedar"))

_known = locales.load(ROOT / "surveys" / "core" / "locales.csv")
_texts = texts.Texts(ROOT / "translations", _known, ROOT / "build" / "fonts")
_shipped = texts.instruments(ROOT / "surveys" / "instruments")


@dataclass(frozen=True)
class World:
    """The district, its window on sel-6-12, and its tickets."""

    house: House
    survey: Survey
    window: Window
    tickets: tuple[Ticket, ...]

    def code(self, ticket: Ticket) -> str:
        """The living code of a ticket."""
        with self.house.database.reading() as session:
            cards = enrolling.cards(session, DISTRICT_ADMIN, self.window, PLACE, self.house.secret)
        return next(card.code for card in cards if card.ticket.id == ticket.id)


def stamp(now: datetime = NOW) -> Stamp:
    """A fixed moment and counted ids."""
    numbers = count(1)
    return Stamp(now, lambda: f"{now.timestamp():.0f}{next(numbers):022d}")


def furnish(database: Database, folder: Path) -> House:
    """A house over a database, its files in `folder`; queueing does nothing."""
    config = from_environ({"HOMEROOM_SECRET": SECRET, "HOMEROOM_INSTANCE": str(folder)})
    return House(
        config=config,
        database=database,
        objects=Objects(str(folder / "objects")),
        locales=_known,
        texts=_texts,
        shipped=_shipped,
        queue=lambda district: None,
    )


def roster(size: int = 12, school: str = "cedar") -> list[RosterRow]:
    """Invented respondents in two classes and three locales; the last one is opted out."""
    languages = ("en", "es", "ar")
    return [
        RosterRow(school, f"7{'AB'[n % 2]}", "7", languages[n % 3], n == size - 1, f"Student {school} {n}")
        for n in range(size)
    ]


def found(house: House, rows: list[RosterRow] | None = None) -> World:
    """Found the district and open its window."""
    survey = house.shipped["sel-6-12"]
    window = a_window(survey)
    definition = (ROOT / "surveys" / "instruments" / "sel-6-12.toml").read_text()
    with house.database.writing() as session:
        enrolling.found(session, District("lakeview", "Lakeview Schools"), _schools())
        for account in (DISTRICT_ADMIN, PRINCIPAL, OTHER_PRINCIPAL, REVIEWER):
            places.add_account(session, account, "no password: tests that sign in set one")
        enrolling.keep_survey(session, DISTRICT_ADMIN, survey, definition, house.texts)
        issued = enrolling.open_window(
            session, DISTRICT_ADMIN, window, rows or roster() + roster(6, "birch"), (house.secret, stamp())
        )
    return World(house, survey, window, tuple(issued))


def a_window(survey: Survey) -> Window:
    """A window that is open at NOW, and at whatever moment a test is run."""
    return Window(
        district="lakeview",
        id="fall-2026",
        name="Fall 2026",
        survey=survey.id,
        version=survey.version,
        promise=survey.promise,
        opens=NOW - timedelta(days=365),
        closes=NOW + timedelta(days=365 * 50),
        timezone="America/Chicago",
    )


def anonymous(window: Window) -> Window:
    """The same window under another promise and name."""
    return replace(window, id=f"{window.id}-anonymous", promise=Promise.ANONYMOUS)


def _schools() -> list[School]:
    return [
        School("lakeview", "cedar", "Cedar Middle School", "en", "Ms. Haddad, school counselor", "555-0142"),
        School("lakeview", "birch", "Birch High School", "es", "Mr. Okonkwo, school counselor", "555-0177"),
    ]
