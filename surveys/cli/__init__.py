"""The `homeroom` command: one module per group, each a thin door to a verb."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import click

from surveys.cli import output
from surveys.cli.context import Context
from surveys.cli.demo import demo
from surveys.cli.forms import print_
from surveys.cli.judging import judge
from surveys.cli.locales import locales
from surveys.cli.packs import pack
from surveys.cli.people import account, district, roster
from surveys.cli.reading import read
from surveys.cli.results import release, report
from surveys.cli.scans import scan
from surveys.cli.serving import db, serve, worker
from surveys.cli.surveys import survey
from surveys.cli.translations import translate
from surveys.core.refusals import Refused

__all__ = ["Context", "homeroom"]


class Command(click.Group):
    """A group that tells every error in one line that says what to do, and ends with 0, 1 or 2."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        try:
            status = super().main(*args, **{"prog_name": "homeroom", **extra, "standalone_mode": False})
        except click.UsageError as error:
            said = error.format_message().rstrip(".")
            path = error.ctx.command_path if error.ctx else "homeroom"
            output.say(f"homeroom: {_small(said)}; try {path} --help")
            status = 2
        except (click.ClickException, Refused) as error:
            detail = error.format_message() if isinstance(error, click.ClickException) else str(error)
            output.say(f"homeroom: {detail}")
            status = 2
        except (click.Abort, KeyboardInterrupt):
            output.say("homeroom: stopped; nothing of this command was kept")
            status = 130
        sys.exit(status if isinstance(status, int) else 0)


def _small(sentence: str) -> str:
    """Without its capital, unless that begins a word in capitals."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="homeroom", prog_name="homeroom")
def homeroom() -> None:
    """Surveys for schools, online and on paper.

    Every command ends with 0, with 1 when something waits for a person or was refused, or with 2 when it was used
    wrongly, and then it has written nothing.
    """


EVERY = (
    serve, worker, demo, print_, pack, read, scan, judge, release, report,
    roster, survey, translate, locales, district, account, db,
)  # fmt: skip
for command in EVERY:
    homeroom.add_command(command)
