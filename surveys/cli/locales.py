"""`homeroom locales`: the languages that are known, how far their words can be trusted, and what is offered in each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import click

from surveys.cli import output
from surveys.cli.context import Context
from surveys.core.entries import Status
from surveys.core.locales import Locale, drawable
from surveys.house import Library

COLUMNS = ("tag", "language", "in English", "script", "direction", "grade", "status", "offered")
EXAMPLES = """\b
Grade is how far words can be checked without somebody who speaks the language: A the most, D not at all.
Status is the least trusted of all words that the shipped surveys need: missing, draft, stale (the English
has changed since), checked (by every gate) or reviewed (by a person).

\b
Examples:
  homeroom locales
  homeroom locales --all
  homeroom locales --format json
"""


@dataclass(frozen=True)
class Told:
    """One line of the table; `status` is that of the least trusted word, `offered` the ids of the shipped surveys."""

    tag: str
    endonym: str
    english_name: str
    direction: str
    script: str
    grade: str
    status: str
    offered: list[str]


@click.command(epilog=EXAMPLES)
@click.option("--all", "every", is_flag=True, help="Also the languages that nobody has written in yet.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@click.pass_obj
def locales(context: Context, /, form: str, every: bool) -> int:
    """List the languages, how far their words can be trusted, and the surveys offered in each; JSON lists all."""
    rows = told(context.library)
    if form == "json":
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
        return 0
    begun = context.library.texts.written
    shown = [row for row in rows if every or row.tag in begun]
    output.table("", COLUMNS, [
        (r.tag, r.endonym, r.english_name, r.script, r.direction, r.grade, r.status, " ".join(r.offered))
        for r in shown
    ])  # fmt: skip
    if not every:
        output.say(f"{len(shown)} of {len(rows)} languages; --all lists those that nobody has written in yet, too")
    bare = [tag for tag in begun if not drawable(context.library.locales[tag], context.library.fonts)]
    if bare:
        output.say(f"{', '.join(bare)}: not offered, for their fonts are not here; scripts/fonts --all brings them")
    return 0


def told(library: Library) -> list[Told]:
    """Every language of the list, in its order."""
    offered = {survey.id: library.texts.offered(survey) for survey in library.shipped.values()}
    return [
        Told(
            tag=tag,
            endonym=one.endonym,
            english_name=one.english_name,
            direction=one.direction,
            script=one.script,
            grade=one.grade,
            status=_status(library, one),
            offered=[survey for survey, tags in offered.items() if tag in tags],
        )
        for tag, one in library.locales.items()
    ]


def _status(library: Library, one: Locale) -> str:
    if one.tag not in library.texts.written:
        return Status.MISSING
    surveys = library.shipped.values()
    found = {status for survey in surveys for status in library.texts.standing(survey, one.tag).values()}
    return next(status for status in Status if status in found)
