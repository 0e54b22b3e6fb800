"""Bare: what a save costs Homeroom, and what it costs an application that only inserts, in turns in one run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from scripts import services
from scripts.load import cluster, plain, plan, town
from scripts.load.bell import Ring
from scripts.load.cluster import Cluster
from scripts.load.plan import Bell
from scripts.load.processes import cpu
from scripts.load.run import SECRET
from scripts.load.site import Site, serving
from surveys.config import ROOT

STUDENTS = 400  # in each turn, five saves each
TURNS = 4  # ours and the bare one by one: the speed of a shared machine changes
AT_ONCE = 8  # students at the door at the same time
WORKERS, THREADS = 2, 8  # of both


@dataclass
class Cost:
    """So many saves: wall seconds; CPU seconds of the web processes and of the database."""

    saves: int = 0
    wall: float = 0.0
    web: float = 0.0
    database: float = 0.0

    @property
    def each(self) -> float:
        """CPU milliseconds a save."""
        return 1000 * (self.web + self.database) / self.saves

    def __str__(self) -> str:
        return f"web {1000 * self.web / self.saves:.2f}, database {1000 * self.database / self.saves:.2f} ms"


def measured(folder: Path) -> tuple[Cost, Cost]:
    """Saves over HTTP into PostgreSQL, acknowledged after a durable commit: Homeroom's as `homeroom serve` takes them,
    and those of `plain.app` under gunicorn with as many processes and threads."""
    environ = {"HOMEROOM_INSTANCE": str(folder), "HOMEROOM_SECRET": SECRET, "HOMEROOM_PROCESSES": str(WORKERS)}
    ours, bare = Cost(), Cost()
    with cluster.running() as server:
        environ |= {"HOMEROOM_DATABASE_URL": server.url}
        place = town.found(environ, STUDENTS * (TURNS + 1))
        site = Site({**os.environ, **environ}, services.free_port(), background=False)
        with serving(site), _plain(server) as (other, port):
            for turn in range(TURNS + 1):
                part = slice(turn * STUDENTS, (turn + 1) * STUDENTS)
                drawn = plan.drawn(town.Town(place.parts, place.window, place.students[part]), {}, ("save",), turn)
                plan.write(drawn, Bell(0, 0, turn), folder / "plan")
                # The first turn is for what each process does once.
                _turn(Cost() if turn == 0 else ours, folder, site.port, (site.pid, server))
                _turn(Cost() if turn == 0 else bare, folder, port, (other, server))
    return ours, bare


def _turn(cost: Cost, folder: Path, port: int, watched: tuple[int, Cluster]) -> None:
    web, server = watched
    ring = Ring(folder / "plan", folder / "log", port, [f"--at-once={AT_ONCE}", "--limit=300"])
    cost.web, cost.database = cost.web - cpu(web), cost.database - cpu(server.pid)
    ring.start()
    told = ring.end()
    cost.web, cost.database = cost.web + cpu(web), cost.database + cpu(server.pid)
    if told["ended"] - told["broken"] != STUDENTS:
        sys.exit("bench: a save was not acknowledged")
    cost.saves += STUDENTS * plan.BATCHES
    cost.wall += told["seconds"]


@contextmanager
def _plain(server: Cluster) -> Iterator[tuple[int, int]]:
    """The bare application on a free port: its process id and the port."""
    place = server.url.replace("+psycopg", "")
    with psycopg.connect(place) as connection:
        connection.execute(plain.TABLE)
    port = services.free_port()
    words = [sys.executable, "-m", "gunicorn", f"--workers={WORKERS}", f"--threads={THREADS}", "--log-level=error"]
    words += ["--no-control-socket", f"--bind=127.0.0.1:{port}", "scripts.load.plain:app"]
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "PLAIN_DATABASE": place})
    try:
        time.sleep(3)  # it has no page to ask whether it is there
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(30)
