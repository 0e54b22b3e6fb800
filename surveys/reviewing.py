"""Reviewing: people see what a machine would have to guess, and rule on it; every ruling is kept with who and when."""

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
    form = _form_to_review(session, by, decision.serial)
    layouts = papers.layouts(session, Scope(form.district), {form.layout})
    review.check(decision, layouts[form.layout])
    return _keep_ruling(session, by, decision, stamp, withdrawn=False)


def undo(session: Session, by: Account, serial: str, question: str, stamp: Stamp) -> Ruling:
    """Take the standing ruling on a question back: it waits again. Conflict when there is none."""
    form = _form_to_review(session, by, serial)
    rulings = scans.rulings_of(session, Scope(form.district), {serial}).get(serial, [])
    if question not in standing(rulings):
        raise Conflict(f"{question}: there is no ruling to take back")
    return _keep_ruling(session, by, Decision(serial, question), stamp, withdrawn=True)


def crop(session: Session, objects: Objects, by: Account, serial: str, question: str) -> bytes:
    """The picture of one question on the scan it was seen on, upright, as PNG."""
    form = _form_to_review(session, by, serial)
    came = came_back(session, Scope(form.district), {serial: form}, READER_VERSION)
    if not came or question not in came[0].found:
        raise NotFound(f"{question}: this sheet has not come back, or has no such question")
    evidence = _evidence(session, objects, form, came[0].found[question].scan)
    return overlay.crop(*evidence, question)


def page(session: Session, objects: Objects, by: Account, serial: str, scan: str) -> bytes:
    """A scan of a sheet, upright, with the reading drawn on it, as PNG."""
    form = _form_to_review(session, by, serial)
    return overlay.page(*_evidence(session, objects, form, scan))


def trace(session: Session, by: Account, serial: str) -> Trace:
    """A sheet that came back, from each answer to its measures, rulings and scans; NotFound when it has not."""
    form = _form_to_review(session, by, serial)
    where = Scope(form.district)
    came = came_back(session, where, {serial: form}, READER_VERSION)
    if not came:
        raise NotFound(f"{serial}: this sheet has not come back")
    return Trace(
        sheet=came[0],
        layout=layouts_of(session, where, came)[form.layout],
        readings=tuple(scans.readings_of(session, where, {serial}, READER_VERSION)[serial]),
        rulings=tuple(scans.rulings_of(session, where, {serial}).get(serial, ())),
    )


def _form_to_review(session: Session, by: Account, serial: str) -> Form:
    """The form of a serial in the account's district, once the account may review in its school."""
    form = papers.by_serials(session, Scope(by.scope.district), {serial}).get(serial)
    if form is None:
        raise NotFound(f"{serial}: no such sheet here")
    ticket = tickets.ticket(session, Scope(form.district), form.window, form.ticket)
    demand(by, Action.REVIEW, Scope(form.district, ticket.school))
    return form


def _keep_ruling(session: Session, by: Account, decision: Decision, stamp: Stamp, withdrawn: bool) -> Ruling:
    where = Scope(by.scope.district)
    ruling = Ruling(
        serial=decision.serial,
        question=decision.question,
        number=scans.next_ruling(session, where, decision.serial, decision.question),
        options=decision.options,
        text=decision.text,
        withdrawn=withdrawn,
        at=stamp.now,
        by=by.id,
    )
    scans.add_ruling(session, where, ruling)
    kind = "ruling taken back" if withdrawn else "ruling given"
    note_by(session, by, stamp, (kind, decision.serial, {"question": decision.question}))
    return ruling


def _evidence(session: Session, objects: Objects, form: Form, scan: str) -> tuple[Any, Seen, Layout]:
    """The whole picture of a scan, its reading and its layout; NotFound when the scan is not one of the form's."""
    where = Scope(form.district)
    reading = scans.readings(session, where, {scan}, READER_VERSION).get(scan)
    if reading is None or reading.serial != form.serial:
        raise NotFound(f"{scan}: no such scan of this sheet")
    grey, _ = decode(objects.fetch("scans", scan))
    layout = from_json(papers.layouts(session, where, {form.layout})[form.layout])
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
