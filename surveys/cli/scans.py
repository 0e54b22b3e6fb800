"""`homeroom scan`: a copier's files into a district, read here or by the worker, and accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from surveys import scanning, worker
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting, scope
from surveys.core.access import Account, Scope
from surveys.core.accounting import Accounting
from surveys.core.sheets import Batch, Outcome
from surveys.house import House

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
TOLD = (Outcome.WAITING, Outcome.REFUSED)

EXAMPLES = """\b
Examples:
  homeroom scan monday.pdf
  homeroom scan --school cedar room12-*.tif
  homeroom scan --queue monday.pdf
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option(
    "--school", metavar="ID", help="School the pages come from; only its staff and the district see the batch."
)
@click.option("--name", metavar="TEXT", help="What to call the batch; the first file's name if left out.")
@click.option("--queue", is_flag=True, help="Leave the reading to the worker, and do not wait for it.")
@acting
@click.pass_obj
def scan(
    context: Context, /, who: Acting, files: tuple[Path, ...], school: str | None, name: str | None, queue: bool
) -> int:
    """Take scanned pages in, read them, and tell what became of each.

    FILE is a copier's PDF, a TIFF of one or more pages, a JPEG or a PNG; pages of any form, class and language may come
    in any order and any way up. The accounting line always adds up: in = read + waiting + refused + blank. Ends with 1
    when a page waits for a person or was refused.
    """
    house = context.house
    batch, by = _receive(house, who, files, (school, name))
    if queue:
        house.queue(batch.district)
        output.say(f"batch {batch.id}: {len(files)} files queued; homeroom worker reads them")
        return 0
    with output.progress("reading") as bar:
        worker.work(house, batch.district, lambda done, total: bar.reached(done, total))
    with house.database.reading() as session:
        told = scanning.account(session, by, Scope(batch.district, batch.school), batch.id)
    _tell(told, files)
    return int(any(told.count(outcome) for outcome in TOLD))


def _receive(
    house: House, who: Acting, files: Sequence[Path], about: tuple[str | None, str | None]
) -> tuple[Batch, Account]:
    school, name = about
    with ExitStack() as stack:
        opened = [(path.name, stack.enter_context(path.open("rb"))) for path in files]
        uploads = scanning.keep_files(house.objects, opened)
    stamp = house.stamp()
    with house.database.writing() as session:
        by = who.account(session)
        where = scope(by, school)
        batch = Batch(where.district, stamp.new_id(), where.school, name or files[0].name, stamp.now, by.id)
        return scanning.receive(session, by, batch, uploads, stamp), by


def _tell(told: Accounting, files: Sequence[Path]) -> None:
    click.echo(" ".join(f"{what}={count}" for what, count in told.line.items()))
    rows = [
        (files[entry.scan.file - 1].name, entry.scan.index, entry.outcome, entry.reason, entry.serial or "")
        for entry in told.entries
        if entry.outcome in TOLD
    ]
    if rows:
        output.table("", ("file", "picture", "outcome", "reason", "serial"), rows)
    if told.incomplete:
        missing = [(serial, ", ".join(map(str, pages))) for serial, pages in told.incomplete.items()]
        output.table("Pages that never came", ("serial", "pages"), missing)
