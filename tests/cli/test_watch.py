"""`homeroom scan --watch`: what a copier puts into a folder is read once, told in a line and put away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paper.picture import Grey
from surveys.cli import scans, watching
from surveys.cli.cures import cure
from surveys.cli.watching import SETTLED_SECONDS, Folder
from tests.cli.shell import run_in, usage
from tests.copier import blank, copied, printed, scanned
from tests.world import DISTRICT_ADMIN, PLACE, World

TWICE = {"planning": ["1", "5"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.0)
    made = tmp_path / "copier"
    made.mkdir()
    return made


def steps(monkeypatch: pytest.MonkeyPatch, *between: Callable[[], object]) -> None:
    """What happens between looks into the folder; then somebody presses Ctrl-C."""
    coming = iter(between)

    def wait(_: float) -> None:
        step = next(coming, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(scans.time, "sleep", wait)


def note() -> Grey:
    """A page of something else."""
    page = blank()
    for row in range(200, 900, 40):
        page[row : row + 12, 150:800] = 30
    return page


def lying(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def batches(world: World) -> int:
    with world.house.database.reading() as session:
        return len(scans.scanning.batches(session, DISTRICT_ADMIN, PLACE))


def test_files_are_told_in_a_line_each_and_put_away(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "first.pdf").write_bytes(copied([blank()] * 2).read())
    steps(monkeypatch, lambda: (folder / "second.pdf").write_bytes(b"no picture"))
    result = run_in(world.house, "scan", "--watch", folder)

    assert result.exit_code == 1, result.output
    first, second = result.stdout.splitlines()
    assert first == "first.pdf: in=2 read=0 waiting=0 refused=0 blank=2 pending=0"
    assert second.startswith("second.pdf: in=1 read=0 waiting=0 refused=1 blank=0 pending=0; is damaged")
    assert lying(folder) == ["done/first.pdf", "refused/second.pdf", "refused/second.pdf.txt"]
    (reason,) = (folder / "refused/second.pdf.txt").read_text().splitlines()
    assert reason.startswith("second.pdf: is damaged, or no picture; scan it again")


def test_a_file_of_nobodys_sheets_is_refused_with_how_many_there_are(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "other.pdf").write_bytes(copied([note()] * 2).read())
    steps(monkeypatch)
    result = run_in(world.house, "scan", "--watch", folder)
    assert result.stdout.endswith("refused=2 blank=0 pending=0; no square code found (2)\n")
    assert (folder / "refused/other.pdf.txt").read_text() == "other.pdf: no square code found (2)\n"


def test_a_watch_without_trouble_ends_with_0(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps(monkeypatch)
    result = run_in(world.house, "scan", "--watch", folder)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Ctrl-C ends" in result.stderr
    assert "stopped" in result.stderr


def test_what_waits_for_a_person_is_done_and_ends_with_1(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with world.house.database.writing() as session:
        pack = printed(session, world, locale="en", class_name="7A")
    (folder / "room.pdf").write_bytes(copied(scanned(pack[:1], [TWICE], tmp_path)[:1]).read())
    steps(monkeypatch)
    result = run_in(world.house, "scan", "--watch", folder)
    assert result.exit_code == 1
    assert result.stdout == "room.pdf: in=1 read=0 waiting=1 refused=0 blank=0 pending=0\n"
    assert lying(folder) == ["done/room.pdf"]


def test_a_watch_that_was_stopped_in_a_file_receives_it_once(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "first.pdf").write_bytes(copied([blank()] * 2).read())
    steps(monkeypatch)
    work = scans.worker.work

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scans.worker, "work", stopped)
    assert run_in(world.house, "scan", "--watch", folder).stdout == ""
    assert lying(folder) == ["first.pdf"]
    monkeypatch.setattr(scans.worker, "work", work)
    again = run_in(world.house, "scan", "--watch", folder)
    assert again.stdout == "first.pdf: in=2 read=0 waiting=0 refused=0 blank=2 pending=0\n"
    assert lying(folder) == ["done/first.pdf"]
    assert batches(world) == 1


def test_a_file_that_a_worker_is_at_is_put_away_once_it_is_read(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.pdf").write_bytes(copied([blank()]).read())
    work, seen = scans.worker.work, list[list[str]]()

    def elsewhere(*given: Any) -> int:
        seen.append(lying(folder))
        return work(*given) if len(seen) == 3 else 0

    monkeypatch.setattr(scans.worker, "work", elsewhere)
    steps(monkeypatch, lambda: None, lambda: None)
    result = run_in(world.house, "scan", "--watch", folder)
    assert seen == [["a.pdf"]] * 3
    assert result.stdout == "a.pdf: in=1 read=0 waiting=0 refused=0 blank=1 pending=0\n"


def test_the_same_file_dropped_twice_is_one_batch_and_neither_is_lost(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = copied([blank()]).read()
    (folder / "a.pdf").write_bytes(data)
    steps(monkeypatch, lambda: (folder / "a.pdf").write_bytes(data))
    result = run_in(world.house, "scan", "--watch", folder)
    assert result.stdout == "a.pdf: in=1 read=0 waiting=0 refused=0 blank=1 pending=0\n" * 2
    assert lying(folder) == ["done/a (2).pdf", "done/a.pdf"]
    assert batches(world) == 1


def test_with_a_queue_the_file_is_put_away_and_left_to_the_worker(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.pdf").write_bytes(copied([blank()]).read())
    steps(monkeypatch)
    result = run_in(world.house, "scan", "--watch", folder, "--queue")
    assert result.exit_code == 0
    assert result.stdout.startswith("a.pdf: queued as batch ")
    assert lying(folder) == ["done/a.pdf"]


def test_a_folder_out_of_reach_is_told_once_and_tried_again(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = folder.with_name("away")

    def back() -> None:
        away.rename(folder)
        (folder / "a.pdf").write_bytes(copied([blank()]).read())

    steps(monkeypatch, lambda: folder.rename(away), lambda: None, back, lambda: None)
    result = run_in(world.house, "scan", "--watch", folder)
    assert result.stdout == "a.pdf: in=1 read=0 waiting=0 refused=0 blank=1 pending=0\n"
    assert result.stderr.count("trying again") == 1


def test_a_file_that_cannot_be_moved_holds_up_no_other_and_is_told_once(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.pdf", "b.pdf"):
        (folder / name).write_bytes(copied([blank()]).read())
    right = Path.rename

    def wrong(path: Path, to: Path) -> Path:
        if path.name == "a.pdf":
            raise PermissionError(13, "Permission denied")
        return right(path, to)

    monkeypatch.setattr(Path, "rename", wrong)
    monkeypatch.setattr(watching, "LATER_SECONDS", 0.0)
    steps(monkeypatch, lambda: None, lambda: None)
    result = run_in(world.house, "scan", "--watch", folder)
    assert result.stderr.count("a.pdf: Permission denied") == 1
    assert lying(folder) == ["a.pdf", "done/b.pdf"]


def test_an_account_that_may_not_scan_is_told_before_anything_comes(world: World, folder: Path) -> None:
    assert "rosa may not scan" in usage(run_in(world.house, "scan", "--watch", folder, "--as", "rosa"))


@pytest.mark.parametrize("words", [[], ["--name", "Monday"], ["FILE"]])
def test_a_watch_is_not_mixed_with_files(world: World, folder: Path, words: list[str]) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    given = [folder / "a.pdf" if word == "FILE" else word for word in words]
    usage(run_in(world.house, "scan", *(["--watch", folder] if words else []), *given))
    assert lying(folder) == ["a.pdf"]


def test_a_file_is_ready_once_it_has_stopped_growing(tmp_path: Path) -> None:
    folder, file = Folder(tmp_path), tmp_path / "scan.pdf"
    file.write_bytes(b"begun")
    assert folder.ready(100.0) == []
    file.write_bytes(b"begun, and going on")
    assert folder.ready(100.0 + SETTLED_SECONDS) == []
    assert folder.ready(101.0 + SETTLED_SECONDS) == []
    assert folder.ready(100.0 + 2 * SETTLED_SECONDS) == [file]
    assert folder.unchanged(file)
    file.write_bytes(b"begun again")
    assert not folder.unchanged(file)
    assert folder.ready(100.0 + 3 * SETTLED_SECONDS) == []


def test_what_is_not_a_whole_file_is_left_alone(tmp_path: Path) -> None:
    for name in (".hidden.pdf", "~$scan.pdf", "scan.pdf.part", "a.tmp", "Thumbs.db", "empty.pdf"):
        (tmp_path / name).write_bytes(b"" if name == "empty.pdf" else b"x")
    (tmp_path / "room").mkdir()
    folder = Folder(tmp_path)
    folder.ready(0.0)
    assert folder.ready(1000.0) == []


@pytest.mark.parametrize(("head", "told"), [(b"\0\0\0\x18ftypheic", "save it as JPEG"), (b"%PDF-1.7", "scan it again")])
def test_a_file_that_cannot_be_opened_is_told_with_what_to_do(tmp_path: Path, head: bytes, told: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(head + bytes(100))
    line = cure(tmp_path / "photo.jpg", "damaged")
    assert line.startswith("photo.jpg: is ")
    assert told in line
