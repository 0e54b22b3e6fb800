"""`homeroom release` and `homeroom report`: online and paper brought together, published, and read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from surveys import reporting, reviewing, scanning
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting, scope
from surveys.cli.forms import NEW_FILE
from surveys.core.access import Account, Scope
from surveys.core.instrument import Survey
from surveys.core.people import Window
from surveys.core.refusals import NotFound
from surveys.core.scoring import rates
from surveys.store import windows
from surveys.store.database import Session
from surveys.web import saved

Row = Mapping[str, Any]

EXAMPLES = """\b
Examples:
  homeroom report fall --school cedar
  homeroom report fall --school cedar --out cedar.html
"""


@click.command()
@click.argument("window", required=False)
@acting
@click.pass_obj
def release(context: Context, /, who: Acting, window: str | None) -> int:
    """Bring the answers of a window together and publish the result, which never changes afterwards.

    WINDOW may be left out where there is only one. Ends with 1 when questions on paper still wait for a person: they
    count as blank in this release.
    """
    house = context.house
    stamp = house.stamp()
    with house.database.writing() as session:
        by = who.account(session)
        found = window_named(session, by, window)
        where = Scope(by.scope.district)
        scanning.demand_read(session, by)
        survey = house.survey(session, found.survey, found.version)
        paper = scanning.responses(session, where, found, survey)
        results = reporting.merge(session, where, found, survey, paper)
        reporting.release(session, by, found, survey, (results, stamp.new_id(), stamp.now))
        waiting = len(reviewing.doubts(session, by, where, found.id))
    tally = rates([(result.disposition, result.chosen.mode if result.chosen else None) for result in results])
    counts = [("invited", tally.invited), *tally.dispositions.items(), *tally.modes.items()]
    output.table(f"{found.name} is released", ("count", "n"), counts)
    if waiting:
        output.say(f"{waiting} questions on paper wait for a person and count as blank; rule on them and release again")
    return int(waiting > 0)


@click.command(epilog=EXAMPLES)
@click.argument("window", required=False)
@click.option("--school", metavar="ID", help="The report of one school; else the district's.")
@click.option("--out", type=NEW_FILE, help="Write the school's report as one HTML file, to read or to print.")
@acting
@click.pass_obj
def report(context: Context, /, who: Acting, window: str | None, school: str | None, out: Path | None) -> int:
    """Show the newest release of a window: a table here, or a page with --out.

    WINDOW may be left out where there is only one. Groups of fewer than ten are hidden.
    """
    house = context.house
    with house.database.reading() as session:
        by = who.account(session)
        found = window_named(session, by, window)
        where = scope(by, school)
        survey = house.survey(session, found.survey, found.version)
        _, table = reporting.report(session, by, found, where)
    if out:
        body = saved.report(house, by, found.id, where.school)
        with output.files() as made, made.open(out) as file:
            file.write(body)
        return 0
    _tell(survey, found, table["overall"] if where.school else table)
    return 0


def window_named(session: Session, by: Account, name: str | None) -> Window:
    """A window of the account's district; where there is only one, its name may be left out."""
    known = windows.windows(session, by.scope)
    if name:
        return windows.window(session, by.scope, name)
    if len(known) != 1:
        raise NotFound(f"WINDOW is missing; write one of {', '.join(window.id for window in known) or '(none yet)'}")
    return known[0]


def _tell(survey: Survey, window: Window, row: Row) -> None:
    click.echo(f"{window.name}: {row['invited']} invited, {row['n'] if row['shown'] else 'too few to show'} answered")
    if not row["shown"]:
        return
    output.table("", ("what became of the invited", "n"), {**row["dispositions"], **row["modes"]}.items())
    scores = [(topic.title, *_figures(row["topics"].get(topic.id))) for topic in survey.topics]
    output.table("", ("topic", "favorable", "95 % interval", "n"), scores)


def _figures(score: Row | None) -> tuple[str, str, str]:
    if score is None or score["percent"] is None:
        return "hidden", "", ""
    return f"{score['percent']:.0f} %", f"{score['low']:.0f} to {score['high']:.0f}", str(score["n"])
