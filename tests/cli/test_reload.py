"""`kill -HUP`: new code, new words, and nobody notices; what all processes counted, before and after, adds up."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.config import ROOT
from tests.served import Running, Student, served, until


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """In English alone, so that a test may add to the words."""
    (tmp_path / "translations").mkdir()
    (tmp_path / "translations" / "en").symlink_to(ROOT / "translations" / "en")
    with served(tmp_path, tmp_path / "translations") as running:
        yield running


def test_no_save_is_dropped_while_everything_is_loaded_anew(running: Running) -> None:
    students = [Student(running, running.line, number, keeps=number % 2 == 0) for number in range(4)]
    for student in students:
        student.start()
    for _ in range(2):
        running.reload()
        before = [len(student.acknowledged) for student in students]
        until(lambda: all(len(s.acknowledged) > have + 5 for s, have in zip(students, before, strict=True)))  # noqa: B023
    errors = [error for student in students for error in student.ended()]

    assert errors == []
    assert [student.kept() for student in students] == [student.acknowledged for student in students]
    total = sum(len(student.acknowledged) for student in students)
    assert f"homeroom_saves_total {total:.1f}\n" in running.page("/metrics")


def test_code_that_cannot_be_loaded_changes_nothing(running: Running, tmp_path: Path) -> None:
    before = running.web()
    broken = tmp_path / "translations" / "es" / "LC_MESSAGES" / "interface.po"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b'msgid "\xff')
    running.process.send_signal(signal.SIGHUP)
    until(lambda: "the new code cannot be loaded" in running.log.read_text())

    assert running.web() == before
    assert running.answers()
