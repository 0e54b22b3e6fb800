"""Who did what, when: one row an act, written in the transaction of the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from surveys.core.access import Account, Scope
from surveys.core.stamp import Stamp
from surveys.store import tables
from surveys.store.database import Session


@dataclass(frozen=True)
class Activity:
    """One act; `subject` names what it was done to, `detail` holds no answers and no names."""

    id: str
    at: datetime
    by: str
    kind: str
    subject: str
    detail: Mapping[str, Any]


def note(session: Session, where: Scope, act: Activity) -> None:
    """Write an act down."""
    row = {"activity": act.id, "at": act.at, "by": act.by, "kind": act.kind}
    session.execute(
        tables.activity.insert(), row | {"district": where.district, "subject": act.subject, "detail": dict(act.detail)}
    )


def note_by(session: Session, by: Account, stamp: Stamp, act: tuple[str, str, Mapping[str, Any]]) -> None:
    """Write down what an account did at this moment, in its district; `act` is (kind, subject, detail)."""
    kind, subject, detail = act
    note(session, Scope(by.scope.district), Activity(stamp.new_id(), stamp.now, by.id, kind, subject, detail))


def latest(session: Session, where: Scope, most: int = 100) -> list[Activity]:
    """The newest acts in a district, newest first."""
    t = tables.activity.c
    query = select(tables.activity).where(t.district == where.district).order_by(t.at.desc()).limit(most)
    return [Activity(r.activity, r.at, r.by, r.kind, r.subject, r.detail) for r in session.execute(query)]


def moments(session: Session, where: Scope, what: tuple[str, str], since: datetime) -> list[datetime]:
    """When one kind of act was done to one subject, from `since` on; `what` is (kind, subject)."""
    t = tables.activity.c
    query = select(t.at).where(t.district == where.district, t.at >= since, t.kind == what[0], t.subject == what[1])
    return list(session.execute(query).scalars())


def subjects(session: Session, where: Scope, kind: str) -> frozenset[str]:
    """Everything that one kind of act was done to."""
    t = tables.activity.c
    query = select(t.subject).where(t.district == where.district, t.kind == kind)
    return frozenset(session.execute(query).scalars())
