"""`homeroom pack`: a PDF a class or school, each child once, whatever happens to the command meanwhile."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from paper.tags import find
from surveys import enrolling, printing
from surveys.cli import packs
from surveys.config import ROOT
from surveys.core.people import Ticket
from surveys.store import papers
from surveys.store.database import Database
from tests.cli.shell import run_in, usage
from tests.copier import job
from tests.world import DISTRICT_ADMIN, NOW, PLACE, SECRET, World, found, furnish, stamp

SHEETS = {"cedar/7A.pdf": 6, "cedar/7B.pdf": 5, "birch/7A.pdf": 3, "birch/7B.pdf": 2}


def pack(world: World, folder: Path, *words: object) -> dict[str, bytes]:
    """The PDFs in the folder after a run that must succeed, by their path in it."""
    result = run_in(world.house, "pack", "fall-2026", "--out", folder, "--workers", 2, *words)
    assert result.exit_code == 0, result.output
    return drawn(folder)


def drawn(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.pdf"))}


def serials(data: bytes) -> list[str]:
    """The serials of a pack's forms in order, each as often as it has pages."""
    found = []
    for page in pypdfium2.PdfDocument(data):
        grey = page.render(scale=100 / 72, grayscale=True).to_numpy().squeeze()
        tags = {sighting.tag for sighting in find(grey, lambda grey=grey: grey).sightings}
        found += [tag.serial for tag in tags if tag.page]
    return found


def texts(data: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(data)]


def living(world: World) -> dict[str, str]:
    """The serial of each ticket's living form."""
    with world.house.database.reading() as session:
        return {name: form.serial for name, form in papers.forms(session, PLACE, world.window.id).items()}


def invited(world: World) -> list[Ticket]:
    return [ticket for ticket in world.tickets if not ticket.opted_out]


def test_every_child_has_one_sheet_in_the_pack_of_its_class(world: World, tmp_path: Path) -> None:
    made = pack(world, tmp_path / "packs")

    assert made.keys() == SHEETS.keys()
    for name, data in made.items():
        school, class_name = name.removesuffix(".pdf").split("/")
        own = [living(world)[t.id] for t in invited(world) if (t.school, t.class_name) == (school, class_name)]
        assert sorted(serials(data)) == sorted(2 * own)


def test_a_pack_begins_with_its_names_and_ends_with_a_page_to_return(world: World, tmp_path: Path) -> None:
    pages = texts(pack(world, tmp_path, "--sides", 1)["cedar/7A.pdf"])
    names = [f"Student cedar {number}" for number in (0, 2, 4, 6, 8, 10)]

    assert "Class 7A" in pages[0]
    assert all(name in pages[0] for name in names)
    assert not any("Student cedar" in page for page in pages[1:])
    assert "Put the filled-in sheets of this class under this page." in pages[-1]
    assert len(pages) == 1 + 2 * 6 + 1


def test_covers_are_in_the_schools_language_or_the_one_asked_for(world: World, tmp_path: Path) -> None:
    own, asked = pack(world, tmp_path / "own"), pack(world, tmp_path / "asked", "--lang", "ES")

    assert texts(own["cedar/7A.pdf"])[0].startswith("Cover list")
    assert texts(own["birch/7A.pdf"])[0].startswith("Lista de portada")
    assert "Lista de portada" in texts(asked["cedar/7A.pdf"])[0]


def test_the_list_beside_the_packs_tells_how_many_sheets_are_in_each_and_no_name(world: World, tmp_path: Path) -> None:
    pack(world, tmp_path)
    text = (tmp_path / "packs.csv").read_text(encoding="utf-8")

    assert {row["file"]: int(row["sheets"]) for row in csv.DictReader(text.splitlines())} == SHEETS
    assert "Student" not in text


def test_a_pack_asked_for_again_is_byte_for_byte_the_same(world: World, tmp_path: Path) -> None:
    first = pack(world, tmp_path / "first")

    assert pack(world, tmp_path / "again", "--workers", 1) == first


def test_what_is_there_already_is_left_as_it_is_and_what_is_not_is_drawn(world: World, tmp_path: Path) -> None:
    first = pack(world, tmp_path)
    kept = (tmp_path / "cedar/7A.pdf").stat()
    (tmp_path / "cedar/7B.pdf").unlink()
    (tmp_path / "birch/7A.pdf").write_bytes(first["birch/7A.pdf"][:-100])

    assert pack(world, tmp_path) == first
    assert (tmp_path / "cedar/7A.pdf").stat() == kept


def test_only_the_pack_of_a_replaced_sheet_is_drawn_again(world: World, tmp_path: Path) -> None:
    first = pack(world, tmp_path)
    lost = next(t for t in invited(world) if (t.school, t.class_name) == ("cedar", "7A"))
    old = living(world)[lost.id]
    with world.house.database.writing() as session:
        later = stamp(NOW + timedelta(days=1))
        printing.replace_form(session, world.house.objects, DISTRICT_ADMIN, (job(world), lost), later)
    again = pack(world, tmp_path)

    assert [name for name in first if again[name] != first[name]] == ["cedar/7A.pdf"]
    assert old not in serials(again["cedar/7A.pdf"])


def test_a_child_who_left_is_on_no_cover_and_has_no_sheet(world: World, tmp_path: Path) -> None:
    gone = next(t for t in invited(world) if t.school == "birch" and t.class_name == "7A")
    with world.house.database.writing() as session:
        enrolling.withdraw(session, DISTRICT_ADMIN, gone, stamp(NOW - timedelta(days=1)))
    data = pack(world, tmp_path)["birch/7A.pdf"]

    assert len(serials(data)) == 2 * (SHEETS["birch/7A.pdf"] - 1)


def test_a_school_can_be_one_pdf_with_its_spares_last(world: World, tmp_path: Path) -> None:
    made = pack(world, tmp_path, "--by", "school", "--spares", 2, "--sides", 1)
    pages = texts(made["cedar.pdf"])

    assert made.keys() == {"cedar.pdf", "birch.pdf"}
    assert [page for page in pages if page.startswith("Cover list")] == [pages[0], pages[14], pages[26]]
    assert "Spare sheets" in pages[26]
    assert len(set(serials(made["cedar.pdf"]))) == 11 + 2 * 3


def test_spares_are_the_same_ones_when_printed_again(world: World, tmp_path: Path) -> None:
    first = pack(world, tmp_path / "first", "--spares", 2)["cedar/spares.pdf"]
    again = pack(world, tmp_path / "again", "--spares", 2)["cedar/spares.pdf"]
    more = pack(world, tmp_path / "more", "--spares", 3)["cedar/spares.pdf"]

    assert first == again
    assert set(serials(first)) < set(serials(more))
    assert len(set(serials(more))) == 9


def test_a_command_that_was_stopped_goes_on_where_it_was(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pack(world, tmp_path / "whole")
    draw, count = packs.Presses.draw, 0

    def stopped(*given: object) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        draw(*given)  # type: ignore[arg-type]  # what it is given

    monkeypatch.setattr(packs.Presses, "draw", stopped)
    result = run_in(world.house, "pack", "fall-2026", "--out", tmp_path / "cut", "--workers", 2)
    monkeypatch.undo()

    assert result.exit_code == 130
    assert len(drawn(tmp_path / "cut")) < len(whole)
    assert pack(world, tmp_path / "cut") == whole
    assert not [path for path in (tmp_path / "cut").rglob("*") if path.name.endswith(".part")]


def test_a_command_killed_at_any_moment_leaves_no_half_file_and_prints_no_child_twice(tmp_path: Path) -> None:
    house = furnish(Database(f"sqlite:///{tmp_path}/homeroom.db"), tmp_path)
    house.database.upgrade()
    world = found(house)
    out = tmp_path / "packs"
    settings = {**os.environ, "HOMEROOM_SECRET": SECRET, "HOMEROOM_INSTANCE": str(tmp_path)}
    words = [sys.executable, "-c", "from surveys.app import main; main()", "pack", "fall-2026", "--out", str(out)]
    killed = subprocess.Popen(words, env=settings, cwd=ROOT)
    while killed.poll() is None and not list(out.rglob("*.pdf")):
        time.sleep(0.002)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = drawn(out)
    subprocess.run(words, env=settings, cwd=ROOT, check=True, capture_output=True)
    after = drawn(out)

    for data in before.values():
        with pikepdf.open(BytesIO(data)) as pdf:
            assert pdf.check_pdf_syntax() == []
    assert before.items() <= after.items()
    assert sorted(serial for data in after.values() for serial in serials(data)) == sorted(
        2 * list(living(world).values())
    )
    assert after.keys() == SHEETS.keys()


def test_two_commands_do_not_write_into_one_folder(world: World, tmp_path: Path) -> None:
    with packs._alone_in(tmp_path):
        result = run_in(world.house, "pack", "fall-2026", "--out", tmp_path)

    assert "another homeroom pack writes there" in usage(result)


def test_pdfs_of_other_packs_in_the_folder_are_told(world: World, tmp_path: Path) -> None:
    pack(world, tmp_path, "--by", "school")
    result = run_in(world.house, "pack", "fall-2026", "--out", tmp_path)

    assert result.exit_code == 1
    assert "2 PDFs there are of other packs" in result.stderr
    assert "cedar.pdf" in result.stderr


def test_what_a_press_cannot_print_is_told_in_a_line(world: World, tmp_path: Path) -> None:
    result = run_in(world.house, "pack", "fall-2026", "--out", tmp_path, "--link", f"https://{'a' * 60}.b.c")

    assert "use a shorter address" in usage(result)
    assert drawn(tmp_path) == {}
