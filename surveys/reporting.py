"""Reporting: one response a ticket, scores and rates over them, suppression over the whole, frozen as a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveys.core.access import Account, Action, Scope, demand
from surveys.core.instrument import Survey
from surveys.core.people import Ticket, Window
from surveys.core.refusals import NotFound
from surveys.core.release import build
from surveys.core.responses import Disposition, Response, choose, derive, disposition
from surveys.store import answers, coverage, places, releases, tickets
from surveys.store.activity import Activity, note
from surveys.store.coverage import Coverage
from surveys.store.database import Session
from surveys.store.releases import Release


@dataclass(frozen=True)
class Result:
    """What counts for one ticket: its disposition, the response chosen, and all that were there."""

    ticket: Ticket
    disposition: Disposition
    chosen: Response | None
    responses: tuple[Response, ...]


def merge(
    session: Session, where: Scope, window: Window, survey: Survey, paper: Mapping[str, Sequence[Response]]
) -> list[Result]:
    """Online and paper responses brought together: one result a ticket, by the written choice rule.

    `paper` are the responses read from sheets, by ticket (`scanning.responses`).
    """
    saves = answers.saves(session, where, window.id)
    submissions = answers.submissions(session, where, window.id)
    gone = tickets.withdrawn(session, where, window.id)
    results = []
    for ticket in tickets.of_window(session, where, window.id):
        online = derive(ticket.id, saves.get(ticket.id, ()), submissions.get(ticket.id, ()))
        every = (*online, *paper.get(ticket.id, ()))
        if ticket.spare and not every:
            continue  # nobody was invited by it
        results.append(_result(survey, ticket, every, ticket.id in gone))
    return results


def release(
    session: Session, by: Account, window: Window, survey: Survey, given: tuple[Sequence[Result], str, datetime]
) -> Release:
    """Publish the results of a window as an immutable snapshot; `given` are the results, its id and the moment."""
    where = Scope(window.district)
    demand(by, Action.RELEASE, where)
    results, name, now = given
    names = {school.id: school.name for school in places.schools(session, where).values()}
    tables = build(survey, [(result.ticket, result.disposition, result.chosen) for result in results], names)
    made = Release(name, window.id, tables, now, by.id)
    releases.add(session, where, made)
    note(session, where, Activity(f"release-{name}", now, by.id, "release published", window.id, {"release": name}))
    return made


def report(session: Session, by: Account, window: Window, where: Scope) -> tuple[Release, Mapping[str, Any]]:
    """The newest release and the page of it that tells of `where`: one school, or the district."""
    demand(by, Action.REPORT, where)
    newest = releases.latest(session, Scope(where.district), window.id)
    if newest is None:
        raise NotFound(f"{window.id}: nothing released yet; the district releases results")
    if where.school is None:
        return newest, newest.tables["district"]
    if where.school not in newest.tables["schools"]:
        raise NotFound(f"{where.school}: not part of this release")
    return newest, newest.tables["schools"][where.school]


def progress(session: Session, by: Account, window: Window, where: Scope) -> dict[str, Coverage]:
    """How far each school of a place has come: the invited, and who answered by which mode."""
    demand(by, Action.REPORT, where)
    return coverage.by_school(session, where, window.id)


def _result(survey: Survey, ticket: Ticket, responses: tuple[Response, ...], gone: bool) -> Result:
    if gone or ticket.opted_out:
        kind = Disposition.OPTED_OUT if ticket.opted_out else Disposition.WITHDRAWN
        return Result(ticket, kind, None, responses)
    chosen = choose(survey, responses)
    return Result(ticket, disposition(survey, chosen), chosen, responses)
