"""Thresholds as facts: which a district judges by, for one version of the reader; who chose them, when and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from surveys.core.access import Scope, system
from surveys.core.marking import DEFAULT, Thresholds
from surveys.core.thresholds import NUMBERS
from surveys.store import tables
from surveys.store.database import Session, keep


@dataclass(frozen=True)
class Chosen:
    """Thresholds that a district judges by from a moment on, until others are chosen."""

    thresholds: Thresholds
    reader: str
    why: str
    at: datetime
    by: str


def add(session: Session, where: Scope, chosen: Chosen) -> bool:
    """Keep a choice; False when there is one by that version already, which stays."""
    numbers = {name: asdict(chosen.thresholds)[name] for name in NUMBERS}
    row: dict[str, Any] = {"district": where.district, "reader": chosen.reader, "version": chosen.thresholds.version}
    row |= {"numbers": numbers, "why": chosen.why, "at": chosen.at, "by": chosen.by}
    return keep(session, tables.thresholds, [row]) == 1


def pin(session: Session, where: Scope, reader: str, at: datetime) -> None:
    """Keep the shipped thresholds as the first choice: an upgrade that ships others does not judge anew by itself."""
    if not history(session, where, reader):
        add(session, where, Chosen(DEFAULT, reader, "", at, system(where.district).id))


def history(session: Session, where: Scope, reader: str) -> list[Chosen]:
    """Every choice of a district for one version of the reader, newest first."""
    t = tables.thresholds.c
    query = select(tables.thresholds).where(t.district == where.district, t.reader == reader)
    return [_chosen(row) for row in session.execute(query.order_by(t.at.desc(), t.version.desc()))]


def standing(session: Session, where: Scope, reader: str) -> Thresholds:
    """What a district judges the measures of this reader by; as shipped where nobody chose."""
    chosen = history(session, where, reader)
    return chosen[0].thresholds if chosen else DEFAULT


def _chosen(row: Row[Any]) -> Chosen:
    known = {name: value for name, value in row.numbers.items() if name in NUMBERS}
    return Chosen(Thresholds(version=row.version, **known), row.reader, row.why, row.at, row.by)
