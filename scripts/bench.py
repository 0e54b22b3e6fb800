"""The rows of `scripts/bench`: pages read beside bare decoding, saves beside bare commits of the same rows."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from scripts import composing, judging, packing, reading, services
from scripts import line as whole_line
from scripts.load import bare as inserting
from surveys import enrolling
from surveys.app import house
from surveys.cli.demo import people
from surveys.config import ROOT, from_environ
from surveys.core.people import Window
from surveys.house import House

STUDENTS = 60
SAVES = 20  # by each student
AT_ONCE = 8  # students at the door at the same time


@dataclass(frozen=True)
class Row:
    """One line of the table: how many a second, and CPU beside the bare cost; milliseconds are CPU time."""

    name: str
    rate: float
    cpu: float
    bare: float
    note: str = ""

    def __str__(self) -> str:
        ratio = self.cpu / self.bare
        return (
            f"{self.name:<28} {self.rate:10.1f}/s {self.cpu:10.2f} ms {self.bare:10.2f} ms {ratio:8.2f} x  {self.note}"
        )


@dataclass(frozen=True)
class Memory:
    """One line of the table, in megabytes."""

    name: str
    peak: float

    def __str__(self) -> str:
        return f"{self.name:<28} {self.peak:10.0f} MB at most in any process"


def pages(folder: Path) -> Row:
    """Reading pages of the 28-question form (200 dpi grey JPEG in a PDF, as a copier writes it), on one core; beside
    decoding the same pictures at half size."""
    form = reading.filled(_house(folder), folder)
    return _read("JPEG pages, one core", reading.in_process(form, folder, "jpeg"))


def fax(folder: Path) -> Row:
    """The same in black and white (G4), beside decoding the same pages as JPEG at half size."""
    form = reading.filled(_house(folder), folder)
    return _read("G4 pages, one core", reading.in_process(form, folder, "g4"))


def command(folder: Path) -> Row:
    """`homeroom read --workers 2`, all told, beside the same."""
    form = reading.filled(_house(folder), folder)
    return _read("homeroom read, JPEG pages", reading.by_command(form, folder, "jpeg"))


def command_fax(folder: Path) -> Row:
    """The same with G4 pages."""
    form = reading.filled(_house(folder), folder)
    return _read("homeroom read, G4 pages", reading.by_command(form, folder, "g4"))


def memory(folder: Path) -> Memory:
    """`homeroom read --workers 2` on a PDF of 5,000 pages: the largest process."""
    return Memory("homeroom read, 5,000 pages", reading.peak(reading.filled(_house(folder), folder), folder))


def _read(name: str, times: reading.Times) -> Row:
    cpu, bare = (1000 * seconds / times.pages for seconds in (times.cpu, times.bare))
    return Row(name, times.pages / times.wall, cpu, bare, f"{3600 * times.pages / times.wall:,.0f} pages/h")


def saves(folder: Path) -> Row:
    """Saves through gunicorn over HTTP into SQLite, acknowledged after a durable commit; beside committing the same
    rows one by one, with the same durability, from bare Python."""
    parts, codes = _district(folder)
    with _server(folder) as (server, port), ThreadPoolExecutor(AT_ONCE) as students:
        _student(port, codes[0], parts)  # so that every worker has loaded what it needs
        started, before = time.perf_counter(), _cpu(server)
        bodies = [body for sent in students.map(lambda code: _student(port, code, parts), codes) for body in sent]
        wall, cpu = time.perf_counter() - started, _cpu(server) - before
    bare = _timed(lambda: _commit(folder / "bare.db", bodies))
    count = len(bodies)
    return Row("saves, HTTP to SQLite", count / wall, 1000 * cpu / count, 1000 * bare[1] / count)


def saves_postgresql(folder: Path) -> Row:
    """Saves over HTTP into PostgreSQL as durable as it comes, its CPU included; beside an application under gunicorn
    that only inserts them, as durably, by the bare driver."""
    ours, plain = inserting.measured(folder)
    note = f"{ours}; bare {plain}, {plain.saves / plain.wall:.0f}/s"
    return Row("saves, HTTP to PostgreSQL", ours.saves / ours.wall, ours.each, plain.each, note)


def forms(folder: Path) -> Row:
    """Judging 100,000 forms anew by other thresholds, from readings kept in SQLite; beside fetching the same rows."""
    count, wall, cpu, bare = judging.judged(_house(folder), folder)
    return Row("forms judged anew", count / wall, 1000 * cpu / count, 1000 * bare / count)


def line(folder: Path) -> Row:
    """Ten files of 500 pages through `homeroom worker` with SQLite and the queue on disk, from the first upload to
    the last reading kept; beside reading such pages here, keeping nothing. The CPU is everybody's, the upload's too."""
    return _line("the line, SQLite", 5000, whole_line.installed(folder))


def line_postgresql(folder: Path) -> Row:
    """The same with PostgreSQL as durable as it comes, and Redis; the CPU of both is in it."""
    with services.postgres({"listen_addresses": "127.0.0.1"}) as (_, database), services.redis() as (_, broker):
        return _line("the line, PostgreSQL", 5000, whole_line.installed(folder, database, broker))


def _line(name: str, count: int, place: whole_line.Installation) -> Row:
    cost, bare = whole_line.measured(place, count)
    note = f"{3600 * count / cost.wall:,.0f} pages/h; a process of the worker held {cost.memory:.0f} MB at most"
    return Row(name, count / cost.wall, cost.each, bare, note)


def classes(folder: Path) -> Row:
    """Class sets of 30 sheets, two pages each: how many a second, from the end of the upload until every page is
    accounted for; CPU a page, beside reading the pages here."""
    waits, cpu, bare = whole_line.class_sets(whole_line.installed(folder), 5)
    note = f"shown {max(waits):.2f} s after its upload at the latest"
    return Row("class sets, SQLite", len(waits) / sum(waits), cpu, bare, note)


def packs(folder: Path) -> Row:
    """Personal pages printed by `homeroom pack`: 10,000 children in 400 classes, forms recorded in SQLite, cover lists
    and return pages drawn along with them; beside writing the same bytes."""
    count, wall, cpu, bare = packing.packed(_house(folder), folder)
    return Row("personal pages printed", count / wall, 1000 * cpu / count, 1000 * bare / count)


def scripts(folder: Path) -> Row:
    """Composing a dense page on one core in the slowest script of ten, its words never set before; beside shaping them
    once. The note has every script: pages a second, of new words and of the same again."""
    costs = composing.composed()
    slowest = max(costs, key=lambda cost: cost.new)
    note = ", ".join(f"{cost.locale} {1000 / cost.new:.0f}, again {1000 / cost.again:.0f}" for cost in costs)
    return Row("pages composed, any script", 1000 / slowest.new, slowest.new, slowest.bare, note)


ROWS: dict[str, Callable[[Path], Row | Memory]] = {
    "pages": pages, "fax": fax, "command": command, "command-fax": command_fax, "memory": memory, "line": line,
    "line-postgresql": line_postgresql, "class": classes, "saves": saves,
    "saves-postgresql": saves_postgresql, "forms": forms, "packs": packs,
    "scripts": scripts,
}  # fmt: skip


def main(names: Sequence[str]) -> None:
    """Print the rows named, or all."""
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        sys.exit(f"bench: {unknown[0]}: no such row; write one of {', '.join(ROWS)}")
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {_model()}")
    print(f"{'':<28} {'rate':>12} {'CPU each':>13} {'bare CPU':>13} {'ratio':>10}")
    for name in names or ROWS:
        with tempfile.TemporaryDirectory(prefix="homeroom-bench-") as folder:
            print(ROWS[name](Path(folder)))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of work in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _house(folder: Path) -> House:
    settings = {"HOMEROOM_INSTANCE": str(folder), "HOMEROOM_SECRET": "only for this run of the bench, and no other"}
    return house(from_environ(settings))


def _district(folder: Path) -> tuple[House, list[str]]:
    """A district in a fresh database, and its students' codes."""
    parts = _house(folder)
    survey = parts.shipped["sel-6-12"]
    stamp, by = parts.stamp(), people.ADMINISTRATOR
    window = Window(
        "demo", "bench", "Bench", survey.id, survey.version, survey.promise,
        stamp.now - timedelta(1), stamp.now + timedelta(1), "UTC",
    )  # fmt: skip
    parts.database.upgrade()
    with parts.database.writing() as session:
        enrolling.found(session, people.DISTRICT, people.SCHOOLS)
        definition = (ROOT / "surveys/instruments/sel-6-12.toml").read_text()
        enrolling.keep_survey(session, by, survey, definition, parts.texts)
        roster = people.roster(random.Random(1), STUDENTS)
        enrolling.open_window(session, by, window, roster, (parts.secret, stamp))
    with parts.database.reading() as session:
        cards = enrolling.cards(session, by, window, by.scope, parts.secret)
    return parts, [card.code for card in cards]


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, int]]:
    """gunicorn with two workers on a free port, stopped at the end: its process id and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    secret = "only for this run of the bench, and no other"  # noqa: S105 - gone with the folder
    env = {**os.environ, "HOMEROOM_INSTANCE": str(folder), "HOMEROOM_SECRET": secret}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--workers=2",
        f"--bind=127.0.0.1:{port}",
        "--log-level=error",
        "wsgi:app",
    ]
    server = subprocess.Popen(command, env=env, cwd=ROOT)
    try:
        _wait(port)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(30)


def _cpu(pid: int) -> float:
    """CPU seconds that a process and its children have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_cpu(int(child)) for child in children)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    sys.exit("bench: the server did not answer within 30 s")


def _student(port: int, code: str, parts: House) -> list[str]:
    """One student's saves, each waited for; the bodies sent."""
    questions = [question for question in parts.shipped["sel-6-12"].questions if question.options]
    response, sent = uuid4().hex, []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for sequence in range(SAVES):
            question = questions[sequence % len(questions)]
            answers = {question.id: {"value": [question.options[2].id], "locale": "en"}}
            body = json.dumps({"sequence": sequence, "answers": answers})
            connection.request("PUT", f"/r/{code}/{response}", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            reply.read()
            if reply.status != 204:
                sys.exit(f"bench: a save was answered {reply.status}")
            sent.append(body)
    return sent


def _commit(path: Path, bodies: Sequence[str]) -> None:
    """One durable commit a row, as bare as Python's own driver does it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE save (ticket TEXT, response TEXT, sequence INTEGER, answers TEXT)")
        for number, body in enumerate(bodies):
            connection.execute("INSERT INTO save VALUES (?, ?, ?, ?)", ("t" * 32, "r" * 32, number, body))


def _model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")


if __name__ == "__main__":
    main(sys.argv[1:])
