"""Packing a district for `scripts/bench`: `homeroom pack` as it is run, from recording the forms to the last PDF."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from surveys import enrolling
from surveys.cli.demo import people
from surveys.config import ROOT
from surveys.core.people import District, RosterRow, School, Window
from surveys.house import House
from surveys.store import places

SCHOOLS, CLASSES, CHILDREN = 10, 40, 25  # of the row; a tenth of a district of 100,000
PAGES = 2  # of the survey's sheet


def packed(house: House, folder: Path) -> tuple[int, float, float, float]:
    """Personal pages; wall and CPU seconds of printing them, and CPU seconds of writing the same bytes."""
    _open(house)
    out = folder / "packs"
    before, wall = _cpu(), time.perf_counter()
    words = [sys.executable, "-c", "from surveys.app import main; main()", "pack", "bench", "--out", str(out)]
    env = {**os.environ, "HOMEROOM_INSTANCE": str(folder), "HOMEROOM_SECRET": house.config.secret}
    subprocess.run(words, cwd=ROOT, env=env, check=True)
    wall, cpu = time.perf_counter() - wall, _cpu() - before
    files = [path.read_bytes() for path in out.rglob("*.pdf")]
    started = time.process_time()
    for number, data in enumerate(files):
        (folder / f"{number}.bare").write_bytes(data)
    return PAGES * SCHOOLS * CLASSES * CHILDREN, wall, cpu, time.process_time() - started


def _open(house: House) -> None:
    """A district whose children read English, Spanish and Arabic, and its window."""
    survey, stamp, by, dice = house.shipped["sel-6-12"], house.stamp(), people.ADMINISTRATOR, random.Random(1)
    window = Window(
        "demo", "bench", "Bench", survey.id, survey.version, survey.promise,
        stamp.now - timedelta(1), stamp.now + timedelta(1), "UTC",
    )  # fmt: skip
    schools = [School("demo", f"s{n}", f"School {n}", "en", f"Ms. {n}", f"555-01{n:02}") for n in range(SCHOOLS)]
    roster = [
        RosterRow(school.id, f"{6 + n % 7}{chr(65 + n // 7)}", str(6 + n % 7), locale, False, f"Child {child} {n}")
        for school in schools
        for n in range(CLASSES)
        for child, locale in enumerate(dice.choices(("en", "es", "ar"), (60, 28, 12), k=CHILDREN))
    ]
    house.database.upgrade()
    with house.database.writing() as session:
        enrolling.found(session, District("demo", "Bench"), schools)
        places.add_account(session, by, "no password: nobody signs in")
        definition = (ROOT / "surveys/instruments/sel-6-12.toml").read_text()
        enrolling.keep_survey(session, by, survey, definition, house.texts)
        enrolling.open_window(session, by, window, roster, (house.secret, stamp))


def _cpu() -> float:
    """CPU seconds of every process that this one started and that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
