"""Stacks: the stored readings of a window, many at a time and unopened, to be judged together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import LargeBinary, and_, exists, select, type_coerce

from surveys.core.access import Scope
from surveys.core.judging import Stack
from surveys.core.measures import head_of
from surveys.core.sheets import fields
from surveys.store import papers, tables
from surveys.store.database import Session

AT_ONCE = 20_000  # readings: about 15 MB


def of_window(session: Session, where: Scope, window: str, reader: str) -> Iterator[Stack]:
    """The readings of every form of a place that counts, in stacks of one page of one layout."""
    living = _living(session, where, window)
    layouts = papers.layouts(session, where, set(living.values()))
    asked = {digest: fields(layout) for digest, layout in layouts.items()}
    r, f = tables.reading.c, tables.form.c
    same = and_(f.district == r.district, f.serial == r.serial)
    query = (
        select(r.scan, r.serial, type_coerce(r.fields, LargeBinary).label("packed"))
        .select_from(tables.reading.join(tables.form, same))
        .where(r.district == where.district, r.reader == reader, r.problem.is_(None), f.window == window)
    )
    for rows in session.execute(query).partitions(AT_ONCE):
        piles: dict[tuple[str, bytes], list[Any]] = defaultdict(list)
        for row in rows:
            _, serial, packed = row
            if serial in living:
                piles[living[serial], head_of(packed)].append(row)
        for (layout, _), pile in piles.items():
            scans, serials, packed = zip(*pile, strict=True)
            yield Stack(asked[layout], scans, serials, packed)


def _living(session: Session, where: Scope, window: str) -> Mapping[str, str]:
    """The layouts of the forms that count, by serial: the newest of each ticket in the place that was not withdrawn."""
    f, t, w = tables.form.c, tables.ticket.c, tables.withdrawal.c
    ticket = and_(t.district == f.district, t.window == f.window, t.ticket == f.ticket)
    gone = exists().where(w.district == f.district, w.window == f.window, w.ticket == f.ticket)
    query = select(f.ticket, f.serial, f.layout).select_from(tables.form.join(tables.ticket, ticket))
    query = query.where(f.district == where.district, f.window == window, ~gone).order_by(f.generation)
    if where.school:
        query = query.where(t.school == where.school)
    newest = {row.ticket: (row.serial, row.layout) for row in session.execute(query)}
    return dict(newest.values())
