"""Every table: places and people, then the facts, which are inserted and never updated. `district` leads each key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from surveys.core.measures import pack, unpack
from surveys.core.sheets import Measure

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=naming)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets time zones, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Measures(TypeDecorator[tuple[Measure, ...]]):
    """The measures of a page, packed into bytes: the 28 questions of a form as JSON would be six times as long."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[Measure, ...] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else pack(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> tuple[Measure, ...] | None:
        return None if value is None else unpack(value)


def _key(name: str) -> Column[Any]:
    return Column(name, String(64), primary_key=True)


def _points_to(table: str, *columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, [f"{table}.{column}" for column in columns])


# Places and people: few rows, kept up by staff.
district = Table("district", metadata, _key("district"), Column("name", Text, nullable=False))
school = Table(
    "school",
    metadata,
    _key("district"),
    _key("school"),
    Column("name", Text, nullable=False),
    Column("locale", String(35), nullable=False),
    Column("help_name", Text, nullable=False),
    Column("help_line", Text, nullable=False),
    _points_to("district", "district"),
)
account = Table(
    "account",
    metadata,
    _key("district"),
    _key("account"),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("school", String(64)),
    Column("password", Text, nullable=False),
    _points_to("district", "district"),
)

# A survey version and its window.
survey = Table(
    "survey",
    metadata,
    _key("district"),
    _key("survey"),
    _key("version"),
    Column("definition", Text, nullable=False),
    _points_to("district", "district"),
)
translation = Table(
    "translation",
    metadata,
    _key("district"),
    _key("survey"),
    _key("version"),
    _key("locale"),
    Column("texts", JSON, nullable=False),  # by key: text, claim, source, reviewer
    _points_to("survey", "district", "survey", "version"),
)
window = Table(
    "window",
    metadata,
    _key("district"),
    _key("window"),
    Column("name", Text, nullable=False),
    Column("survey", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("promise", String(16), nullable=False),
    Column("opens", Moment, nullable=False),
    Column("closes", Moment, nullable=False),
    Column("timezone", String(64), nullable=False),
    _points_to("survey", "district", "survey", "version"),
)

# Tickets and the one row that joins them to respondents.
respondent = Table(
    "respondent",
    metadata,
    _key("district"),
    _key("respondent"),
    Column("school", String(64), nullable=False),
    Column("label", Text, nullable=False),
    _points_to("school", "district", "school"),
)
ticket = Table(
    "ticket",
    metadata,
    _key("district"),
    _key("window"),
    _key("ticket"),
    Column("school", String(64), nullable=False),
    Column("class_name", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("grade", String(16), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("home", String(35), nullable=False),
    Column("opted_out", Boolean, nullable=False),
    _points_to("window", "district", "window"),
    _points_to("school", "district", "school"),
    Index(None, "district", "window", "school"),
)
assignment = Table(
    "assignment",
    metadata,
    _key("district"),
    _key("window"),
    _key("ticket"),
    Column("respondent", String(64), nullable=False),
    _points_to("ticket", "district", "window", "ticket"),
    _points_to("respondent", "district", "respondent"),
)
code = Table(
    "code",
    metadata,
    _key("district"),
    _key("window"),
    _key("ticket"),
    Column("generation", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    _points_to("ticket", "district", "window", "ticket"),
)
withdrawal = Table(
    "withdrawal",
    metadata,
    _key("district"),
    _key("window"),
    _key("ticket"),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    _points_to("ticket", "district", "window", "ticket"),
)

# Answers given online.
save = Table(
    "save",
    metadata,
    _key("district"),
    _key("window"),
    _key("ticket"),
    _key("response"),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("answers", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    _points_to("ticket", "district", "window", "ticket"),
)
submission = Table(
    "submission",
    metadata,
    _key("district"),
    _key("window"),
    _key("ticket"),
    _key("response"),
    Column("answers", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    _points_to("ticket", "district", "window", "ticket"),
)

# Paper: what was printed, what came back, what the machine saw and what people decided.
layout = Table(
    "layout",
    metadata,
    _key("district"),
    _key("layout"),
    Column("content", JSON, nullable=False),
    _points_to("district", "district"),
)
form = Table(
    "form",
    metadata,
    _key("district"),
    _key("serial"),
    Column("window", String(64), nullable=False),
    Column("ticket", String(64), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("layout", String(64), nullable=False),
    Column("composed", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    _points_to("ticket", "district", "window", "ticket"),
    _points_to("layout", "district", "layout"),
    Index("ux_form_serial", "serial", unique=True),
    Index("ux_form_ticket_generation", "district", "window", "ticket", "generation", unique=True),
)
batch = Table(
    "batch",
    metadata,
    _key("district"),
    _key("batch"),
    Column("school", String(64)),
    Column("name", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    _points_to("district", "district"),
)
upload = Table(
    "upload",
    metadata,
    _key("district"),
    _key("batch"),
    Column("file", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("content", String(64), nullable=False),
    _points_to("batch", "district", "batch"),
)
unpacking = Table(
    "unpacking",
    metadata,
    _key("district"),
    _key("batch"),
    Column("file", Integer, primary_key=True, autoincrement=False),
    Column("scans", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    _points_to("upload", "district", "batch", "file"),
)
scan = Table(
    "scan",
    metadata,
    _key("district"),
    _key("batch"),
    Column("file", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("scan", String(64)),
    Column("problem", String(16)),
    Column("member", String(60)),
    _points_to("upload", "district", "batch", "file"),
    Index(None, "district", "scan"),
)
reading = Table(
    "reading",
    metadata,
    _key("district"),
    _key("scan"),
    _key("layout"),
    _key("reader"),
    Column("serial", String(16)),
    Column("page", Integer),
    Column("turned", Integer, nullable=False),
    Column("problem", String(16)),
    Column("place", JSON),
    Column("fields", Measures, nullable=False),
    Column("at", Moment, nullable=False),
    _points_to("district", "district"),
    Index(None, "district", "serial"),
)
finished = Table(  # every picture of the file was taken out, and read by this version of the reader
    "finished",
    metadata,
    _key("district"),
    _key("batch"),
    Column("file", Integer, primary_key=True, autoincrement=False),
    _key("reader"),
    Column("at", Moment, nullable=False),
    _points_to("upload", "district", "batch", "file"),
)
ruling = Table(
    "ruling",
    metadata,
    _key("district"),
    _key("serial"),
    _key("question"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("answer", JSON),
    Column("withdrawn", Boolean, nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("turn", String(64)),
    _points_to("form", "district", "serial"),
    Index(None, "district", "turn"),
)
turn = Table(
    "turn",
    metadata,
    _key("district"),
    _key("turn"),
    Column("window", String(64), nullable=False),
    Column("scan", String(64), nullable=False),
    Column("question", String(64), nullable=False),
    Column("desk", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    _points_to("window", "district", "window"),
    Index(None, "district", "window", "at"),
)
thresholds = Table(
    "thresholds",
    metadata,
    _key("district"),
    _key("reader"),
    _key("version"),
    Column("numbers", JSON, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    _points_to("district", "district"),
)

# What was shown, and who did what.
release = Table(
    "release",
    metadata,
    _key("district"),
    _key("window"),
    _key("release"),
    Column("tables", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    _points_to("window", "district", "window"),
)
activity = Table(
    "activity",
    metadata,
    _key("district"),
    _key("activity"),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    _points_to("district", "district"),
    Index(None, "district", "at"),
)
