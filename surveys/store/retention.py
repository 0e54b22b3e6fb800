"""The only module that deletes, and it writes down that it did."""

from __future__ import annotations

from sqlalchemy import and_, delete, exists

from surveys.core.access import Scope
from surveys.store import tables
from surveys.store.activity import Activity, note
from surveys.store.database import Session


def destroy_assignments(session: Session, where: Scope, window: str, act: Activity) -> int:
    """Cut every ticket of a window from its respondent, for good; how many were cut is noted in `act`'s detail.

    The respondents that no ticket leads to any more go as well: a list of names serves nothing by itself.
    """
    a, r = tables.assignment.c, tables.respondent.c
    cut = session.execute(delete(tables.assignment).where(a.district == where.district, a.window == window)).rowcount
    joined = exists().where(and_(a.district == r.district, a.respondent == r.respondent))
    session.execute(delete(tables.respondent).where(r.district == where.district, ~joined))
    note(session, where, Activity(act.id, act.at, act.by, act.kind, act.subject, {**act.detail, "destroyed": cut}))
    return cut
