"""Tickets and their codes. Knows no respondent: only `assignments` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select

from surveys.core.access import Scope
from surveys.core.people import Ticket
from surveys.core.refusals import NotFound
from surveys.store import tables
from surveys.store.database import Session, keep


class CodeRow(NamedTuple):
    """One generation of a ticket's code; only its keyed hash is kept."""

    ticket: str
    generation: int
    hash: str


def add(session: Session, tickets: Iterable[Ticket]) -> None:
    """Freeze a window's tickets."""
    keep(
        session,
        tables.ticket,
        [
            {
                "district": ticket.district,
                "window": ticket.window,
                "ticket": ticket.id,
                "school": ticket.school,
                "class_name": ticket.class_name,
                "number": ticket.number,
                "grade": ticket.grade,
                "locale": ticket.locale,
                "opted_out": ticket.opted_out,
            }
            for ticket in tickets
        ],
    )


def of_window(session: Session, where: Scope, window: str) -> list[Ticket]:
    """A window's tickets within a place, by school, class and number."""
    t = tables.ticket.c
    query = _within(select(tables.ticket), where).where(t.window == window)
    return [_ticket(row) for row in session.execute(query.order_by(t.school, t.class_name, t.number))]


def ticket(session: Session, where: Scope, window: str, name: str) -> Ticket:
    """One ticket within a place; NotFound when it is not there."""
    t = tables.ticket.c
    query = _within(select(tables.ticket), where).where(t.window == window, t.ticket == name)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"{name}: no such ticket here")
    return _ticket(row)


def add_codes(session: Session, where: Scope, window: str, codes: Iterable[CodeRow], stamp: tuple[datetime, str]) -> None:
    """Keep codes by their hashes; `stamp` is when and by whom. The newest generation is the living one."""
    at, by = stamp
    shared = {"district": where.district, "window": window, "at": at, "by": by}
    rows = [shared | row._asdict() for row in codes]
    session.execute(tables.code.insert(), rows)


def generations(session: Session, where: Scope, window: str) -> Mapping[str, int]:
    """The living generation of every ticket's code."""
    t = tables.code.c
    query = select(t.ticket, func.max(t.generation)).where(t.district == where.district, t.window == window)
    return {name: generation for name, generation in session.execute(query.group_by(t.ticket))}


def by_hash(session: Session, code_hash: str) -> Ticket | None:
    """The ticket a living code opens: one indexed read, and one more to see that the code was not replaced."""
    t, c = tables.ticket, tables.code
    newer = select(func.max(c.c.generation)).where(
        c.c.district == t.c.district, c.c.window == t.c.window, c.c.ticket == t.c.ticket
    )
    same = (c.c.district == t.c.district) & (c.c.window == t.c.window) & (c.c.ticket == t.c.ticket)
    query = select(t).join(c, same).where(c.c.hash == code_hash, c.c.generation == newer.scalar_subquery())
    return _living(session.execute(query).one_or_none(), session)


def by_serial(session: Session, serial: str) -> Ticket | None:
    """The ticket a living form's tag opens."""
    t, f = tables.ticket, tables.form
    newer = select(func.max(f.c.generation)).where(
        f.c.district == t.c.district, f.c.window == t.c.window, f.c.ticket == t.c.ticket
    )
    same = (f.c.district == t.c.district) & (f.c.window == t.c.window) & (f.c.ticket == t.c.ticket)
    query = select(t).join(f, same).where(f.c.serial == serial, f.c.generation == newer.scalar_subquery())
    return _living(session.execute(query).one_or_none(), session)


def withdraw(session: Session, where: Scope, window: str, name: str, stamp: tuple[datetime, str]) -> None:
    """Note that a ticket's child left after the opening: its code and sheet open nothing from now on."""
    at, by = stamp
    row = {"district": where.district, "window": window, "ticket": name, "at": at, "by": by}
    keep(session, tables.withdrawal, [row])


def withdrawn(session: Session, where: Scope, window: str) -> frozenset[str]:
    """The tickets of a window that were withdrawn."""
    t = tables.withdrawal.c
    query = select(t.ticket).where(t.district == where.district, t.window == window)
    return frozenset(session.execute(query).scalars())


def _living(row: Row[Any] | None, session: Session) -> Ticket | None:
    if row is None or row.opted_out:
        return None
    t = tables.withdrawal.c
    gone = select(t.ticket).where(t.district == row.district, t.window == row.window, t.ticket == row.ticket)
    return None if session.execute(gone).first() else _ticket(row)


def _within(query: Select[Any], where: Scope) -> Select[Any]:
    query = query.where(tables.ticket.c.district == where.district)
    return query.where(tables.ticket.c.school == where.school) if where.school else query


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(
        district=row.district,
        window=row.window,
        id=row.ticket,
        school=row.school,
        class_name=row.class_name,
        number=row.number,
        grade=row.grade,
        locale=row.locale,
        opted_out=row.opted_out,
    )
