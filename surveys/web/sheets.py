"""Sheets: from an answer on paper back to its picture, its ink and whoever ruled on it.

A sheet is asked for by the hash of a scan of it. Neither its serial nor its place in the window is shown (decision 14).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response

from surveys import judging, reviewing
from surveys.core.instrument import Question, Survey
from surveys.core.marking import Mark, Thresholds, marks
from surveys.core.sheets import Found, Ruling, fields, measured, standing
from surveys.reviewing import Trace
from surveys.store import places
from surveys.web import staffroom
from surveys.web.parts import house
from surveys.web.staffroom import account, page

blueprint = Blueprint("sheets", __name__, url_prefix="/sheets")

A_WHILE = "private, max-age=600"  # so that the next picture is there before it is asked for


@dataclass(frozen=True)
class Ink:
    """One bubble of a question: its option as printed, the ink found in it (percent), and what that amounts to."""

    option: str
    percent: float
    mark: Mark
    disturbed: bool


@dataclass(frozen=True)
class Line:
    """One question of a sheet: what was found, how much ink in each bubble, and every ruling, oldest first."""

    question: Question
    found: Found
    ink: tuple[Ink, ...]
    rulings: tuple[Ruling, ...]
    standing: Ruling | None

    @property
    def answer(self) -> str:
        """What counts, in words."""
        return answered(self.question, self.found)


@blueprint.get("/<scan>")
def sheet(scan: str) -> str:
    """One sheet from its answers back to the ink."""
    with house().database.reading() as session:
        trace = reviewing.trace(session, account(), scan)
        judged_by = judging.standing(session, account())
        window, _ = staffroom.window_and_schools(session, trace.sheet.form.window)
        survey = house().survey(session, window.survey, window.version)
        names = {held.id: held.name for held in places.accounts(session, account().scope)}
    return page(
        "review/sheet.html",
        window=window,
        trace=trace,
        lines=lines(trace, survey, judged_by),
        names=names,
        thresholds=judged_by,
        answered=answered,
        locale=house().locales[str(trace.layout["locale"])],
    )


@blueprint.get("/<scan>/<question>.png")
def crop(scan: str, question: str) -> Response:
    """The picture of one answer, upright."""
    with house().database.reading() as session:
        return _png(reviewing.crop(session, house().objects, account(), scan, question))


@blueprint.get("/pages/<scan>.png")
def whole(scan: str) -> Response:
    """All questions of a page with what was measured drawn on them."""
    with house().database.reading() as session:
        return _png(reviewing.page(session, house().objects, account(), scan))


def lines(trace: Trace, survey: Survey, thresholds: Thresholds) -> list[Line]:
    """Every question that the sheet asks and that came back, in the survey's order."""
    asked = fields(trace.layout)
    return [
        Line(
            question=question,
            found=trace.sheet.found[question.id],
            ink=_ink(trace, question.id, thresholds),
            rulings=tuple(ruling for ruling in trace.rulings if ruling.question == question.id),
            standing=standing(trace.rulings).get(question.id),
        )
        for question in survey.questions
        if question.id in asked and question.id in trace.sheet.found
    ]


def _ink(trace: Trace, question: str, thresholds: Thresholds) -> tuple[Ink, ...]:
    """What was measured in the scan that the answer rests on."""
    seen = trace.sheet.found[question].scan
    measure = next(m for r in trace.readings if r.scan == seen for m in r.fields if m.question == question)
    field = measured(fields(trace.layout)[question], measure)
    if not field.options:  # a text box: one measure, no bubble
        return ()
    return tuple(
        Ink(option, 100 * ink, mark, crossed)
        for option, ink, mark, crossed in zip(
            field.options, field.ink, marks(field, thresholds), field.disturbed, strict=True
        )
    )


def answered(question: Question, seen: Found | Ruling) -> str:
    """What an answer says, in words; a number as it stands, nothing where it was left blank."""
    texts = {option.id: option.text for option in question.options}
    return seen.text or ", ".join(texts.get(option, option) for option in seen.options)


def _png(png: bytes) -> Response:
    return Response(png, mimetype="image/png", headers={"Cache-Control": A_WHILE})
