"""`scripts/loadtest`: the school bell replayed at a site of its own; then every acknowledged answer is looked for.

Exit status 1 when an answer was lost, doubled or changed, or a student could not hand in.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from scripts import services
from scripts.load import bell, cluster, kills, plan, results, tally, town
from scripts.load.bell import Ring
from scripts.load.cluster import Cluster
from scripts.load.plan import Bell, Plan
from scripts.load.processes import cpu
from scripts.load.results import Results, Spent
from scripts.load.site import Site, serving
from scripts.load.town import Town
from surveys.config import ROOT

SECRET = "only for this run of the load test, and no other"  # noqa: S105 - gone with the folder
ARRIVE_SHARE = 120 / 900  # of a bell of 15 minutes everybody comes within the first two
GRACE_SECONDS = 120  # after the last moment of the plan, for what waits
SLOWEST = 4  # students a second, in a run without moments; slower than that is given up


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    students: int
    database: str
    seconds: float = 0
    arrive: float = 0
    workers: int = 2
    at_once: int = 0
    only: tuple[str, ...] = ()
    kills: int = 0
    whom: tuple[str, ...] = ()
    seed: int = 1

    @property
    def limit(self) -> int:
        """Seconds after which the run is given up."""
        timed = self.seconds if not self.at_once else self.students / SLOWEST
        return int(timed + GRACE_SECONDS + 15 * self.kills)

    def __str__(self) -> str:
        pace = f"{self.at_once} at once" if self.at_once else f"coming within {self.arrive:g} s of {self.seconds:g} s"
        kinds = f", {' and '.join(self.only)} only" if self.only else ""
        return f"{self.students:,} students, {pace}{kinds}; {self.database}, {self.workers} web processes, HTTP"


def run(wanted: Wanted, folder: Path) -> Results:
    """Found a district, serve it, ring the bell, count."""
    with _database(wanted.database) as server:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("HOMEROOM_")}
        environ |= {"HOMEROOM_INSTANCE": str(folder), "HOMEROOM_SECRET": SECRET}
        environ |= {"HOMEROOM_PROCESSES": str(wanted.workers)} | (
            {"HOMEROOM_DATABASE_URL": server.url} if server else {}
        )
        place = town.found(environ, wanted.students)
        site = Site(environ, services.free_port(), background=kills.BACKGROUND in wanted.whom)
        with serving(site):
            drawn = plan.drawn(place, loaded(place, site.port), wanted.only, wanted.seed)
            return _rung(wanted, (place, drawn), site, server)


def loaded(place: Town, port: int) -> dict[str, list[str]]:
    """The files that the document of each locale loads, asked of the server: so it has made each document once."""
    found = {}
    for locale in town.LOCALES:
        document = _text(port, f"/s/{place.window.survey}/{place.window.version}/{locale}/")
        styles = {path: _text(port, path) for path in plan.assets(document, {}) if path.endswith(".css")}
        found[locale] = plan.assets(document, styles)
    return found


def _rung(wanted: Wanted, asked: tuple[Town, Plan], site: Site, server: Cluster | None) -> Results:
    place, drawn = asked
    folder = place.parts.config.instance
    plan.write(drawn, Bell(wanted.arrive, wanted.seconds, wanted.seed), folder / "plan")
    options = [f"--limit={wanted.limit}", f"--seed={wanted.seed}"]
    options += [f"--at-once={wanted.at_once}"] if wanted.at_once else []
    ring = Ring(folder / "plan", folder / "log", site.port, options)
    answers = sum(len(drawn.templates[number].requests) for number in drawn.template)
    planned = kills.drawn(answers, wanted.kills, wanted.whom, wanted.seed)
    load, before = os.getloadavg()[0], _spent(site, server)
    ring.start()
    try:
        done = kills.carry_out(planned, ring, site, server)
        told = ring.end()
    finally:
        ring.stop()
    after, records = _spent(site, server), bell.records(folder / "log")
    spent = Spent(after[0] - before[0], after[1] - before[1], told["cpu"])
    counted = tally.compare(drawn, records, tally.rows(place.parts))
    told = {**told, "seconds": max(told["seconds"], 0.001)}
    return Results(
        str(wanted), wanted.students, told, results.kinds(drawn, records), results.other(drawn, records),
        spent, counted, Counter(done), load,
    )  # fmt: skip


def _spent(site: Site, server: Cluster | None) -> tuple[float, float]:
    return cpu(site.pid), cpu(server.pid) if server else 0.0


@contextmanager
def _database(kind: str) -> Iterator[Cluster | None]:
    if kind == "sqlite":
        yield None
        return
    with cluster.running() as server:
        yield server


def _text(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode(errors="replace"))


def parsed(words: list[str]) -> tuple[Wanted, bool]:
    """The command line: what is wanted, and whether a row goes to the page."""
    parser = argparse.ArgumentParser(prog="scripts/loadtest", description=__doc__)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60, help="until the last has handed in")
    parser.add_argument("--arrive", type=float, help="seconds within which all come; 2 of 15 parts unless given")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--at-once", type=int, default=0, help="no moments: so many students, each as fast as answered")
    parser.add_argument("--only", action="append", choices=plan.KINDS, default=[], help="leave other requests out")
    parser.add_argument(
        "--kills", nargs="?", type=int, const=-1, default=0, help="kill so many times, or every 10,000 saves"
    )
    parser.add_argument("--saves", type=int, help="with --kills: in place of --students, five saves each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--history", action="store_true", help=f"append a row to {results.PAGE}")
    given = parser.parse_args(words)
    students = -(-given.saves // plan.BATCHES) if given.saves else given.students
    count = given.kills if given.kills >= 0 else max(5, students * plan.BATCHES // 10_000)
    whom = kills.WHOM[given.database] if given.kills else ()
    only = given.only or (["save", "submit"] if given.kills else [])
    wanted = Wanted(
        students, given.database, given.seconds, given.arrive or given.seconds * ARRIVE_SHARE, given.workers,
        given.at_once or (32 if given.kills else 0), tuple(only), count, whom, given.seed,
    )  # fmt: skip
    return wanted, given.history


def main(words: list[str]) -> int:
    wanted, history = parsed(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped then, too
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="homeroom-load-") as folder:
        found = run(wanted, Path(folder))
    print("\n".join(found.lines()))
    print(f"\n{time.monotonic() - began:.0f} s with founding and counting")
    if history:
        results.keep(ROOT / results.PAGE, found.row(f"{datetime.now(UTC):%Y-%m-%d}"))
    return 0 if found.passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
