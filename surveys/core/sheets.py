"""Form, Batch, Scan, Reading, Ruling, and the line from the readings of a form to its answers and doubts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from surveys.core.instrument import Kind, Survey
from surveys.core.marking import DEFAULT, Judged, Measured, Thresholds, judge
from surveys.core.responses import Answer, Mode, Response

COPIES = "copies"  # two scans of one page say different things: perhaps a copied sheet


@dataclass(frozen=True)
class Form:
    """One printed copy for one ticket. `composed` names the static pages it was drawn from."""

    district: str
    serial: str
    window: str
    ticket: str
    generation: int
    layout: str
    composed: str


@dataclass(frozen=True)
class Batch:
    """One upload from a scanner; `school` None when a district sent it."""

    district: str
    id: str
    school: str | None
    name: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Upload:
    """One file of a batch, kept whole by the hash of its bytes."""

    file: int
    name: str
    content: str


@dataclass(frozen=True)
class Scan:
    """One picture of a batch: in which file, at which place (from 1; 0 when the file could not be opened).

    `scan` is the hash its bytes are kept by, None when there is no picture to keep; then `problem` says why.
    `member` is the name of the file in a ZIP that it came in.
    """

    file: int
    index: int
    scan: str | None
    problem: str | None
    member: str | None = None


@dataclass(frozen=True)
class Measure:
    """What the reader measured for one question, in the layout's bubble order."""

    question: str
    ink: tuple[float, ...]
    match: tuple[float, ...]
    disturbed: tuple[bool, ...]


@dataclass(frozen=True)
class Reading:
    """What one version of the reader saw in one scan. `place` maps page mm to pixels of the picture."""

    scan: str
    layout: str | None
    reader: str
    serial: str | None
    page: int | None
    turned: int
    problem: str | None
    place: tuple[float, ...] | None
    fields: tuple[Measure, ...]
    at: datetime


@dataclass(frozen=True)
class Ruling:
    """A person's decision on a doubt: options, or a text; `withdrawn` takes the one before it back.

    `blind` tells what a second person saw who did not know the first one's ruling: it settles nothing. `turn` is the
    turn at the desk that it was given in.
    """

    serial: str
    question: str
    number: int
    options: tuple[str, ...]
    text: str
    withdrawn: bool
    at: datetime
    by: str
    blind: bool = False
    turn: str | None = None


class Outcome(StrEnum):
    """What became of one scan: a batch's scans are the sum of these."""

    READ = "read"
    WAITING = "waiting"
    REFUSED = "refused"
    BLANK = "blank"
    PENDING = "pending"  # not read yet


@dataclass(frozen=True)
class Found:
    """One question of a form: its answer, or its doubt, with the scan it was seen on.

    `ruled` when a person decided; `was` is the doubt that they settled."""

    question: str
    options: tuple[str, ...]
    text: str
    doubt: str | None
    scan: str
    page: int
    ruled: bool = False
    was: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A form as it came back: what was found for each question, and the pages that never came."""

    form: Form
    found: Mapping[str, Found]
    missing: tuple[int, ...]
    at: datetime

    @property
    def doubts(self) -> list[Found]:
        return [found for found in self.found.values() if found.doubt]


def assemble(
    form: Form,
    layout: Mapping[str, Any],
    readings: Sequence[Reading],
    rulings: Iterable[Ruling] = (),
    thresholds: Thresholds = DEFAULT,
) -> Sheet:
    """A form's answers and doubts from the readings of its pages (none with a problem) and the rulings on it.

    `layout` is the form's layout as `layout.json` holds it. Readings of the same page that agree count once; where one
    is in doubt the clear one counts; where two clear ones differ, the question waits for a person.
    """
    asked = fields(layout)
    judged: dict[str, list[Found]] = defaultdict(list)
    for reading in sorted(readings, key=lambda reading: (reading.page or 0, reading.scan)):
        for measure in reading.fields:
            verdict = judge(measured(asked[measure.question], measure), thresholds)
            judged[measure.question].append(_found(verdict, reading))
    found = {question: _settle(several) for question, several in judged.items()}
    for question, ruling in standing(rulings).items():
        if question in found:
            found[question] = _ruled(found[question], ruling)
    there = {reading.page for reading in readings}
    missing = tuple(page["page"] for page in layout["pages"] if page["page"] not in there)
    return Sheet(form, found, missing, max(reading.at for reading in readings))


def response(sheet: Sheet, survey: Survey, locale: str) -> Response:
    """A sheet as the response of its ticket, in the locale it was printed in; doubts are `waiting`."""
    answers = {}
    for question in survey.questions:
        found = sheet.found.get(question.id)
        if found and not found.doubt:
            text = "".join(found.options) if question.kind is Kind.NUMBER else found.text
            options = () if question.kind is Kind.NUMBER else found.options
            answers[question.id] = Answer(options, text, locale)
    waiting = frozenset(found.question for found in sheet.doubts)
    source = sheet.form.serial
    return Response(sheet.form.ticket, Mode.PAPER, source, answers, sheet.at, handed_in=True, waiting=waiting)


def fields(layout: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The fields of a layout, as `layout.json` holds it, by question in reading order."""
    return {field["question"]: field for page in layout["pages"] for field in page["fields"]}


def standing(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """The newest ruling on each question of a form, where it was not taken back, by question."""
    settling = (ruling for ruling in rulings if not ruling.blind)
    newest = {ruling.question: ruling for ruling in sorted(settling, key=lambda ruling: ruling.number)}
    return {question: ruling for question, ruling in newest.items() if not ruling.withdrawn}


def measured(field: Mapping[str, Any], measure: Measure) -> Measured:
    """A measure joined with the meaning its layout gives the bubbles."""
    bubbles = field["bubbles"]
    return Measured(
        question=measure.question,
        kind=field["kind"],
        options=tuple(bubble["option"] for bubble in bubbles),
        ink=measure.ink,
        match=measure.match,
        disturbed=measure.disturbed,
        places=tuple(bubble.get("place", 0) for bubble in bubbles),
        exclusive=exclusive(field),
    )


def exclusive(field: Mapping[str, Any]) -> tuple[str, ...]:
    """The options of a field that go with no other."""
    return tuple(bubble["option"] for bubble in field["bubbles"] if bubble.get("exclusive"))


def _found(verdict: Judged, reading: Reading) -> Found:
    return Found(
        question=verdict.question,
        options=verdict.answer or (),
        text="",
        doubt=verdict.doubt,
        scan=reading.scan,
        page=reading.page or 0,
    )


def _settle(several: Sequence[Found]) -> Found:
    clear = [found for found in several if not found.doubt]
    if not clear:
        return several[-1]
    if len({found.options for found in clear}) == 1:
        return clear[-1]
    last = clear[-1]
    return Found(last.question, (), "", COPIES, last.scan, last.page)


def _ruled(found: Found, ruling: Ruling) -> Found:
    return Found(found.question, ruling.options, ruling.text, None, found.scan, found.page, True, found.doubt)
