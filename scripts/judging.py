"""Judging a district anew for `scripts/bench`: 100,000 forms of 28 questions, their readings kept in SQLite."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from paper.read import READER_VERSION
from surveys import enrolling, judging, printing
from surveys.cli.demo import people
from surveys.config import ROOT
from surveys.core.marking import DEFAULT
from surveys.core.people import Window
from surveys.core.sheets import Measure, Reading
from surveys.house import House
from surveys.printing import Press
from surveys.store import scans, tables
from surveys.store.database import Session

FORMS = 100_000
AT_ONCE = 5_000
PENS = (0.45, 0.15)  # ink of a mark: mean and spread; a few fall below any threshold
WHERE = people.ADMINISTRATOR.scope


def judged(house: House, folder: Path) -> tuple[int, float, float, float]:
    """Forms judged by two sets of thresholds; wall and CPU seconds of that, and of fetching the same rows bare."""
    window, layout = _window(house)
    for start in range(0, FORMS, AT_ONCE):
        with house.database.writing() as session:
            _came_back(session, window, layout, range(start, start + AT_ONCE))
    new = replace(DEFAULT, version="the bench's", definite=1.5 * DEFAULT.definite)
    wall, cpu = time.perf_counter(), time.process_time()
    with house.database.reading() as session:
        seen = judging.preview(session, people.ADMINISTRATOR, new)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{seen.comparison.questions} questions, {len(seen.comparison.changes)} of them changed, {wall:.1f} s")
    before = time.process_time()
    with closing(sqlite3.connect(folder / "homeroom.db")) as bare:
        rows = bare.execute("SELECT scan, serial, fields FROM reading").fetchall()
    return len(rows) // 2, wall, cpu, time.process_time() - before


def _window(house: House) -> tuple[Window, Mapping[str, Any]]:
    """A district with one window, and the layout of its forms."""
    survey, stamp, by = house.shipped["sel-6-12"], house.stamp(), people.ADMINISTRATOR
    window = Window(
        "demo", "bench", "Bench", survey.id, survey.version, survey.promise,
        stamp.now - timedelta(1), stamp.now + timedelta(1), "UTC",
    )  # fmt: skip
    composed = printing.compose(survey, "en", Press(house.texts, house.locales, house.config.fonts))
    content = composed.layout.to_json()
    house.database.upgrade()
    with house.database.writing() as session:
        enrolling.found(session, people.DISTRICT, people.SCHOOLS)
        definition = (ROOT / "surveys/instruments/sel-6-12.toml").read_text()
        enrolling.keep_survey(session, by, survey, definition, house.texts)
        enrolling.open_window(session, by, window, people.roster(Random(1), 1), (house.secret, stamp))
        row = {"district": "demo", "layout": composed.layout.digest, "content": content}
        session.execute(tables.layout.insert(), row)
    return window, {"layout": composed.layout.digest, "pages": content["pages"], "at": stamp.now}


def _came_back(session: Session, window: Window, layout: Mapping[str, Any], numbers: range) -> None:
    """Sheets with their readings, as the reader would have kept them."""
    dice = np.random.default_rng(numbers.start)
    here = {"district": "demo", "window": window.id}
    place = {
        "school": people.PAPER_SCHOOL,
        "class_name": "7A",
        "grade": "7",
        "locale": "en",
        "home": "",
        "opted_out": False,
    }
    printed = {"generation": 1, "layout": layout["layout"], "composed": "", "at": layout["at"], "by": "district"}
    tickets = [here | place | {"ticket": f"t{n}", "number": n} for n in numbers]
    forms = [here | printed | {"ticket": f"t{n}", "serial": f"S{n:09}"} for n in numbers]
    session.execute(tables.ticket.insert(), tickets)
    session.execute(tables.form.insert(), forms)
    scans.add_readings(session, WHERE, [reading for n in numbers for reading in _readings(n, layout, dice)])


def _readings(number: int, layout: Mapping[str, Any], dice: np.random.Generator) -> Iterator[Reading]:
    for page in layout["pages"]:
        fields = tuple(_measure(field, dice) for field in page["fields"])
        about = (f"{number:060}{page['page']:04}", layout["layout"], READER_VERSION, f"S{number:09}", page["page"])
        yield Reading(*about, 0, None, None, fields, layout["at"])


def _measure(field: Mapping[str, Any], dice: np.random.Generator) -> Measure:
    """One mark in most questions, a second in a few, handwriting in three boxes of ten."""
    count = max(len(field["bubbles"]), 1)
    ink = dice.integers(0, 3, count) / 10_000
    if not field["bubbles"]:
        ink[0] = 0.05 if dice.random() < 0.3 else 0.0
    elif dice.random() < 0.97:
        ink[dice.integers(count)] = np.clip(dice.normal(*PENS), 0.015, 1)
    if field["bubbles"] and dice.random() < 0.004:
        ink[dice.integers(count)] = 0.3
    match = dice.normal(0.95, 0.01, count).clip(0, 1)
    return Measure(field["question"], tuple(ink.round(4).tolist()), tuple(match.round(4).tolist()), (False,) * count)
