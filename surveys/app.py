"""The composition root: wires config, database, texts, blueprints and commands; decides nothing."""

from __future__ import annotations

import os

from flask import Flask

from surveys import cli, web, worker
from surveys.config import ROOT, Config, Supplies, from_environ, supplies
from surveys.core import locales
from surveys.house import House, Library
from surveys.store import texts
from surveys.store.database import Database
from surveys.store.objects import Objects


def library(settings: Supplies) -> Library:
    """What needs no database, wired."""
    known = locales.load(ROOT / "surveys" / "core" / "locales.csv")
    return Library(
        texts=texts.Texts(settings.translations, known, settings.fonts),
        locales=known,
        shipped=texts.instruments(ROOT / "surveys" / "instruments"),
        fonts=settings.fonts,
        link=settings.public_url,
    )


def house(config: Config) -> House:
    """The parts, wired."""
    books = library(Supplies(config.public_url, config.fonts, config.translations))
    return House(
        config=config,
        database=Database(config.database_url),
        objects=Objects(config.objects),
        locales=books.locales,
        texts=books.texts,
        shipped=books.shipped,
        queue=worker.queue(config.broker_url),
    )


def create_app(config: Config | None = None) -> Flask:
    """The web application; settings come from the environment unless given."""
    return web.create(house(config or from_environ(os.environ)))


def main() -> None:
    """The `homeroom` command: exit status 0, 1 (something waits or is refused) or 2 (wrong usage, nothing written)."""
    environ = os.environ
    cli.homeroom(obj=cli.Context(lambda: from_environ(environ), house, lambda: library(supplies(environ))))
