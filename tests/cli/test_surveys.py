"""`homeroom survey` and `locales`: what can be asked and in which languages, told without an installation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.cli import homeroom
from surveys.config import ROOT
from surveys.house import House
from surveys.web import create
from tests.cli.shell import books, run, run_over, usage


def test_every_shipped_survey_is_listed_with_its_languages() -> None:
    result = run("survey", "list")

    assert result.exit_code == 0
    assert "sel-3-5" in result.stdout
    assert "sel-6-12" in result.stdout


def test_a_shipped_survey_passes_its_check_in_every_language() -> None:
    result = run("survey", "check", "sel-3-5")

    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.stdout.splitlines()[2:]][:3] == ["en", "es", "ar"]


def test_a_definition_of_ones_own_is_checked_by_its_path(tmp_path: Path) -> None:
    text = (ROOT / "surveys" / "instruments" / "sel-3-5.toml").read_text().replace('id = "sel-3-5"', 'id = "mine"')
    (tmp_path / "mine.toml").write_text(text)

    assert "mine 1:" in run("survey", "check", tmp_path / "mine.toml").stdout


def test_a_broken_definition_ends_with_1_and_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('id = "mine"\nversion = 5\n')
    result = run("survey", "check", tmp_path / "mine.toml")

    assert result.exit_code == 1
    assert "mine.toml:" in result.stderr


def test_an_unknown_survey_is_wrong_usage() -> None:
    assert "write one of sel-3-5, sel-6-12" in usage(run("survey", "check", "sel-9"))


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_page_is_written_as_it_is_served(house: House, tmp_path: Path, locale: str) -> None:
    out = tmp_path / "page.html"
    result = run("survey", "page", "sel-6-12", "--locale", locale, "--out", out)
    served = create(house).test_client().get(f"/s/sel-6-12/1/{locale}/ANYTHING")

    assert result.exit_code == 0, result.output
    assert served.status_code == 200
    assert out.read_bytes() == served.data


def test_a_page_in_a_language_it_is_not_offered_in_is_refused(tmp_path: Path) -> None:
    result = run("survey", "page", "sel-6-12", "--locale", "xx", "--out", tmp_path / "page.html")

    assert "en, es, ar" in usage(result)
    assert list(tmp_path.iterdir()) == []


def test_all_languages_are_told_as_json() -> None:
    rows = json.loads(run("locales", "--format", "json").stdout)
    told = {row["tag"]: row for row in rows}

    assert len(rows) == 175
    assert set(rows[0]) == {"tag", "endonym", "english_name", "direction", "script", "grade", "status", "offered"}
    assert told["ar"] == {
        "tag": "ar",
        "endonym": "العربية",
        "english_name": "Arabic (Modern Standard)",
        "direction": "rtl",
        "script": "Arab",
        "grade": "A",
        "status": "checked",
        "offered": ["sel-3-5", "sel-6-12"],
    }
    assert (told["en"]["status"], told["pau"]["status"], told["pau"]["offered"]) == ("reviewed", "missing", [])


def test_the_table_shows_the_languages_with_words_and_all_of_them_when_asked() -> None:
    some, every = run("locales"), run("locales", "--all")

    assert "العربية" in some.stdout
    assert "Palauan" not in some.stdout
    assert "of 175 languages; --all lists" in some.stderr
    assert len(every.stdout.splitlines()) == 176
    assert next(line for line in some.stdout.splitlines() if line.startswith("es ")).endswith("sel-3-5 sel-6-12")


def test_languages_that_wait_for_their_fonts_are_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.ttf").touch()
    result = run_over(replace(books(), fonts=tmp_path), "locales")

    assert "ar, zh-Hans, " in result.stderr
    assert "es, " not in result.stderr
    assert "scripts/fonts --all brings them" in result.stderr


@pytest.mark.parametrize("name", homeroom.commands)
def test_every_command_explains_itself(name: str) -> None:
    result = run(name, "--help")

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5
