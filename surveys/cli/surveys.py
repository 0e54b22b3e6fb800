"""`homeroom survey`: what can be asked, and in which languages. Needs no database."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from surveys import printing, translating
from surveys.cli import output
from surveys.cli.context import Acting, Context, acting
from surveys.cli.forms import NEW_FILE, locale_named, survey_named
from surveys.config import Config
from surveys.core.entries import Status
from surveys.core.instrument import Survey
from surveys.core.refusals import BadFile
from surveys.house import House, Library
from surveys.printing import PAPERS, CannotPrint, Press
from surveys.store.database import Database
from surveys.store.objects import Objects
from surveys.web import saved

EXAMPLES = """\b
Examples:
  homeroom survey check my-survey.toml
  homeroom survey page sel-6-12 --locale ar --out page.html
"""


@click.group(epilog=EXAMPLES)
def survey() -> None:
    """Look at surveys: the shipped ones, and definitions of your own."""


@survey.command("list")
@click.pass_obj
def list_(context: Context, /) -> int:
    """List the shipped surveys."""
    library = context.library
    rows = [
        (one.id, one.version, one.title, _grades(one), len(one.questions), " ".join(library.texts.offered(one)))
        for one in library.shipped.values()
    ]
    output.table("", ("id", "version", "title", "grades", "questions", "languages"), rows)
    return 0


@survey.command()
@click.argument("name", metavar="SURVEY")
@click.pass_obj
def check(context: Context, /, name: str) -> int:
    """Check a survey, a shipped one or a TOML file, and lay its sheets out in each language it is offered in.

    Ends with 1 when it is refused; the line says where and what to write instead.
    """
    library = context.library
    try:
        found = survey_named(library, name)
        rows = [(locale, library.locales[locale].endonym, *_pages(library, found, locale)) for locale in
                library.texts.offered(found)]  # fmt: skip
    except (BadFile, CannotPrint) as refused:
        output.say(f"homeroom: {refused}")
        return 1
    click.echo(f"{found.id} {found.version}: {found.title}, {len(found.questions)} questions, promise {found.promise}")
    output.table("", ("locale", "language", *(f"pages on {paper}" for paper in PAPERS)), rows)
    return 0


@survey.command()
@click.argument("name", metavar="SURVEY")
@click.option("--locale", default="en", metavar="TAG", show_default=True)
@click.option("--out", type=NEW_FILE, required=True, help="The HTML file to write.")
@click.pass_obj
def page(context: Context, /, name: str, locale: str, out: Path) -> int:
    """Write a survey's page as it is served, the same bytes for every student."""
    found = survey_named(context.library, name)
    body = saved.survey(_bare(context.library, found), found, locale_named(context.library, found, locale))
    with output.files(Path(name)) as made, made.open(out) as file:
        file.write(body)
    return 0


@survey.command()
@click.argument("name", metavar="SURVEY")
@click.pass_obj
def words(context: Context, /, name: str) -> int:
    """Show how a survey's words stand in each language: reviewed by a person, checked, stale, draft or missing."""
    library = context.library
    rows = [
        (one.locale, *(str(one.counts.get(status, 0)) for status in Status), "yes" if one.offered else "no")
        for one in translating.standings(library.texts, survey_named(library, name))
    ]
    output.table("", ("language", *map(str, Status), "offered"), rows)
    return 0


@survey.command()
@click.argument("name", metavar="SURVEY")
@click.option("--locale", metavar="TAG", required=True, help="The language to accept.")
@acting
@click.pass_obj
def accept(context: Context, /, name: str, locale: str, who: Acting) -> int:
    """Record that the district accepts a language whose words no person has reviewed yet."""
    house = context.house
    found, stamp = survey_named(context.library, name), house.stamp()
    with house.database.writing() as session:
        wanted = (found, locale_named(context.library, found, locale))
        translating.accept(session, who.account(session), wanted, house.texts, stamp)
    output.say(f"{locale} is accepted for {found.id} {found.version}")
    return 0


def _bare(library: Library, found: Survey) -> House:
    """A house that only knows one survey, with nothing on disk."""
    config = Config(
        mode="trial",
        secret=secrets.token_hex(),
        public_url=library.link,
        database_url="sqlite://",
        broker_url="memory://",
        objects="memory:///",
        instance=Path(),
        fonts=library.fonts,
        translations=Path(),
        processes=1,
    )
    database = Database(config.database_url)
    database.upgrade()
    shipped = {found.id: found}
    return House(config, database, Objects(config.objects), library.locales, library.texts, shipped, lambda _: None)


def _pages(library: Library, found: Survey, locale: str) -> list[int]:
    presses = [Press(library.texts, library.locales, library.fonts, paper) for paper in PAPERS]
    return [len(printing.compose(found, locale, press).layout.pages) for press in presses]


def _grades(found: Survey) -> str:
    return f"{found.grades[0]}-{found.grades[-1]}" if len(found.grades) > 1 else found.grades[0]
