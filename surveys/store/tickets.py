"""Tickets and their codes. Knows no respondent: only `assignments` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Row, Select, Table, and_, bindparam, exists, func, select

from surveys.core.access import Scope
from surveys.core.people import Ticket
from surveys.core.refusals import NotFound
from surveys.store import tables
from surveys.store.database import Session, counted, keep

MANY = 1000  # codes at a time from which the database should look at its tables


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
                "home": ticket.home,
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


def invited(session: Session, where: Scope, window: str) -> dict[str, int]:
    """How many tickets of each school may answer, before any was withdrawn; spares are among them."""
    t = tables.ticket.c
    query = _within(select(t.school, func.count()), where).where(t.window == window, ~t.opted_out)
    return dict(session.execute(query.group_by(t.school).order_by(t.school)).all())


def ticket(session: Session, where: Scope, window: str, name: str) -> Ticket:
    """One ticket within a place; NotFound when it is not there."""
    t = tables.ticket.c
    query = _within(select(tables.ticket), where).where(t.window == window, t.ticket == name)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"{name}: no such ticket here")
    return _ticket(row)


def add_codes(
    session: Session, where: Scope, window: str, codes: Iterable[CodeRow], stamp: tuple[datetime, str]
) -> None:
    """Keep codes by their hashes; `stamp` is when and by whom. The newest generation is the living one."""
    at, by = stamp
    shared = {"district": where.district, "window": window, "at": at, "by": by}
    rows = [shared | row._asdict() for row in codes]
    session.execute(tables.code.insert(), rows)
    if len(rows) > MANY:
        counted(session, tables.ticket, tables.code)


def generations(session: Session, where: Scope, window: str) -> Mapping[str, int]:
    """The living generation of every ticket's code."""
    t = tables.code.c
    query = select(t.ticket, func.max(t.generation)).where(t.district == where.district, t.window == window)
    return dict(session.execute(query.group_by(t.ticket)).all())


def by_hash(session: Session, code_hash: str) -> Ticket | None:
    """The ticket a living code opens, by the code's keyed hash."""
    return _opened(session, _BY_HASH, code_hash)


def by_serial(session: Session, serial: str) -> Ticket | None:
    """The ticket a living form's tag opens."""
    return _opened(session, _BY_SERIAL, serial)


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


def _opened(session: Session, query: Select[Any], key: str) -> Ticket | None:
    row = session.execute(query, {"key": key}).one_or_none()
    return _ticket(row) if row else None


def _opening(table: Table, key: ColumnElement[str]) -> Select[Any]:
    """Asks for the ticket of a code or form, unless a newer generation replaced it or the child is withdrawn."""
    ticket, newer, gone = tables.ticket, table.alias("newer"), tables.withdrawal
    return (
        select(ticket)
        .join(table, _same_ticket(table, ticket))
        .where(key == bindparam("key"), ~ticket.c.opted_out)
        .where(~exists().where(_same_ticket(newer, ticket), newer.c.generation > table.c.generation))
        .where(~exists().where(_same_ticket(gone, ticket)))
    )


def _same_ticket(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(one.c.district == other.c.district, one.c.window == other.c.window, one.c.ticket == other.c.ticket)


# Asked with every save, and so put together once.
_BY_HASH = _opening(tables.code, tables.code.c.hash)
_BY_SERIAL = _opening(tables.form, tables.form.c.serial)


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
        home=row.home,
    )
