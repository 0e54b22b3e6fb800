"""`homeroom serve`: one command starts pages and worker together, and one signal stops both."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from surveys.config import ROOT

PATIENCE_SECONDS = 60


@dataclass
class Served:
    """A running `homeroom serve` in a session of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def family(self) -> list[int]:
        """The processes it looks after."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-c", "from surveys.app import main; main()", "serve", "--port", str(port)]
    environ = {**os.environ, "HOMEROOM_INSTANCE": str(tmp_path), "HOMEROOM_PROCESSES": "1"}
    process = subprocess.Popen(words, cwd=ROOT, env=environ, start_new_session=True)
    running = Served(process, port)
    try:
        until(running.answers)
        yield running
    finally:
        if process.poll() is None:
            for child in [*running.family(), process.pid]:
                os.killpg(child, signal.SIGKILL)
            process.wait()


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.1)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_pages_and_worker_and_ends_with_0(served: Served, number: signal.Signals) -> None:
    family = served.family()
    assert len(family) == 2
    served.process.send_signal(number)

    assert served.process.wait(PATIENCE_SECONDS) == 0
    assert not served.answers()
    assert not any(alive(pid) for pid in family)


def test_a_worker_that_dies_is_started_again_and_the_pages_go_on(served: Served) -> None:
    web, worker = served.family()
    os.killpg(worker, signal.SIGKILL)
    until(lambda: len(served.family()) == 2 and worker not in served.family())

    assert web in served.family()
    assert served.answers()


def test_a_reload_begins_the_worker_anew_under_the_same_web_server(served: Served) -> None:
    web, worker = served.family()
    served.process.send_signal(signal.SIGHUP)
    until(lambda: len(served.family()) == 2 and worker not in served.family())

    assert web in served.family()
    assert served.answers()
