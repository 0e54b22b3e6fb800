"""The only module that knows both ticket and respondent: the rows that join them, until they are destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import select

from surveys.core.access import Scope
from surveys.store import tables
from surveys.store.database import Session, keep


class Assigned(NamedTuple):
    """A respondent, the school's label for them, and the ticket that is theirs."""

    ticket: str
    respondent: str
    school: str
    label: str


def add_respondents(session: Session, where: Scope, respondents: Iterable[Assigned]) -> None:
    """Keep who the roster named, without saying which ticket is theirs."""
    rows = [
        {"district": where.district, "respondent": r.respondent, "school": r.school, "label": r.label}
        for r in respondents
    ]
    keep(session, tables.respondent, rows)


def assign(session: Session, where: Scope, window: str, assigned: Iterable[Assigned]) -> None:
    """Join tickets to respondents. Never called in an anonymous window."""
    rows = [
        {"district": where.district, "window": window, "ticket": a.ticket, "respondent": a.respondent} for a in assigned
    ]
    keep(session, tables.assignment, rows)


def labels(session: Session, where: Scope, window: str) -> Mapping[str, str]:
    """What a school calls the holder of each ticket, for cover lists; empty when anonymous, or destroyed at close."""
    a, r = tables.assignment.c, tables.respondent.c
    joined = tables.assignment.join(tables.respondent, (a.district == r.district) & (a.respondent == r.respondent))
    query = select(a.ticket, r.label).select_from(joined).where(a.district == where.district, a.window == window)
    if where.school:  # by the tickets of the school: of a whole district there are too many to look through
        t = tables.ticket.c
        here = select(t.ticket).where(t.district == where.district, t.window == window, t.school == where.school)
        query = query.where(a.ticket.in_(here))
    return dict(session.execute(query).all())


def windows(session: Session, where: Scope) -> frozenset[str]:
    """The windows of a district in which some ticket still leads to a respondent."""
    t = tables.assignment.c
    return frozenset(session.execute(select(t.window).where(t.district == where.district).distinct()).scalars())
