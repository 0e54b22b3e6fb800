"""`homeroom pack`: a window's sheets as one PDF for each class or school, with cover lists, ready for a printer."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from surveys import printing
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting, scope
from surveys.cli.presses import PART, Presses, is_drawn
from surveys.core import address
from surveys.core.access import Account, Scope
from surveys.core.locales import same
from surveys.core.refusals import BadFile, NotFound
from surveys.house import House
from surveys.printing import KINDS, PAPERS, Binding, Job, Pack, Press, plain
from surveys.store import places, tickets, windows

FOLDER = click.Path(file_okay=False, path_type=Path)
PIECES = ("class", "school")
LIST = "packs.csv"
COLUMNS = ("file", "school", "classes", "sheets")
Row = tuple[Path, str, str, int]

EXAMPLES = """\b
Examples:
  homeroom pack fall --out packs
  homeroom pack fall --out packs --by school --spares 5
  homeroom pack fall --out packs --school cedar --paper a4 --sides 1
"""


@dataclass(frozen=True)
class Order:
    """What was asked for on the command line."""

    window: str
    out: Path
    by: str
    school: str | None
    spares: int | None
    paper: str
    style: str | None
    sides: str
    lang: str | None
    link: str | None
    workers: int | None


@dataclass(frozen=True)
class Run:
    """One run of the command: by whom, of which window, and how many are invited in which schools."""

    house: House
    order: Order
    by: Account
    job: Job
    schools: Mapping[str, int]


def _link(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    return None if given is None else address.public(given, "--link")


@click.command(epilog=EXAMPLES)
@click.argument("window", metavar="WINDOW")
@click.option("--out", type=FOLDER, required=True, help="Where the PDFs go; made where it is not there yet.")
@click.option("--by", type=click.Choice(PIECES), default=PIECES[0], show_default=True, help="What one PDF holds.")
@click.option("--school", metavar="ID", help="Of this school only.")
@click.option(
    "--spares",
    type=click.IntRange(1),
    metavar="N",
    help="N spare sheets for each school in each of its languages; the same ones when printed again.",
)
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], show_default=True)
@click.option("--style", type=click.Choice(KINDS), help="Of every sheet; that of each child's grade if left out.")
@click.option(
    "--sides",
    type=click.Choice(("1", "2")),
    default="2",
    show_default=True,
    help="Sides of a leaf that the printer prints; with 2, every sheet begins on a leaf of its own.",
)
@click.option("--lang", metavar="TAG", help="Language of the cover lists; each school's own if left out.")
@click.option(
    "--link", metavar="URL", callback=_link, help="Public address in the tags; HOMEROOM_PUBLIC_URL if left out."
)
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes; as many as processors if left out.")
@acting
@click.pass_obj
def pack(context: Context, /, who: Acting, **given: Any) -> int:
    """Print a window's sheets as packs: a PDF for each class, or for each school.

    A pack begins with a cover list (who gets which sheet; how to hand out, collect and scan) and ends with a return
    page; both may be scanned along. The command may be stopped at any moment and started again with the same folder:
    what is there and still right stays, and no child ever gets a second sheet. FOLDER/packs.csv lists the PDFs.
    """
    try:
        return _print(context.house, who, Order(**given))
    except KeyboardInterrupt:
        output.say("homeroom: stopped; start it again with the same folder, and it goes on")
        return 130


def _print(house: House, who: Acting, order: Order) -> int:
    workers = order.workers or os.cpu_count() or 1
    with _alone_in(order.out), output.progress("printing") as bar, Presses(workers, bar.more) as presses:
        run = _begin(house, who, order)
        bar.reached(0, sum(run.schools.values()))
        rows = []
        for name in run.schools:
            for path, made in _packs(run, name):
                rows.append((path, name, " ".join(made.classes), made.forms))
                _draw(run, presses, (path, made), bar)
        presses.finish()
    if not rows:
        raise NotFound(f"{order.window}: no sheet to print there; look at --school")
    _write_list(order.out, rows)
    return _tell(order, rows)


def _begin(house: House, who: Acting, order: Order) -> Run:
    with house.database.reading() as session:
        by = who.account(session)
        window = windows.window(session, by.scope, order.window)
        survey = house.survey(session, window.survey, window.version)
        schools = tickets.invited(session, scope(by, order.school), window.id)
    press = Press(house.texts, house.locales, house.config.fonts, order.paper, order.style or "")
    if order.lang:
        order = replace(order, lang=_language(house, order.lang))
    return Run(house, order, by, Job(window, survey, press, Scope(by.scope.district)), schools)


def _language(house: House, tag: str) -> str:
    known = same(tag, house.locales)
    if known is None:
        raise NotFound(f"--lang {tag}: no such language; write one of {', '.join(house.locales)}")
    return known


def _packs(run: Run, name: str) -> Iterator[tuple[Path, Pack]]:
    """The packs of one school and where each goes; its forms are recorded, and committed, before any is drawn."""
    house, order = run.house, run.order
    job = replace(run.job, where=Scope(run.job.where.district, name))
    with house.database.writing() as session:
        school = places.schools(session, job.where)[name]
        printed = printing.print_window(session, house.objects, run.by, job, house.stamp())
        for locale in sorted({sheet.ticket.locale for sheet in printed}) if order.spares else ():
            wanted = (replace(job, locale=locale), int(order.spares or 0))
            printed += printing.print_stock(session, house.objects, run.by, wanted, house.stamp())
        names = printing.holders(session, run.by, job.where, job.window.id)
    staff = printing.staff_language(house.texts, order.lang or school.locale)
    whole = order.by == "school"
    folder = order.out if whole else order.out / plain(name)
    for made in printing.bind(printed, names, Binding(job.press, job.window, school, staff, int(order.sides), whole)):
        yield folder / f"{plain(name) if whole else made.name}.pdf", made


def _draw(run: Run, presses: Presses, pack: tuple[Path, Pack], bar: output.Bar) -> None:
    path, made = pack
    drawable = made.drawable(run.order.link or run.house.config.public_url)
    if is_drawn(path, drawable.key):
        bar.more(made.forms)
        return
    path.parent.mkdir(exist_ok=True)
    presses.draw(drawable, path)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The folder, swept of what a run that was stopped had begun; BadFile when another run is at work in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise BadFile(f"{folder}: cannot be written ({error.strerror}); name another folder") from error
    try:
        _lock(folder, held)
        for begun in folder.rglob(f".*{PART}"):
            begun.unlink()
        yield
    finally:
        os.close(held)


def _lock(folder: Path, held: int) -> None:
    """Until the process ends, however that comes about."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BadFile(f"{folder}: another homeroom pack writes there; wait for it, or name another folder") from error


def _write_list(folder: Path, rows: Sequence[Row]) -> None:
    """What a print shop needs to know; no names."""
    with output.files() as made, made.open(folder / LIST) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows((path.relative_to(folder), *rest) for path, *rest in rows)
        text.flush()
        text.detach()


def _tell(order: Order, rows: Sequence[Row]) -> int:
    """The sum, and PDFs that are not of these packs: printed as well, they would give a child a second copy."""
    output.say(f"{sum(row[3] for row in rows)} forms in {len(rows)} packs; {order.out / LIST} lists them")
    ours = {path for path, *_ in rows}
    others = [] if order.school else sorted(set(order.out.rglob("*.pdf")) - ours)
    if others:
        told = ", ".join(str(path) for path in others[:3])
        output.say(f"{len(others)} PDFs there are of other packs, perhaps older ones: do not print {told}")
    return int(bool(others))
