"""`homeroom judge`: what other thresholds would make of the scans read so far, and judging by them from now on."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from surveys import judging
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting
from surveys.cli.forms import NEW_FILE
from surveys.core.judging import Change
from surveys.core.marking import Judged
from surveys.core.thresholds import parse, write
from surveys.judging import Preview

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)

EXAMPLES = """\b
Examples:
  homeroom judge > now.toml
  homeroom judge stricter.toml --list changes.csv
  homeroom judge stricter.toml --keep --why "the new copier prints lighter"
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", required=False, type=FILE)
@click.option("--list", "listed", type=NEW_FILE, metavar="CSV", help="Write every change to a file.")
@click.option("--keep", is_flag=True, help="Judge by these thresholds from now on, once you have seen what changes.")
@click.option("--why", metavar="TEXT", help="The reason, kept with your name and the time; needed with --keep.")
@click.option("--yes", is_flag=True, help="Do not ask before keeping.")
@acting
@click.pass_obj
def judge(
    context: Context, /, who: Acting, file: Path | None, listed: Path | None, keep: bool, why: str | None, yes: bool
) -> int:
    """Judge everything scanned so far by other thresholds, show before and after, and change nothing.

    FILE is TOML: a new `version`, and the numbers to change (shares from 0 to 1). Without FILE the thresholds in force
    are printed as such a file. Nothing is scanned or read again: the measures were kept. Ends with 1 when answers would
    change.
    """
    house = context.house
    with house.database.reading() as session:
        by = who.account(session)
        now = judging.standing(session, by)
        if file is None:
            click.echo(write(now), nl=False)
            return 0
        if keep and not (why or "").strip():
            raise click.UsageError("--keep needs a reason; add --why TEXT")
        new = parse(file.read_text(encoding="utf-8", errors="replace"), file.name, now)
        seen = judging.preview(session, by, new)
    _tell(seen)
    if listed:
        with output.files(file) as made, made.open(listed) as out:
            out.write(_csv(seen).encode())
    if keep and (yes or click.confirm(f"Judge by {new.version} from now on?")):
        with house.database.writing() as session:
            judging.choose(session, by, new, str(why).strip(), house.stamp())
        output.say(f"thresholds {new.version} are in force; go back with homeroom judge and the earlier numbers")
        return 0
    return int(bool(seen.comparison.changes))


def _tell(seen: Preview) -> None:
    """The counts, before and after, and the changes by their kind."""
    found = seen.comparison
    click.echo(f"pages={found.pages} questions={found.questions} changes={len(found.changes)} ruled={seen.ruled}")
    output.table("", ("judged as", seen.old.version, seen.new.version), found.tallies())
    if found.changes:
        ways = [(before, after, len(changes)) for (before, after), changes in found.ways()]
        output.table("What would change", ("from", "to", "questions"), ways)


def _csv(seen: Preview) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("scan", "serial", "question", "before", "after"))
    rows.writerows(_row(change) for _, changes in seen.comparison.ways() for change in changes)
    return text.getvalue()


def _row(change: Change) -> tuple[str, ...]:
    return (change.scan, change.serial, change.question, _said(change.before), _said(change.after))


def _said(judged: Judged) -> str:
    """A doubt in brackets, else the options; nothing for a blank."""
    return f"({judged.doubt})" if judged.doubt else " ".join(judged.answer or ())
