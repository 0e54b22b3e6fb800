"""Enrolling: a district is founded, a roster opens a window, codes are replaced, a window closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from surveys.core import codes
from surveys.core.access import Account, Action, Scope, demand
from surveys.core.instrument import Promise, Survey
from surveys.core.people import District, RosterRow, School, Ticket, Window
from surveys.core.refusals import Conflict
from surveys.core.stamp import Stamp
from surveys.store import assignments, places, retention, tickets, windows
from surveys.store.activity import Activity, note_by
from surveys.store.assignments import Assigned
from surveys.store.database import Session
from surveys.store.texts import Texts
from surveys.store.tickets import CodeRow


@dataclass(frozen=True)
class Card:
    """What a code card shows: ticket, living code, and the school's label for its holder where one may be known."""

    ticket: Ticket
    code: str
    label: str


def found(session: Session, district: District, schools: Sequence[School]) -> None:
    """A new district with its schools. The installation's own act: there is no account yet to ask."""
    places.add_district(session, district)
    places.add_schools(session, list(schools))


def open_window(
    session: Session, by: Account, window: Window, roster: Sequence[RosterRow], keys: tuple[bytes, Stamp]
) -> list[Ticket]:
    """Freeze the roster into tickets with codes, and assignments unless the promise is anonymous.

    The survey version must have been kept (`keep_survey`). `keys`: the secret that codes are minted with, the stamp.
    """
    where = Scope(window.district)
    demand(by, Action.ENROL, where)
    secret, stamp = keys
    schools = places.schools(session, where)
    windows.add_window(session, window)
    issued = _tickets(window, roster, {school.id: school.locale for school in schools.values()}, stamp)
    tickets.add(session, [ticket for ticket, _ in issued])
    _assign(session, window, issued, stamp)
    minted = [
        CodeRow(ticket.id, 1, codes.hashed(secret, codes.mint(secret, window.id, ticket.id, 1)))
        for ticket, _ in issued
        if not ticket.opted_out
    ]
    tickets.add_codes(session, where, window.id, minted, (stamp.now, by.id))
    note_by(session, by, stamp, ("window opened", window.id, {"invited": len(issued), "survey": window.survey}))
    return [ticket for ticket, _ in issued]


def keep_survey(session: Session, by: Account, survey: Survey, definition: str, texts: Texts) -> None:
    """Freeze a survey version in the account's district, so that a window can be opened on it: its definition, and its
    words in every locale that is whole. An upgrade that words them better is for the next version."""
    where = Scope(by.scope.district)
    demand(by, Action.ENROL, where)
    kept = windows.frozen(session, (survey.id, survey.version))
    before = kept[1] if kept else ()
    windows.keep_survey(session, where, texts.with_words(survey, before), definition)


def cards(session: Session, by: Account, window: Window, where: Scope, secret: bytes) -> list[Card]:
    """The code cards of a place: one a ticket that may answer, with its living code."""
    demand(by, Action.PRINT, where)
    living = tickets.generations(session, where, window.id)
    labels = assignments.labels(session, where, window.id)
    gone = tickets.withdrawn(session, where, window.id)
    return [
        Card(ticket, codes.mint(secret, window.id, ticket.id, living[ticket.id]), labels.get(ticket.id, ""))
        for ticket in tickets.of_window(session, where, window.id)
        if ticket.id in living and ticket.id not in gone
    ]


def replace_code(session: Session, by: Account, ticket: Ticket, keys: tuple[bytes, Stamp]) -> str:
    """A new code for a ticket whose card was lost; from the commit on the old one opens nothing."""
    where = Scope(ticket.district, ticket.school)
    demand(by, Action.PRINT, where)
    secret, stamp = keys
    if ticket.opted_out:
        raise Conflict(f"{ticket.id}: the child was opted out and has no code")
    generation = tickets.generations(session, where, ticket.window)[ticket.id] + 1
    code = codes.mint(secret, ticket.window, ticket.id, generation)
    row = CodeRow(ticket.id, generation, codes.hashed(secret, code))
    tickets.add_codes(session, where, ticket.window, [row], (stamp.now, by.id))
    note_by(session, by, stamp, ("code replaced", ticket.id, {"generation": generation}))
    return code


def withdraw(session: Session, by: Account, ticket: Ticket, stamp: Stamp) -> None:
    """Take a ticket out after the opening, because the child left or a parent objected."""
    where = Scope(ticket.district, ticket.school)
    demand(by, Action.PRINT, where)
    tickets.withdraw(session, where, ticket.window, ticket.id, (stamp.now, by.id))
    note_by(session, by, stamp, ("ticket withdrawn", ticket.id, {}))


def to_close(session: Session, by: Account, now: datetime) -> list[Window]:
    """The confidential windows of the account's district that have closed, and whose tickets still lead to names."""
    demand(by, Action.CLOSE, by.scope)
    joined = assignments.windows(session, by.scope)
    closed = [window for window in windows.windows(session, by.scope) if window.closes <= now]
    return [window for window in closed if window.promise is Promise.CONFIDENTIAL and window.id in joined]


def close_window(session: Session, by: Account, window: Window, stamp: Stamp) -> int:
    """Destroy a confidential window's assignments, as it promised, once it has closed; how many were destroyed."""
    where = Scope(window.district)
    demand(by, Action.CLOSE, where)
    if stamp.now < window.closes:
        raise Conflict(f"{window.id} closes {window.closes.isoformat()}; its assignments are destroyed after that")
    if window.promise is not Promise.CONFIDENTIAL:
        return 0
    act = Activity(stamp.new_id(), stamp.now, by.id, "assignments destroyed", window.id, {})
    return retention.destroy_assignments(session, where, window.id, act)


def _tickets(
    window: Window, roster: Sequence[RosterRow], locales: dict[str, str], stamp: Stamp
) -> list[tuple[Ticket, RosterRow]]:
    """One ticket a row. Where tickets are to be cut from names, neither numbers nor rows keep the order of the roster:
    whoever has the list of a class would only have to count."""
    drawn = [(stamp.new_id(), row) for row in roster]
    if window.promise is not Promise.SUPPORTIVE:
        drawn.sort(key=lambda pair: pair[0])
    numbers: Counter[tuple[str, str]] = Counter()
    issued = []
    for name, row in drawn:
        place = (row.school, row.class_name)
        numbers[place] += 1
        ticket = Ticket(
            district=window.district,
            window=window.id,
            id=name,
            school=row.school,
            class_name=row.class_name,
            number=numbers[place],
            grade=row.grade,
            locale=row.printed or row.locale or locales[row.school],
            opted_out=row.opted_out,
            home=row.locale,
        )
        issued.append((ticket, row))
    return issued


def _assign(session: Session, window: Window, issued: Sequence[tuple[Ticket, RosterRow]], stamp: Stamp) -> None:
    where = Scope(window.district)
    assigned = [Assigned(ticket.id, stamp.new_id(), row.school, row.label) for ticket, row in issued]
    assigned.sort(key=lambda one: one.respondent)  # not the tickets' order, which the tables would remember
    if window.promise is not Promise.ANONYMOUS:
        assignments.add_respondents(session, where, assigned)
        assignments.assign(session, where, window.id, assigned)
