"""`kill -HUP`: new code, new words, and nobody notices; what all processes counted, before and after, adds up."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from surveys import app
from surveys.config import ROOT, from_environ
from surveys.store import answers
from tests.web.door import answer
from tests.world import PLACE, World, found

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.01  # of a student between two saves


@dataclass
class Running:
    """`homeroom serve` with two web processes over a database on disk."""

    process: subprocess.Popen[bytes]
    port: int
    world: World
    translations: Path
    log: Path

    def line(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=20)

    def page(self, path: str) -> str:
        line = self.line()
        line.request("GET", path)
        return line.getresponse().read().decode()

    def answers(self) -> bool:
        try:
            return self.page("/readyz") == "ok\n"
        except OSError:
            return False

    def web(self) -> set[int]:
        """The web processes of the moment: children of the first that was started."""
        return {child for master in _children(self.process.pid)[:1] for child in _children(master)}

    def whole(self) -> bool:
        """Whether every web process has loaded all it loads: the counters come last."""
        with suppress(OSError):  # one of them ended while we looked
            return ["homeroom-counters-" in Path(f"/proc/{pid}/maps").read_text() for pid in self.web()] == [True] * 2
        return False

    def reload(self) -> None:
        """Ask for a reload, and wait until none of the processes that were there is left."""
        before = self.web()
        self.process.send_signal(signal.SIGHUP)
        _until(lambda: not before & self.web() and self.whole())


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
    translations = tmp_path / "translations"
    translations.mkdir()
    (translations / "en").symlink_to(ROOT / "translations" / "en")
    settings = {"HOMEROOM_INSTANCE": str(tmp_path), "HOMEROOM_TRANSLATIONS": str(translations)}
    house = app.house(from_environ(settings))
    house.database.upgrade()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--no-worker", "--port", str(port)]
    command = [sys.executable, "-c", "from surveys.app import main; main()", *words]
    log = tmp_path / "log"
    environ = {**os.environ, **settings, "HOMEROOM_PROCESSES": "2"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True, stdout=out, stderr=out)
    served = Running(process, port, found(house), translations, log)
    try:
        _until(lambda: served.answers() and served.whole())
        yield served
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        if process.poll() is None:
            for child in [*_children(process.pid), process.pid]:
                os.killpg(child, signal.SIGKILL)
            process.wait()


def test_no_save_is_dropped_while_everything_is_loaded_anew(running: Running) -> None:
    students = [Student(running, number, keeps=number % 2 == 0) for number in range(4)]
    for student in students:
        student.start()
    for _ in range(2):
        running.reload()
        before = [len(student.acknowledged) for student in students]
        _until(lambda: all(len(s.acknowledged) > have + 5 for s, have in zip(students, before, strict=True)))  # noqa: B023
    for student in students:
        student.stop.set()
        student.join()

    assert [student.errors for student in students] == [[], [], [], []]
    assert [student.kept() for student in students] == [student.acknowledged for student in students]
    total = sum(len(student.acknowledged) for student in students)
    assert f"homeroom_saves_total {total:.1f}\n" in running.page("/metrics")


def test_code_that_cannot_be_loaded_changes_nothing(running: Running) -> None:
    before = running.web()
    broken = running.translations / "es" / "LC_MESSAGES" / "interface.po"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b'msgid "\xff')
    running.process.send_signal(signal.SIGHUP)
    _until(lambda: "the new code cannot be loaded" in running.log.read_text())

    assert running.web() == before
    assert running.answers()


def test_what_is_no_http_is_refused_and_not_quoted_in_the_log(running: Running) -> None:
    code = running.world.code(running.world.tickets[0])
    for head in (f"GET /r/{code}", f"{code}: x", f"GET /r/{code} HTTP/1.1\r\n{code}", f"PUT /{code} HTTP/7"):
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
            line.sendall(f"{head}\r\n\r\n".encode())
            assert line.makefile("rb").readline().startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
    _until(lambda: running.log.read_text().count("a request that is no HTTP was refused") == 4)

    assert code not in running.log.read_text()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)
