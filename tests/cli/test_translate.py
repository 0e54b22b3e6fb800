"""`homeroom translate`: a district's own survey learns a language by the same path as ours."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from surveys.core.entries import Status
from tests.cli.shell import books, run, usage

MINE = """
id = "mine"
version = "1"
title = "Our lunch"
grades = ["6"]
promise = "anonymous"
licence = "ours"

[[topics]]
id = "lunch"
title = "Lunch"

[[scales]]
id = "amount"
options = [
  {id = "1", text = "Not at all"},
  {id = "5", text = "A whole lot", favorable = true},
]

[[questions]]
id = "taste"
topic = "lunch"
scale = "amount"
text = "How much do you like lunch?"
"""
SPANISH = {"title": "Nuestro almuerzo", "topic.lunch": "Almuerzo", "question.taste": "¿Cuánto te gusta el almuerzo?"}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


def filled(mine: Path, texts: dict[str, str]) -> Path:
    """A spreadsheet as it comes back from a translator."""
    out = mine.with_suffix(".es.xlsx")
    result = run("translate", "export", mine, "--locale", "es", "--out", out)
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(out)
    for row in book.active.iter_rows(min_row=2):
        if row[0].value in texts:
            row[3].value = texts[row[0].value]
    book.save(out)
    return out


def test_a_survey_of_ones_own_is_offered_once_its_words_came_back(mine: Path) -> None:
    result = run("translate", "import", filled(mine, SPANISH), "--survey", mine, "--yes")

    assert result.exit_code == 0, result.output
    assert "new=3" in result.stdout
    assert "¿Cuánto te gusta el almuerzo?" in mine.with_name("mine.es.po").read_text(encoding="utf-8")
    assert "Español" in run("survey", "check", mine).stdout


def test_the_labels_of_a_shipped_scale_are_there_already(mine: Path) -> None:
    book = openpyxl.load_workbook(filled(mine, {}))
    cells = {row[0].value: row[3].value for row in book.active.iter_rows(min_row=2)}
    assert cells["scale.amount.1"] == "Nada"
    assert cells["question.taste"] is None


def test_who_reviewed_stays_with_each_text(mine: Path) -> None:
    result = run("translate", "import", filled(mine, SPANISH), "--survey", mine, "--yes", "--reviewed-by", "Ana Ruiz")

    assert result.exit_code == 0, result.output
    assert mine.with_name("mine.es.po").read_text(encoding="utf-8").count("# reviewed: Ana Ruiz, 20") == len(SPANISH)


def test_nothing_is_taken_by_a_look(mine: Path) -> None:
    result = run("translate", "import", filled(mine, SPANISH), "--survey", mine, "--dry-run")

    assert "nothing was taken" in result.stderr
    assert not mine.with_name("mine.es.po").exists()


def test_what_a_gate_stops_is_kept_as_a_draft_and_not_offered(mine: Path) -> None:
    left = SPANISH | {"question.taste": "How much do you like lunch?"}
    result = run("translate", "import", filled(mine, left), "--survey", mine, "--yes")

    assert result.exit_code == 1
    assert "question.taste" in result.stdout
    assert "Español" not in run("survey", "check", mine).stdout


def test_when_the_english_changes_somebody_says_whether_its_meaning_did(mine: Path) -> None:
    out = filled(mine, SPANISH)
    mine.write_text(MINE.replace("How much do you like lunch?", "How much do you like your lunch?"), encoding="utf-8")
    held = run("translate", "import", out, "--survey", mine, "--yes")
    assert held.exit_code == 1
    assert "--typo question.taste" in held.stderr
    assert "Español" not in run("survey", "check", mine).stdout

    result = run("translate", "import", out, "--survey", mine, "--yes", "--typo", "question.taste")
    assert result.exit_code == 0, result.output
    assert "Español" in run("survey", "check", mine).stdout


def test_an_unknown_id_is_an_error_and_nothing_of_the_file_is_taken(mine: Path) -> None:
    out = filled(mine, SPANISH)
    book = openpyxl.load_workbook(out)
    book.active["A3"].value = "question.tastes"
    book.save(out)

    assert "question.tastes: no text of mine 1 es has this id" in usage(
        run("translate", "import", out, "--survey", mine, "--yes")
    )
    assert not mine.with_name("mine.es.po").exists()


def test_a_file_beside_a_survey_in_no_known_language_is_named(mine: Path) -> None:
    mine.with_name("mine.klingon.po").write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")

    assert "klingon" in run("survey", "check", mine).stderr


def test_english_is_not_translated_into_english(mine: Path) -> None:
    said = usage(run("translate", "export", mine, "--locale", "en", "--out", mine.with_suffix(".xlsx")))

    assert "mend the English where it stands" in said


def test_the_words_of_the_pages_go_the_same_way(tmp_path: Path) -> None:
    out = tmp_path / "interface.po"
    result = run("translate", "export", "interface", "--locale", "es", "--format", "po", "--out", out)

    assert result.exit_code == 0, result.output
    assert "0 of them to be written" in result.stderr
    assert all(entry.claim is Status.CHECKED for entry in books().texts.entries("interface", "es").values())
