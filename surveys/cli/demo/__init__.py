"""`homeroom demo`: a district made, printed, filled in, scanned, answered online, merged and served while you watch."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from surveys import reviewing
from surveys.cli.context import Context
from surveys.cli.demo import pencil, people
from surveys.cli.demo.stage import DISTRICT, SCHOOL, Stage
from surveys.config import Config
from surveys.core.accounting import Accounting
from surveys.core.refusals import Conflict
from surveys.core.responses import Disposition, Mode
from surveys.core.sheets import Batch, Outcome
from surveys.house import House
from surveys.printing import Printed
from surveys.reporting import Result
from surveys.store import places

T = TypeVar("T")
SHARE_ON_PAPER = 0.7  # of the paper school's sheets come back filled in
SHARE_ONLINE = 0.85  # of the others answer on a laptop
CHUNK = 16  # scans read and kept at a time
PAGES = (
    ("the review desk", "/review/windows/{window}", "reviewer"),
    ("the principal's report", "/report/windows/{window}/schools/{school}", "principal"),
    ("the district's pages", "/staff/", "district"),
)


@dataclass(frozen=True)
class Paperwork:
    """What came of the printed forms: the batch they were scanned as, those filled in, and how many were printed."""

    batch: Batch
    filled: list[Printed]
    printed: int


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="End after the merge with a table of counts.")
@click.option("--students", default=600, show_default=True, help="How many students to invite.")
@click.option("--seed", default=2026, show_default=True, help="Another number, another district.")
@click.option("--port", default=8000, show_default=True, help="Where to serve in the end.")
@click.pass_obj
def demo(context: Context, no_serve: bool, students: int, seed: int, port: int) -> None:
    """Show the whole house at work on an invented district.

    Makes 3 schools and 600 students in a fresh database in the instance folder, prints forms for one school in three
    languages, fills most of them in with a simulated pencil, scans and reads them, answers the rest through the real
    web server, shows what waits for a person, merges both doors into one result, and serves it.
    """
    console = Console(stderr=False, highlight=False)
    settings = _settings(context.config, port)
    _fresh(settings, context.wire)
    stage = Stage(context.wire(settings), students, seed)
    stage.house.database.upgrade()
    with _bars(console) as bars:
        work = _paper(stage, bars, settings.processes)
        online = _online(stage, bars, work.filled, settings)
        results = _step(bars, "Merging both doors, releasing results", 1, lambda done: _once(done, stage.merge()))
    accounting = stage.account(work.batch)
    _show_waiting(console, stage, accounting)
    _show_counts(console, stage, (accounting, results, work, online))
    _check(accounting, results, online)
    if not no_serve:
        _serve(console, stage, work.filled, port)


def _settings(config: Config, port: int) -> Config:
    """The demonstration keeps to its own folder, whatever database the installation uses."""
    instance = config.instance
    instance.mkdir(parents=True, exist_ok=True)
    return replace(
        config,
        public_url=f"http://127.0.0.1:{port}",
        database_url=f"sqlite:///{instance / 'homeroom.db'}",
        broker_url=f"filesystem://{instance / 'broker'}",
        objects=str(instance / "objects"),
    )


def _fresh(settings: Config, make_house: Callable[[Config], House]) -> None:
    """Clear what an earlier demonstration left; Conflict when the database holds anything else."""
    instance = settings.instance
    if (instance / "homeroom.db").exists():
        old = make_house(settings).database
        old.upgrade()
        with old.reading() as session:
            others = [district.name for district in places.districts(session) if district.id != DISTRICT.district]
        old.engine.dispose()
        if others:
            raise Conflict(f"{instance}: holds {others[0]}, not a demonstration; name another HOMEROOM_INSTANCE")
    for name in ("homeroom.db", "homeroom.db-wal", "homeroom.db-shm"):
        (instance / name).unlink(missing_ok=True)
    for name in ("objects", "broker", "demo"):
        shutil.rmtree(instance / name, ignore_errors=True)
    (instance / "demo").mkdir(parents=True)


def _paper(stage: Stage, bars: Progress, processes: int) -> Paperwork:
    _step(bars, "Founding a district, opening a window", 1, lambda done: _once(done, stage.found()))
    expected = sum(row.school == SCHOOL.school and not row.opted_out for row in stage.roster)
    pack = _step(bars, "Printing one school's forms, three languages", expected, stage.print_forms)
    filled = stage.hand_out(pack, SHARE_ON_PAPER)
    papers = stage.papers(pack, filled)
    copier = stage.folder / "scan.pdf"
    filling = "Filling them in and scanning them"
    _step(bars, filling, len(papers), lambda done: pencil.scan(papers, copier, processes, done))
    batch = _step(bars, "Unpacking the copier's PDF", 1, lambda done: _once(done, stage.receive(copier)))
    hashes = stage.unread()
    _step(bars, "Reading every page", len(hashes), lambda done: _read(stage, hashes, done))
    return Paperwork(batch, filled, len(pack.sheets))


def _read(stage: Stage, hashes: list[str], done: Callable[[int], object]) -> None:
    for start in range(0, len(hashes), CHUNK):
        part = hashes[start : start + CHUNK]
        stage.read(part)
        done(len(part))


def _online(stage: Stage, bars: Progress, filled: list[Printed], settings: Config) -> int:
    codes = stage.codes(filled)
    here = {ticket: code for ticket, code in codes.items() if stage.dice.random() < SHARE_ONLINE}
    with _server(settings) as address:
        name = "Answering online, over HTTP"
        return _step(bars, name, len(here), lambda done: stage.answer_online(address, here, done))


@contextmanager
def _server(settings: Config) -> Iterator[str]:
    """The real web server on a free port, for as long as it is needed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    log = settings.instance / "demo" / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603 - our own command
            [_homeroom(), "serve", "--no-worker", f"--port={port}"],
            env=_environ(settings, address),
            stdout=out,
            stderr=out,
        )
        try:
            _wait(server, port, log)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise Conflict(f"the web server did not start; read {log}")


def _environ(settings: Config, address: str) -> dict[str, str]:
    """The settings of the demonstration, for a process of its own."""
    return {
        "PATH": os.defpath,
        "HOMEROOM_INSTANCE": str(settings.instance),
        "HOMEROOM_SECRET": settings.secret,
        "HOMEROOM_PUBLIC_URL": address,
        "HOMEROOM_FONTS": str(settings.fonts),
        "HOMEROOM_TRANSLATIONS": str(settings.translations),
    }


def _homeroom() -> str:
    return str(Path(sys.executable).with_name("homeroom"))


def _step(bars: Progress, name: str, total: int, work: Callable[[Callable[[int], object]], T]) -> T:
    """One line with a progress bar; `work` is handed what to call with how much more is done."""
    task = bars.add_task(name, total=total)

    def done(more: int) -> None:
        bars.update(task, advance=more)

    found = work(done)
    bars.update(task, completed=total)
    return found


def _once(done: Callable[[int], object], found: T) -> T:
    done(1)
    return found


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<45}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def _show_waiting(console: Console, stage: Stage, accounting: Accounting) -> None:
    """What a person has to look at: doubts by question, refused pages by reason, pages that never came."""
    with stage.house.database.reading() as session:
        doubts = reviewing.doubts(session, people.ADMINISTRATOR, SCHOOL, stage.window.id)
    table = Table(title="What waits for a person", title_justify="left", show_header=True)
    for heading, side in (("why", "left"), ("how many", "right")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for reason, count in Counter(str(doubt.reason) for doubt in doubts).most_common():
        table.add_row(f"question in doubt: {reason}", str(count))
    refused = Counter(entry.reason for entry in accounting.entries if entry.outcome is Outcome.REFUSED)
    for reason, count in refused.most_common():
        table.add_row(f"page refused: {reason}", str(count))
    table.add_row("sheet with a page missing", str(len(accounting.incomplete)))
    console.print(table)


def _show_counts(console: Console, stage: Stage, shown: tuple[Accounting, list[Result], Paperwork, int]) -> None:
    accounting, results, work, online = shown
    line = accounting.line
    tally = stage.tally()
    kinds = Counter(result.disposition for result in results)
    modes = Counter(result.chosen.mode for result in results if result.chosen)
    table = Table(title="Counts", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("how many", justify="right")
    table.add_row("students invited", str(len(results)))
    table.add_row("sheets printed / filled in", f"{work.printed} / {len(work.filled)}")
    parts = " + ".join(f"{line[name]} {name}" for name in ("read", "waiting", "refused", "blank"))
    table.add_row("pages scanned", f"{line['in']} in = {parts}")
    table.add_row("fields read / in doubt / read wrong", f"{tally.fields} / {tally.doubts} / {tally.wrong}")
    table.add_row("handed in online", str(online))
    table.add_row("counted in the result", f"{modes[Mode.ONLINE]} online + {modes[Mode.PAPER]} paper")
    for kind in Disposition:
        table.add_row(f"  {kind}", str(kinds[kind]))
    console.print(table)


def _check(accounting: Accounting, results: list[Result], online: int) -> None:
    """The demonstration fails loudly when its own figures do not add up."""
    line = accounting.line
    if line["in"] != line["read"] + line["waiting"] + line["refused"] + line["blank"]:
        raise Conflict(f"the batch does not add up: {line}")
    counted = sum(result.chosen is not None and result.chosen.mode is Mode.ONLINE for result in results)
    if counted != online:
        raise Conflict(f"{online} students handed in online, {counted} of them count")


def _links(console: Console, stage: Stage, filled: list[Printed]) -> None:
    """Where to look, and who to sign in as."""
    address = stage.house.config.public_url
    codes = list(stage.codes(filled).items())
    free = {ticket.id: ticket for ticket in stage.tickets()}
    console.print(f"\n[bold]Homeroom is open at {address}[/bold]  (stop with Ctrl-C)\n")
    seen: set[str] = set()
    for name, code in reversed(codes):
        locale = free[name].locale
        if locale not in seen:
            seen.add(locale)
            console.print(f"  a student's page ({locale})   {address}/r/{code}")
    for name, path, account in PAGES:
        console.print(
            f"  {name:<24}{address}{path.format(window=stage.window.id, school=SCHOOL.school)}   as {account}"
        )
    names = ", ".join(account.id for account in people.STAFF)
    console.print(f"\n  sign-ins: {names}; password for each: [bold]{people.PASSWORD}[/bold]")
    console.print(f"  printed forms: {stage.folder / 'forms.pdf'}   the copier's scan: {stage.folder / 'scan.pdf'}\n")


def _serve(console: Console, stage: Stage, filled: list[Printed], port: int) -> None:
    _links(console, stage, filled)
    settings = stage.house.config
    stage.house.database.engine.dispose()
    os.execve(_homeroom(), [_homeroom(), "serve", f"--port={port}"], _environ(settings, settings.public_url))  # noqa: S606
