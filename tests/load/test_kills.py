"""Whatever is killed in the middle of it, no acknowledged answer is lost and none is kept twice."""

from __future__ import annotations

from pathlib import Path

from scripts.load import kills
from scripts.load.kills import BACKEND, DATABASE, WEB, WEB_WORKER
from scripts.load.run import Wanted, run

WHOM = {"sqlite": (WEB_WORKER, WEB), "postgresql": (DATABASE, WEB_WORKER, BACKEND, WEB)}


def test_no_acknowledged_answer_is_lost_or_doubled_when_processes_are_killed(database_url, tmp_path):
    # The server of the other tests must live: this one makes, kills and restarts one of its own.
    database = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    few = Wanted(
        students=60,
        database=database,
        at_once=16,
        only=("save", "submit"),
        kills=len(WHOM[database]),
        whom=WHOM[database],
    )
    found = run(few, Path(tmp_path))

    assert (found.tally.lost, found.tally.doubled, found.tally.changed) == (0, 0, 0)
    assert found.tally.acknowledged == found.tally.kept == 6 * found.whole == 360
    assert set(found.kills) == set(few.whom)


def test_the_same_seed_kills_the_same_at_the_same_moments():
    planned = kills.drawn(1000, 7, kills.WHOM["postgresql"], seed=5)

    assert planned == kills.drawn(1000, 7, kills.WHOM["postgresql"], seed=5)
    assert {kill.whom for kill in planned} == set(kills.WHOM["postgresql"])
    assert [kill.after for kill in planned] == sorted(kill.after for kill in planned)
