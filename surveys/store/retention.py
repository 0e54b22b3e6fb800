"""The only module that deletes, and it writes down that it did."""

from __future__ import annotations

from sqlalchemy import delete

from surveys.core.access import Scope
from surveys.store import tables
from surveys.store.activity import Activity, note
from surveys.store.database import Session


def destroy_assignments(session: Session, where: Scope, window: str, act: Activity) -> int:
    """Cut every ticket of a window from its respondent, for good; how many were cut is noted in `act`'s detail."""
    t = tables.assignment.c
    cut = session.execute(delete(tables.assignment).where(t.district == where.district, t.window == window)).rowcount
    note(session, where, Activity(act.id, act.at, act.by, act.kind, act.subject, {**act.detail, "destroyed": cut}))
    return cut
