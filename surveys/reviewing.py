"""Reviewing: people see what a machine would have to guess, and rule on it; every ruling is kept with who and when.

They ask by a scan's hash, never by a serial, which stands on the sheet and beside a name (decision 14).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paper import Layout, overlay
from paper.layout import from_json
from paper.picture import decode
from paper.read import READER_VERSION
from paper.read import Measure as SeenMeasure
from paper.read import Reading as Seen
from surveys.core import review
from surveys.core.access import Account, Action, Scope, demand
from surveys.core.refusals import Conflict, NotFound
from surveys.core.review import Decision, Waiting
from surveys.core.sheets import Form, Reading, Ruling, Sheet, standing
from surveys.core.stamp import Stamp
from surveys.store import papers, scans, tickets
from surveys.store.activity import note_by
from surveys.store.database import Session
from surveys.store.objects import Objects
from surveys.store.sheets import came_back, layouts_of, of_window


@dataclass(frozen=True)
class Trace:
    """Everything that an answer on paper rests on: the sheet, its layout, what was measured, and every ruling."""

    sheet: Sheet
    layout: Mapping[str, Any]
    readings: tuple[Reading, ...]
    rulings: tuple[Ruling, ...]


def doubts(session: Session, by: Account, where: Scope, window: str) -> list[Waiting]:
    """What waits for a person in a place, page by page."""
    demand(by, Action.REVIEW, where)
    came = of_window(session, where, window, READER_VERSION)
    return review.waiting(came, layouts_of(session, where, came))


def rule(session: Session, by: Account, decision: Decision, stamp: Stamp) -> Ruling:
    """Keep a person's decision on one question of a sheet; the newest one stands. NotAnAnswer when it cannot be one."""
    form, _ = _seen_on(session, by, decision.scan)
    layouts = papers.layouts(session, Scope(form.district), {form.layout})
    review.check(decision, layouts[form.layout])
    return _keep_ruling(session, by, (form, decision), stamp, withdrawn=False)


def undo(session: Session, by: Account, scan: str, question: str, stamp: Stamp) -> Ruling:
    """Take the standing ruling on a question back: it waits again. Conflict when there is none."""
    form, _ = _seen_on(session, by, scan)
    rulings = scans.rulings_of(session, Scope(form.district), {form.serial}).get(form.serial, [])
    if question not in standing(rulings):
        raise Conflict(f"{question}: there is no ruling to take back")
    return _keep_ruling(session, by, (form, Decision(scan, question)), stamp, withdrawn=True)


def crop(session: Session, objects: Objects, by: Account, scan: str, question: str) -> bytes:
    """The picture of one question on a scan, upright, as PNG."""
    form, reading = _seen_on(session, by, scan)
    if question not in {measure.question for measure in reading.fields}:
        raise NotFound(f"{question}: no such question on this page")
    return overlay.crop(*_evidence(session, objects, form, reading), question)


def page(session: Session, objects: Objects, by: Account, scan: str) -> bytes:
    """The questions of a scan, upright, with the reading drawn on them, as PNG."""
    return overlay.page(*_evidence(session, objects, *_seen_on(session, by, scan)))


def trace(session: Session, by: Account, scan: str) -> Trace:
    """The sheet that a scan shows a page of, from each answer to its measures, rulings and scans."""
    form, _ = _seen_on(session, by, scan)
    where, serial = Scope(form.district), form.serial
    came = came_back(session, where, {serial: form}, READER_VERSION)
    return Trace(
        sheet=came[0],
        layout=layouts_of(session, where, came)[form.layout],
        readings=tuple(scans.readings_of(session, where, {serial}, READER_VERSION)[serial]),
        rulings=tuple(scans.rulings_of(session, where, {serial}).get(serial, ())),
    )


def _seen_on(session: Session, by: Account, scan: str) -> tuple[Form, Reading]:
    """The form that a scan in the account's district shows, once the account may review in its school, and how."""
    where = Scope(by.scope.district)
    reading = scans.readings(session, where, {scan}, READER_VERSION).get(scan)
    serial = reading.serial if reading and not reading.problem else None
    form = papers.by_serials(session, where, {serial}).get(serial) if serial else None
    if reading is None or form is None:
        raise NotFound("no such picture of a sheet here")
    ticket = tickets.ticket(session, where, form.window, form.ticket)
    demand(by, Action.REVIEW, Scope(form.district, ticket.school))
    return form, reading


def _keep_ruling(session: Session, by: Account, given: tuple[Form, Decision], stamp: Stamp, withdrawn: bool) -> Ruling:
    where = Scope(by.scope.district)
    form, decision = given
    ruling = Ruling(
        serial=form.serial,
        question=decision.question,
        number=scans.next_ruling(session, where, form.serial, decision.question),
        options=decision.options,
        text=decision.text,
        withdrawn=withdrawn,
        at=stamp.now,
        by=by.id,
    )
    scans.add_ruling(session, where, ruling)
    kind = "ruling taken back" if withdrawn else "ruling given"
    note_by(session, by, stamp, (kind, form.serial, {"question": decision.question}))
    return ruling


def _evidence(session: Session, objects: Objects, form: Form, reading: Reading) -> tuple[Any, Seen, Layout]:
    """The whole picture of a scan, its reading and its layout."""
    grey, _ = decode(objects.fetch("scans", reading.scan))
    layout = from_json(papers.layouts(session, Scope(form.district), {form.layout})[form.layout])
    return grey, _seen(reading), layout


def _seen(reading: Reading) -> Seen:
    return Seen(
        source="",
        index=None,
        scan=reading.scan,
        layout=reading.layout,
        serial=reading.serial,
        page=reading.page,
        turned=reading.turned,
        fields=tuple(SeenMeasure(m.question, m.ink, m.match, m.disturbed) for m in reading.fields),
        place=reading.place,
    )
