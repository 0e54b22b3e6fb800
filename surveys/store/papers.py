"""Layouts and forms: what was printed, for which ticket."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from surveys.core.access import Scope
from surveys.core.sheets import Form
from surveys.store import tables
from surveys.store.database import Session, keep, portions

# Asked for every sheet that is read, and so put together once.
_LAYOUT = select(tables.form.c.layout).where(
    tables.form.c.district == bindparam("own"), tables.form.c.serial == bindparam("named")
)


def keep_layout(session: Session, where: Scope, digest: str, content: Mapping[str, Any]) -> None:
    """Freeze a layout under its hash."""
    keep(session, tables.layout, [{"district": where.district, "layout": digest, "content": dict(content)}])


def layouts(session: Session, where: Scope, digests: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Layout contents by hash."""
    t = tables.layout.c
    query = select(t.layout, t.content).where(t.district == where.district, t.layout.in_(digests))
    return dict(session.execute(query).all())


def add_forms(session: Session, forms: Iterable[Form], stamp: tuple[datetime, str]) -> None:
    """Keep forms as printed; `stamp` is when and by whom. A ticket's newest generation is its living form; where two
    printed the same at the same moment, the first one's stands, so whoever draws asks `forms` once more."""
    at, by = stamp
    rows = [
        {
            "district": form.district,
            "serial": form.serial,
            "window": form.window,
            "ticket": form.ticket,
            "generation": form.generation,
            "layout": form.layout,
            "composed": form.composed,
            "at": at,
            "by": by,
        }
        for form in forms
    ]
    keep(session, tables.form, rows)


def forms(session: Session, where: Scope, window: str) -> dict[str, Form]:
    """The living form of each ticket of a window within a place, by ticket."""
    t, own = tables.form.c, tables.ticket.c
    query = select(tables.form).where(t.district == where.district, t.window == window)
    if where.school:
        here = select(own.ticket).where(
            own.district == where.district, own.window == window, own.school == where.school
        )
        query = query.where(t.ticket.in_(here))
    return {row.ticket: _form(row) for row in session.execute(query.order_by(t.generation))}


def by_serials(session: Session, where: Scope, serials: Collection[str]) -> dict[str, Form]:
    """Forms by serial within a district, living or replaced."""
    t = tables.form.c
    found: dict[str, Form] = {}
    for part in portions(serials):
        query = select(tables.form).where(t.district == where.district, t.serial.in_(part))
        found |= {row.serial: _form(row) for row in session.execute(query)}
    return found


def layout_of(session: Session, where: Scope, serial: str) -> str | None:
    """The hash of the layout of a form within a district, living or replaced; None when it has no such form."""
    return session.execute(_LAYOUT, {"own": where.district, "named": serial}).scalar_one_or_none()


def replaced(session: Session, where: Scope, serials: Collection[str]) -> frozenset[str]:
    """Those of the serials whose ticket has a newer form."""
    f = tables.form
    newer = f.alias("newer")
    same = (newer.c.district == f.c.district) & (newer.c.window == f.c.window) & (newer.c.ticket == f.c.ticket)
    query = select(f.c.serial).where(f.c.district == where.district).group_by(f.c.serial, f.c.generation)
    query = query.join(newer, same).having(func.max(newer.c.generation) > f.c.generation)
    found = (session.execute(query.where(f.c.serial.in_(part))).scalars() for part in portions(serials))
    return frozenset(chain.from_iterable(found))


def _form(row: Row[Any]) -> Form:
    return Form(row.district, row.serial, row.window, row.ticket, row.generation, row.layout, row.composed)
