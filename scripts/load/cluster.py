"""Cluster: a PostgreSQL server of our own that may be killed and started again over the same data."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts import services
from scripts.load.processes import children, family

SETTINGS = {"listen_addresses": "127.0.0.1"}  # all else as Debian ships it: every commit is on disk when acknowledged


@dataclass
class Cluster:
    """The data folder, the port, and the server while it runs."""

    folder: Path
    port: int
    user: str | None
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def pid(self) -> int:
        """The process above all others; 0 when there is none."""
        return self.process.pid if self.process else 0

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://homeroom@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        words = [self._program("initdb"), "-D", str(self.folder / "data"), "-U", "homeroom", "--auth=trust"]
        words += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(services.as_user(self.user, words), check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        """Return when it answers, recovered from what befell it."""
        words = [self._program("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        words += ["-k", str(self.folder), *(f"-c{name}={value}" for name, value in SETTINGS.items())]
        ask = [self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        end = time.monotonic() + services.SECONDS_TO_START
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:  # its dead children may hold its memory yet
                with (self.folder / "log").open("ab") as log:
                    given = services.as_user(self.user, words)
                    self.process = subprocess.Popen(given, stdout=log, stderr=log, cwd="/")
            time.sleep(0.1)
            if subprocess.run(ask, check=False).returncode == 0:
                return
        raise SystemExit(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """The server and all its processes at once, as when power fails; then start it again."""
        if self.process is None:
            return
        for pid in family(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.start()

    def kill_one(self, dice: int) -> None:
        """One of its processes: the server then ends all others and recovers by itself."""
        found = children(self.pid)
        if found:
            with suppress(ProcessLookupError):
                os.kill(found[dice % len(found)], signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            self.process.kill()
            self.process.wait()

    def _program(self, name: str) -> str:
        return str(services.postgres_programs() / name)


@contextmanager
def running() -> Iterator[Cluster]:
    """A fresh cluster, stopped and gone at the end."""
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    with services.temporary_folder(user) as folder:
        cluster = Cluster(folder, services.free_port(), user)
        cluster.make()
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
