"""packed measures, turns, blind rulings and thresholds"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thresholds",
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["district"], ["district.district"], name=op.f("fk_thresholds_district")),
        sa.PrimaryKeyConstraint("district", "reader", "version", name=op.f("pk_thresholds")),
    )
    op.create_table(
        "turn",
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.String(length=64), nullable=False),
        sa.Column("window", sa.String(length=64), nullable=False),
        sa.Column("scan", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["district", "window"], ["window.district", "window.window"], name=op.f("fk_turn_window")
        ),
        sa.PrimaryKeyConstraint("district", "turn", name=op.f("pk_turn")),
    )
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turn_district_window_at"), ["district", "window", "at"], unique=False)

    _pack_readings()

    with op.batch_alter_table("ruling", schema=None) as batch_op:
        batch_op.add_column(sa.Column("blind", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("turn", sa.String(length=64), nullable=True))
    with op.batch_alter_table("ruling", schema=None) as batch_op:
        batch_op.alter_column("blind", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch_op.create_index(batch_op.f("ix_ruling_district_turn"), ["district", "turn"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("go back to a copy of the database from before")


def _pack_readings() -> None:
    """Measures as JSON become bytes (surveys/core/measures.py tells the format)."""
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("packed", sa.LargeBinary()))
    names = ("district", "scan", "layout", "reader")
    reading = sa.table("reading", *map(sa.column, names), sa.column("fields", sa.JSON), sa.column("packed"))
    session = op.get_bind()
    for row in session.execute(sa.select(reading)).all():
        here = [reading.c[name] == getattr(row, name) for name in names]
        session.execute(sa.update(reading).where(*here).values(packed=_packed(row.fields)))
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_column("fields")
        batch_op.alter_column(
            "packed", new_column_name="fields", existing_type=sa.LargeBinary(), type_=sa.LargeBinary(), nullable=False
        )


def _packed(fields: list[dict[str, Any]]) -> bytes:
    head = json.dumps([(f["question"], len(f["ink"])) for f in fields], ensure_ascii=False, separators=(",", ":"))
    shares = [value for name in ("ink", "match") for f in fields for value in f[name]]
    units = b"".join(round(10_000 * value).to_bytes(2, "little") for value in shares)
    crossed = bytes(value for f in fields for value in f["disturbed"])
    return len(head.encode()).to_bytes(2, "little") + head.encode() + units + crossed
