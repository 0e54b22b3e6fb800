"""words frozen by locale"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "translation",
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("survey", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district", "survey", "version"],
            ["survey.district", "survey.survey", "survey.version"],
            name=op.f("fk_translation_survey"),
        ),
        sa.PrimaryKeyConstraint("district", "survey", "version", "locale", name=op.f("pk_translation")),
    )
    named = ("district", "survey", "version")
    old = sa.table("survey", *map(sa.column, named), sa.column("translations", sa.JSON))
    new = sa.table("translation", *map(sa.column, (*named, "locale")), sa.column("texts", sa.JSON))
    for *name, translations in op.get_bind().execute(sa.select(old)).all():
        for locale, texts in translations.items():
            row = dict(zip(named, name, strict=True))
            op.get_bind().execute(new.insert(), {**row, "locale": locale, "texts": texts})
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_column("translations")


def downgrade() -> None:
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("translations", sa.JSON(), server_default="{}", nullable=False))
    op.drop_table("translation")
