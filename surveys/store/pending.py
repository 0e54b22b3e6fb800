"""Work that no worker has done yet, derived from the facts: whatever a broker lost, it is found here.

What a look costs grows with the files that are not read to the end, and hardly with the pictures of all the others.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, exists, select

from surveys.core.access import Scope
from surveys.store import tables
from surveys.store.database import Session, keep


def files(session: Session, where: Scope) -> list[tuple[str, int]]:
    """(batch, file) of every upload whose pictures were not all taken out yet."""
    upload, unpacking = tables.upload, tables.unpacking
    query = select(upload.c.batch, upload.c.file).where(upload.c.district == where.district)
    query = query.where(~exists().where(_same_file(unpacking, upload)))
    return [(row.batch, row.file) for row in session.execute(query.order_by(upload.c.batch, upload.c.file))]


def scans(session: Session, where: Scope, reader: str) -> list[str]:
    """The scans that this version of the reader has not read, each once, in the order of their files."""
    upload, scan = tables.upload, tables.scan
    query = select(scan.c.scan).select_from(upload.join(scan, _same_file(scan, upload)))
    query = query.where(upload.c.district == where.district, ~_finished(upload, reader), _unread(scan, reader))
    query = query.order_by(scan.c.batch, scan.c.file, scan.c.position)
    return list(dict.fromkeys(session.execute(query).scalars()))


def read_to_the_end(session: Session, where: Scope, reader: str) -> list[tuple[str, int]]:
    """(batch, file) of which this version of the reader has read every picture, unless that was noted before."""
    unpacking, scan = tables.unpacking, tables.scan
    left = exists().where(_same_file(scan, unpacking), _unread(scan, reader))
    query = select(unpacking.c.batch, unpacking.c.file).where(unpacking.c.district == where.district)
    return [(row.batch, row.file) for row in session.execute(query.where(~_finished(unpacking, reader), ~left))]


def finish(session: Session, where: Scope, places: Collection[tuple[str, int]], stamp: tuple[datetime, str]) -> None:
    """Note files, by (batch, file), that are read to the end; `stamp` is when and by which version of the reader."""
    at, reader = stamp
    shared = {"district": where.district, "reader": reader, "at": at}
    keep(session, tables.finished, [shared | {"batch": batch, "file": file} for batch, file in places])


def _finished(file: FromClause, reader: str) -> ColumnElement[bool]:
    return exists().where(_same_file(tables.finished, file), tables.finished.c.reader == reader)


def _unread(scan: FromClause, reader: str) -> ColumnElement[bool]:
    r = tables.reading.c
    read = exists().where(r.district == scan.c.district, r.scan == scan.c.scan, r.reader == reader)
    return and_(scan.c.scan.is_not(None), ~read)


def _same_file(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(one.c.district == other.c.district, one.c.batch == other.c.batch, one.c.file == other.c.file)
