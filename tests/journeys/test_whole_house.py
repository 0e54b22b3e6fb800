"""From a roster to a report through every room: printed, filled in, scanned, read, ruled on, merged and released."""

from __future__ import annotations

import pytest

from surveys import reporting, reviewing
from surveys.cli.demo import pencil, people
from surveys.cli.demo.stage import SCHOOL, Stage
from surveys.core.responses import Disposition, Mode
from surveys.core.review import Decision
from surveys.core.sheets import Batch
from surveys.store.database import Database
from tests.world import furnish

STUDENTS = 75  # 25 in the school that prints


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stage, Batch]:
    """A district whose paper school has filled in, scanned and read its sheets."""
    folder = tmp_path_factory.mktemp("house")
    database = Database(f"sqlite:///{folder / 'homeroom.db'}")
    database.upgrade()
    stage = Stage(furnish(database, folder), STUDENTS, seed=7)
    stage.folder.mkdir()
    stage.found()
    pack = stage.print_forms(print)
    copier = stage.folder / "scan.pdf"
    pencil.scan(stage.papers(pack, stage.hand_out(pack, 1.0)), copier, 2, print)
    batch = stage.receive(copier)
    stage.read(print)
    return stage, batch


def test_every_picture_is_accounted_for(scanned: tuple[Stage, Batch]) -> None:
    stage, batch = scanned
    account = stage.account(batch)
    line = account.line

    assert line["in"] == line["read"] + line["waiting"] + line["refused"] + line["blank"]
    assert (line["refused"], line["blank"], line["pending"]) == (1, 1, 0)
    assert [entry.reason for entry in account.entries if entry.outcome == "refused"] == ["foreign"]
    assert len(account.incomplete) == 1


def test_no_answer_is_wrong_silently(scanned: tuple[Stage, Batch]) -> None:
    stage, _ = scanned
    tally = stage.tally()

    assert tally.fields > 600
    assert tally.wrong == 0


def test_a_ruling_settles_a_doubt_and_enters_the_next_release_alone(scanned: tuple[Stage, Batch]) -> None:
    stage, _ = scanned
    before = stage.merge()
    with stage.house.database.reading() as session:
        doubts = reviewing.doubts(session, people.ADMINISTRATOR, SCHOOL, stage.window.id)
    closed = [doubt for doubt in doubts if doubt.options]
    assert closed, "this seed leaves something to a person"
    for doubt in closed:
        with stage.house.database.writing() as session:
            decision = Decision(doubt.scan, doubt.question, doubt.options[:1])
            reviewing.rule(session, people.ADMINISTRATOR, decision, stage.house.stamp())

    after = stage.merge()

    assert waiting(before) - waiting(after) == len(closed)
    with stage.house.database.reading() as session:
        newest, page = reporting.report(session, people.ADMINISTRATOR, stage.window, SCHOOL)
    assert page["overall"]["n"] == 25 - opted_out(stage)
    assert newest.tables["district"]["invited"] == STUDENTS


def test_every_ticket_has_one_result_and_every_paper_answer_its_sheet(scanned: tuple[Stage, Batch]) -> None:
    stage, _ = scanned
    results = stage.merge()

    assert len(results) == len(stage.roster) == STUDENTS
    for result in results:
        if result.chosen is not None:
            assert result.chosen.mode is Mode.PAPER
            assert len(result.chosen.source) == 16
    kinds = {result.disposition for result in results}
    assert {Disposition.COMPLETE, Disposition.NOT_STARTED} <= kinds


def waiting(results: list[reporting.Result]) -> int:
    return sum(len(result.chosen.waiting) for result in results if result.chosen)


def opted_out(stage: Stage) -> int:
    return sum(row.opted_out for row in stage.roster if row.school == SCHOOL.school)
