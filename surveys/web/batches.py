"""Batches: upload what a copier scanned, watch it being read, and see what is wrong with which page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from surveys import judging, scanning
from surveys.core.access import Action, Scope, demand
from surveys.core.accounting import Accounting, Entry, Progress, Read, Span, Stage
from surveys.core.people import School
from surveys.core.sheets import Batch, Outcome
from surveys.judging import Reread
from surveys.store import papers, places, releases, scans
from surveys.store.database import Session
from surveys.web import staffroom
from surveys.web.parts import house
from surveys.web.staffroom import LARGEST_UPLOAD, account, page, words

blueprint = Blueprint("batches", __name__, url_prefix="/batches")

SHOWN = 24  # pictures shown of one cause; the rest are counted
NAMED = frozenset(
    {
        "no-tag",
        "bad-check",
        "foreign",
        "not-aligned",
        "damaged",
        "encrypted",
        "too-big",
        "timeout",
        "replaced",
        "withdrawn",
    }
)


STOPPED = (Outcome.REFUSED, Outcome.WAITING)


@dataclass(frozen=True)
class Cause:
    """Pages of a batch with the same trouble: what it is called, what to do, how far they came, and where they lie."""

    code: str
    entries: tuple[Entry, ...]

    @property
    def stage(self) -> Stage:
        return self.entries[0].stage

    @property
    def shown(self) -> tuple[Entry, ...]:
        return self.entries[:SHOWN]

    @property
    def more(self) -> int:
        return max(len(self.entries) - SHOWN, 0)


@blueprint.get("/")
def overview() -> str:
    """The batches of a place, newest first, and the door to send another."""
    return _overview()


@blueprint.post("/")
def send() -> ResponseReturnValue:
    """Keep the files of a batch and have them read; the page that follows shows how it goes."""
    demand(account(), Action.SCAN, account().scope)  # before anything is kept
    sent = [file for file in request.files.getlist("files") if file.filename and not scanning.is_litter(file.filename)]
    files = [(scanning.plain_name(file.filename or "") or "scan", file.stream) for file in sent]
    if not files:
        return _overview(problem=words("review.upload.none")), 422
    stamp, mine = house().stamp(), account().scope
    with house().database.reading() as reading:
        school = mine.school or _known(places.schools(reading, mine), request.form.get("school", ""))
    uploads = scanning.keep_files(house().objects, files)
    name = request.form.get("name", "").strip() or files[0][0]
    batch = Batch(mine.district, stamp.new_id(), school, name[:200], stamp.now, account().id)
    with house().database.writing() as session:
        scanning.receive(session, account(), batch, uploads, stamp)
    house().queue(mine.district)
    return redirect(url_for("review.batches.batch", batch=batch.id), 303)


@blueprint.get("/<batch>")
def batch(batch: str) -> str:
    """A batch with its accounting line, its stages, and its troubles, grouped by cause."""
    return page("review/batch.html", **_batch(batch))


@blueprint.get("/<batch>/live")
def live(batch: str) -> str:
    """The part of the page that changes while a batch is read."""
    return page("review/_account.html", **_batch(batch))


@blueprint.post("/<batch>/again")
def again(batch: str) -> ResponseReturnValue:
    """Have read what this version of the reader has not read. What it has read stays as it is."""
    mine = account().scope
    with house().database.reading() as session:
        scanning.progress(session, account(), mine, batch)
    house().queue(mine.district)
    return redirect(url_for("review.batches.batch", batch=batch, again=1), 303)


@blueprint.get("/<batch>/pictures/<int:file>/<int:index>.png")
def picture(batch: str, file: int, index: int) -> Response:
    """A page as it came out of the scanner."""
    with house().database.reading() as session:
        png = scanning.picture(session, house().objects, account(), account().scope, (batch, file, index))
    return Response(png, mimetype="image/png", headers={"Cache-Control": "private, max-age=3600"})


def _overview(problem: str = "") -> str:
    mine = account().scope
    with house().database.reading() as session:
        found = scanning.batches(session, account(), mine)
        schools = places.schools(session, mine)
        shared = {"clock": staffroom.clock(session), "names": _names(session)}
    chosen = mine.school or _known(schools, request.values.get("school", ""))
    shown = {"batches": found, "schools": schools, "chosen": chosen, "problem": problem, "largest": LARGEST_UPLOAD}
    return page("review/batches.html", **shown, **shared)


def _names(session: Session) -> dict[str, str]:
    return {held.id: held.name for held in places.accounts(session, account().scope)}


def _known(schools: Mapping[str, School], name: str) -> str | None:
    return name if name in schools else None


def _batch(name: str) -> dict[str, Any]:
    """How far a batch has come, and once nothing waits for a machine what became of its pages."""
    mine = account().scope
    with house().database.reading() as session:
        far = scanning.progress(session, account(), mine, name)
        judged_by = judging.standing(session, account())
        shared = {
            "batch": scans.batch(session, mine, name),
            "far": far,
            "clock": staffroom.clock(session),
            "names": _names(session),
            "seconds_left": far.seconds_left(house().stamp().now),
            "again": "again" in request.args,
            "since": Span,
            "thresholds": judged_by.version,
        }
        return shared | (_settled(session, mine, name, far) if far.settled else {"told": None})


def _reread(session: Session, mine: Scope, name: str, far: Progress) -> list[tuple[Read, Reread]]:
    """What older readers had read of the same pictures, and how the present one differs."""
    return [(read, judging.reread(session, account(), mine, name, read.reader)) for read in far.earlier]


def _settled(session: Session, mine: Scope, name: str, far: Progress) -> dict[str, Any]:
    started = perf_counter()
    told = scanning.account(session, account(), mine, name)
    windows = _windows(session, mine, told)
    return {
        "told": told,
        "twice": scanning.answered_twice(session, account(), mine, told),
        "judging": perf_counter() - started,
        "reread": _reread(session, mine, name, far),
        "files": {upload.file: upload.name for upload in scans.uploads(session, mine, name)},
        "windows": windows,
        "released": _released(session, mine, windows),
        "refused": causes(told, Outcome.REFUSED),
        "waiting": causes(told, Outcome.WAITING),
        "stopped": Counter(str(entry.stage) for entry in told.entries if entry.outcome in STOPPED),
        "dirty": sum("disturbed" in entry.reason for entry in told.entries),
    }


def _released(session: Session, mine: Scope, windows: Sequence[str]) -> datetime | None:
    """When the results of the windows were last released; None while one of them was not."""
    found = [releases.latest(session, Scope(mine.district), window) for window in windows]
    moments = [release.at for release in found if release]
    return min(moments) if moments and len(moments) == len(windows) else None


def causes(told: Accounting, outcome: Outcome) -> list[Cause]:
    """The pages with one outcome by their reason, the most frequent first."""
    grouped: dict[tuple[str, Stage], list[Entry]] = defaultdict(list)
    for entry in told.entries:
        if entry.outcome is outcome:
            known = entry.reason in NAMED or outcome is Outcome.WAITING
            grouped[entry.reason if known else "other", entry.stage].append(entry)
    found = [Cause(code, tuple(entries)) for (code, _), entries in grouped.items()]
    return sorted(found, key=lambda cause: (-len(cause.entries), cause.code))


def _windows(session: Session, where: Scope, told: Accounting) -> list[str]:
    """The windows that the sheets of a batch belong to."""
    serials = {entry.serial for entry in told.entries if entry.serial}
    forms = papers.by_serials(session, Scope(where.district), sorted(serials)[:SHOWN])
    return sorted({form.window for form in forms.values()})
