"""`homeroom demo`: a district made, printed, filled in, scanned, answered online, merged and served while you watch."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from surveys.cli.context import Context
from surveys.cli.demo import pencil, server, show
from surveys.cli.demo.show import Paperwork
from surveys.cli.demo.stage import DISTRICT, SCHOOL, Stage
from surveys.config import Config
from surveys.core.accounting import Accounting
from surveys.core.refusals import Conflict
from surveys.core.responses import Mode
from surveys.house import House
from surveys.printing import Printed
from surveys.reporting import Result
from surveys.store import places

T = TypeVar("T")
SHARE_ON_PAPER = 0.7  # of the paper school's sheets come back filled in
SHARE_ONLINE = 0.85  # of the others answer on a laptop


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
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop, it stops its server too
    console = Console(stderr=False, highlight=False)
    if not no_serve:
        server.check_port(port)
    settings = _settings(context.config, port)
    _fresh(settings, context.wire)
    stage = Stage(context.wire(settings), students, seed)
    stage.house.database.upgrade()
    with _bars(console) as bars:
        work = _paper(stage, bars, settings.processes)
        online = _online(stage, bars, work.filled, settings)
        results = _step(bars, "Merging both doors, releasing results", 1, lambda done: _once(done, stage.merge()))
    accounting = stage.account(work.batch)
    show.waiting(console, stage, accounting)
    show.counts(console, stage, (accounting, results, work, online))
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
    batch = stage.receive(copier)
    _step(bars, "Reading the copier's PDF", len(papers), stage.read)
    return Paperwork(batch, filled, len(pack.sheets))


def _online(stage: Stage, bars: Progress, filled: list[Printed], settings: Config) -> int:
    codes = stage.codes(filled)
    here = {ticket: code for ticket, code in codes.items() if stage.dice.random() < SHARE_ONLINE}
    port = server.free_port()
    with server.serving(settings, port, "--no-worker"):
        address, name = f"http://127.0.0.1:{port}", "Answering online, over HTTP"
        return _step(bars, name, len(here), lambda done: stage.answer_online(address, here, done))


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


def _check(accounting: Accounting, results: list[Result], online: int) -> None:
    """The demonstration fails loudly when its own figures do not add up."""
    line = accounting.line
    if line["in"] != line["read"] + line["waiting"] + line["refused"] + line["blank"]:
        raise Conflict(f"the batch does not add up: {line}")
    counted = sum(result.chosen is not None and result.chosen.mode is Mode.ONLINE for result in results)
    if counted != online:
        raise Conflict(f"{online} students handed in online, {counted} of them count")


def _serve(console: Console, stage: Stage, filled: list[Printed], port: int) -> None:
    """Serve pages and worker until stopped; the links are printed once they can be opened."""
    with server.serving(stage.house.config, port) as running:
        show.links(console, stage, filled)
        with suppress(KeyboardInterrupt):
            running.wait()
