"""How far a batch has come, counted by the database: asked for every second, so it looks into no page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, and_, case, func, select

from surveys.core.accounting import Progress, Read, Span
from surveys.core.sheets import Batch
from surveys.store import tables
from surveys.store.database import Session

b, f, s, r, u = tables.batch.c, tables.upload.c, tables.scan.c, tables.reading.c, tables.unpacking.c


def of_batch(session: Session, batch: Batch, reader: str) -> Progress:
    """The progress of a batch; `reader` is the present version of the reader."""
    here = (batch.district, batch.id)
    files = session.execute(select(func.count()).where(f.district == here[0], f.batch == here[1])).scalar_one()
    unpacked = session.execute(_unpacked(here)).one()
    pages = session.execute(_pages(here)).one()
    return Progress(
        received=batch.at,
        files=files,
        unpacked=unpacked.files,
        unpacking=_span(unpacked),
        pages=pages.all,
        unreadable=pages.all - pages.there,
        reads=tuple(_read(row) for row in session.execute(_reads(here, batch.at))),
        before=tuple((row.batch, row.name, row.pages) for row in session.execute(_before(batch))),
        reader=reader,
    )


def _unpacked(here: tuple[str, str]) -> Executable:
    counts = (func.count().label("files"), func.min(u.at).label("first"), func.max(u.at).label("last"))
    return select(*counts).where(u.district == here[0], u.batch == here[1])


def _pages(here: tuple[str, str]) -> Executable:
    """A picture that could not be kept has no hash."""
    counts = (func.count().label("all"), func.count(s.scan).label("there"))
    return select(*counts).where(s.district == here[0], s.batch == here[1])


def _reads(here: tuple[str, str], received: datetime) -> Executable:
    times = [func.min(r.at).label("first"), func.max(r.at).label("last")]
    mine = case((r.at >= received, r.at))
    times += [func.min(mine).label("mine"), func.max(mine).label("my_last")]
    same = and_(r.district == s.district, r.scan == s.scan)
    counts = (r.reader, func.count().label("pages"), func.count(r.problem).label("problems"))
    query = select(*counts, *times).select_from(tables.scan).join(tables.reading, same)
    return query.where(s.district == here[0], s.batch == here[1]).group_by(r.reader).order_by(r.reader)


def _before(batch: Batch) -> Executable:
    """Batches received earlier that hold pictures of this one, byte for byte."""
    again = tables.scan.alias("again")
    same = and_(again.c.district == s.district, again.c.scan == s.scan, again.c.batch == batch.id)
    other = and_(b.district == s.district, b.batch == s.batch)
    query = select(b.batch, b.name, func.count(s.scan.distinct()).label("pages")).select_from(tables.scan)
    query = query.join(again, same).join(tables.batch, other)
    query = query.where(s.district == batch.district, s.batch != batch.id, b.at < batch.at)
    if batch.school:  # what other schools sent is not told
        query = query.where(b.school == batch.school)
    return query.group_by(b.batch, b.name, b.at).order_by(b.at)


def _read(row: Row[Any]) -> Read:
    since = Span(row.mine, row.my_last) if row.mine else None
    return Read(row.reader, row.pages, row.problems, Span(row.first, row.last), since)


def _span(row: Row[Any]) -> Span | None:
    return Span(row.first, row.last) if row.files else None
