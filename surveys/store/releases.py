"""Releases: what was shown, as it was shown. A snapshot, never a live query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from surveys.core.access import Scope
from surveys.store import tables
from surveys.store.database import Session


@dataclass(frozen=True)
class Release:
    """One published set of tables of a window."""

    id: str
    window: str
    tables: Mapping[str, Any]
    at: datetime
    by: str


def add(session: Session, where: Scope, release: Release) -> None:
    row = {"district": where.district, "window": release.window, "release": release.id}
    session.execute(tables.release.insert(), row | {"tables": dict(release.tables), "at": release.at, "by": release.by})


def latest(session: Session, where: Scope, window: str) -> Release | None:
    """The newest release of a window, if there is one."""
    t = tables.release.c
    query = select(tables.release).where(t.district == where.district, t.window == window)
    row = session.execute(query.order_by(t.at.desc(), t.release).limit(1)).one_or_none()
    return _release(row) if row else None


def _release(row: Row[Any]) -> Release:
    return Release(row.release, row.window, row.tables, row.at, row.by)
