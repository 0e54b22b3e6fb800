"""What a machine would have to guess waits for a person, who sees the picture and no name, and may think again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from paper.read import READER_VERSION
from surveys import enrolling, reviewing, scanning
from surveys.core.access import Scope
from surveys.core.instrument import Kind
from surveys.core.refusals import Conflict, NotAllowed, NotAnAnswer, NotFound
from surveys.core.responses import Response
from surveys.core.review import Decision
from surveys.core.review import Waiting as Doubtful
from surveys.printing import Printed
from surveys.store import rulings, scans
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


def scan_of(world: World, sheet: Printed, page: int = 1) -> str:
    """The scan of a page of the sheet."""
    with world.house.database.reading() as session:
        seen = scans.readings_of(session, PLACE, {sheet.form.serial}, READER_VERSION)[sheet.form.serial]
    return next(reading.scan for reading in seen if reading.page == page)


def waiting(world: World) -> list[Doubtful]:
    with world.house.database.reading() as session:
        return reviewing.doubts(session, REVIEWER, CEDAR, world.window.id)


def response(world: World, sheet: Printed) -> Response:
    with world.house.database.reading() as session:
        return scanning.responses(session, PLACE, world.window, world.survey)[sheet.ticket.id][0]


def rule(world: World, sheet: Printed, options: tuple[str, ...] = ("1",), question: str = QUESTION) -> None:
    decision = Decision(scan_of(world, sheet), question, options)
    with world.house.database.writing() as session:
        reviewing.rule(session, REVIEWER, decision, world.house.stamp())


def test_two_marks_wait_with_their_options_and_no_name(world: World, sheet: Printed) -> None:
    (doubt,) = waiting(world)

    assert (doubt.scan, doubt.question, doubt.kind) == (scan_of(world, sheet), QUESTION, Kind.ONE)
    assert doubt.reason == "two-marks"
    assert doubt.options == ("1", "2", "3", "4", "5")
    assert "Student" not in str(doubt)
    assert sheet.form.serial not in str(doubt)


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
    scan = scan_of(world, sheet)
    with world.house.database.writing() as session:
        reviewing.undo(session, REVIEWER, scan, QUESTION, stamp())
        with pytest.raises(Conflict):
            reviewing.undo(session, REVIEWER, scan, QUESTION, stamp())
    with world.house.database.reading() as session:
        kept = rulings.of_forms(session, PLACE, {sheet.form.serial})[sheet.form.serial]

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
    scan = scan_of(world, sheet)
    decision = Decision(scan, QUESTION, ("1",))
    with world.house.database.writing() as session:
        with pytest.raises(NotAllowed):
            reviewing.rule(session, OTHER_PRINCIPAL, decision, stamp())
        with pytest.raises(NotAllowed):
            reviewing.crop(session, world.house.objects, OTHER_PRINCIPAL, scan, QUESTION)
        assert reviewing.doubts(session, OTHER_PRINCIPAL, Scope("lakeview", "birch"), world.window.id) == []


def test_a_serial_opens_nothing_of_the_review_desk(world: World, sheet: Printed) -> None:
    serial, objects = sheet.form.serial, world.house.objects
    with world.house.database.writing() as session:
        for ask in (
            lambda: reviewing.rule(session, DISTRICT_ADMIN, Decision(serial, QUESTION, ("1",)), stamp()),
            lambda: reviewing.undo(session, DISTRICT_ADMIN, serial, QUESTION, stamp()),
            lambda: reviewing.crop(session, objects, DISTRICT_ADMIN, serial, QUESTION),
            lambda: reviewing.page(session, objects, DISTRICT_ADMIN, serial),
            lambda: reviewing.trace(session, DISTRICT_ADMIN, serial),
        ):
            with pytest.raises(NotFound):
                ask()


def test_a_withdrawn_childs_sheet_waits_for_nobody_and_answers_nothing(world: World, sheet: Printed) -> None:
    with world.house.database.writing() as session:
        enrolling.withdraw(session, PRINCIPAL, sheet.ticket, stamp(NOW + timedelta(days=1)))
    with world.house.database.reading() as session:
        assert scanning.responses(session, PLACE, world.window, world.survey) == {}

    assert waiting(world) == []


def test_a_crop_shows_the_marks_of_one_question(world: World, sheet: Printed) -> None:
    scan = scan_of(world, sheet)
    with world.house.database.reading() as session:
        png = reviewing.crop(session, world.house.objects, PRINCIPAL, scan, QUESTION)
        other = reviewing.crop(session, world.house.objects, PRINCIPAL, scan, "own-strengths")

    shown, clean = (cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) for data in (png, other))
    assert shown.shape[1] > 4 * shown.shape[0]
    assert (shown < 140).sum() > (clean < 140).sum()


def test_an_answer_is_traced_to_its_measures_and_scans(world: World, sheet: Printed) -> None:
    rule(world, sheet)
    with world.house.database.reading() as session:
        trace = reviewing.trace(session, DISTRICT_ADMIN, scan_of(world, sheet))
        png = reviewing.page(session, world.house.objects, DISTRICT_ADMIN, trace.sheet.found["planning"].scan)

    assert trace.sheet.found["planning"].options == ("2",)
    assert trace.sheet.found["planning"].scan in {reading.scan for reading in trace.readings}
    assert [ruling.question for ruling in trace.rulings] == [QUESTION]
    assert png.startswith(b"\x89PNG")
    assert trace.sheet.at >= NOW
