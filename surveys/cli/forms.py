"""`homeroom print`: forms as one PDF with its layout.json; loose ones without a database, or a window's own."""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from surveys import printing, translating
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting, scope
from surveys.cli.output import Files
from surveys.core import address, definition
from surveys.core.instrument import Survey
from surveys.core.locales import Locale, best, same
from surveys.core.people import Roster, read_roster
from surveys.core.refusals import BadFile, NotFound
from surveys.house import House, Library
from surveys.printing import KINDS, PAPERS, Job, Press, Printed
from surveys.store import windows

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)

EXAMPLES = """\b
Examples:
  homeroom print sel-6-12 --locale es --count 30 --out forms.pdf --layout layout.json
  homeroom print sel-3-5 --roster roster.csv --paper a4 --out forms.pdf --layout layout.json
  homeroom print --window fall --school cedar --sides 2 --out forms.pdf
  homeroom print sel-6-12 --locale ar --specimen --out specimen.pdf
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
    style: str | None
    sides: str
    specimen: bool
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
    "--style",
    type=click.Choice(KINDS),
    help="Of every sheet: large is large print, early has large bubbles; left out, grades up to 2 get early.",
)
@click.option(
    "--sides",
    type=click.Choice(("1", "2")),
    default="1",
    show_default=True,
    help="Sides of a leaf that the printer prints; with 2, every form begins on a leaf of its own.",
)
@click.option(
    "--specimen",
    is_flag=True,
    help="Instead of forms a tagged PDF that screen readers read; of every survey and language where none is named.",
)
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
    its own: forms.es.pdf, layout.es.json; so has each style. Ends with 1 when a roster row was refused.
    """
    order = Order(**given)
    if order.specimen:
        return _specimens(context.library, order)
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
    """A shipped survey by its id, or one in a TOML file with the translations beside it."""
    if name in library.shipped:
        return library.shipped[name]
    if name.endswith(".toml") or Path(name).exists():
        return translating.beside(definition.load(Path(name)), Path(name), library.locales)
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
    press = Press(library.texts, library.locales, library.fonts, order.paper, order.style or "")
    style = partial(printing.style, survey, press)
    labels, refused = _labels(library, replace(order, locale=locale), library.texts.offered(survey), style)
    serial, tags = _serials(order.seed), _tags(list(labels))
    with output.files(Path(str(order.survey)), order.roster) as made:
        for (locale, kind), texts in labels.items():
            tag = tags[locale, kind]
            composed = printing.compose(survey, locale, replace(press, style=kind))
            sheets = [(composed, serial(), text) for text in texts]
            with made.open(tagged(order.out, tag)) as file, output.progress("printing", len(sheets)) as bar:
                forms = printing.draw_loose(sheets, order.link or library.link, file, bar.reached, int(order.sides))
            _write_layout(made, tagged(layout, tag), composed.layout.to_json(), forms)
    if len(labels) > 1:
        output.say(f"{len(labels)} languages or styles, a pair of files each: {', '.join(tags.values())}")
    return int(refused)


def _tags(kinds: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What the files of each locale and style are told apart by."""
    locales, styles = ({kind[part] for kind in kinds} for part in (0, 1))
    shown = [locales if len(locales) > 1 else (), styles if len(styles) > 1 else ()]
    return {kind: "-".join(name for name, known in zip(kind, shown, strict=True) if name in known) for kind in kinds}


def _specimens(library: Library, order: Order) -> int:
    """A tagged PDF of each survey and locale; where several were meant, on each paper, with names of their own."""
    if any((order.count, order.roster, order.window, order.layout)):
        raise click.UsageError("--specimen goes with SURVEY, --locale, --paper and --style; leave the rest out")
    named = order.survey and order.locale
    chosen = [survey_named(library, order.survey)] if order.survey else list(library.shipped.values())
    wanted = []
    for survey in chosen:
        locales = [locale_named(library, survey, order.locale)] if order.locale else library.texts.offered(survey)
        wanted += [(survey, locale, paper) for locale in locales for paper in ([order.paper] if named else PAPERS)]
    with output.files(Path(str(order.survey))) as made, output.progress("writing", len(wanted)) as bar:
        for done, (survey, locale, paper) in enumerate(wanted, 1):
            press = Press(library.texts, library.locales, library.fonts, paper, order.style or "")
            with made.open(order.out if named else tagged(order.out, f"{survey.id}.{locale}.{paper}")) as file:
                file.write(printing.specimen(survey, locale, press, order.link or library.link))
            bar.reached(done)
    if not named:
        output.say(f"{len(wanted)} specimens beside {order.out}: by survey, language and paper")
    return 0


def _labels(
    library: Library, order: Order, offered: Sequence[str], style: Callable[[str], str]
) -> tuple[dict[tuple[str, str], list[str]], bool]:
    """The labels of the sheets by locale and style, and whether rows were refused."""
    if order.roster is None:
        if order.locale is None:
            raise click.UsageError(f"--locale is missing; write one of {', '.join(offered)}")
        numbers = range(1, (order.count or 0) + 1)
        key = order.locale, style("")
        return {key: [printing.label(library.texts, order.locale, "", n) for n in numbers]}, False
    roster = roster_in(order.roster, (), library.locales)
    places: Counter[tuple[str, str]] = Counter()
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in roster.rows:
        places[row.school, row.class_name] += 1
        if not row.opted_out:
            locale = order.locale or best([row.locale], offered, library.locales)
            number = places[row.school, row.class_name]
            labels[locale, style(row.grade)].append(printing.label(library.texts, locale, row.class_name, number))
    if not labels:
        raise BadFile(f"{order.roster}: no sheet to print; write at least one row that was not opted out")
    return labels, bool(roster.problems)


def roster_in(path: Path, schools: Sequence[str], locales: Mapping[str, Locale]) -> Roster:
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
    press = Press(house.texts, house.locales, house.config.fonts, order.paper, order.style or "")
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
            link = order.link or house.config.public_url
            forms = dict(printing.draw(pack, link, file, bar.reached, int(order.sides)))
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
