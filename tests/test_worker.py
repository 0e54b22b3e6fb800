"""Reading in the background: a worker killed in mid-batch costs nothing but time, whatever its broker lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
import redis

from surveys import printing, scanning, worker
from surveys.app import house as wired
from surveys.config import ROOT, from_environ
from surveys.core.access import system
from surveys.core.sheets import Batch, Reading
from surveys.house import House
from surveys.store import scans
from surveys.store.objects import Objects
from surveys.store.tries import Tries
from tests.copier import blank, copied
from tests.world import DISTRICT_ADMIN, NOW, PLACE, SECRET, World, found, roster, stamp

REDIS = os.environ.get("HOMEROOM_TEST_REDIS_URL")
READ, UNPACK = "homeroom.read", "homeroom.unpack"
BROKERS = ["disk", pytest.param("redis", marks=pytest.mark.skipif(not REDIS, reason="no HOMEROOM_TEST_REDIS_URL"))]
FORMS = 20  # of two pages each
PATIENCE_SECONDS = 40


@pytest.fixture(params=BROKERS)
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation of its own, on one of the brokers."""
    settings = {"HOMEROOM_INSTANCE": str(tmp_path), "HOMEROOM_SECRET": SECRET, "HOMEROOM_PROCESSES": "2"}
    if request.param == "redis":
        redis.Redis.from_url(str(REDIS)).flushdb()
        settings["HOMEROOM_BROKER_URL"] = str(REDIS)
    return settings


@pytest.fixture
def installed(environ: dict[str, str]) -> Iterator[World]:
    """A district over a database file that a worker process can open too."""
    house = wired(from_environ(environ))
    house.database.upgrade()
    yield found(house, roster(FORMS + 1))
    house.database.engine.dispose()


def test_a_worker_killed_in_mid_batch_ends_in_the_same_readings_though_its_broker_lost_all(
    installed: World, environ: dict[str, str]
) -> None:
    house = installed.house
    batch, expected = send(installed)
    first = start(environ)
    try:
        until(lambda: 0 < len(readings(house, batch)) < len(expected), first)
        kill(first)
        interrupted = len(readings(house, batch))
        lose_everything(environ)
        second = start(environ)
        until(lambda: len(readings(house, batch)) >= len(expected), second)
        stop(second)
    finally:
        kill(first)

    assert 0 < interrupted < len(expected)
    assert readings(house, batch) == expected
    assert sorted(pictures(house, batch)) == sorted(expected)
    assert len(expected) >= 2 * FORMS
    assert second.returncode == 0


@pytest.mark.parametrize("environ", ["disk"], indirect=True)
def test_a_class_does_not_wait_until_a_whole_district_was_read(
    installed: World, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"CHUNK": 1, "AT_ONCE": 2, "PROMPT": 3, "TURN_SECONDS": 0}.items():
        monkeypatch.setattr(worker, name, value)
    batch = received(installed, copied([blank()] * 5))
    tasks = worker.make(installed.house).tasks

    tasks["homeroom.unpack"]("lakeview", batch, 1)
    assert waiting(environ) == {"homeroom": [READ, READ], "homeroom-later": [UNPACK]}
    tasks["homeroom.unpack"]("lakeview", batch, 1, 1)
    assert waiting(environ) == {"homeroom": [READ, READ, READ], "homeroom-later": [UNPACK, READ, UNPACK]}
    tasks["homeroom.unpack"]("lakeview", batch, 1, -1)
    assert waiting(environ)["homeroom-later"] == [UNPACK, READ, UNPACK, READ]
    assert len(pictures(installed.house, batch)) == 5


@pytest.mark.parametrize("environ", ["disk"], indirect=True)
def test_no_row_names_a_file_before_it_stands_on_the_disk(
    installed: World, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, settled, named = Path(environ["HOMEROOM_INSTANCE"]) / "objects", set[str](), list[int]()
    settle = Objects.settle

    def rows_rest_on_files() -> None:
        with installed.house.database.reading() as session:
            names = [scan.scan for scan in scans.scans(session, PLACE, "b" * 32) if scan.scan]
            names += [upload.content for upload in scans.uploads(session, PLACE, "b" * 32)]
        assert settled.issuperset(names)
        named.append(len(names))

    def settling(objects: Objects) -> None:
        rows_rest_on_files()
        there = {path.name for path in folder.rglob("*") if path.is_file()}  # others may come while it settles
        settle(objects)
        settled.update(there)

    monkeypatch.setattr(worker, "AT_ONCE", 2)
    monkeypatch.setattr(Objects, "settle", settling)
    batch = received(installed, copied([blank() - shade for shade in range(5)]))
    worker.unpack(installed.house, "lakeview", (batch, 1))
    rows_rest_on_files()
    assert named == [0, 1, 3, 5, 6]


@pytest.mark.parametrize("environ", ["disk"], indirect=True)
def test_a_sweep_asks_again_for_pictures_only_when_the_queue_holds_nothing(
    installed: World, environ: dict[str, str]
) -> None:
    batch = received(installed, copied([blank()]))
    worker.unpack(installed.house, "lakeview", (batch, 1))
    tasks = worker.make(installed.house).tasks

    tasks["homeroom.sweep"]("lakeview")
    tasks["homeroom.sweep"]("lakeview")
    assert waiting(environ)["homeroom"] == [READ]


def test_a_queue_is_idle_until_something_is_asked(environ: dict[str, str]) -> None:
    url = from_environ(environ).broker_url
    app = worker.celery(url)
    assert worker.idle(app)
    worker.queue(url)("lakeview")
    assert not worker.idle(app)


def test_a_broker_that_is_away_holds_nobody_up() -> None:
    started = time.monotonic()
    worker.queue("redis://127.0.0.1:1/0")("lakeview")

    assert time.monotonic() - started < 2


@pytest.mark.parametrize("environ", ["disk"], indirect=True)
def test_a_picture_that_kills_every_process_is_given_up_and_the_others_are_read(
    installed: World, environ: dict[str, str]
) -> None:
    house = installed.house
    batch, expected = send(installed)
    worker.unpack(house, "lakeview", (batch, 1))
    poison = sorted(expected)[0]
    for _ in range(worker.TRIES):
        dies_at(house, poison)
    worker.work(house, "lakeview")

    assert readings(house, batch)[poison].problem == "timeout"
    assert {name: seen for name, seen in readings(house, batch).items() if name != poison} == {
        name: seen for name, seen in expected.items() if name != poison
    }


def dies_at(house: House, scan: str) -> None:
    """A process that is killed while it reads a picture."""
    child = os.fork()
    if not child:
        with Tries(house.config.instance / "tries").working() as at:
            at(scan)
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def lose_everything(environ: dict[str, str]) -> None:
    """The broker forgets what it held."""
    if "HOMEROOM_BROKER_URL" in environ:
        redis.Redis.from_url(environ["HOMEROOM_BROKER_URL"]).flushdb()
    for message in Path(environ["HOMEROOM_INSTANCE"], "broker", "messages").glob("*.msg"):
        message.unlink()


def send(world: World) -> tuple[str, dict[str, Reading]]:
    """A batch of printed forms, queued; its id, and what reading it here and now would see, by picture."""
    house, by = world.house, system("lakeview")
    batch = received(world, BytesIO(forms(world)))
    with house.database.reading() as session:
        (file,) = scans.uploads(session, PLACE, batch)
        find = scanning.finder(session, by, {})
        taken = scanning.unpack(house.objects, file)
        seen = [scanning.read_scan(house.objects, find, str(scan.scan), NOW) for scan in taken]
    worker.queue(house.config.broker_url)("lakeview")
    return batch, {reading.scan: reading for reading in seen}


def received(world: World, file: BinaryIO) -> str:
    """A batch of one file; its id."""
    house = world.house
    uploads = scanning.keep_files(house.objects, [("forms.pdf", file)])
    batch = Batch("lakeview", "b" * 32, None, "forms.pdf", NOW, DISTRICT_ADMIN.id)
    with house.database.writing() as session:
        scanning.receive(session, DISTRICT_ADMIN, batch, uploads, stamp(NOW))
    return batch.id


def waiting(environ: dict[str, str]) -> dict[str, list[str]]:
    """The tasks of the messages on disk by queue, in order."""
    found: dict[str, list[str]] = {}
    for message in sorted(Path(environ["HOMEROOM_INSTANCE"], "broker", "messages").glob("*.msg")):
        found.setdefault(message.name.split(".")[-2], []).append(json.loads(message.read_text())["headers"]["task"])
    return found


def forms(world: World) -> bytes:
    house = world.house
    press = printing.Press(house.texts, house.locales, house.config.fonts)
    job = printing.Job(world.window, world.survey, press, PLACE)
    out = BytesIO()
    with house.database.writing() as session:
        pack = printing.print_window(session, house.objects, DISTRICT_ADMIN, job, stamp())
    printing.draw(pack, house.config.public_url, out)
    return out.getvalue()


def pictures(house: House, batch: str) -> list[str]:
    with house.database.reading() as session:
        return [str(scan.scan) for scan in scans.scans(session, PLACE, batch)]


def readings(house: House, batch: str) -> dict[str, Reading]:
    """What was kept, by picture, as if read at NOW."""
    with house.database.reading() as session:
        kept = scans.readings(session, PLACE, pictures(house, batch), scanning.READER_VERSION)
    return {name: replace(reading, at=NOW) for name, reading in kept.items()}


def start(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from surveys.app import main; main()", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, start_new_session=True)


def until(reached: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert process.poll() is None, f"the worker ended with {process.returncode}"
        assert time.monotonic() < end, "the worker takes too long"
        time.sleep(0.02)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the worker and every process of its pool."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the whole group, as a service manager does."""
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(PATIENCE_SECONDS)
