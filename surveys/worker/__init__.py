"""Background work: the same verbs as Celery tasks, over a broker on disk, Redis or RabbitMQ.

A broker may lose messages when a worker dies; facts do not. Pending work is derived from the facts and queued again at
start and by a sweep, and every task may run twice: what it keeps is keyed by what it is.
"""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import worker_process_init, worker_ready, worker_shutting_down

from surveys import enrolling, scanning
from surveys.core.access import system
from surveys.core.sheets import Scan
from surveys.house import House
from surveys.store import places
from surveys.store.tries import Tries
from surveys.worker.broker import LATER, SOON, SWEEP, celery, idle, queue

__all__ = ["SWEEP", "celery", "idle", "make", "queue", "read", "run", "unpack", "work"]

CHUNK = 16  # pictures a task reads before it keeps what it saw: what a killed worker loses, a quarter second of work
AT_ONCE = 32  # pictures taken out of a file between two commits: a twentieth of a second of work
PROMPT = 128  # pictures of a file, a class's and some more, that are not read after everything that came before
TURN_SECONDS = 2  # of a file's unpacking, when a shorter one may have its turn
SWEEP_SECONDS = 20  # between looks for work that a broker lost
READ_SECONDS = (
    120  # for a chunk, which takes half a second; a task that takes longer is killed, and its work comes again
)
UNPACK_SECONDS = 1800  # for what is taken out of a file between two commits, which takes seconds at most
TRIES = 3  # a picture or file that took its process down so often is given up
UNPACK, READ = "homeroom.unpack", "homeroom.read"

logger = logging.getLogger(__name__)


def make(house: House) -> Celery:
    """The application with its tasks, over a house."""
    app = celery(house.config.broker_url)
    known: scanning.Layouts = {}  # by each process of the pool, from task to task

    @app.task(name=SWEEP, shared=False, time_limit=READ_SECONDS)
    def sweep(district: str | None = None) -> None:
        rest = idle(app)  # otherwise the queue holds messages for pictures that are still to be read
        for name in [district] if district else _districts(house):
            close(house, name)
            _queue_pending(app, house, name, rest)

    @app.task(name=UNPACK, shared=False, time_limit=UNPACK_SECONDS)
    def unpack_file(district: str, batch: str, file: int, prompt: int = PROMPT) -> None:
        reads = Reads(app, district, prompt)
        if not unpack(house, district, (batch, file), reads.ask, TURN_SECONDS):
            app.send_task(UNPACK, [district, batch, file, reads.prompt], queue=LATER)

    @app.task(name=READ, shared=False, time_limit=READ_SECONDS)
    def read_chunk(district: str, hashes: list[str]) -> None:
        read(house, district, hashes, known)

    return app


@dataclass
class Reads:
    """Asks for pictures to be read: the next `prompt` of them soon, the others when their turn comes."""

    app: Celery
    district: str
    prompt: int

    def ask(self, hashes: Sequence[str]) -> None:
        for part in _chunks(hashes):
            self.app.send_task(READ, [self.district, part], queue=SOON if self.prompt > 0 else LATER)
            self.prompt -= len(part)


def run(house: House, verbose: bool = False) -> int:
    """Works until it is told to stop; the exit status."""
    app = make(house)
    stop = threading.Event()
    worker_process_init.connect(lambda **_: _begin(house), weak=False)
    worker_ready.connect(lambda **_: _sweeper(app, stop).start(), weak=False)
    worker_shutting_down.connect(lambda **_: stop.set(), weak=False)
    warnings.filterwarnings("ignore", category=SecurityWarning)  # root may run it: messages are JSON and run nothing
    worker = app.Worker(
        pool="prefork",
        concurrency=house.config.processes,
        loglevel="INFO" if verbose else "WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _begin(house: House) -> None:
    """In each process of the pool, once it is forked."""
    scanning.prepare()
    house.database.engine.dispose(close=False)  # a connection made before would be shared by all of them
    # Whoever stops us may tell the whole group (systemd does): the parent lets each process finish what it reads.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def work(house: House, district: str, progress: Callable[[int, int], object] | None = None) -> int:
    """Everything pending in a district, done here and now; `progress` hears how many pictures of how many."""
    for place in _files(house, district):
        unpack(house, district, place)
    hashes = _left(house, district)
    done, known = 0, scanning.Layouts()
    for part in _chunks(hashes):
        done += read(house, district, part, known)
        if progress:
            progress(done, len(hashes))
    _left(house, district)
    return done


def unpack(
    house: House,
    district: str,
    place: tuple[str, int],
    found: Callable[[list[str]], object] = lambda hashes: None,
    seconds: float = math.inf,
) -> bool:
    """Take the pictures out of one file, by (batch, file), for so many seconds; whether there is nothing left to do.

    `found` hears the hashes of each few that were kept. They are not taken out again: whoever is stopped in the middle
    goes on from there.
    """
    end = time.monotonic() + seconds
    by, (batch, file) = system(district), place
    with house.database.reading() as session:
        upload = scanning.upload(session, by, batch, file)
        done = scanning.unpacked(session, by, place)
    name = f"{batch}-{file}"
    with _tries(house).working(name) as at:
        begun = at(name)
        if begun.elsewhere:
            return True
        lost = begun.deaths >= TRIES
        scans = iter([Scan(file, 0, None, scanning.TIMEOUT)]) if lost else scanning.unpack(house.objects, upload, done)
        part: list[Scan] = []
        for part in _settled(house, scans, end):
            with house.database.writing() as session:
                scanning.keep_scans(session, by, batch, part)
            found([scan.scan for scan in part if scan.scan])
        if len(part) == AT_ONCE and time.monotonic() > end:
            return False
        with house.database.writing() as session:
            scanning.keep_unpacking(session, by, place, datetime.now(UTC))
    return True


def _settled(house: House, scans: Iterator[Scan], end: float) -> Iterator[list[Scan]]:
    """The scans, a few at a time, once their pictures stand on the disk; until `end`, the next are taken out beside."""
    with ThreadPoolExecutor(1) as beside:
        part = list(islice(scans, AT_ONCE))
        while part:
            standing = beside.submit(house.objects.settle)
            coming = [] if time.monotonic() > end else list(islice(scans, AT_ONCE))
            standing.result()
            yield part
            part = coming


def read(house: House, district: str, hashes: Sequence[str], known: scanning.Layouts | None = None) -> int:
    """Read pictures and keep what was seen; how many were new. Doing it again changes nothing."""
    by = system(district)
    seen = []
    with house.database.reading() as session, _tries(house).working() as at:
        find = scanning.finder(session, by, {} if known is None else known)
        for name in scanning.unread(session, by, hashes):
            lost, now = at(name).deaths >= TRIES, datetime.now(UTC)
            seen.append(scanning.give_up(name, now) if lost else scanning.read_scan(house.objects, find, name, now))
    with house.database.writing() as session:
        return scanning.keep_readings(session, by, seen)


def close(house: House, district: str) -> int:
    """Keep the promise of the confidential windows that have closed; how many tickets were cut from their names."""
    by, stamp = system(district), house.stamp()
    with house.database.reading() as session:
        windows = enrolling.to_close(session, by, stamp.now)
    cut = 0
    for window in windows:
        with house.database.writing() as session:
            cut += enrolling.close_window(session, by, window, stamp)
    return cut


def _tries(house: House) -> Tries:
    return Tries(house.config.instance / "tries")


def _queue_pending(app: Celery, house: House, district: str, rest: bool) -> None:
    """Files to unpack and, with the `rest`, pictures to read. What is queued twice is found done the second time."""
    for batch, file in _files(house, district):
        app.send_task(UNPACK, [district, batch, file])
    if rest:
        Reads(app, district, PROMPT).ask(_left(house, district))


def _sweeper(app: Celery, stop: threading.Event) -> threading.Thread:
    """Asks for a sweep at start, and then whenever the queue is empty: work that waits in it is not lost."""

    def sweep() -> None:
        first = True
        while first or not stop.wait(SWEEP_SECONDS):
            try:
                if first or idle(app):
                    app.send_task(SWEEP, [None])
                first = False
            except Exception:  # whatever a broker's library raises: this thread must outlive it
                logger.warning("the queue does not answer; trying again", exc_info=True)
                stop.wait(SWEEP_SECONDS)

    return threading.Thread(target=sweep, name="sweeper", daemon=True)


def _files(house: House, district: str) -> list[tuple[str, int]]:
    with house.database.reading() as session:
        return scanning.files_to_unpack(session, system(district))


def _left(house: House, district: str) -> Sequence[str]:
    """The pictures still to be read. Files that turn out to be read to the end are noted, after the look, which is
    longer than anybody should wait for a writing session."""
    by = system(district)
    with house.database.reading() as session:
        left = scanning.left(session, by)
    if left.done:
        with house.database.writing() as session:
            scanning.finish(session, by, left.done, datetime.now(UTC))
    return left.scans


def _districts(house: House) -> list[str]:
    with house.database.reading() as session:
        return [district.id for district in places.districts(session)]


def _chunks(hashes: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(hashes), CHUNK):
        yield list(hashes[start : start + CHUNK])
