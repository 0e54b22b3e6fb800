"""The whole line for `scripts/bench`: a copier's file uploaded, unpacked, read by real workers, kept; per database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pikepdf
from sqlalchemy import func, select

from paper import pen
from paper.layout import Layout
from paper.load import pictures
from paper.read import read
from paper.spoil import jpeg
from surveys import enrolling, printing, scanning
from surveys.app import house
from surveys.cli.demo import people
from surveys.config import ROOT, from_environ
from surveys.core.access import Scope
from surveys.core.people import RosterRow, Window
from surveys.core.sheets import Batch, Outcome
from surveys.house import House
from surveys.printing import Job, Press
from surveys.store import tables

SHEETS = 30  # a class: two pages each, all different
WHERE = Scope(people.DISTRICT.id)
FEW = 120  # pages that are read bare
FILES = 10  # that the pages of the line come in, one uploaded after another
PATIENCE_SECONDS = 900
SECRET = "only for this run of the bench, and no other"  # noqa: S105 - gone with the folder


@dataclass(frozen=True)
class Drawn:
    """The filled pages of a class as JPEG at 200 dpi, their size in pixels, and the layouts by serial."""

    pages: Sequence[tuple[bytes, tuple[int, int]]]
    layouts: Mapping[str, Layout]


@dataclass(frozen=True)
class Cost:
    """What a number of pages took: wall and CPU seconds, and the most memory a process of the worker held, in MB."""

    pages: int
    wall: float
    cpu: float
    memory: float

    @property
    def each(self) -> float:
        """CPU milliseconds a page."""
        return 1000 * self.cpu / self.pages


@dataclass(frozen=True)
class Installation:
    """A house with a district, a window and the settings that a worker process starts with."""

    parts: House
    environ: Mapping[str, str]
    window: Window


def installed(folder: Path, database: str = "", broker: str = "") -> Installation:
    """A district of one class in an empty database."""
    environ = {"HOMEROOM_INSTANCE": str(folder), "HOMEROOM_SECRET": SECRET}
    environ |= {"HOMEROOM_DATABASE_URL": database} if database else {}
    environ |= {"HOMEROOM_BROKER_URL": broker} if broker else {}
    parts = house(from_environ(environ))
    survey, stamp, by = parts.shipped["sel-6-12"], parts.stamp(), people.ADMINISTRATOR
    window = Window(
        "demo", "bench", "Bench", survey.id, survey.version, survey.promise,
        stamp.now - timedelta(1), stamp.now + timedelta(1), "UTC",
    )  # fmt: skip
    rows = [RosterRow("cedar", "7A", "7", "en", False, f"Student {number}") for number in range(SHEETS)]
    parts.database.upgrade()
    with parts.database.writing() as session:
        enrolling.found(session, people.DISTRICT, people.SCHOOLS)
        definition = (ROOT / "surveys/instruments/sel-6-12.toml").read_text()
        enrolling.keep_survey(session, by, survey, definition, parts.texts)
        enrolling.open_window(session, by, window, rows, (parts.secret, stamp))
    return Installation(parts, environ, window)


def drawn(place: Installation, folder: Path) -> Drawn:
    """The class's forms printed, filled in with a pencil and scanned."""
    parts, dice = place.parts, np.random.default_rng(1)
    job = Job(place.window, parts.shipped["sel-6-12"], Press(parts.texts, parts.locales, parts.config.fonts), WHERE)
    with parts.database.writing() as session:
        pack = printing.print_window(session, parts.objects, people.ADMINISTRATOR, job, parts.stamp())
    forms = folder / "forms.pdf"
    with forms.open("wb") as out:
        numbers = dict(printing.draw(pack, parts.config.public_url, out))
    found = []
    for printed in pack:
        for number, page in zip(numbers[printed.form.serial], printed.composed.layout.pages, strict=True):
            sheet = pen.sheet(forms, number, page, 200)
            for field in page.fields:
                if field.kind == "one":
                    pen.mark(sheet, field.question, [field.bubbles[int(dice.integers(5))].option], "fill", dice)
            found.append((jpeg(sheet.grey), (sheet.grey.shape[1], sheet.grey.shape[0])))
    return Drawn(found, {printed.form.serial: printed.composed.layout for printed in pack})


def copier(drawings: Drawn, count: int, out: Path, name: str) -> None:
    """A PDF of `count` pages. Pictures that show the same differ in a comment: each is a scan of its own."""
    pdf = pikepdf.new()
    for number in range(count):
        data, (width, height) = drawings.pages[number % len(drawings.pages)]
        said = f"{name} {number}".encode()
        data = data[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + data[2:]
        image = pikepdf.Stream(
            pdf, data, Filter=pikepdf.Name.DCTDecode, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
            Width=width, Height=height, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )  # fmt: skip
        page = pdf.add_blank_page(page_size=(width * 0.36, height * 0.36))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.obj.Contents = pdf.make_stream(f"q {width * 0.36:.2f} 0 0 {height * 0.36:.2f} 0 0 cm /Im0 Do Q".encode())
    pdf.save(out)


def bare(drawings: Drawn, file: Path) -> float:
    """CPU seconds of reading every page of a file here, keeping nothing."""
    before = time.process_time()
    for picture in pictures(file):
        read(picture, drawings.layouts.get)
    return time.process_time() - before


def upload(place: Installation, file: Path) -> str:
    """The file received and queued, as the web page does it; the batch."""
    parts, stamp = place.parts, place.parts.stamp()
    with file.open("rb") as opened:
        uploads = scanning.keep_files(parts.objects, [(file.name, opened)])
    batch = Batch(WHERE.district, stamp.new_id(), "cedar", file.name, stamp.now, people.ADMINISTRATOR.id)
    with parts.database.writing() as session:
        scanning.receive(session, people.ADMINISTRATOR, batch, uploads, stamp)
    parts.queue(WHERE.district)
    return batch.id


def readings(place: Installation) -> int:
    """How many readings are kept."""
    with place.parts.database.reading() as session:
        return int(session.execute(select(func.count()).select_from(tables.reading)).scalar_one())


@contextmanager
def working(place: Installation) -> Iterator[int]:
    """`homeroom worker` with its two processes: its process id. Stopped at the end."""
    command = [sys.executable, "-c", "from surveys.app import main; main()", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **place.environ}, start_new_session=True)
    try:
        _until(lambda: len(_family(worker.pid)) > place.parts.config.processes, 0.1)
        time.sleep(3)  # until it has looked for work once
        yield worker.pid
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)


def measured(place: Installation, count: int) -> tuple[Cost, float]:
    """From the upload of the first file to the last reading kept; and CPU milliseconds of reading such a page here,
    bare: half of it measured before and half after, since the speed of a shared machine changes."""
    folder = place.parts.config.instance
    drawings, few = drawn(place, folder), folder / "few.pdf"
    files = [folder / f"scan-{number}.pdf" for number in range(FILES)]
    for file in files:
        copier(drawings, count // FILES, file, file.name)
    copier(drawings, FEW, few, "bare")
    servers = _children(os.getpid())
    alone = bare(drawings, few)
    with working(place) as worker:
        watched = [worker, *servers]
        spent = -sum(map(cpu, watched)) - time.process_time()
        started = time.perf_counter()
        for file in files:
            upload(place, file)
        spent += time.process_time()
        _until(lambda: readings(place) >= count, 0.2)
        wall = time.perf_counter() - started
        cost = Cost(count, wall, spent + sum(map(cpu, watched)), max(map(_peak, _family(worker))))
    return cost, 1000 * (alone + bare(drawings, few)) / (2 * FEW)


def class_sets(place: Installation, count: int) -> tuple[list[float], float, float]:
    """Class sets one after the other: seconds from the end of each upload until every page is accounted for; CPU
    milliseconds of a page, and of reading one bare."""
    drawings = drawn(place, place.parts.config.instance)
    files = [place.parts.config.instance / f"class-{number}.pdf" for number in range(count)]
    for file in files:
        copier(drawings, len(drawings.pages), file, file.name)
    with working(place) as worker:
        spent = -cpu(worker)
        waits = [_wait(place, file, len(drawings.pages)) for file in files]
        spent += cpu(worker)
    pages = len(drawings.pages)
    return waits, 1000 * spent / (count * pages), 1000 * bare(drawings, files[0]) / pages


def _wait(place: Installation, file: Path, pages: int) -> float:
    """Seconds from the end of an upload until every page has its answers."""
    batch, ended = upload(place, file), time.perf_counter()
    _until(lambda: _shown(place, batch) == pages, 0.05)
    return time.perf_counter() - ended


def _shown(place: Installation, batch: str) -> int:
    """Pages of a batch whose answers can be seen."""
    with place.parts.database.reading() as session:
        return scanning.account(session, people.ADMINISTRATOR, WHERE, batch).count(Outcome.READ)


def cpu(pid: int) -> float:
    """CPU seconds that a process and its children, ended ones included, have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(cpu, _children(pid)))


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _family(pid: int) -> list[int]:
    return [pid, *(found for child in _children(pid) for found in _family(child))]


def _peak(pid: int) -> float:
    """The most memory a process held, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _until(reached: Callable[[], bool], every: float) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > end:
            sys.exit("bench: the worker takes too long")
        time.sleep(every)
