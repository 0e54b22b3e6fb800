"""Batches, scans and readings: what came back from the scanner, and what was seen in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Row, and_, select, type_coerce

from surveys.core.access import Scope
from surveys.core.refusals import NotFound
from surveys.core.sheets import Batch, Reading, Scan, Upload
from surveys.store import tables
from surveys.store.database import Session, keep


def add_batch(session: Session, batch: Batch, uploads: Iterable[Upload]) -> None:
    """Keep a batch and its files."""
    where = {"district": batch.district, "batch": batch.id}
    session.execute(
        tables.batch.insert(),
        where | {"school": batch.school, "name": batch.name, "at": batch.at, "by": batch.by},
    )
    rows = [where | {"file": upload.file, "name": upload.name, "content": upload.content} for upload in uploads]
    session.execute(tables.upload.insert(), rows)


def batch(session: Session, where: Scope, name: str) -> Batch:
    """One batch within a place; NotFound when it is not there."""
    found = [batch for batch in batches(session, where) if batch.id == name]
    if not found:
        raise NotFound(f"{name}: no such batch here")
    return found[0]


def batches(session: Session, where: Scope) -> list[Batch]:
    """The batches of a place, newest first."""
    t = tables.batch.c
    query = select(tables.batch).where(t.district == where.district)
    if where.school:
        query = query.where(t.school == where.school)
    rows = session.execute(query.order_by(t.at.desc(), t.batch))
    return [Batch(r.district, r.batch, r.school, r.name, r.at, r.by) for r in rows]


def uploads(session: Session, where: Scope, batch: str) -> list[Upload]:
    """The files of a batch in their order."""
    t = tables.upload.c
    query = select(tables.upload).where(t.district == where.district, t.batch == batch).order_by(t.file)
    return [Upload(row.file, row.name, row.content) for row in session.execute(query)]


def add_scans(session: Session, where: Scope, batch: str, scans: Iterable[Scan]) -> None:
    """Keep pictures of a batch."""
    shared: dict[str, Any] = {"district": where.district, "batch": batch}
    rows = [
        shared | {"file": s.file, "position": s.index, "scan": s.scan, "problem": s.problem, "member": s.member}
        for s in scans
    ]
    keep(session, tables.scan, rows)


def add_unpacking(session: Session, where: Scope, place: tuple[str, int], at: datetime) -> None:
    """Keep that every picture of a file, by (batch, file), was taken out."""
    batch, file = place
    count = len(positions(session, where, place))
    row = {"district": where.district, "batch": batch, "file": file, "scans": count, "at": at}
    keep(session, tables.unpacking, [row])


def positions(session: Session, where: Scope, place: tuple[str, int]) -> frozenset[int]:
    """Which pictures of a file, by (batch, file), were taken out."""
    t = tables.scan.c
    query = select(t.position).where(t.district == where.district, t.batch == place[0], t.file == place[1])
    return frozenset(session.execute(query).scalars())


def scans(session: Session, where: Scope, batch: str) -> list[Scan]:
    """The pictures of a batch in their order."""
    t = tables.scan.c
    query = select(tables.scan).where(t.district == where.district, t.batch == batch).order_by(t.file, t.position)
    return [Scan(row.file, row.position, row.scan, row.problem, row.member) for row in session.execute(query)]


def add_readings(session: Session, where: Scope, readings: Iterable[Reading]) -> int:
    """Keep readings; one that is there already (same scan, layout and reader) changes nothing. How many were new."""
    return keep(session, tables.reading, [_reading_row(where, reading) for reading in readings])


def seen(session: Session, where: Scope, hashes: Collection[str], reader: str) -> frozenset[str]:
    """Those of the scans that one version of the reader has read."""
    t = tables.reading.c
    query = select(t.scan).where(t.district == where.district, t.scan.in_(hashes), t.reader == reader)
    return frozenset(session.execute(query).scalars())


def readings(session: Session, where: Scope, hashes: Collection[str], reader: str) -> dict[str, Reading]:
    """What one version of the reader saw in each of the scans."""
    t = tables.reading.c
    query = select(tables.reading).where(t.district == where.district, t.scan.in_(hashes), t.reader == reader)
    return {row.scan: _reading(row) for row in session.execute(query)}


def read_of(session: Session, where: Scope, batch: str, reader: str) -> dict[str, Reading]:
    """What one version of the reader saw in each scan of a batch, without the measures."""
    s, r = tables.scan.c, tables.reading.c
    columns = (r.scan, r.layout, r.reader, r.serial, r.page, r.turned, r.problem, r.at)
    same = and_(r.district == s.district, r.scan == s.scan, r.reader == reader)
    query = select(*columns).select_from(tables.scan.join(tables.reading, same))
    rows = session.execute(query.where(s.district == where.district, s.batch == batch))
    return {
        r.scan: Reading(r.scan, r.layout or None, r.reader, r.serial, r.page, r.turned, r.problem, None, (), r.at)
        for r in rows
    }


def packed(session: Session, where: Scope, serials: Collection[str], reader: str) -> Sequence[Row[Any]]:
    """The readings without a problem of forms: scan, serial, page, moment, and their measures unopened, as `packed`."""
    t = tables.reading.c
    unopened = type_coerce(t.fields, LargeBinary).label("packed")
    query = select(t.scan, t.serial, t.page, t.at, unopened).where(t.district == where.district)
    return session.execute(query.where(t.serial.in_(serials), t.reader == reader, t.problem.is_(None))).all()


def readings_of(session: Session, where: Scope, serials: Collection[str], reader: str) -> Mapping[str, list[Reading]]:
    """The readings without a problem, by serial."""
    t = tables.reading.c
    found: dict[str, list[Reading]] = defaultdict(list)
    query = select(tables.reading).where(
        t.district == where.district, t.serial.in_(serials), t.reader == reader, t.problem.is_(None)
    )
    for row in session.execute(query):
        found[row.serial].append(_reading(row))
    return found


def _reading_row(where: Scope, reading: Reading) -> dict[str, Any]:
    return {
        "district": where.district,
        "scan": reading.scan,
        "layout": reading.layout or "",
        "reader": reading.reader,
        "serial": reading.serial,
        "page": reading.page,
        "turned": reading.turned,
        "problem": reading.problem,
        "place": list(reading.place) if reading.place else None,
        "fields": reading.fields,
        "at": reading.at,
    }


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        scan=row.scan,
        layout=row.layout or None,
        reader=row.reader,
        serial=row.serial,
        page=row.page,
        turned=row.turned,
        problem=row.problem,
        place=tuple(row.place) if row.place else None,
        fields=row.fields,
        at=row.at,
    )
