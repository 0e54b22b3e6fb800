"""Alembic's door: runs migrations on the connection `Database.upgrade` hands it."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from surveys.store.tables import Measures, Moment, metadata


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names the database's own types, so that it still runs when our classes have moved."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, Measures) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain,
)
with context.begin_transaction():
    context.run_migrations()
