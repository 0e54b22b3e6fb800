"""`homeroom district`, `roster` and `account`: who is asked, in which window, and who may sign in."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from surveys import enrolling
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting
from surveys.cli.forms import FILE, roster_in, survey_named
from surveys.config import ROOT
from surveys.core.access import Account, Role, Scope
from surveys.core.instrument import Survey
from surveys.core.locales import best
from surveys.core.people import District, Roster, School, Window
from surveys.core.refusals import BadFile, Conflict, NotFound
from surveys.house import House
from surveys.store import places
from surveys.web import accounts

COLUMNS = ("school", "name", "locale", "help_name", "help_line")
SHORTEST = 12  # characters in a password
STAFF = tuple(role.value for role in Role if role is not Role.SYSTEM)

EXAMPLES = """\b
Examples:
  homeroom roster check roster.csv
  homeroom roster open roster.csv --window fall --survey sel-6-12 --closes "2026-12-18 17:00"
  homeroom roster open roster.csv --window pilot --survey ours.toml --closes "2026-12-18 17:00"
"""


@click.group()
def district() -> None:
    """Found a district."""


@district.command("add")
@click.argument("name", metavar="ID")
@click.argument("title", metavar="NAME")
@click.option("--schools", type=FILE, required=True, help=f"CSV file with the columns {', '.join(COLUMNS)}.")
@click.pass_obj
def found(context: Context, /, name: str, title: str, schools: Path) -> int:
    """Found a district with its schools. The help line is what children see beside an open question."""
    house = context.house
    listed = _schools(schools, name)
    with house.database.writing() as session:
        if any(known.id == name for known in places.districts(session)):
            raise Conflict(f"{name}: this district exists already; write another id")
        enrolling.found(session, District(name, title), listed)
    output.say(f"{title} has {len(listed)} schools; now give it an account: homeroom account add")
    return 0


@click.group()
def account() -> None:
    """Give staff accounts to sign in with."""


@account.command("add")
@click.argument("name", metavar="ID")
@click.option("--name", "title", metavar="TEXT", help="The person's name; the id if left out.")
@click.option("--role", type=click.Choice(STAFF), default=Role.DISTRICT.value, show_default=True)
@click.option("--school", metavar="ID", help="The one school the account is for; needed for all but district accounts.")
@click.option("--district", metavar="ID", help="May be left out where there is only one.")
@click.password_option(help="Asked for if left out.")
@click.pass_obj
def add(context: Context, /, name: str, title: str | None, role: str, password: str, **where: str | None) -> int:
    """Add an account. Its password is kept as an argon2 hash."""
    house = context.house
    if len(password) < SHORTEST:
        raise click.UsageError(f"the password is too short; write at least {SHORTEST} characters")
    with house.database.writing() as session:
        at = Scope(Acting(where["district"], None).place(session), where["school"])
        if (role == Role.DISTRICT) != (at.school is None):
            raise click.UsageError(
                "write --school for a school or reviewer account, and leave it out for a district one"
            )
        if at.school and not places.schools(session, at):
            raise NotFound(f"--school {at.school}: no such school in {at.district}")
        if places.credential(session, at.district, name):
            raise Conflict(f"{name}: this account exists already; write another id")
        places.add_account(session, Account(name, title or name, Role(role), at), accounts.hashed(password))
    output.say(f"{name} may sign in to {at.school or at.district}")
    return 0


@click.group(epilog=EXAMPLES)
def roster() -> None:
    """Check who is to be asked, and open a window for them."""


@roster.command("check")
@click.argument("file", type=FILE)
@acting
@click.pass_obj
def check(context: Context, /, who: Acting, file: Path) -> int:
    """Check a roster: a CSV file with the columns school, class, grade, locale, opted_out and label.

    Ends with 1 when a row is refused, and tells each with what to do.
    """
    house = context.house
    with house.database.reading() as session:
        schools = places.schools(session, Scope(who.place(session)))
    read = roster_in(file, tuple(schools), house.locales)
    _tell(read)
    return int(bool(read.problems))


@roster.command("open")
@click.argument("file", type=FILE)
@click.option("--window", required=True, metavar="ID", help="What to call the window in commands and addresses.")
@click.option("--name", metavar="TEXT", help="What people call it; the id if left out.")
@click.option("--survey", required=True, metavar="SURVEY", help="What is asked: a shipped survey's id, or a TOML file.")
@click.option("--opens", metavar="TIME", help='Local time, such as "2026-11-30 08:00"; now if left out.')
@click.option("--closes", required=True, metavar="TIME", help='Local time, such as "2026-12-18 17:00".')
@click.option("--timezone", default="UTC", show_default=True, metavar="ZONE", help="Such as America/Chicago.")
@acting
@click.pass_obj
def open_(context: Context, /, who: Acting, file: Path, window: str, survey: str, **about: str | None) -> int:
    """Freeze a roster into the tickets of a new window, with a code for each child who was not opted out.

    When a row is refused, no window is opened and the command ends with 1: a child left out could not be added.
    """
    house = context.house
    asked = survey_named(house, survey)
    _demand_freedom(asked)
    offered = house.texts.offered(asked)
    with house.database.writing() as session:
        by = who.account(session)
        schools = places.schools(session, by.scope)
        read = roster_in(file, tuple(schools), house.locales)
        if read.problems:
            output.say("no window was opened; mend the rows above and try again")
            return 1
        opened = _window(by, house, asked, {**about, "id": window})
        enrolling.keep_survey(session, by, asked, _definition(house, asked, survey), house.texts)
        rows = [
            replace(row, printed=best([row.locale, schools[row.school].locale], offered, house.locales))
            for row in read.rows
        ]
        enrolling.open_window(session, by, opened, rows, (house.secret, house.stamp()))
    _tell(read)
    output.say(f"{opened.id} is open from {opened.opens:%Y-%m-%d %H:%M} to {opened.closes:%Y-%m-%d %H:%M} UTC")
    return 0


def _demand_freedom(survey: Survey) -> None:
    """Every page, card and sheet promises that any question may be skipped."""
    required = next((question.id for question in survey.questions if question.required), None)
    if required:
        promised = "our pages promise that any question may be skipped"
        raise Conflict(f"{survey.id}: {required}: is required, while {promised}; take required out")


def _definition(house: House, asked: Survey, name: str) -> str:
    """The text that a window freezes of its survey; Conflict when a file passes for a shipped one."""
    shipped = house.shipped.get(asked.id)
    if name != asked.id and shipped and shipped != asked and shipped.version == asked.version:
        raise Conflict(f"{name}: {asked.id} {asked.version} is a shipped survey; give yours another id")
    path = ROOT / "surveys" / "instruments" / f"{name}.toml" if name in house.shipped else Path(name)
    return path.read_text(encoding="utf-8-sig")


def _window(by: Account, house: House, survey: Survey, about: dict[str, str | None]) -> Window:
    zone = str(about["timezone"])
    opens = _moment(about["opens"], "--opens", zone) if about["opens"] else house.stamp().now
    closes = _moment(str(about["closes"]), "--closes", zone)
    if closes <= max(opens, datetime.now(UTC)):
        raise click.UsageError("--closes is not after the opening; write a later time")
    return Window(
        district=by.scope.district,
        id=str(about["id"]),
        name=about["name"] or str(about["id"]),
        survey=survey.id,
        version=survey.version,
        promise=survey.promise,
        opens=opens,
        closes=closes,
        timezone=zone,
    )


def _moment(text: str | None, option: str, zone: str) -> datetime:
    try:
        local = datetime.fromisoformat(str(text))
        return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except ZoneInfoNotFoundError as error:
        raise click.UsageError(f"--timezone {zone} is unknown; write one such as America/Chicago") from error
    except ValueError as error:
        raise click.UsageError(f'{option} {text!r} is not a time; write one such as "2026-12-18 17:00"') from error


def _tell(read: Roster) -> None:
    out = sum(row.opted_out for row in read.rows)
    refused = len(read.problems)
    click.echo(f"rows={len(read.rows) + refused} taken={len(read.rows)} opted_out={out} refused={refused}")


def _schools(path: Path, district: str) -> list[School]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if set(rows.fieldnames or ()) != set(COLUMNS):
            raise BadFile(f"{path}:1: header: write the columns {', '.join(COLUMNS)}")
        listed = []
        for row in rows:
            empty = [column for column in COLUMNS if not (row[column] or "").strip()]
            if empty:
                raise BadFile(f"{path}:{rows.line_num}: {empty[0]}: is missing; write it")
            listed.append(School(district, *(row[column].strip() for column in COLUMNS)))
    if not listed:
        raise BadFile(f"{path}: has no school; write one a line")
    return listed
