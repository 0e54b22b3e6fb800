"""From a copier's file to answers: every picture is accounted for, whatever is on it and however often it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from paper.picture import Grey
from surveys import enrolling, printing, scanning, worker
from surveys.core.access import Scope
from surveys.core.accounting import Accounting
from surveys.core.people import District, School
from surveys.core.refusals import NotAllowed, NotFound
from surveys.core.responses import Response
from surveys.core.sheets import Batch, Outcome, Scan
from surveys.printing import Printed
from surveys.store import papers, scans
from surveys.store.tries import Tries
from tests.copier import blank, copied, job, printed, scanned
from tests.world import DISTRICT_ADMIN, NOW, PLACE, PRINCIPAL, REVIEWER, World, stamp

CLEAR = {"feelings-into-words": ["4"], "planning": ["2"]}
TWICE = {"feelings-into-words": ["1", "5"]}


@pytest.fixture
def pack(world: World) -> list[Printed]:
    """The English forms of class 7A at Cedar."""
    with world.house.database.writing() as session:
        made = printed(session, world, locale="en", class_name="7A")
    return [sheet for sheet in made if sheet.ticket.school == "cedar"]


def take(world: World, files: Sequence[tuple[str, BinaryIO]], name: str = "batch-1") -> Accounting:
    """A batch received, read and accounted for."""
    received(world, files, name)
    worker.work(world.house, "lakeview")
    return told(world, name)


def received(world: World, files: Sequence[tuple[str, BinaryIO]], name: str = "batch-1") -> None:
    house = world.house
    uploads = scanning.keep_files(house.objects, files)
    batch = Batch("lakeview", name, None, "a batch", NOW, DISTRICT_ADMIN.id)
    with house.database.writing() as session:
        scanning.receive(session, DISTRICT_ADMIN, batch, uploads, house.stamp())


def kept(world: World) -> list[Scan]:
    """The pictures of the batch."""
    with world.house.database.reading() as session:
        return scans.scans(session, PLACE, "batch-1")


def told(world: World, name: str = "batch-1") -> Accounting:
    with world.house.database.reading() as session:
        return scanning.account(session, DISTRICT_ADMIN, PLACE, name)


def answers(world: World) -> dict[str, list[Response]]:
    with world.house.database.reading() as session:
        return scanning.responses(session, PLACE, world.window, world.survey)


def pdf(pictures: Sequence[Grey]) -> list[tuple[str, BinaryIO]]:
    return [("scan.pdf", copied(pictures))]


def adds_up(line: dict[str, int]) -> bool:
    return line["in"] == sum(count for outcome, count in line.items() if outcome != "in")


def test_marks_on_paper_become_the_answers_of_their_ticket(world: World, pack: list[Printed], tmp_path: Path) -> None:
    line = take(world, pdf(scanned(pack[:1], [CLEAR], tmp_path))).line
    (response,) = answers(world)[pack[0].ticket.id]

    assert line == {"in": 2, "read": 2, "waiting": 0, "refused": 0, "blank": 0, "pending": 0}
    assert response.answers["feelings-into-words"].options == ("4",)
    assert response.answers["planning"].options == ("2",)
    assert response.answers["planning"].locale == "en"
    assert response.answered() == 2
    assert response.source == pack[0].form.serial


def test_the_line_adds_up_over_everything_a_copier_can_bring(world: World, pack: list[Printed], tmp_path: Path) -> None:
    good = scanned(pack[:2], [CLEAR, TWICE], tmp_path)
    upside_down = good[0][::-1, ::-1].copy()
    files = [*pdf([good[0], blank(), good[2], upside_down, good[3]]), ("notes.pdf", copied([])), ("a.jpg", copied([]))]
    accounted = take(world, files)

    assert adds_up(accounted.line)
    assert accounted.line == {"in": 7, "read": 3, "waiting": 1, "refused": 2, "blank": 1, "pending": 0}
    waits = next(entry for entry in accounted.entries if entry.outcome is Outcome.WAITING)
    assert (waits.serial, waits.page, waits.reason) == (pack[1].form.serial, 1, "two-marks")
    assert accounted.incomplete == {pack[0].form.serial: (2,)}


def test_a_batch_that_nobody_read_yet_is_pending_and_adds_up(world: World, pack: list[Printed], tmp_path: Path) -> None:
    received(world, pdf(scanned(pack[:1], [CLEAR], tmp_path)))
    assert told(world).files == 1
    assert not told(world).settled

    worker.unpack(world.house, "lakeview", ("batch-1", 1))
    assert told(world).line["pending"] == 2
    assert adds_up(told(world).line)


def test_a_file_whose_unpacking_was_stopped_goes_on_from_there(
    world: World, pack: list[Printed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "AT_ONCE", 2)
    received(world, pdf(scanned(pack[:2], [CLEAR, TWICE], tmp_path)))
    heard: list[list[str]] = []

    def stopped(hashes: list[str]) -> None:
        heard.append(hashes)
        raise SystemExit

    with pytest.raises(SystemExit):
        worker.unpack(world.house, "lakeview", ("batch-1", 1), stopped)
    assert told(world).line["pending"] == 2
    assert told(world).files == 1

    worker.unpack(world.house, "lakeview", ("batch-1", 1), heard.append)
    assert [len(hashes) for hashes in heard] == [2, 2]
    assert {scan.scan for scan in kept(world)} == {name for hashes in heard for name in hashes}
    assert told(world).files == 0


def test_a_file_that_another_process_unpacks_is_left_to_it(world: World) -> None:
    received(world, pdf([blank()]))
    with Tries(world.house.config.instance / "tries").working("batch-1-1") as at:
        worker.unpack(world.house, "lakeview", ("batch-1", 1))
        assert not at("batch-1-1").elsewhere
        assert kept(world) == []

    worker.unpack(world.house, "lakeview", ("batch-1", 1))
    assert len(kept(world)) == 1


def test_a_damaged_picture_is_kept_and_refused(world: World, pack: list[Printed], tmp_path: Path) -> None:
    whole = copied(scanned(pack[:1], [CLEAR], tmp_path)).read()
    cut = whole.replace(b"\xff\xd9\nendstream", b"\0\0\nendstream", 1)
    accounted = take(world, [("scan.pdf", BytesIO(cut))])

    assert cut != whole
    assert accounted.line == {"in": 2, "read": 1, "waiting": 0, "refused": 1, "blank": 0, "pending": 0}
    assert [entry.reason for entry in accounted.entries if entry.outcome is Outcome.REFUSED] == ["damaged"]
    assert all(scan.scan for scan in kept(world))


def test_reading_again_changes_nothing(world: World, pack: list[Printed], tmp_path: Path) -> None:
    take(world, pdf(scanned(pack[:1], [CLEAR], tmp_path)))
    before = answers(world)
    with world.house.database.reading() as session:
        hashes = [str(scan.scan) for scan in scans.scans(session, PLACE, "batch-1")]

    worker.unpack(world.house, "lakeview", ("batch-1", 1))
    assert worker.read(world.house, "lakeview", hashes) == 0
    assert answers(world) == before
    assert told(world).line["in"] == 2


def test_the_same_pages_in_two_batches_are_accounted_for_twice_and_answer_once(
    world: World, pack: list[Printed], tmp_path: Path
) -> None:
    pictures = scanned(pack[:1], [CLEAR], tmp_path)
    take(world, pdf(pictures))
    second = take(world, pdf(pictures), "batch-2")

    assert second.line["read"] == 2
    assert len(answers(world)[pack[0].ticket.id]) == 1


def test_two_sheets_of_one_form_that_differ_wait_for_a_person(
    world: World, pack: list[Printed], tmp_path: Path
) -> None:
    first, copy = (scanned(pack[:1], [marks], tmp_path) for marks in (CLEAR, {**CLEAR, "planning": ["5"]}))
    accounted = take(world, pdf([*first, *copy]))
    (response,) = answers(world)[pack[0].ticket.id]

    assert [entry.reason for entry in accounted.entries if entry.outcome is Outcome.WAITING] == ["copies", "copies"]

    assert response.waiting == {"planning"}
    assert response.answers["feelings-into-words"].options == ("4",)


def test_a_replaced_sheet_is_refused_and_its_marks_do_not_count(
    world: World, pack: list[Printed], tmp_path: Path
) -> None:
    pictures = scanned(pack[:1], [CLEAR], tmp_path)
    with world.house.database.writing() as session:
        lost = (job(world), pack[0].ticket)
        printing.replace_form(session, world.house.objects, DISTRICT_ADMIN, lost, stamp(NOW + timedelta(days=1)))
    accounted = take(world, pdf(pictures))

    assert {entry.reason for entry in accounted.entries} == {"replaced"}
    assert accounted.line["refused"] == 2
    assert answers(world) == {}


def test_the_sheet_of_a_withdrawn_child_is_refused(world: World, pack: list[Printed], tmp_path: Path) -> None:
    with world.house.database.writing() as session:
        enrolling.withdraw(session, DISTRICT_ADMIN, pack[0].ticket, stamp(NOW + timedelta(days=1)))
    accounted = take(world, pdf(scanned(pack[:1], [CLEAR], tmp_path)))

    assert {entry.reason for entry in accounted.entries} == {"withdrawn"}


def test_a_sheet_of_another_district_is_a_strangers(world: World, pack: list[Printed], tmp_path: Path) -> None:
    house = world.house
    with house.database.writing() as session:
        school = School("elsewhere", "elm", "Elm School", "en", "Mr. Quist", "555-0100")
        enrolling.found(session, District("elsewhere", "Elsewhere Schools"), [school])
        uploads = scanning.keep_files(house.objects, pdf(scanned(pack[:1], [CLEAR], tmp_path)))
        scans.add_batch(session, Batch("elsewhere", "theirs", None, "a batch", NOW, "someone"), uploads)
    worker.work(house, "elsewhere")
    with house.database.reading() as session:
        found = scans.scans(session, Scope("elsewhere"), "theirs")
        readings = scans.readings(
            session, Scope("elsewhere"), {str(scan.scan) for scan in found}, scanning.READER_VERSION
        )

    assert {reading.problem for reading in readings.values()} == {"foreign"}
    assert answers(world) == {}


def test_a_school_accounts_for_its_own_batches_only(world: World) -> None:
    batch = Batch("lakeview", "cedars", "cedar", "a batch", NOW, PRINCIPAL.id)
    with world.house.database.writing() as session:
        scanning.receive(session, PRINCIPAL, batch, scanning.keep_files(world.house.objects, pdf([blank()])), stamp())
        with pytest.raises(NotAllowed):
            scanning.receive(session, REVIEWER, batch, [], stamp())
        with pytest.raises(NotAllowed):
            scanning.account(session, PRINCIPAL, Scope("lakeview", "birch"), "cedars")
        with pytest.raises(NotFound):
            scanning.account(session, DISTRICT_ADMIN, Scope("lakeview", "birch"), "cedars")


def test_a_picture_is_kept_as_it_came(world: World, pack: list[Printed], tmp_path: Path) -> None:
    take(world, pdf(scanned(pack[:1], [CLEAR], tmp_path)))
    with world.house.database.reading() as session:
        kept = scans.scans(session, PLACE, "batch-1")
        form = papers.by_serials(session, PLACE, {pack[0].form.serial})

    assert all(world.house.objects.fetch("scans", str(scan.scan)).startswith(b"\xff\xd8") for scan in kept)
    assert len(form) == 1
