"""What the demonstration does, step by step, through the same verbs and the same HTTP door as everybody else."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from argon2 import PasswordHasher
from numpy.random import default_rng

from surveys import enrolling, printing, reporting, scanning, worker
from surveys.cli.demo import laptops, pencil, people
from surveys.config import ROOT
from surveys.core.access import Scope
from surveys.core.accounting import Accounting
from surveys.core.instrument import Kind, Survey
from surveys.core.people import Ticket, Window
from surveys.core.responses import Response
from surveys.core.sheets import Batch
from surveys.house import House
from surveys.printing import Job, Press, Printed
from surveys.reporting import Result
from surveys.store import places, tickets

DISTRICT = Scope(people.DISTRICT.id)
SCHOOL = Scope(people.DISTRICT.id, people.PAPER_SCHOOL)
SURVEY = "sel-6-12"
Progress = Callable[[int], object]
Meant = dict[str, tuple[str, ...]]  # what a child means, by question


@dataclass(frozen=True)
class Pack:
    """The printed forms, their file, and which of its pages belong to which sheet."""

    file: Path
    sheets: Sequence[Printed]
    pages: Sequence[tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Tally:
    """How the reader did against what the simulated pencils meant: fields settled, in doubt, and silently wrong."""

    fields: int
    doubts: int
    wrong: int


class Stage:
    """One run of the demonstration: a house, a window, and what every invented student means."""

    def __init__(self, house: House, students: int, seed: int) -> None:
        self.house = house
        self.folder = house.config.instance / "demo"
        self.dice = random.Random(seed)
        self.seed = seed
        self.survey: Survey = house.shipped[SURVEY]
        self.window = self._window()
        self.roster = people.roster(self.dice, students)
        self.meant: dict[str, Meant] = {}

    def found(self) -> int:
        """District, schools, staff accounts, and one open window; how many were invited."""
        stamp, by = self.house.stamp(), people.ADMINISTRATOR
        definition = (ROOT / "surveys" / "instruments" / f"{SURVEY}.toml").read_text(encoding="utf-8")
        password = PasswordHasher().hash(people.PASSWORD)
        with self.house.database.writing() as session:
            enrolling.found(session, people.DISTRICT, people.SCHOOLS)
            for account in people.STAFF:
                places.add_account(session, account, password)
            enrolling.keep_survey(session, by, self.survey, definition, self.house.texts)
            keys = (self.house.secret, stamp)
            issued = enrolling.open_window(session, by, self.window, self.roster, keys)
        self.meant = {ticket.id: people.answers(self.dice, self.survey) for ticket in issued}
        return len(issued)

    def print_forms(self, progress: Progress) -> Pack:
        """Personal forms for one school, each in its child's language, as one PDF."""
        press = Press(self.house.texts, self.house.locales, self.house.config.fonts)
        job = Job(self.window, self.survey, press, SCHOOL)
        with self.house.database.writing() as session:
            sheets = printing.print_window(session, self.house.objects, people.ADMINISTRATOR, job, self.house.stamp())
        file = self.folder / "forms.pdf"
        with file.open("wb") as out:
            pages = printing.draw(sheets, self.house.config.public_url, out, progress)
        return Pack(file, sheets, pages)

    def hand_out(self, pack: Pack, share: float) -> list[Printed]:
        """The sheets that children fill in and hand back: the first classes, whole."""
        return list(pack.sheets[: round(len(pack.sheets) * share)])

    def papers(self, pack: Pack, filled: Sequence[Printed]) -> list[pencil.Paper]:
        """The filled pages as they lie in the copier: shuffled, one missing, one blank, one from a stranger's form."""
        dice = default_rng(self.seed)
        numbers = dict(pack.pages)
        found = [
            pencil.Paper(pack.file, number, page, self._on_paper(sheet), hand, pencil.spoilings(dice))
            for hand, sheet in enumerate(filled)
            for number, page in zip(numbers[sheet.form.serial], sheet.composed.layout.pages, strict=True)
        ]
        found.pop(3)
        order = [found[place] for place in dice.permutation(len(found))]
        blank = pencil.Paper(pack.file, 0, None, {}, 0, ())
        return [*order[:5], blank, *order[5:9], self._stranger(pack), *order[9:]]

    def receive(self, scan: Path) -> Batch:
        """The copier's file, as a secretary uploads it."""
        stamp = self.house.stamp()
        batch = Batch(people.DISTRICT.id, stamp.new_id(), SCHOOL.school, scan.name, stamp.now, people.ADMINISTRATOR.id)
        with scan.open("rb") as file:
            uploads = scanning.keep_files(self.house.objects, [(scan.name, file)])
        with self.house.database.writing() as session:
            return scanning.receive(session, people.ADMINISTRATOR, batch, uploads, stamp)

    def read(self, progress: Progress) -> int:
        """Everything that was received, read as the worker reads it; how many pictures."""
        done = 0

        def more(now: int, _: int) -> None:
            nonlocal done
            progress(now - done)
            done = now

        return worker.work(self.house, people.DISTRICT.id, more)

    def account(self, batch: Batch) -> Accounting:
        with self.house.database.reading() as session:
            return scanning.account(session, people.ADMINISTRATOR, SCHOOL, batch.id)

    def tally(self) -> Tally:
        """Compare every answer read from paper with what its pencil meant."""
        with self.house.database.reading() as session:
            found = scanning.responses(session, SCHOOL, self.window, self.survey)
        tallies = [self._compare(response) for several in found.values() for response in several]
        return Tally(*(sum(part) for part in zip(*tallies, strict=True)))

    def codes(self, filled: Sequence[Printed]) -> dict[str, str]:
        """The codes of the students who have not answered on paper, by ticket."""
        paper = {sheet.ticket.id for sheet in filled}
        with self.house.database.reading() as session:
            cards = enrolling.cards(session, people.ADMINISTRATOR, self.window, DISTRICT, self.house.secret)
        return {card.ticket.id: card.code for card in cards if card.ticket.id not in paper}

    def answer_online(self, server: str, codes: dict[str, str], progress: Progress) -> int:
        """Students on laptops, eight at a time; how many handed in."""

        def student(ticket: str) -> str:
            return laptops.answer(server, codes[ticket], self.meant[ticket], random.Random(ticket))

        with ThreadPoolExecutor(8) as room:
            receipts = []
            for receipt in room.map(student, codes):
                receipts.append(receipt)
                progress(1)
        return len(receipts)

    def tickets(self) -> list[Ticket]:
        with self.house.database.reading() as session:
            return tickets.of_window(session, DISTRICT, self.window.id)

    def merge(self) -> list[Result]:
        """Both doors' answers brought together, and released."""
        stamp = self.house.stamp()
        with self.house.database.reading() as session:
            paper = scanning.responses(session, DISTRICT, self.window, self.survey)
            results = reporting.merge(session, DISTRICT, self.window, self.survey, paper)
        with self.house.database.writing() as session:
            given = (results, stamp.new_id(), stamp.now)
            reporting.release(session, people.ADMINISTRATOR, self.window, self.survey, given)
        return results

    def _window(self) -> Window:
        now = self.house.stamp().now
        return Window(
            district=people.DISTRICT.id,
            id="fall-2026",
            name="Fall 2026",
            survey=self.survey.id,
            version=self.survey.version,
            promise=self.survey.promise,
            opens=now - timedelta(hours=1),
            closes=now + timedelta(days=30),
            timezone="America/Chicago",
        )

    def _on_paper(self, sheet: Printed) -> Meant:
        """What a child marks, and for every seventh child a few words in the open question."""
        words = {
            q.id: ("words",) for q in self.survey.questions if q.kind is Kind.TEXT and sheet.ticket.number % 7 == 0
        }
        return self.meant[sheet.ticket.id] | words

    def _stranger(self, pack: Pack) -> pencil.Paper:
        """A page of a form that no window knows, filled in by somebody."""
        sheet = pack.sheets[0]
        file = self.folder / "stranger.pdf"
        serial = printing.serial(f"stranger {self.seed}".encode())
        with file.open("wb") as out:
            printing.draw_loose([(sheet.composed, serial, "")], self.house.config.public_url, out)
        return replace(self._page_of(pack, sheet), pdf=file, number=1)

    def _page_of(self, pack: Pack, sheet: Printed) -> pencil.Paper:
        return pencil.Paper(pack.file, 1, sheet.composed.layout.pages[0], self.meant[sheet.ticket.id], 1, ())

    def _compare(self, response: Response) -> tuple[int, int, int]:
        """Fields, doubts and silent errors of one sheet, its open question left out."""
        meant = self.meant[response.ticket]
        closed = {question.id for question in self.survey.questions if question.kind is not Kind.TEXT}
        settled = {name: answer for name, answer in response.answers.items() if name in closed}
        doubts = len(response.waiting & closed)
        wrong = sum(answer.options != meant.get(name, ()) for name, answer in settled.items())
        return len(settled) + doubts, doubts, wrong
