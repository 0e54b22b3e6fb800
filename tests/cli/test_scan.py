"""`homeroom scan`, `release` and `report`: from a copier's file to the principal's page, and what waits on the way."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from surveys.core.people import Ticket
from surveys.printing import Printed
from tests.cli.shell import run_in, usage
from tests.copier import DPI, blank, copied, printed, scanned
from tests.world import World

CLEAR = {"planning": ["2"]}
TWICE = {"planning": ["1", "5"]}


@pytest.fixture
def pack(world: World) -> list[Printed]:
    with world.house.database.writing() as session:
        return printed(session, world, locale="en", class_name="7A")


def file(folder: Path, *pictures: object) -> Path:
    path = folder / "scan.pdf"
    path.write_bytes(copied(pictures).read())
    return path


def scanned_as_it_is(pdf: Path) -> list[object]:
    """Every page that was printed, straight from the printer into the copier."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=DPI / 72, grayscale=True).to_numpy().squeeze().copy() for page in document]


def test_a_clean_batch_is_accounted_for_and_ends_with_0(world: World, pack: list[Printed], tmp_path: Path) -> None:
    result = run_in(world.house, "scan", file(tmp_path, *scanned(pack[:1], [CLEAR], tmp_path), blank()))

    assert result.exit_code == 0, result.output
    assert result.stdout == "in=3 read=2 waiting=0 refused=0 blank=1 pending=0\n"


def test_what_waits_and_what_is_refused_is_told_and_ends_with_1(
    world: World, pack: list[Printed], tmp_path: Path
) -> None:
    junk = tmp_path / "junk.tif"
    junk.write_bytes(b"not a picture")
    result = run_in(world.house, "scan", file(tmp_path, *scanned(pack[:1], [TWICE], tmp_path)[:1]), junk)

    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("in=2 read=0 waiting=1 refused=1 blank=0 pending=0\n")
    for told in ("two-marks", "damaged", "junk.tif", "Pages that never came", pack[0].form.serial):
        assert told in result.stdout


def test_a_queued_batch_is_left_to_the_worker(world: World, pack: list[Printed], tmp_path: Path) -> None:
    result = run_in(world.house, "scan", "--queue", file(tmp_path, blank()))

    assert result.exit_code == 0, result.output
    assert "queued" in result.stderr


def test_an_unknown_account_is_refused_with_those_there_are(world: World, tmp_path: Path) -> None:
    line = usage(run_in(world.house, "scan", file(tmp_path, blank()), "--as", "nobody"))

    assert "write one of dana, omar, pilar, rosa" in line


def test_an_account_that_may_not_scan_is_refused(world: World, tmp_path: Path) -> None:
    assert "rosa may not scan" in usage(run_in(world.house, "scan", file(tmp_path, blank()), "--as", "rosa"))


def test_a_window_is_released_and_reported(world: World, pack: list[Printed], tmp_path: Path) -> None:
    assert "nothing released yet" in usage(run_in(world.house, "report"))
    run_in(world.house, "scan", file(tmp_path, *scanned(pack[:1], [CLEAR], tmp_path)))
    released = run_in(world.house, "release")
    report = run_in(world.house, "report", "fall-2026", "--school", "cedar")

    assert released.exit_code == 0, released.output
    assert "invited" in released.stdout
    assert report.stdout == "Fall 2026: 12 invited, too few to show answered\n"


def test_a_release_says_when_questions_still_wait(world: World, pack: list[Printed], tmp_path: Path) -> None:
    run_in(world.house, "scan", file(tmp_path, *scanned(pack[:1], [TWICE], tmp_path)))
    released = run_in(world.house, "release")

    assert released.exit_code == 1
    assert "1 questions on paper wait" in released.stderr


def test_a_report_is_one_file_that_needs_nothing_else(world: World, pack: list[Printed], tmp_path: Path) -> None:
    run_in(world.house, "release")
    result = run_in(world.house, "report", "--school", "cedar", "--out", tmp_path / "cedar.html")
    html = (tmp_path / "cedar.html").read_text()

    assert result.exit_code == 0, result.output
    assert "Cedar Middle School" in html
    assert "<style>" in html
    for leak in ("<script", 'rel="stylesheet"', "/static/", *labels(world.tickets)):
        assert leak not in html


def labels(tickets: tuple[Ticket, ...]) -> list[str]:
    return [f"Student cedar {ticket.number}" for ticket in tickets if ticket.school == "cedar"]


def test_a_cover_list_and_a_return_page_scanned_along_are_blank_and_nobodys_work(world: World, tmp_path: Path) -> None:
    assert run_in(world.house, "pack", "fall-2026", "--out", tmp_path, "--school", "birch").exit_code == 0
    copier = scanned_as_it_is(tmp_path / "birch" / "7B.pdf")
    result = run_in(world.house, "scan", file(tmp_path, *copier))

    assert result.exit_code == 0, result.output
    assert result.stdout == "in=8 read=4 waiting=0 refused=0 blank=4 pending=0\n"
