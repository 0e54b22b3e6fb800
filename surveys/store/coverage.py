"""How far a window has come in each school: counts over tickets, codes and readings, without looking at any answer."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from surveys.core.access import Scope
from surveys.store import tables
from surveys.store.database import Session


class Coverage(NamedTuple):
    """Tickets of one place: the invited; of these the excused (opted out or withdrawn), those with something online,
    those with something on paper, and those with either, where both count once."""

    invited: int = 0
    excused: int = 0
    online: int = 0
    paper: int = 0
    either: int = 0

    @property
    def asked(self) -> int:
        return self.invited - self.excused

    @property
    def paper_only(self) -> int:
        return self.either - self.online

    @property
    def both(self) -> int:
        return self.online + self.paper - self.either

    @property
    def missing(self) -> int:
        return self.asked - self.either


def by_school(session: Session, where: Scope, window: str) -> dict[str, Coverage]:
    """The coverage of every school of a place that has tickets in the window."""
    t = tables.ticket.c
    excused = or_(t.opted_out, _some(tables.withdrawal))
    online = or_(_some(tables.save), _some(tables.submission))
    paper = _read()
    counts = [excused, and_(~excused, online), and_(~excused, paper), and_(~excused, or_(online, paper))]
    query = select(t.school, func.count(), *(func.sum(case((count, 1), else_=0)) for count in counts))
    asked = t.class_name != ""  # a spare is nobody's place
    query = query.where(t.district == where.district, t.window == window, asked).group_by(t.school)
    if where.school:
        query = query.where(t.school == where.school)
    return {school: Coverage(*(int(number) for number in numbers)) for school, *numbers in session.execute(query)}


def _some(table: Any) -> ColumnElement[bool]:
    t, c = tables.ticket.c, table.c
    return exists().where(c.district == t.district, c.window == t.window, c.ticket == t.ticket)


def _read() -> ColumnElement[bool]:
    t, f, r = tables.ticket.c, tables.form.c, tables.reading.c
    same = and_(f.district == t.district, f.window == t.window, f.ticket == t.ticket)
    return exists().where(same, r.district == f.district, r.serial == f.serial, r.problem.is_(None))
