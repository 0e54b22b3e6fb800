"""Served: `homeroom serve` as a real installation runs it, over a small district in a database on disk."""

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
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from surveys import app
from surveys.config import ROOT, from_environ
from surveys.store import answers
from tests.web.door import answer
from tests.world import PLACE, World, found

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.01  # of a student between two saves


@dataclass
class Running:
    """The server, and what it serves."""

    process: subprocess.Popen[bytes]
    port: int
    world: World
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
        until(lambda: not before & self.web() and self.whole())


@dataclass
class Student(threading.Thread):
    """Saves without end, over a new connection each time or over one that is kept; hears what was acknowledged."""

    running: Running
    line: Callable[[], HTTPConnection]
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
        line, sequence = self.line(), 0
        while not self.stop.wait(PAUSE_SECONDS):
            sequence += 1
            line = line if self.keeps and line.sock else self.line()
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

    def ended(self) -> list[str]:
        """What went wrong, once the student has stopped."""
        self.stop.set()
        self.join()
        return self.errors

    def kept(self) -> set[int]:
        ticket, house = self.running.world.tickets[self.number], self.running.world.house
        with house.database.reading() as session:
            saves = answers.saves(session, PLACE, self.running.world.window.id, [ticket.id])
        return {save.sequence for save in saves[ticket.id]}


@contextmanager
def served(folder: Path, translations: Path = ROOT / "translations", **settings: str) -> Iterator[Running]:
    """Two web processes and no worker while the block lasts; ending them is part of what is promised."""
    given = {"HOMEROOM_INSTANCE": str(folder), "HOMEROOM_TRANSLATIONS": str(translations)} | settings
    house = app.house(from_environ(given))
    house.database.upgrade()
    port, log = free_port(), folder / "log"
    command = [
        sys.executable,
        "-c",
        "from surveys.app import main; main()",
        "serve",
        "--no-worker",
        "--port",
        str(port),
    ]
    environ = {**os.environ, **given, "HOMEROOM_PROCESSES": "2"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True, stdout=out, stderr=out)
    running = Running(process, port, found(house), log)
    try:
        until(lambda: running.answers() and running.whole())
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        if process.poll() is None:
            for child in [*_children(process.pid), process.pid]:
                os.killpg(child, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
