"""`homeroom print`: forms as one PDF with its layout.json; loose ones without a database, or a window's own."""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from surveys import printing
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting, scope
from surveys.cli.output import Files
from surveys.core import address, definition
from surveys.core.instrument import Survey
from surveys.core.locales import SOURCE, same
from surveys.core.people import Roster, read_roster
from surveys.core.refusals import BadFile, NotFound
from surveys.house import House, Library
from surveys.printing import PAPERS, Job, Press, Printed
from surveys.store import windows

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)

EXAMPLES = """\b
Examples:
  homeroom print sel-6-12 --locale es --count 30 --out forms.pdf --layout layout.json
  homeroom print sel-3-5 --roster roster.csv --paper a4 --out forms.pdf --layout layout.json
  homeroom print --window fall --school cedar --out forms.pdf
"""


@dataclass(frozen=True)
class Order:
    """What was asked for on the command line."""

    survey: str | None
    locale: str | None
    count: int | None
    roster: Path | None
    window: str | None
    school: str | None
    class_name: str | None
    spares: int | None
    paper: str
    link: str | None
    seed: int | None
    out: Path
    layout: Path | None


def _link(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    return None if given is None else address.public(given, "--link")


@click.command("print", epilog=EXAMPLES)
@click.argument("survey", required=False)
@click.option("--locale", metavar="TAG", help="Print in this language; with --roster, every sheet.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="Print N forms.")
@click.option("--roster", type=FILE, help="Print a form for each row of a CSV file, each in its own language.")
@click.option("--window", metavar="ID", help="Print the forms of this window, and record them in it.")
@click.option("--school", metavar="ID", help="With --window: of this school only.")
@click.option("--class", "class_name", metavar="NAME", help="With --window: of this class only.")
@click.option(
    "--spares", type=click.IntRange(1), metavar="N", help="With --window: N new sheets that are nobody's yet."
)
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], show_default=True)
@click.option(
    "--link", metavar="URL", callback=_link, help="Public address in the tags; HOMEROOM_PUBLIC_URL if left out."
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    metavar="N",
    help="For tests only: the same serials, and so the same bytes, each time.",
)
@click.option("--out", type=NEW_FILE, required=True, help="The PDF to write; forms only, nothing between them.")
@click.option("--layout", type=NEW_FILE, help="The layout.json to write, for homeroom read.")
@acting
@click.pass_obj
def print_(context: Context, /, who: Acting, **given: Any) -> int:
    """Print forms as one PDF, with the layout that reads them back.

    SURVEY is a shipped survey's id or the path of a TOML file. Without --window nothing is recorded and no database is
    needed; a window's scanner will call such a sheet foreign. Where a roster has several languages, each gets files of
    its own: forms.es.pdf, layout.es.json. Ends with 1 when a roster row was refused.
    """
    order = Order(**given)
    if order.layout and output.same(order.out, order.layout):
        raise click.UsageError(f"--out and --layout are both {order.out}; name two files")
    ways = [order.count, order.roster, order.window]
    if sum(way is not None for way in ways) != 1:
        raise click.UsageError("write one of --count, --roster or --window")
    if order.window:
        return _of_window(context, who, order)
    if order.survey is None or order.layout is None:
        missing = "SURVEY" if order.survey is None else "--layout"
        raise click.UsageError(f"{missing} is missing; without it the forms could not be read back")
    if order.school or order.class_name or order.spares:
        raise click.UsageError("--school, --class and --spares go with --window")
    return _loose(context.library, order, order.layout)


def survey_named(library: Library | House, name: str) -> Survey:
    """A shipped survey by its id, or one in a TOML file."""
    if name in library.shipped:
        return library.shipped[name]
    if name.endswith(".toml") or Path(name).exists():
        return definition.load(Path(name))
    raise NotFound(f"{name}: no such survey; write one of {', '.join(library.shipped)}, or the path of a TOML file")


def locale_named(library: Library, survey: Survey, tag: str) -> str:
    """The locale of a survey by its tag; NotFound when the survey is not offered in it."""
    offered = library.texts.offered(survey)
    found = same(tag, offered)
    if found is None:
        raise NotFound(f"--locale {tag}: {survey.id} is not offered in it; write one of {', '.join(offered)}")
    return found


def _loose(library: Library, order: Order, layout: Path) -> int:
    survey = survey_named(library, str(order.survey))
    locale = locale_named(library, survey, order.locale) if order.locale else None
    labels, refused = _labels(library, replace(order, locale=locale), library.texts.offered(survey))
    press = Press(library.texts, library.locales, library.fonts, order.paper)
    serial = _serials(order.seed)
    with output.files(Path(str(order.survey)), order.roster) as made:
        for locale, texts in labels.items():
            tag = locale if len(labels) > 1 else ""
            composed = printing.compose(survey, locale, press)
            sheets = [(composed, serial(), text) for text in texts]
            with made.open(tagged(order.out, tag)) as file, output.progress("printing", len(sheets)) as bar:
                forms = printing.draw_loose(sheets, order.link or library.link, file, bar.reached)
            _write_layout(made, tagged(layout, tag), composed.layout.to_json(), forms)
    if len(labels) > 1:
        output.say(f"{len(labels)} languages, a pair of files each: {', '.join(labels)}")
    return int(refused)


def _labels(library: Library, order: Order, offered: Sequence[str]) -> tuple[dict[str, list[str]], bool]:
    """The labels of the sheets by locale, and whether rows were refused."""
    if order.roster is None:
        if order.locale is None:
            raise click.UsageError(f"--locale is missing; write one of {', '.join(offered)}")
        numbers = range(1, (order.count or 0) + 1)
        return {order.locale: [printing.label(library.texts, order.locale, "", n) for n in numbers]}, False
    roster = roster_in(order.roster, (), offered)
    places: Counter[tuple[str, str]] = Counter()
    labels: dict[str, list[str]] = defaultdict(list)
    for row in roster.rows:
        places[row.school, row.class_name] += 1
        if not row.opted_out:
            locale = order.locale or row.locale or SOURCE
            number = places[row.school, row.class_name]
            labels[locale].append(printing.label(library.texts, locale, row.class_name, number))
    if not labels:
        raise BadFile(f"{order.roster}: no sheet to print; write at least one row that was not opted out")
    return labels, bool(roster.problems)


def roster_in(path: Path, schools: Sequence[str], locales: Sequence[str]) -> Roster:
    """The roster in a CSV file, its row problems told on stderr."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(f"{path}: is not UTF-8 text; save it as CSV in UTF-8") from error
    roster = read_roster(text, str(path), schools, locales)
    if roster.problems:
        rows = [(p.line, p.column, p.value, p.cure) for p in roster.problems]
        output.table(f"{path}: {len(rows)} rows refused", ("line", "column", "value", "what to do"), rows, stderr=True)
    return roster


def _serials(seed: int | None) -> Callable[[], str]:
    source = random.Random(seed)
    return lambda: printing.serial(secrets.token_bytes(16) if seed is None else source.randbytes(16))


def _of_window(context: Context, who: Acting, order: Order) -> int:
    house = context.house
    press = Press(house.texts, house.locales, house.config.fonts, order.paper)
    with output.files() as made, made.open(order.out) as file:
        with house.database.writing() as session:
            by = who.account(session)
            window = windows.window(session, by.scope, str(order.window))
            survey = house.survey(session, window.survey, window.version)
            if order.survey not in (None, survey.id):
                raise BadFile(f"{window.id} asks {survey.id}, not {order.survey}; leave SURVEY out")
            locale = locale_named(context.library, survey, order.locale) if order.locale else ""
            job = Job(window, survey, press, scope(by, order.school), order.class_name or "", locale)
            if order.spares:
                pack = printing.print_spares(session, house.objects, by, (job, order.spares), house.stamp())
            else:
                pack = printing.print_window(session, house.objects, by, job, house.stamp())
            if not pack:
                raise NotFound(f"{window.id}: no sheet to print there; look at --school, --class and --locale")
        with output.progress("printing", len(pack)) as bar:
            forms = dict(printing.draw(pack, order.link or house.config.public_url, file, bar.reached))
        if order.layout:
            _write_layouts(made, order.layout, pack, forms)
    output.say(f"{len(pack)} forms in {order.out}")
    return 0


def _write_layouts(made: Files, path: Path, pack: Sequence[Printed], forms: Mapping[str, tuple[int, ...]]) -> None:
    """One file for each layout in the pack: the schools' help lines and the languages make several."""
    by_layout: dict[str, list[Printed]] = defaultdict(list)
    for sheet in pack:
        by_layout[sheet.form.layout].append(sheet)
    for number, sheets in enumerate(by_layout.values(), start=1):
        layout = sheets[0].composed.layout
        tag = f"{layout.locale}-{number}" if len(by_layout) > 1 else ""
        own = [(sheet.form.serial, forms[sheet.form.serial]) for sheet in sheets]
        _write_layout(made, tagged(path, tag), layout.to_json(), own)


def _write_layout(
    made: Files, path: Path, layout: Mapping[str, Any], forms: Sequence[tuple[str, tuple[int, ...]]]
) -> None:
    listed = [{"serial": serial, "pdf_pages": list(pages)} for serial, pages in forms]
    with made.open(path) as file:
        file.write(json.dumps({**layout, "forms": listed}, ensure_ascii=False, indent=1).encode() + b"\n")


def tagged(path: Path, tag: str) -> Path:
    """forms.pdf -> forms.es.pdf"""
    return path.with_name(f"{path.stem}.{tag}{path.suffix}") if tag else path
