"""`scripts/loadtest`: the school bell replayed at a site of its own; then every acknowledged answer is looked for.

Exit status 1 when an answer was lost, doubled or changed, or a student could not hand in.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from scripts.load import kills, plan, results
from scripts.load.run import Wanted, run
from surveys.config import ROOT

ARRIVE_SHARE = 120 / 900  # of a bell of 15 minutes everybody comes within the first two


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
    parser.add_argument("--tls", action="store_true", help="TLS 1.3, spoken by the web processes themselves")
    parser.add_argument(
        "--nginx", action="store_true", help="TLS 1.3 and documents by nginx, as deploy/nginx.conf says"
    )
    parser.add_argument("--locust", action="store_true", help="one student in 20 is driven by Locust")
    parser.add_argument("--history", action="store_true", help=f"append a row to {results.PAGE}")
    given = parser.parse_args(words)
    if given.tls and given.nginx:
        parser.error("--tls or --nginx: one of them ends TLS")
    if given.locust and (given.at_once or given.kills or given.only):
        parser.error("--locust goes with moments and whole journeys: without --at-once, --kills and --only")
    return _wanted(given), given.history


def _wanted(given: argparse.Namespace) -> Wanted:
    students = -(-given.saves // plan.BATCHES) if given.saves else given.students
    killing = bool(given.kills)
    return Wanted(
        students=students,
        database=given.database,
        seconds=given.seconds,
        arrive=given.arrive or given.seconds * ARRIVE_SHARE,
        workers=given.workers,
        at_once=given.at_once or (32 if killing else 0),
        only=tuple(given.only or (["save", "submit"] if killing else [])),
        kills=given.kills if given.kills >= 0 else max(5, students * plan.BATCHES // 10_000),
        whom=kills.WHOM[given.database] if killing else (),
        seed=given.seed,
        tls=given.tls,
        locust=given.locust,
        nginx=given.nginx,
    )


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
