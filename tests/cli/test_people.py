"""`homeroom district`, `account` and `roster`: from nothing to an open window, and rows that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.config import ROOT
from surveys.core.access import Scope
from surveys.house import House
from surveys.store import places, tickets, windows
from surveys.web import accounts, create
from tests.cli.shell import csv, run_in, usage
from tests.world import World

SCHOOLS = "school,name,locale,help_name,help_line"
OPEN = ("--survey", "sel-6-12", "--closes", "2099-01-01 17:00", "--timezone", "America/Chicago")


def founded(house: House, folder: Path) -> None:
    schools = csv(folder / "schools.csv", "cedar,Cedar School,es,Ms. Haddad,555-0142", header=SCHOOLS)
    assert run_in(house, "district", "add", "lake", "Lake Schools", "--schools", schools).exit_code == 0
    assert run_in(house, "account", "add", "dana", "--password", "a long password").exit_code == 0


def test_a_district_opens_a_window_with_three_commands(house: House, tmp_path: Path) -> None:
    founded(house, tmp_path)
    roster = csv(tmp_path / "roster.csv", "cedar,7A,7,en,,Ana", "cedar,7A,7,,yes,Ben", "cedar,7B,7,,,Cleo")
    result = run_in(house, "roster", "open", roster, "--window", "fall", *OPEN)
    with house.database.reading() as session:
        opened = windows.window(session, Scope("lake"), "fall")
        found = tickets.of_window(session, Scope("lake"), "fall")

    assert result.exit_code == 0, result.output
    assert result.stdout == "rows=3 taken=3 opted_out=1 refused=0\n"
    assert opened.closes.isoformat() == "2099-01-01T23:00:00+00:00"
    assert sorted((t.class_name, t.locale) for t in found) == [("7A", "en"), ("7A", "es"), ("7B", "es")]


def test_a_window_may_ask_a_survey_of_ones_own(house: House, tmp_path: Path) -> None:
    founded(house, tmp_path)
    text = (ROOT / "surveys" / "instruments" / "sel-3-5.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace('id = "sel-3-5"', 'id = "mine"'))
    roster = csv(tmp_path / "roster.csv", "cedar,3A,3,en,,Ana", "cedar,3A,3,,,Ben")
    words = ("--survey", tmp_path / "mine.toml", "--closes", "2099-01-01 17:00")
    result = run_in(house, "roster", "open", roster, "--window", "fall", *words)
    printed = run_in(house, "print", "--window", "fall", "--out", tmp_path / "forms.pdf")

    assert (result.exit_code, printed.exit_code) == (0, 0), result.output + printed.output
    assert "2 forms" in printed.stderr
    assert create(house).test_client().get("/s/mine/1/en/ANYTHING").status_code == 200


def test_an_altered_copy_does_not_pass_for_a_shipped_survey(world: World, tmp_path: Path) -> None:
    text = (ROOT / "surveys" / "instruments" / "sel-3-5.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace('grades = ["3"', 'grades = ["2", "3"'))
    roster = csv(tmp_path / "roster.csv", "cedar,7A,7,en,,Ana")
    words = ("--window", "next", "--survey", tmp_path / "mine.toml", "--closes", "2099-01-01")

    assert "give yours another id" in usage(run_in(world.house, "roster", "open", roster, *words))


def test_no_window_breaks_the_promise_that_any_question_may_be_skipped(world: World, tmp_path: Path) -> None:
    roster = csv(tmp_path / "roster.csv", "cedar,7A,7,en,,Ana")
    words = ("--window", "next", "--survey", ROOT / "tests" / "kitchen-sink.toml", "--closes", "2099-01-01")

    assert "take required out" in usage(run_in(world.house, "roster", "open", roster, *words))


def test_a_password_is_kept_as_an_argon2_hash_that_opens(house: House, tmp_path: Path) -> None:
    founded(house, tmp_path)
    with house.database.reading() as session:
        kept = places.credential(session, "lake", "dana")

    assert kept is not None
    assert kept.password.startswith("$argon2")
    assert accounts.attempt(house, "lake", "dana", "a long password").account == kept.account


def test_refused_rows_are_told_and_open_no_window(world: World, tmp_path: Path) -> None:
    roster = csv(tmp_path / "roster.csv", "cedar,7A,7,en,,Ana", "oak,7A,7,en,,Ben", "cedar,7A,7,xx,,Cleo")
    checked = run_in(world.house, "roster", "check", roster)
    opened = run_in(world.house, "roster", "open", roster, "--window", "next", *OPEN)
    with world.house.database.reading() as session:
        known = [window.id for window in windows.windows(session, Scope("lakeview"))]

    assert (checked.exit_code, opened.exit_code) == (1, 1)
    assert checked.stdout == "rows=3 taken=1 opted_out=0 refused=2\n"
    for told in ("oak", "write one of birch, cedar", "xx"):
        assert told in checked.stderr
    assert known == ["fall-2026"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--survey", "sel-9", "--closes", "2099-01-01"], "write one of sel-3-5, sel-6-12"),
        (["--survey", "sel-6-12", "--closes", "soon"], "is not a time"),
        (["--survey", "sel-6-12", "--closes", "2020-01-01"], "write a later time"),
        (["--survey", "sel-6-12", "--closes", "2099-01-01", "--timezone", "Mars"], "America/Chicago"),
    ],
)
def test_a_window_that_cannot_be_is_refused_in_one_line(
    world: World, tmp_path: Path, words: list[str], told: str
) -> None:
    roster = csv(tmp_path / "roster.csv", "cedar,7A,7,en,,Ana")

    assert told in usage(run_in(world.house, "roster", "open", roster, "--window", "next", *words))


def test_a_file_that_is_no_roster_is_refused_with_its_columns(world: World, tmp_path: Path) -> None:
    roster = csv(tmp_path / "roster.csv", "a,b", header="name,age")

    assert "school, class, grade, locale, opted_out, label" in usage(run_in(world.house, "roster", "check", roster))


def test_nothing_works_before_there_is_a_district_and_the_line_says_so(house: House, tmp_path: Path) -> None:
    roster = csv(tmp_path / "roster.csv", "cedar,7A,7,en,,Ana")

    assert "run homeroom district add" in usage(run_in(house, "roster", "check", roster))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["dana"], "exists already"),
        (["new", "--role", "school"], "write --school"),
        (["new", "--role", "school", "--school", "oak"], "no such school"),
        (["new", "--district", "oak"], "write one of lakeview"),
    ],
)
def test_an_account_that_cannot_be_is_refused(world: World, words: list[str], told: str) -> None:
    assert told in usage(run_in(world.house, "account", "add", *words, "--password", "a long password"))
