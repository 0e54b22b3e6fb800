"""`homeroom translate`: words go out to a translator as a file, and come back after somebody saw what they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from surveys import translating
from surveys.cli import output
from surveys.cli.context import Context
from surveys.cli.forms import FILE, NEW_FILE, survey_named
from surveys.core.exchange import Booklet, Change, Fate, compare
from surveys.core.instrument import Survey
from surveys.core.locales import SOURCE, Locale, same
from surveys.core.refusals import BadFile, NotFound
from surveys.house import Library
from surveys.store.texts import INTERFACE, STAFF

PAGES = (INTERFACE, STAFF)
LONGEST_SHOWN = 60  # characters of a text in the table of differences
EXAMPLES = """\b
Examples:
  homeroom translate export my-survey.toml --locale km --format xlsx --out my-survey.km.xlsx
  homeroom translate import my-survey.km.xlsx --survey my-survey.toml
"""


@click.group(epilog=EXAMPLES)
def translate() -> None:
    """Send words to a translator, and take them back."""


@translate.command()
@click.argument("what", metavar="SURVEY")
@click.option("--locale", required=True, metavar="TAG", help="The language to translate into.")
@click.option("--format", "form", type=click.Choice(list(translating.FORMATS)), default="xlsx", show_default=True,
              help="xlsx for a spreadsheet, xliff for agencies and their tools, po for volunteers' tools.")  # fmt: skip
@click.option("--out", type=NEW_FILE, required=True, help="The file to write.")
@click.pass_obj
def export(context: Context, /, what: str, locale: str, form: str, out: Path) -> int:
    """Write a survey's words as a file to fill in, with what is there already.

    SURVEY is a survey's id, the path of its TOML file, or "interface" or "staff" for the words of the pages.
    """
    library = context.library
    booklet = _booklet(library, _named(library, what), _locale(library, locale))
    with output.files() as made, made.open(out) as file:
        translating.FORMATS[form].write(booklet, file)
    missing = sum(not unit.text for unit in booklet.units)
    output.say(f"{out}: {len(booklet.units)} texts, {missing} of them to be written")
    return 0


@translate.command("import")
@click.argument("file", type=FILE)
@click.option("--survey", type=FILE, help="The TOML file of the survey; left out for what comes with Homeroom.")
@click.option("--typo", "typos", multiple=True, metavar="ID",
              help="The English of this text was only mended: its translation holds. May be repeated.")  # fmt: skip
@click.option("--reviewed-by", metavar="NAME", help="Who speaks the language from home and has read every text.")
@click.option("--dry-run", is_flag=True, help="Show the differences, and take nothing.")
@click.option("--yes", is_flag=True, help="Take them without asking.")
@click.pass_obj
def import_(context: Context, /, file: Path, survey: Path | None, reviewed_by: str | None, **how: Any) -> int:
    """Show what a translator's file changes, and take it.

    A text that a check stops is kept as a draft, which no child is shown; where the English has changed since, nothing
    is taken until --typo says that it still means the same. Ends with 1 when something of the file waits like that.
    """
    library = context.library
    back = _read(file)
    what = _named(library, str(survey) if survey else back.name)
    locale = _locale(library, back.locale)
    now = _booklet(library, what, locale)
    changes = compare(now, back)
    typos = frozenset(how["typos"])
    signed = f"{reviewed_by}, {datetime.now(UTC):%Y-%m-%d}" if reviewed_by else ""
    taken = translating.take(now, changes, locale, (typos, signed))
    held = _tell(changes, taken, typos)
    if not taken.entries:
        output.say("there is nothing to take")
        return int(held)
    if how["dry_run"] or not (how["yes"] or click.confirm(f"take {len(taken.entries)} texts?", err=True)):
        output.say("nothing was taken")
        return int(held)
    output.say(f"{_keep(library, what, survey, (locale.tag, taken))}: {len(taken.entries)} texts taken")
    return int(held)


def _tell(changes: Sequence[Change], taken: translating.Taken, typos: frozenset[str]) -> bool:
    """The differences and findings as tables; whether something waits for a person."""
    shown = [c for c in changes if c.fate not in (Fate.SAME, Fate.EMPTY)]
    if shown:
        rows = [(c.fate, c.unit.key, _short(c.before), _short(c.unit.text)) for c in shown]
        output.table("", ("difference", "id", "now", "in the file"), rows)
    if taken.findings:
        wrong = [(f.key, f.rule, f.what, f.cure) for f in taken.findings]
        output.table("Kept as drafts until mended", ("id", "rule", "what is wrong", "what to do"), wrong)
    outdated = [c for c in changes if c.fate is Fate.OUTDATED and c.unit.key not in typos]
    for change in outdated:
        output.say(f"{change.unit.key}: the English has changed since, to {change.english!r}; "
                   f"export it anew, or write --typo {change.unit.key} if it means the same")  # fmt: skip
    counts = {fate: sum(change.fate is fate for change in changes) for fate in Fate}
    click.echo(" ".join(f"{fate}={count}" for fate, count in counts.items()))
    return bool(outdated or taken.findings)


def _keep(library: Library, what: Survey | str, survey: Path | None, words: tuple[str, translating.Taken]) -> Path:
    locale, taken = words
    if survey:
        return translating.keep_beside(survey, locale, taken.entries)
    return translating.keep_shipped(library.texts.folder, locale, what, taken.entries)


def _read(file: Path) -> Booklet:
    kind = translating.ENDINGS.get(file.suffix.lower())
    if kind is None:
        raise BadFile(
            f"{file}: ends in none of {', '.join(translating.ENDINGS)}; give it the ending it was written with"
        )
    return translating.FORMATS[kind].read(file.read_bytes(), str(file))


def _named(library: Library, what: str) -> Survey | str:
    return what if what in PAGES else survey_named(library, what)


def _booklet(library: Library, what: Survey | str, locale: Locale) -> Booklet:
    if isinstance(what, str):
        return translating.of_pages(library.texts, what, locale)
    return translating.of_survey(library.texts, what, locale)


def _locale(library: Library, tag: str) -> Locale:
    found = same(tag, library.locales)
    if found is None:
        raise NotFound(f"--locale {tag}: is not on the list; homeroom locales --all shows what is")
    if found == SOURCE:
        raise NotFound(f"--locale {tag}: is what everything is written in first; mend the English where it stands")
    return library.locales[found]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
