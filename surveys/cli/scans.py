"""`homeroom scan`: a copier's files into a district, read here or by the worker, and accounted for."""

from __future__ import annotations

import hashlib
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from surveys import scanning, worker
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting, scope
from surveys.cli.cures import cure, troubles
from surveys.cli.watching import POLL_SECONDS, Folder
from surveys.core.access import Account, Scope
from surveys.core.accounting import Accounting
from surveys.core.sheets import Batch, Outcome, Scan, Upload
from surveys.house import House

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
TOLD = (Outcome.WAITING, Outcome.REFUSED)

EXAMPLES = """\b
Examples:
  homeroom scan monday.pdf
  homeroom scan --school cedar room12-*.tif photos.zip
  homeroom scan --queue monday.pdf
  homeroom scan --watch /srv/copier
"""


@dataclass(frozen=True)
class Sender:
    """Who sends batches, from which school, and whether the worker reads them."""

    house: House
    who: Acting
    school: str | None
    queue: bool


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]...")
@click.option("--watch", type=FOLDER, metavar="DIR", help="Read whatever comes into a folder, until Ctrl-C.")
@click.option(
    "--school", metavar="ID", help="School the pages come from; only its staff and the district see the batch."
)
@click.option("--name", metavar="TEXT", help="What to call the batch; the first file's name if left out.")
@click.option("--queue", is_flag=True, help="Leave the reading to the worker, and do not wait for it.")
@acting
@click.pass_obj
def scan(context: Context, /, who: Acting, files: tuple[Path, ...], watch: Path | None, **about: str | None) -> int:
    """Take scanned pages in, read them, and tell what became of each.

    FILE is a copier's PDF, a TIFF of one or more pages, a JPEG, PNG or WebP, or a ZIP of these; pages of any form,
    class and language may come in any order and any way up. The accounting line always adds up: in = read + waiting +
    refused + blank. Ends with 1 when a page waits for a person or was refused.

    With --watch each file that comes into the folder is a batch, taken once it has not grown for five seconds, and told
    in a line; it goes to DIR/done, or to DIR/refused beside the reason when nothing in it could be read. Started again,
    it goes on where it was stopped.
    """
    if bool(files) == bool(watch):
        raise click.UsageError("name files to read, or a folder with --watch, one of the two")
    if watch and about["name"]:
        raise click.UsageError("--name is for files; with --watch each batch is called like its file")
    sender = Sender(context.house, who, about["school"], bool(about["queue"]))
    if watch:
        return _watch(sender, Folder(watch), lambda: time.sleep(POLL_SECONDS))
    return _send(sender, files, about["name"])


def _send(sender: Sender, files: Sequence[Path], name: str | None) -> int:
    house = sender.house
    with ExitStack() as stack:
        opened = [(path.name, stack.enter_context(path.open("rb"))) for path in files]
        uploads = scanning.keep_files(house.objects, opened)
    batch, by = _receive(sender, uploads, (name or files[0].name, house.stamp().new_id()))
    if sender.queue:
        house.queue(batch.district)
        output.say(f"batch {batch.id}: {len(files)} files queued; homeroom worker reads them")
        return 0
    with output.progress("reading") as bar:
        worker.work(house, batch.district, lambda done, total: bar.reached(done, total))
    told = _account(house, by, batch)
    _tell(told, files)
    _tell_twice(house, by, told, files)
    return int(any(told.count(outcome) for outcome in TOLD))


def _receive(sender: Sender, uploads: Sequence[Upload], named: tuple[str, str]) -> tuple[Batch, Account]:
    """Keep a batch by (name, id), unless it was kept before."""
    (name, new), stamp = named, sender.house.stamp()
    with sender.house.database.writing() as session:
        by = sender.who.account(session)
        where = scope(by, sender.school)
        batch = Batch(where.district, new, where.school, name, stamp.now, by.id)
        if any(known.id == new for known in scanning.batches(session, by, where)):
            return batch, by
        return scanning.receive(session, by, batch, uploads, stamp), by


def _account(house: House, by: Account, batch: Batch) -> Accounting:
    with house.database.reading() as session:
        return scanning.account(session, by, Scope(batch.district, batch.school), batch.id)


def _watch(sender: Sender, folder: Folder, wait: Callable[[], object]) -> int:
    """Take files in as they come, until interrupted; `wait` passes the time between looks."""
    with sender.house.database.reading() as session:  # whether it may be done at all, before anything comes
        by = sender.who.account(session)
        scanning.batches(session, by, scope(by, sender.school))
    folder.prepare()
    seen: Counter[Outcome] = Counter()
    before = signal.signal(signal.SIGTERM, _interrupted)
    output.say(f"watching {folder.path}; Ctrl-C ends")
    away = False
    try:
        while True:
            try:
                for path in folder.ready(time.monotonic()):
                    seen.update(_tried(sender, folder, path))
                away = False
            except OSError as error:
                if not away:
                    output.say(f"{folder.path}: {error.strerror}; trying again")
                away = True
            wait()
    except KeyboardInterrupt:
        output.say(f"stopped; what is left in {folder.path} is read the next time")
    finally:
        signal.signal(signal.SIGTERM, before)
    return int(any(seen[outcome] for outcome in TOLD))


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _tried(sender: Sender, folder: Folder, path: Path) -> Counter[Outcome]:
    """One file taken; what cannot be read or moved now holds up no other."""
    try:
        return _take(sender, folder, path)
    except OSError as error:
        if folder.postpone(path, time.monotonic()):
            output.say(f"{path.name}: {error.strerror}; it stays where it is, and is tried again")
        return Counter()


def _take(sender: Sender, folder: Folder, path: Path) -> Counter[Outcome]:
    """One file, received, read, told in a line and put away. Its batch is named by what is in it: a file that we were
    stopped at is not received twice."""
    house = sender.house
    with path.open("rb") as file:
        uploads = scanning.keep_files(house.objects, [(path.name, file)])
    if not folder.unchanged(path):
        return Counter()
    new = hashlib.sha256(f"{uploads[0].content} {sender.school}".encode()).hexdigest()[:32]
    batch, by = _receive(sender, uploads, (path.name, new))
    if sender.queue:
        house.queue(batch.district)
        folder.put_away(path)
        click.echo(f"{path.name}: queued as batch {batch.id}")
        return Counter()
    told = _read(house, by, batch)
    counts = Counter(entry.outcome for entry in told.entries)
    reason = _reason(told, path) if counts[Outcome.REFUSED] == len(told.entries) else ""
    line = " ".join(f"{what}={count}" for what, count in told.line.items())
    click.echo(f"{path.name}: {line}" + (f"; {reason.removeprefix(f'{path.name}: ')}" if reason else ""))
    folder.put_away(path, reason)
    return counts


def _read(house: House, by: Account, batch: Batch) -> Accounting:
    """What became of a batch, once all of it is read: a worker may be at a part of it."""
    while True:
        worker.work(house, batch.district)
        told = _account(house, by, batch)
        if told.settled and told.entries:
            return told
        time.sleep(POLL_SECONDS)


def _reason(told: Accounting, path: Path) -> str:
    """Why nothing of a file could be read."""
    if any(not entry.scan.index for entry in told.entries):
        return cure(path, told.entries[0].reason)
    return troubles(path, (entry.reason for entry in told.entries))


def _where(files: Sequence[Path], scan: Scan) -> str:
    name = files[scan.file - 1].name
    return f"{name}: {scan.member}" if scan.member else name


def _tell(told: Accounting, files: Sequence[Path]) -> None:
    click.echo(" ".join(f"{what}={count}" for what, count in told.line.items()))
    rows = [
        (_where(files, entry.scan), entry.scan.index, entry.outcome, entry.reason, entry.serial or "")
        for entry in told.entries
        if entry.outcome in TOLD
    ]
    for entry in told.entries:
        if not entry.scan.index:
            output.say(cure(files[entry.scan.file - 1], entry.reason))
    if rows:
        output.table("", ("file", "picture", "outcome", "reason", "serial"), rows)
    if told.incomplete:
        missing = [(serial, ", ".join(map(str, pages))) for serial, pages in told.incomplete.items()]
        output.table("Pages that never came", ("serial", "pages"), missing)


def _tell_twice(house: House, by: Account, told: Accounting, files: Sequence[Path]) -> None:
    """The sheets whose child answered online as well, and what counts."""
    with house.database.reading() as session:
        twice = scanning.answered_twice(session, by, by.scope, told)
    rows = [(files[e.scan.file - 1].name, e.scan.index, e.serial, mode) for e, mode in twice]
    if rows:
        output.table("Answered online too; one of the two counts", ("file", "picture", "serial", "counts"), rows)
