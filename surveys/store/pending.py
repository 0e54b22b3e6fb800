"""Work that no worker has done yet, derived from the facts: whatever a broker lost, it is found here.

What a look costs grows with the files that are not read to the end, and hardly with the pictures of all the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, and_, case, exists, func, select

from surveys.core.access import Scope
from surveys.store import tables
from surveys.store.database import Session, keep, portions
from surveys.store.scans import seen


@dataclass(frozen=True)
class Left:
    """Scans that are still to be read, each once, in the order of their files; and the files, by (batch, file), that
    turned out to be read to the end."""

    scans: tuple[str, ...]
    done: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Backlog:
    """How much is pending: files to take pictures out of, pictures to be read, and when the oldest upload came that
    holds some of either which no version of the reader has seen."""

    files: int = 0
    scans: int = 0
    since: datetime | None = None

    @classmethod
    def of(cls, parts: Iterable[Backlog]) -> Backlog:
        """Several, put together."""
        found = list(parts)
        moments = [part.since for part in found if part.since]
        return cls(sum(part.files for part in found), sum(part.scans for part in found), min(moments, default=None))


def files(session: Session, where: Scope) -> list[tuple[str, int]]:
    """(batch, file) of every upload whose pictures were not all taken out yet."""
    upload, unpacking = tables.upload, tables.unpacking
    query = select(upload.c.batch, upload.c.file).where(upload.c.district == where.district)
    query = query.where(~exists().where(_same_file(unpacking, upload)))
    return [(row.batch, row.file) for row in session.execute(query.order_by(upload.c.batch, upload.c.file))]


def left(session: Session, where: Scope, reader: str) -> Left:
    """What there is to do for this version of the reader. File by file: a database that plans for all of them at once
    may well begin with every picture of the district."""
    upload, unpacking = tables.upload, tables.unpacking
    query = select(upload.c.batch, upload.c.file, unpacking.c.scans.is_not(None).label("unpacked"))
    query = query.select_from(upload.outerjoin(unpacking, _same_file(unpacking, upload)))
    query = query.where(upload.c.district == where.district, ~exists().where(_finished(upload, reader)))
    found: list[str] = []
    done: list[tuple[str, int]] = []
    for row in session.execute(query.order_by(upload.c.batch, upload.c.file)).all():
        unread = _unread(session, where, (row.batch, row.file), reader)
        found += unread
        if row.unpacked and not unread:
            done.append((row.batch, row.file))
    return Left(tuple(dict.fromkeys(found)), tuple(done))


def backlog(session: Session, where: Scope, reader: str) -> Backlog:
    """What is pending, counted without naming it; file by file, as `left`."""
    upload, unpacking, batch = tables.upload, tables.unpacking, tables.batch
    query = select(upload.c.batch, upload.c.file, batch.c.at, unpacking.c.scans.is_not(None).label("unpacked"))
    of_batch = and_(batch.c.district == upload.c.district, batch.c.batch == upload.c.batch)
    query = query.select_from(upload.outerjoin(unpacking, _same_file(unpacking, upload)).join(batch, of_batch))
    query = query.where(upload.c.district == where.district, ~exists().where(_finished(upload, reader)))
    return Backlog.of(_of_file(session, where, row, reader) for row in session.execute(query).all())


def finish(session: Session, where: Scope, places: Collection[tuple[str, int]], stamp: tuple[datetime, str]) -> None:
    """Note files, by (batch, file), that are read to the end; `stamp` is when and by which version of the reader."""
    at, reader = stamp
    shared = {"district": where.district, "reader": reader, "at": at}
    keep(session, tables.finished, [shared | {"batch": batch, "file": file} for batch, file in places])


def _of_file(session: Session, where: Scope, file: Row[Any], reader: str) -> Backlog:
    t, r = tables.scan.c, tables.reading.c
    seen = exists().where(r.district == t.district, r.scan == t.scan)
    query = select(func.count(), func.coalesce(func.sum(case((seen, 0), else_=1)), 0)).select_from(tables.scan)
    query = query.where(t.district == where.district, t.batch == file.batch, t.file == file.file, t.scan.is_not(None))
    unread, never_seen = session.execute(query.where(~seen.where(r.reader == reader))).one()
    return Backlog(not file.unpacked, unread, file.at if never_seen or not file.unpacked else None)


def _unread(session: Session, where: Scope, place: tuple[str, int], reader: str) -> list[str]:
    """The pictures of a file that are still to be read, in their order."""
    t = tables.scan.c
    query = select(t.scan).where(t.district == where.district, t.batch == place[0], t.file == place[1])
    names = list(session.execute(query.where(t.scan.is_not(None)).order_by(t.position)).scalars())
    known: set[str] = set().union(*(seen(session, where, part, reader) for part in portions(names)))
    return [name for name in names if name not in known]


def _finished(file: FromClause, reader: str) -> ColumnElement[bool]:
    return and_(_same_file(tables.finished, file), tables.finished.c.reader == reader)


def _same_file(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(one.c.district == other.c.district, one.c.batch == other.c.batch, one.c.file == other.c.file)
