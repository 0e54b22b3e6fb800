"""A shell for tests of the command line: runs `homeroom` in this process, with or without an installation behind it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NoReturn

from click.testing import CliRunner, Result

from surveys import cli
from surveys.app import library
from surveys.config import Config, supplies
from surveys.house import House, Library


@cache
def books() -> Library:
    return library(supplies({}))


def run(*words: object) -> Result:
    """A command where there is no installation: no settings, no database, no folder."""
    return _run(cli.Context(_nothing, _nothing, books), words)


def run_over(shelf: Library, *words: object) -> Result:
    """A command over other words, surveys or fonts than those that come with Homeroom."""
    return _run(cli.Context(_nothing, _nothing, lambda: shelf), words)


def run_in(house: House, *words: object) -> Result:
    """A command in an installation."""

    def wired(config: Config) -> House:
        return house

    return _run(cli.Context(lambda: house.config, wired, books), words)


def usage(result: Result) -> str:
    """The one line that a wrong usage is told in."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("homeroom: ")
    return line


def csv(path: Path, *rows: str, header: str = "school,class,grade,locale,opted_out,label") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def _run(context: cli.Context, words: tuple[object, ...]) -> Result:
    return CliRunner().invoke(cli.homeroom, [str(word) for word in words], obj=context)


def _nothing(*_: object) -> NoReturn:
    raise AssertionError("this command asked for an installation, and needs none")
