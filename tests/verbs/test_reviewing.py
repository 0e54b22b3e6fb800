"""What a machine would have to guess waits for a person, who sees the picture and no name, and may think again."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from surveys import reviewing, scanning
from surveys.core.access import Scope
from surveys.core.instrument import Kind
from surveys.core.refusals import Conflict, NotAllowed, NotAnAnswer, NotFound
from surveys.core.responses import Response
from surveys.core.review import Decision
from surveys.core.review import Waiting as Doubtful
from surveys.printing import Printed
from surveys.store import scans
from tests.copier import printed, scanned
from tests.verbs.test_scanning import CLEAR, pdf, take, told
from tests.world import DISTRICT_ADMIN, NOW, OTHER_PRINCIPAL, PLACE, PRINCIPAL, REVIEWER, World, stamp

CEDAR = Scope("lakeview", "cedar")
QUESTION = "feelings-into-words"


@pytest.fixture
def sheet(world: World, tmp_path: Path) -> Printed:
    """A sheet that came back with two marks in one question."""
    with world.house.database.writing() as session:
        pack = printed(session, world, locale="en", class_name="7A")
    mine = next(one for one in pack if one.ticket.school == "cedar")
    take(world, pdf(scanned([mine], [{**CLEAR, QUESTION: ["1", "5"]}], tmp_path)))
    return mine


def waiting(world: World) -> list[Doubtful]:
    with world.house.database.reading() as session:
        return reviewing.doubts(session, REVIEWER, CEDAR, world.window.id)


def response(world: World, sheet: Printed) -> Response:
    with world.house.database.reading() as session:
        return scanning.responses(session, PLACE, world.window, world.survey)[sheet.ticket.id][0]


def rule(world: World, sheet: Printed, options: tuple[str, ...] = ("1",), question: str = QUESTION) -> None:
    with world.house.database.writing() as session:
        reviewing.rule(session, REVIEWER, Decision(sheet.form.serial, question, options), world.house.stamp())


def test_two_marks_wait_with_their_options_and_no_name(world: World, sheet: Printed) -> None:
    (doubt,) = waiting(world)

    assert (doubt.serial, doubt.question, doubt.kind) == (sheet.form.serial, QUESTION, Kind.ONE)
    assert doubt.reason == "two-marks"
    assert doubt.options == ("1", "2", "3", "4", "5")
    assert "Student" not in str(doubt)


def test_a_ruling_settles_the_question_and_the_page(world: World, sheet: Printed) -> None:
    assert QUESTION in response(world, sheet).waiting
    rule(world, sheet, ("5",))

    assert waiting(world) == []
    assert response(world, sheet).answers[QUESTION].options == ("5",)
    assert told(world).line["waiting"] == 0


def test_left_blank_is_a_ruling_too(world: World, sheet: Printed) -> None:
    rule(world, sheet, ())

    assert waiting(world) == []
    assert response(world, sheet).answers[QUESTION].blank


def test_a_ruling_taken_back_waits_again_and_both_are_kept(world: World, sheet: Printed) -> None:
    rule(world, sheet)
    with world.house.database.writing() as session:
        reviewing.undo(session, REVIEWER, sheet.form.serial, QUESTION, stamp())
        with pytest.raises(Conflict):
            reviewing.undo(session, REVIEWER, sheet.form.serial, QUESTION, stamp())
    with world.house.database.reading() as session:
        kept = scans.rulings_of(session, PLACE, {sheet.form.serial})[sheet.form.serial]

    assert len(waiting(world)) == 1
    assert [(ruling.withdrawn, ruling.by) for ruling in kept] == [(False, "rosa"), (True, "rosa")]


def test_the_newest_ruling_stands(world: World, sheet: Printed) -> None:
    rule(world, sheet, ("1",))
    rule(world, sheet, ("5",))

    assert response(world, sheet).answers[QUESTION].options == ("5",)


@pytest.mark.parametrize(
    ("question", "options", "refusal"),
    [(QUESTION, ("9",), NotAnAnswer), (QUESTION, ("1", "2"), NotAnAnswer), ("no-such-question", ("1",), NotFound)],
)
def test_a_ruling_that_cannot_be_an_answer_is_refused(
    world: World, sheet: Printed, question: str, options: tuple[str, ...], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rule(world, sheet, options, question)

    assert len(waiting(world)) == 1


def test_nobody_rules_on_another_schools_sheets(world: World, sheet: Printed) -> None:
    decision = Decision(sheet.form.serial, QUESTION, ("1",))
    with world.house.database.writing() as session:
        with pytest.raises(NotAllowed):
            reviewing.rule(session, OTHER_PRINCIPAL, decision, stamp())
        with pytest.raises(NotAllowed):
            reviewing.crop(session, world.house.objects, OTHER_PRINCIPAL, sheet.form.serial, QUESTION)
        assert reviewing.doubts(session, OTHER_PRINCIPAL, Scope("lakeview", "birch"), world.window.id) == []


def test_a_crop_shows_the_marks_of_one_question(world: World, sheet: Printed) -> None:
    with world.house.database.reading() as session:
        png = reviewing.crop(session, world.house.objects, PRINCIPAL, sheet.form.serial, QUESTION)
        other = reviewing.crop(session, world.house.objects, PRINCIPAL, sheet.form.serial, "own-strengths")

    shown, clean = (cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) for data in (png, other))
    assert shown.shape[1] > 4 * shown.shape[0]
    assert (shown < 140).sum() > (clean < 140).sum()


def test_an_answer_is_traced_to_its_measures_and_scans(world: World, sheet: Printed) -> None:
    rule(world, sheet)
    with world.house.database.reading() as session:
        trace = reviewing.trace(session, DISTRICT_ADMIN, sheet.form.serial)
        png = reviewing.page(
            session, world.house.objects, DISTRICT_ADMIN, sheet.form.serial, trace.sheet.found["planning"].scan
        )

    assert trace.sheet.found["planning"].options == ("2",)
    assert trace.sheet.found["planning"].scan in {reading.scan for reading in trace.readings}
    assert [ruling.question for ruling in trace.rulings] == [QUESTION]
    assert png.startswith(b"\x89PNG")
    assert trace.sheet.at >= NOW
