"""The kitchen-sink survey, which asks in every way there is, and a window on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from surveys import enrolling
from surveys.core.definition import load
from surveys.core.responses import Response, derive
from surveys.store import answers
from tests.world import DISTRICT_ADMIN, NOW, PLACE, World, roster, stamp

FILE = Path(__file__).parent / "kitchen-sink.toml"
SINK = load(FILE)
ADDRESS = f"/s/{SINK.id}/{SINK.version}/en/"


def opened(world: World) -> str:
    """The code of the first student in a window on the survey."""
    house = world.house
    window = replace(world.window, id=SINK.id, survey=SINK.id, version=SINK.version)
    with house.database.writing() as session:
        enrolling.keep_survey(session, DISTRICT_ADMIN, SINK, FILE.read_text(encoding="utf-8"), house.texts)
        enrolling.open_window(session, DISTRICT_ADMIN, window, roster(2), (house.secret, stamp(NOW + timedelta(1))))
        return enrolling.cards(session, DISTRICT_ADMIN, window, PLACE, house.secret)[0].code


def kept(world: World) -> list[Response]:
    """The responses in that window."""
    with world.house.database.reading() as session:
        saves = answers.saves(session, PLACE, SINK.id)
        submissions = answers.submissions(session, PLACE, SINK.id)
    tickets = sorted({*saves, *submissions})
    return [each for name in tickets for each in derive(name, saves.get(name, []), submissions.get(name, []))]
