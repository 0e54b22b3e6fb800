"""The composition root: wires config, database, texts, blueprints and commands; decides nothing."""

from __future__ import annotations

import os
import sys

import click
from flask import Flask

from surveys import cli, web, worker
from surveys.config import ROOT, Config, from_environ
from surveys.core import locales
from surveys.core.refusals import Refused
from surveys.house import House
from surveys.store import texts
from surveys.store.database import Database
from surveys.store.objects import Objects


def house(config: Config) -> House:
    """The parts, wired."""
    known = locales.load(ROOT / "surveys" / "core" / "locales.csv")
    return House(
        config=config,
        database=Database(config.database_url),
        objects=Objects(config.objects),
        locales=known,
        texts=texts.Texts(config.translations, known),
        shipped=texts.instruments(ROOT / "surveys" / "instruments"),
        queue=worker.queue(config.broker_url),
    )


def create_app(config: Config | None = None) -> Flask:
    """The web application; settings come from the environment unless given."""
    return web.create(house(config or from_environ(os.environ)))


def main() -> None:
    """The `homeroom` command: exit status 0, 1 (something waits or is refused) or 2 (wrong usage, nothing written)."""
    try:
        cli.homeroom(obj=cli.Context(lambda: from_environ(os.environ), house), standalone_mode=True)
    except Refused as refused:
        click.echo(f"homeroom: {refused.detail}", err=True)
        sys.exit(2)
