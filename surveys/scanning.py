"""Scanning: files from any copier become pictures, pictures readings, and readings the answers and doubts of sheets.

Every picture that came in is accounted for. What takes long (taking pictures out, reading them) needs no writing
session: an edge does it first and keeps its facts after, so that nobody waits for a lock meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Any

from paper import BadLayout, Layout, overlay
from paper.layout import from_json
from paper.litter import is_litter as is_litter  # what an edge need not send
from paper.load import pictures
from paper.picture import Mine, Picture, Unreadable, broken, decode
from paper.process import prepare as prepare  # for a process that will read many
from paper.read import READER_VERSION, read
from paper.read import Reading as Seen
from surveys.core import accounting
from surveys.core.access import Account, Action, Scope, demand
from surveys.core.accounting import Accounting, Dead, Entry, Progress
from surveys.core.instrument import Survey
from surveys.core.people import Window
from surveys.core.records import record
from surveys.core.refusals import BadFile, Conflict, NotFound
from surveys.core.responses import Mode, Response
from surveys.core.sheets import Batch, Form, Measure, Outcome, Reading, Scan, Upload, response
from surveys.core.stamp import Stamp
from surveys.store import doors, papers, pending, scans, thresholds, tickets
from surveys.store.activity import note_by
from surveys.store.database import Session
from surveys.store.objects import Objects
from surveys.store.pending import Backlog, Left
from surveys.store.progress import of_batch as progress_of
from surveys.store.sheets import in_brief, layouts_of, of_window

Finder = Callable[[str], Layout | None]
Layouts = dict[str, Layout]  # by hash, which says all there is in one: they may be kept from task to task
LONGEST_NAME = 60  # characters of a file's name: at most 240 bytes
LAYOUTS = 100  # kept at most: some ten megabytes
UPLOADS, SCANS = "uploads", "scans"  # shelves of the store
TIMEOUT = "timeout"  # the problem of what takes too long, or takes its process down


@dataclass(frozen=True)
class Loose:
    """Layouts from files, for reading without a database: by the serials of the forms printed with them."""

    layouts: Mapping[str, Layout]
    contents: Mapping[str, Mapping[str, Any]]  # by the layout's hash

    def find(self, serial: str) -> Layout | None:
        return self.layouts.get(serial)


def loose(files: Mapping[str, bytes]) -> Loose:
    """The layouts and forms in `layout.json` files, by file name; BadFile names the file and the cure."""
    layouts: dict[str, Layout] = {}
    contents: dict[str, Mapping[str, Any]] = {}
    first: dict[str, str] = {}
    for name, data in files.items():
        layout, serials = _layout_in(name, data)
        twice = next((serial for serial in serials if serial in first), None)
        if twice:
            raise BadFile(f"{name}: holds the form {twice}, as {first[twice]} does; give one file for each form")
        first |= dict.fromkeys(serials, name)
        contents[layout.digest] = layout.to_json()
        layouts |= dict.fromkeys(serials, layout)
    return Loose(layouts, contents)


def _layout_in(name: str, data: bytes) -> tuple[Layout, list[str]]:
    """The layout in a file, and the serials of the forms printed with it."""
    cure = "give the layout.json that homeroom print wrote"
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{name}: is not JSON; {cure}") from error
    if not isinstance(content, dict):
        raise BadFile(f"{name}: is JSON, but no object; {cure}")
    try:
        return from_json(content), [str(form["serial"]) for form in content["forms"]]
    except BadLayout as error:
        raise BadFile(f"{name}: {error}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise BadFile(f"{name}: forms: is not a list of forms; {cure}") from error


def open_file(path: Path, source: str, mine: Mine) -> Iterator[Picture]:
    """The pictures of a file in order, one at a time, but for those that `mine` leaves to others."""
    return pictures(path, source, mine)


def read_loose(picture: Picture, known: Loose, now: datetime) -> dict[str, Any]:
    """The JSON line of one picture (docs/formats.md)."""
    seen = read(picture, known.find)
    return record((picture.source, picture.index), _reading(seen, now), known.contents.get(seen.layout or ""))


def given_up(source: str, index: int | None, problem: str, now: datetime) -> dict[str, Any]:
    """The JSON line of a picture that took too long, or its process with it."""
    return read_loose(broken(source, index, problem), Loose({}, {}), now)


def plain_name(given: str) -> str:
    """A file's name as it can be kept and made again on any disk: the end of it, where its kind stands."""
    return "".join(letter for letter in given if letter.isprintable())[-LONGEST_NAME:]


def keep_files(objects: Objects, files: Sequence[tuple[str, IO[bytes]]]) -> list[Upload]:
    """The files of a batch (name, open file), kept whole; before the transaction that receives them."""
    kept = [Upload(number, name, objects.put_file(UPLOADS, file)) for number, (name, file) in enumerate(files, start=1)]
    objects.settle()
    return kept


def receive(session: Session, by: Account, batch: Batch, uploads: Sequence[Upload], stamp: Stamp) -> Batch:
    """Keep a batch; from the commit on it is pending work, whatever becomes of the queue."""
    demand(by, Action.SCAN, Scope(batch.district, batch.school))
    thresholds.pin(session, Scope(batch.district), READER_VERSION, stamp.now)
    scans.add_batch(session, batch, uploads)
    note_by(session, by, stamp, ("batch received", batch.id, {"files": len(uploads)}))
    return batch


def files_to_unpack(session: Session, by: Account) -> list[tuple[str, int]]:
    """The files of the account's district, by (batch, place), that pictures are still to be taken out of."""
    demand(by, Action.READ, by.scope)
    return pending.files(session, by.scope)


def left(session: Session, by: Account) -> Left:
    """The pictures of the account's district that are still to be read, and the files that are read to the end."""
    demand(by, Action.READ, by.scope)
    return pending.left(session, by.scope, READER_VERSION)


def backlog(session: Session, by: Account) -> Backlog:
    """How much is pending in the account's district."""
    demand(by, Action.READ, by.scope)
    return pending.backlog(session, by.scope, READER_VERSION)


def demand_read(session: Session, by: Account) -> None:
    """Conflict while scans of the account's district wait for the machine: a result made now would leave them out."""
    demand(by, Action.RELEASE, by.scope)
    files = len(pending.files(session, by.scope))
    pages = len(pending.left(session, by.scope, READER_VERSION).scans)
    if files or pages:
        waiting = f"{files} files to open and {pages} pages to read"
        raise Conflict(f"scans are still being read ({waiting}); release when the batch pages say that all is read")


def finish(session: Session, by: Account, places: Sequence[tuple[str, int]], now: datetime) -> None:
    """Note that files are read to the end: nobody looks into them for work again, but a newer reader."""
    demand(by, Action.READ, by.scope)
    pending.finish(session, by.scope, places, (now, READER_VERSION))


def upload(session: Session, by: Account, batch: str, file: int) -> Upload:
    """One file of a batch; NotFound when the batch has none at that place."""
    demand(by, Action.READ, by.scope)
    for found in scans.uploads(session, by.scope, batch):
        if found.file == file:
            return found
    raise NotFound(f"{batch}: no file {file} in this batch")


def unpack(objects: Objects, file: Upload, done: Collection[int] = ()) -> Iterator[Scan]:
    """The pictures of one file but those at `done` places, each kept by its hash as it comes. Needs no session.

    Nothing is decoded: whether a picture is any good is for the reader to tell.
    """

    def mine(_: str, index: int | None) -> bool:
        return (index or 0) not in done

    with objects.opened(UPLOADS, file.content) as path:
        for picture in pictures(path, file.name, mine, decoded=False):
            yield _taken(objects, file, picture)
    objects.let_go(UPLOADS, file.content)


def unpacked(session: Session, by: Account, place: tuple[str, int]) -> frozenset[int]:
    """The places of the pictures of a file, by (batch, file), that were taken out of it before."""
    demand(by, Action.READ, by.scope)
    return scans.positions(session, by.scope, place)


def keep_scans(session: Session, by: Account, batch: str, found: Sequence[Scan]) -> None:
    """Keep what `unpack` found in a file, or a part of it."""
    demand(by, Action.READ, by.scope)
    scans.add_scans(session, by.scope, batch, found)


def keep_unpacking(session: Session, by: Account, place: tuple[str, int], now: datetime) -> None:
    """Keep that nothing is left to take out of a file, by (batch, file): after all that `unpack` found was kept."""
    demand(by, Action.READ, by.scope)
    scans.add_unpacking(session, by.scope, place, now)


def unread(session: Session, by: Account, hashes: Collection[str]) -> list[str]:
    """Those of the scans that this version of the reader has not read, each once."""
    demand(by, Action.READ, by.scope)
    done = scans.seen(session, by.scope, hashes, READER_VERSION)
    return [name for name in dict.fromkeys(hashes) if name not in done]


def finder(session: Session, by: Account, known: Layouts) -> Finder:
    """Serials to layouts within the account's district: a form of another one is a stranger's. Adds to `known`."""
    demand(by, Action.READ, by.scope)
    where = Scope(by.scope.district)

    @cache
    def find(serial: str) -> Layout | None:
        layout = papers.layout_of(session, where, serial)
        if layout is None:
            return None
        if layout not in known:
            if len(known) >= LAYOUTS:
                known.clear()
            known[layout] = from_json(papers.layouts(session, where, {layout})[layout])
        return known[layout]

    return find


def read_scan(objects: Objects, find: Finder, scan: str, now: datetime) -> Reading:
    """What the machine sees in one scan. Slow; writes nothing."""
    seen = _reading(read(_picture(objects, scan), find), now)
    objects.let_go(SCANS, scan)
    return seen


def give_up(scan: str, now: datetime) -> Reading:
    """The reading of a scan that no process got through."""
    return _reading(Seen("", None, scan, problem=TIMEOUT), now)


def keep_readings(session: Session, by: Account, readings: Sequence[Reading]) -> int:
    """Keep readings, problems included; how many were new. Keeping one again changes nothing."""
    demand(by, Action.READ, by.scope)
    return scans.add_readings(session, by.scope, readings)


def batches(session: Session, by: Account, where: Scope) -> list[Batch]:
    """The batches of a place, newest first."""
    demand(by, Action.SCAN, where)
    return scans.batches(session, where)


def account(session: Session, by: Account, where: Scope, batch: str) -> Accounting:
    """What became of every picture of a batch."""
    demand(by, Action.SCAN, where)
    scans.batch(session, where, batch)
    found = scans.scans(session, where, batch)
    readings = scans.read_of(session, where, batch, READER_VERSION)
    serials = {reading.serial for reading in readings.values() if reading.serial and not reading.problem}
    forms = papers.by_serials(session, where, serials)
    dead = Dead(papers.replaced(session, where, serials), _withdrawn(session, where, forms))
    living = {serial: form for serial, form in forms.items() if serial not in dead.replaced}
    sheets = in_brief(session, where, living, READER_VERSION)
    files = sum(name == batch for name, _ in pending.files(session, where))
    return accounting.account(found, readings, sheets, dead, files)


def answered_twice(session: Session, by: Account, where: Scope, told: Accounting) -> list[tuple[Entry, Mode]]:
    """A picture of each sheet of a batch whose child answered online as well, and the door that counts (decision 4)."""
    demand(by, Action.SCAN, where)
    kept = (Outcome.READ, Outcome.WAITING)
    first = {e.serial: e for e in reversed(told.entries) if e.serial and e.outcome in kept}
    found = doors.answered_twice(session, Scope(where.district), first, READER_VERSION)
    return [(entry, found[serial]) for serial, entry in reversed(first.items()) if serial in found]


def progress(session: Session, by: Account, where: Scope, batch: str) -> Progress:
    """How far a batch has come; quick, and looks into no page."""
    demand(by, Action.SCAN, where)
    return progress_of(session, scans.batch(session, where, batch), READER_VERSION)


def picture(session: Session, objects: Objects, by: Account, where: Scope, place: tuple[str, int, int]) -> bytes:
    """A small picture of a page that could not be read, as PNG; `place` is (batch, file, index).

    Of no other: where a page lay in the stack tells whose it is, and the review desk shows its answers (decision 14).
    """
    demand(by, Action.SCAN, where)
    batch, file, index = place
    scans.batch(session, where, batch)
    for scan in scans.scans(session, where, batch):
        if (scan.file, scan.index) == (file, index) and scan.scan and _unread(session, where, scan.scan):
            grey = _picture(objects, scan.scan).grey
            if grey is not None:
                return overlay.plain(grey)
    raise NotFound(f"{batch}: no picture {index} in file {file} that could not be read")


def responses(session: Session, where: Scope, window: Window, survey: Survey) -> dict[str, list[Response]]:
    """The paper responses of a window by ticket; a page that never came is left blank."""
    came = of_window(session, where, window.id, READER_VERSION)
    layouts = layouts_of(session, where, came)
    return {sheet.form.ticket: [response(sheet, survey, str(layouts[sheet.form.layout]["locale"]))] for sheet in came}


def _taken(objects: Objects, file: Upload, picture: Picture) -> Scan:
    member = plain_name(picture.member) if picture.member else None
    if picture.problem or not picture.data:
        return Scan(file.file, picture.index or 0, None, picture.problem or "damaged", member)
    kept = objects.put(SCANS, picture.data, picture.scan)
    return Scan(file.file, picture.index or 0, kept, None, member)


def _picture(objects: Objects, scan: str) -> Picture:
    """A kept picture, decoded for the reader."""
    data = objects.fetch(SCANS, scan)
    try:
        grey, reduced = decode(data, full=False)
    except Unreadable as error:
        return Picture(scan, 1, scan, None, None, b"", error.problem)
    return Picture(scan, 1, scan, grey, None, data, None, reduced)


def _reading(seen: Seen, now: datetime) -> Reading:
    return Reading(
        scan=seen.scan,
        layout=seen.layout,
        reader=READER_VERSION,
        serial=seen.serial,
        page=seen.page,
        turned=seen.turned,
        problem=seen.problem,
        place=seen.place,
        fields=tuple(Measure(m.question, m.ink, m.match, m.disturbed) for m in seen.fields),
        at=now,
    )


def _unread(session: Session, where: Scope, scan: str) -> bool:
    reading = scans.readings(session, where, {scan}, READER_VERSION).get(scan)
    return bool(reading and reading.problem)


def _withdrawn(session: Session, where: Scope, forms: Mapping[str, Form]) -> frozenset[str]:
    """Those of the serials whose ticket was taken out of its window."""
    gone = {window: tickets.withdrawn(session, where, window) for window in {form.window for form in forms.values()}}
    return frozenset(serial for serial, form in forms.items() if form.ticket in gone[form.window])
