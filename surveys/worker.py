"""Background work: the same verbs as Celery tasks, over a broker on disk, Redis or RabbitMQ.

A broker may lose messages when a worker dies; facts do not. Pending work is derived from the facts and queued again at
start and by a sweep, and every task may run twice: what it keeps is keyed by what it is.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import worker_process_init, worker_ready, worker_shutting_down
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES, filesystem

from surveys import enrolling, scanning
from surveys.core.access import system
from surveys.core.sheets import Scan
from surveys.house import House
from surveys.store import places
from surveys.store.tries import Tries

CHUNK = 16  # pictures a task reads before it keeps what it saw: what a killed worker loses, a quarter second of work
AT_ONCE = 64  # pictures taken out of a file between two commits: a tenth of a second of work
SWEEP_SECONDS = 20  # between looks for work that a broker lost
READ_SECONDS = 120  # for a chunk, which takes a second; a task that takes longer is killed, and its work comes again
UNPACK_SECONDS = 1800  # for a file; a thousand uncompressed pages take two minutes
TRIES = 3  # a picture or file that took its process down so often is given up
QUEUE = "homeroom"
SWEEP, UNPACK, READ = "homeroom.sweep", "homeroom.unpack", "homeroom.read"

logger = logging.getLogger(__name__)


class DiskChannel(filesystem.Channel):
    """Messages as files. Unlike kombu's own, a message appears whole or not at all, and is gone once it is taken."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # kombu's own differ
        name = f"{time.time_ns():020d}_{uuid4().hex}.{queue}.msg"
        made = Path(self.control_folder, name)
        made.write_text(json.dumps(payload))
        made.replace(Path(self.data_folder_out, name))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            try:
                payload = path.read_text()
                path.unlink()
                return json.loads(payload)
            except FileNotFoundError:  # another worker took it
                continue
            except ValueError:
                logger.warning("%s: not a message; left out", path.name)
        raise Empty


class DiskTransport(filesystem.Transport):
    """The broker that needs no service."""

    Channel = DiskChannel


TRANSPORT_ALIASES["disk"] = f"{__name__}:{DiskTransport.__name__}"


def celery(broker_url: str) -> Celery:
    """A Celery application on a broker: filesystem:///folder, redis://... or amqp://..."""
    url, options = _broker(broker_url)
    app = Celery(QUEUE, broker=url, set_as_current=False)
    app.conf.update(
        broker_transport_options=options,
        broker_connection_retry_on_startup=True,
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
    )
    return app


def queue(broker_url: str) -> Callable[[str], None]:
    """Asks the workers to look for pending work in a district. When the broker is away, their sweep finds it later."""
    app = celery(broker_url)
    app.conf.broker_transport_options |= {"max_retries": 1, "interval_start": 0.1}  # a page must not wait for a broker

    def ask(district: str) -> None:
        try:
            app.send_task(SWEEP, [district], retry=False)
        except (OperationalError, OSError):
            logger.warning("the queue does not answer; the workers will find the work themselves", exc_info=True)

    return ask


def make(house: House) -> Celery:
    """The application with its tasks, over a house."""
    app = celery(house.config.broker_url)
    known: scanning.Layouts = {}  # by each process of the pool, from task to task

    @app.task(name=SWEEP, time_limit=READ_SECONDS)
    def sweep(district: str | None = None) -> None:
        for name in [district] if district else _districts(house):
            close(house, name)
            _queue_pending(app, house, name)

    @app.task(name=UNPACK, time_limit=UNPACK_SECONDS)
    def unpack_file(district: str, batch: str, file: int) -> None:
        def found(hashes: list[str]) -> None:
            for part in _chunks(hashes):
                app.send_task(READ, [district, part])

        unpack(house, district, (batch, file), found)

    @app.task(name=READ, time_limit=READ_SECONDS)
    def read_chunk(district: str, hashes: list[str]) -> None:
        read(house, district, hashes, known)

    return app


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
    house.database.engine.dispose(close=False)  # a connection made before would be shared by all of them
    # Whoever stops us may tell the whole group (systemd does): the parent lets each process finish what it reads.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def work(house: House, district: str, progress: Callable[[int, int], object] | None = None) -> int:
    """Everything pending in a district, done here and now; `progress` hears how many pictures of how many."""
    for place in _pending(house, district).files:
        unpack(house, district, place)
    hashes = _pending(house, district).scans
    done, known = 0, scanning.Layouts()
    for part in _chunks(hashes):
        done += read(house, district, part, known)
        if progress:
            progress(done, len(hashes))
    return done


def unpack(
    house: House, district: str, place: tuple[str, int], found: Callable[[list[str]], object] = lambda hashes: None
) -> None:
    """Take the pictures out of one file, by (batch, file); `found` hears the hashes of each few that were kept.

    What was kept is not taken out again, so that whoever is stopped in the middle goes on from there.
    """
    by, (batch, file) = system(district), place
    with house.database.reading() as session:
        upload = scanning.upload(session, by, batch, file)
        done = scanning.unpacked(session, by, place)
    name = f"{batch}-{file}"
    with _tries(house).working(name) as at:
        begun = at(name)
        if begun.elsewhere:
            return
        lost = begun.deaths >= TRIES
        scans = iter([Scan(file, 0, None, scanning.TIMEOUT)]) if lost else scanning.unpack(house.objects, upload, done)
        while part := list(islice(scans, AT_ONCE)):
            with house.database.writing() as session:
                scanning.keep_scans(session, by, batch, part)
            found([scan.scan for scan in part if scan.scan])
        with house.database.writing() as session:
            scanning.keep_unpacking(session, by, place, datetime.now(UTC))


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


def _queue_pending(app: Celery, house: House, district: str) -> None:
    """What the queue holds already is queued twice, and is found done the second time."""
    pending = _pending(house, district)
    for batch, file in pending.files:
        app.send_task(UNPACK, [district, batch, file])
    for hashes in _chunks(pending.scans):
        app.send_task(READ, [district, hashes])


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


def idle(app: Celery) -> bool:
    """Whether nothing waits in the queue."""
    with app.connection_for_write() as connection, connection.channel() as channel:
        try:
            return bool(channel.queue_declare(QUEUE, passive=True).message_count == 0)
        except connection.channel_errors:  # there is no such queue, which is how Redis says that it is empty
            return True


def _pending(house: House, district: str) -> scanning.Pending:
    with house.database.reading() as session:
        return scanning.pending(session, system(district))


def _districts(house: House) -> list[str]:
    with house.database.reading() as session:
        return [district.id for district in places.districts(session)]


def _chunks(hashes: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(hashes), CHUNK):
        yield list(hashes[start : start + CHUNK])


def _broker(url: str) -> tuple[str, dict[str, Any]]:
    """The address Celery takes, and the options that go with it."""
    if not url.startswith("filesystem:"):
        return url, {"socket_connect_timeout": 3} if url.startswith("redis") else {}
    folder = Path(urlsplit(url).path)
    messages, control = folder / "messages", folder / "control"
    for made in (messages, control):
        made.mkdir(parents=True, exist_ok=True)
    places = {"data_folder_in": str(messages), "data_folder_out": str(messages), "control_folder": str(control)}
    return "disk://localhost//", {**places, "polling_interval": 0.2}
