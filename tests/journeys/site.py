"""A real server on a free port over a real SQLite file, with the small district in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from surveys import web
from surveys.core.people import Ticket
from surveys.core.responses import Response, derive
from surveys.house import House
from surveys.store import answers
from surveys.store.database import Database
from tests.world import PLACE, World, found, furnish


class Quiet(WSGIRequestHandler):
    """Says nothing on the terminal."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@dataclass(frozen=True)
class Site:
    """Where the server listens, and what it serves."""

    address: str
    world: World

    def door(self, locale: str = "en") -> str:
        """The address on the card of a student with this home language."""
        return f"{self.address}/r/{self.world.code(self.ticket(locale))}"

    def ticket(self, locale: str = "en") -> Ticket:
        return next(ticket for ticket in self.world.tickets if ticket.locale == locale and not ticket.opted_out)

    def kept(self, locale: str = "en", window: str = "") -> list[Response]:
        """The responses of that student, or of all students of another window, as a report would see them."""
        with self.world.house.database.reading() as session:
            saves = answers.saves(session, PLACE, window or self.world.window.id)
            submissions = answers.submissions(session, PLACE, window or self.world.window.id)
        tickets = sorted({*saves, *submissions}) if window else [self.ticket(locale).id]
        return [each for name in tickets for each in derive(name, saves.get(name, []), submissions.get(name, []))]


@contextmanager
def serving(folder: Path, furnished: Callable[[House], House] = lambda house: house) -> Iterator[Site]:
    """A site for as long as the block lasts, over the house as `furnished` changes it."""
    database = Database(f"sqlite:///{folder / 'homeroom.db'}")
    database.upgrade()
    world = found(furnish(database, folder))
    world = replace(world, house=furnished(world.house))
    server = make_server("127.0.0.1", 0, web.create(world.house), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", world)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        database.engine.dispose()
