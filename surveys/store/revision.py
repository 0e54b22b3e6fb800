"""Revision: how far the tables are behind the migrations that this version of Homeroom comes with."""

from __future__ import annotations

from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from surveys.store.database import MIGRATIONS, Session


def missing(session: Session) -> list[str]:
    """The migrations still to be run, oldest first.

    None when the tables stand at one that we do not know: a newer Homeroom brought them there, which only ever adds.
    """
    at = MigrationContext.configure(session).get_current_revision()
    if at is None:
        return list(_known())
    return list(_known()[_known().index(at) + 1 :]) if at in _known() else []


@cache
def _known() -> tuple[str, ...]:
    return tuple(step.revision for step in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())))
