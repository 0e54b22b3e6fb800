"""District, School, Roster, Window, Ticket: who may answer what, where and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from surveys.core.instrument import Promise
from surveys.core.locales import Locale, meant
from surveys.core.refusals import BadFile, WindowClosed, WindowNotOpen

COLUMNS = ("school", "class", "grade", "locale", "opted_out", "label")
_LANGUAGE = "write a tag such as es or zh-Hant (homeroom locales --all lists them), or nothing"
_YES = {"yes", "y", "true", "1", "x"}
_NO = {"", "no", "n", "false", "0"}


@dataclass(frozen=True)
class District:
    """Several schools under one roof: nothing of one district is ever visible from another."""

    id: str
    name: str


@dataclass(frozen=True)
class School:
    """A place with a default locale and the help line its students are shown."""

    district: str
    id: str
    name: str
    locale: str
    help_name: str
    help_line: str


@dataclass(frozen=True)
class RosterRow:
    """One respondent a school expects. `label` is what the school calls them; it never leaves the cover list.

    `locale` is the language of their home, empty where the school does not say; `printed` the one of their sheet and
    card, empty where it is the same, or the school's.
    """

    school: str
    class_name: str
    grade: str
    locale: str
    opted_out: bool
    label: str
    printed: str = ""


class RowProblem(NamedTuple):
    """A roster row that was not taken: file line (from 1), column, value found, and the cure."""

    line: int
    column: str
    value: str
    cure: str


@dataclass(frozen=True)
class Roster:
    """The respondents a district expects in one window, and the rows that could not be taken."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class Window:
    """One administration of a survey version; opens and closes are moments in UTC, `timezone` is for showing them."""

    district: str
    id: str
    name: str
    survey: str
    version: str
    promise: Promise
    opens: datetime
    closes: datetime
    timezone: str


@dataclass(frozen=True)
class Ticket:
    """One place in a window, frozen at its opening. `number` counts within the class, from 1.

    `locale` is what its sheet and card are in; `home` the language of its holder, empty where nobody said which.
    A spare is nobody's until somebody answers on its sheet: it has no class, no grade and no assignment.
    """

    district: str
    window: str
    id: str
    school: str
    class_name: str
    number: int
    grade: str
    locale: str
    opted_out: bool
    home: str = ""

    @property
    def spare(self) -> bool:
        return not self.class_name


def check_open(window: Window, now: datetime) -> None:
    """WindowNotOpen before its opening, WindowClosed from its closing on."""
    if now < window.opens:
        raise WindowNotOpen(f"opens {window.opens.isoformat()}")
    if now >= window.closes:
        raise WindowClosed(f"closed {window.closes.isoformat()}")


def read_roster(text: str, name: str, schools: Collection[str], locales: Mapping[str, Locale]) -> Roster:
    """A roster from CSV text with a header of COLUMNS. Rows that cannot be taken are told, the others are kept.

    A language is taken when it is on the list of locales, whether a survey is offered in it yet or not.
    BadFile when the header is not ours; `schools` empty accepts any school id.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = tuple((field or "").strip().lower() for field in reader.fieldnames or ())
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise BadFile(f"{name}:1: {missing[0]}: column missing; write a first line with {', '.join(COLUMNS)}")
    reader.fieldnames = list(header)
    rows: list[RosterRow] = []
    problems: list[RowProblem] = []
    for record in reader:
        values = {column: (record.get(column) or "").strip() for column in COLUMNS}
        if not any(values.values()):
            continue
        values["locale"] = meant(values["locale"], locales) or values["locale"]
        problem = _problem(reader.line_num, values, schools, locales)
        if problem:
            problems.append(problem)
        else:
            rows.append(_row(values))
    return Roster(tuple(rows), tuple(problems))


def _problem(
    line: int, values: dict[str, str], schools: Collection[str], locales: Mapping[str, Locale]
) -> RowProblem | None:
    for column in ("school", "class", "grade", "label"):
        if not values[column]:
            return RowProblem(line, column, "", f"write the {column}")
    if schools and values["school"] not in schools:
        return RowProblem(line, "school", values["school"], f"write one of {', '.join(sorted(schools))}")
    if values["locale"] and values["locale"] not in locales:
        return RowProblem(line, "locale", values["locale"], _LANGUAGE)
    if values["opted_out"].lower() not in _YES | _NO:
        return RowProblem(line, "opted_out", values["opted_out"], "write yes or no")
    return None


def _row(values: dict[str, str]) -> RosterRow:
    return RosterRow(
        school=values["school"],
        class_name=values["class"],
        grade=values["grade"],
        locale=values["locale"],
        opted_out=values["opted_out"].lower() in _YES,
        label=values["label"],
    )
