"""Rulings, and the turns they were given in: who was shown which doubt, since when, and what they saw in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, select

from surveys.core.access import Scope
from surveys.core.review import Turn
from surveys.core.sheets import Ruling
from surveys.store import tables
from surveys.store.database import Session, keep


def add(session: Session, where: Scope, ruling: Ruling) -> bool:
    """Keep a ruling beside the reading it settles; False when its number was taken in the same moment."""
    answer = {"options": list(ruling.options), "text": ruling.text}
    row = {"district": where.district, "serial": ruling.serial, "question": ruling.question, "number": ruling.number}
    row |= {"answer": answer, "withdrawn": ruling.withdrawn, "blind": ruling.blind, "turn": ruling.turn}
    return keep(session, tables.ruling, [row | {"at": ruling.at, "by": ruling.by}]) == 1


def of_forms(session: Session, where: Scope, serials: Collection[str]) -> Mapping[str, list[Ruling]]:
    """Every ruling by serial, oldest first."""
    t = tables.ruling.c
    query = select(tables.ruling).where(t.district == where.district, t.serial.in_(serials)).order_by(t.number)
    return _by_serial(session.execute(query))


def of_window(session: Session, where: Scope, window: str) -> Mapping[str, list[Ruling]]:
    """Every ruling on the forms of a window by serial, oldest first."""
    r, f = tables.ruling.c, tables.form.c
    same = and_(f.district == r.district, f.serial == r.serial)
    query = select(tables.ruling).join(tables.form, same).where(r.district == where.district, f.window == window)
    return _by_serial(session.execute(query.order_by(r.number)))


def hold(session: Session, where: Scope, window: str) -> None:
    """Let nobody else take a turn in a window until this transaction ends."""
    t = tables.window.c
    session.execute(select(t.window).where(t.district == where.district, t.window == window).with_for_update())


def begin(session: Session, where: Scope, turn: Turn) -> None:
    """Keep that a doubt was put before somebody."""
    row = {"district": where.district, "turn": turn.id, "window": turn.window, "scan": turn.scan, "by": turn.by}
    session.execute(tables.turn.insert(), row | {"question": turn.question, "desk": turn.desk, "at": turn.at})


def turns(session: Session, where: Scope, window: str) -> list[Turn]:
    """All turns of a window, oldest first."""
    t = tables.turn.c
    query = select(tables.turn).where(t.district == where.district, t.window == window)
    return [_turn(row) for row in session.execute(query.order_by(t.at, t.turn))]


def open_turns(session: Session, where: Scope, window: str, since: datetime) -> list[Turn]:
    """The turns of a window from a moment on that nobody ruled in, oldest first."""
    t, r = tables.turn.c, tables.ruling.c
    ruled = exists().where(r.district == t.district, r.turn == t.turn)
    query = select(tables.turn).where(t.district == where.district, t.window == window, t.at >= since, ~ruled)
    return [_turn(row) for row in session.execute(query.order_by(t.at, t.turn))]


def _turn(row: Row[Any]) -> Turn:
    return Turn(row.turn, row.window, row.scan, row.question, row.desk, row.at, row.by)


def _by_serial(rows: Iterable[Row[Any]]) -> Mapping[str, list[Ruling]]:
    found: dict[str, list[Ruling]] = defaultdict(list)
    for row in rows:
        found[row.serial].append(_ruling(row))
    return found


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(
        serial=row.serial,
        question=row.question,
        number=row.number,
        options=tuple(row.answer["options"]),
        text=row.answer["text"],
        withdrawn=row.withdrawn,
        at=row.at,
        by=row.by,
        blind=row.blind,
        turn=row.turn,
    )
