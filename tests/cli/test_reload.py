"""`kill -HUP`: new code, new words, and nobody notices; what all processes counted, before and after, adds up."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from surveys.config import ROOT
from surveys.store import answers
from tests.served import Running, served, until
from tests.web.door import answer
from tests.world import PLACE

PAUSE_SECONDS = 0.01  # of a student between two saves


@dataclass
class Student(threading.Thread):
    """Saves without end, over a new connection each time or over one that is kept; hears what was acknowledged."""

    running: Running
    number: int
    keeps: bool
    acknowledged: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.code = self.running.world.code(self.running.world.tickets[self.number])
        self.response = f"{self.number:032d}"

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        line, sequence = self.running.line(), 0
        while not self.stop.wait(PAUSE_SECONDS):
            sequence += 1
            line = line if self.keeps and line.sock else self.running.line()
            try:
                self._save(line, sequence)
            except OSError as error:
                self.errors.append(repr(error))

    def _save(self, line: HTTPConnection, sequence: int) -> None:
        body = json.dumps({"sequence": sequence, "answers": answer("1")})
        line.request("PUT", f"/r/{self.code}/{self.response}", body, {"Content-Type": "application/json"})
        told = line.getresponse()
        told.read()
        if told.status == 204:
            self.acknowledged.add(sequence)
        else:
            self.errors.append(f"{sequence}: {told.status}")

    def kept(self) -> set[int]:
        ticket, house = self.running.world.tickets[self.number], self.running.world.house
        with house.database.reading() as session:
            saves = answers.saves(session, PLACE, self.running.world.window.id, [ticket.id])
        return {save.sequence for save in saves[ticket.id]}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """In English alone, so that a test may add to the words."""
    (tmp_path / "translations").mkdir()
    (tmp_path / "translations" / "en").symlink_to(ROOT / "translations" / "en")
    with served(tmp_path, tmp_path / "translations") as running:
        yield running


def test_no_save_is_dropped_while_everything_is_loaded_anew(running: Running) -> None:
    students = [Student(running, number, keeps=number % 2 == 0) for number in range(4)]
    for student in students:
        student.start()
    for _ in range(2):
        running.reload()
        before = [len(student.acknowledged) for student in students]
        until(lambda: all(len(s.acknowledged) > have + 5 for s, have in zip(students, before, strict=True)))  # noqa: B023
    for student in students:
        student.stop.set()
        student.join()

    assert [student.errors for student in students] == [[], [], [], []]
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


def test_what_is_no_http_is_refused_and_not_quoted_in_the_log(running: Running) -> None:
    code = running.world.code(running.world.tickets[0])
    for head in (f"GET /r/{code}", f"{code}: x", f"GET /r/{code} HTTP/1.1\r\n{code}", f"PUT /{code} HTTP/7"):
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
            line.sendall(f"{head}\r\n\r\n".encode())
            assert line.makefile("rb").readline().startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
    until(lambda: running.log.read_text().count("a request that is no HTTP was refused") == 4)

    assert code not in running.log.read_text()
