"""`homeroom print`: forms and their layout, in the published format, with nothing else needed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pikepdf
import pytest
import rfc8785

from surveys.config import ROOT
from tests.cli.shell import books, csv, run, run_in, usage
from tests.world import World

SCHEMA = json.loads((ROOT / "schemas" / "layout.schema.json").read_text())


def loose(folder: Path, *words: object, name: str = "forms") -> tuple[bytes, dict[str, Any]]:
    """The PDF and the layout of a print that must succeed."""
    pdf, layout = folder / f"{name}.pdf", folder / f"{name}.json"
    result = run("print", *words, "--out", pdf, "--layout", layout)
    assert result.exit_code == 0, result.output
    return pdf.read_bytes(), json.loads(layout.read_text())


@pytest.mark.parametrize(("survey", "locale", "paper"), [("sel-6-12", "es", "letter"), ("sel-3-5", "ar", "a4")])
def test_the_layout_is_what_the_schema_says(tmp_path: Path, survey: str, locale: str, paper: str) -> None:
    _, layout = loose(tmp_path, survey, "--locale", locale, "--count", 2, "--paper", paper)

    jsonschema.validate(layout, SCHEMA)
    assert (layout["survey"], layout["locale"], layout["paper"]) == (survey, locale, paper)


def test_a_layout_is_named_by_the_hash_of_its_canonical_json(tmp_path: Path) -> None:
    _, layout = loose(tmp_path, "sel-3-5", "--locale", "en", "--count", 1)
    body = {key: value for key, value in layout.items() if key not in ("layout", "forms")}

    assert hashlib.sha256(rfc8785.dumps(body)).hexdigest() == layout["layout"]


def test_the_pdf_holds_the_forms_in_their_order_and_nothing_else(tmp_path: Path) -> None:
    _, layout = loose(tmp_path, "sel-6-12", "--locale", "en", "--count", 3)
    with pikepdf.open(tmp_path / "forms.pdf") as pdf:
        pages = len(pdf.pages)
    listed = [page for form in layout["forms"] for page in form["pdf_pages"]]

    assert listed == list(range(1, pages + 1))
    assert len(layout["forms"]) == 3
    assert all(len(form["pdf_pages"]) == len(layout["pages"]) for form in layout["forms"])


def test_a_seed_makes_every_byte_the_same(tmp_path: Path) -> None:
    words = ("sel-3-5", "--locale", "en", "--count", 2, "--seed", 11)

    assert loose(tmp_path, *words) == loose(tmp_path, *words, name="again")


def test_without_a_seed_no_serial_comes_twice(tmp_path: Path) -> None:
    words = ("sel-3-5", "--locale", "en", "--count", 2)
    prints = [loose(tmp_path, *words, name=name)[1] for name in ("first", "second")]

    assert len({form["serial"] for layout in prints for form in layout["forms"]}) == 4


def test_each_child_of_a_roster_gets_a_form_in_its_own_language_and_an_opted_out_one_none(tmp_path: Path) -> None:
    roster = csv(
        tmp_path / "r.csv", "a,1,3,es,,Ana", "a,1,3,ar,,Badr", "a,1,3,es,yes,Cleo", "a,1,3,es,,Dora", "a,1,3,,,E"
    )
    result = run("print", "sel-3-5", "--roster", roster, "--out", tmp_path / "f.pdf", "--layout", tmp_path / "l.json")
    layouts = {locale: json.loads((tmp_path / f"l.{locale}.json").read_text()) for locale in ("es", "ar", "en")}

    assert result.exit_code == 0
    assert "3 languages" in result.stderr
    assert {locale: len(layout["forms"]) for locale, layout in layouts.items()} == {"es": 2, "ar": 1, "en": 1}
    assert all((tmp_path / f"f.{locale}.pdf").exists() for locale in layouts)


def test_a_roster_in_one_given_language_is_one_pair_of_files(tmp_path: Path) -> None:
    roster = csv(tmp_path / "r.csv", "a,1,3,es,,Ana", "a,1,3,ar,,Badr")
    _, layout = loose(tmp_path, "sel-3-5", "--roster", roster, "--locale", "en")

    assert (layout["locale"], len(layout["forms"])) == ("en", 2)


def test_a_refused_row_is_told_and_the_others_are_printed(tmp_path: Path) -> None:
    roster = csv(tmp_path / "r.csv", "a,1,3,en,,Ana", "a,1,3,xx,,Badr")
    words = ("--roster", roster, "--out", tmp_path / "f.pdf", "--layout", tmp_path / "l.json")
    result = run("print", "sel-3-5", *words)

    assert result.exit_code == 1
    assert "xx" in result.stderr
    assert len(json.loads((tmp_path / "l.json").read_text())["forms"]) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sel-6-12", "--count", 3], "--locale is missing; write one of en, es, ar"),
        (["sel-6-12", "--count", 3, "--locale", "xx"], "not offered in it; write one of en, es, ar"),
        (["sel-9", "--count", 3, "--locale", "en"], "no such survey; write one of sel-3-5, sel-6-12"),
        (["sel-6-12", "--locale", "en"], "write one of --count, --roster or --window"),
        (["sel-6-12", "--count", 0, "--locale", "en"], "--count"),
        (["--count", 3, "--locale", "en"], "SURVEY is missing"),
        (["sel-6-12", "--count", 1, "--locale", "en", "--link", f"https://{'a' * 80}.example"], "shorter address"),
        (["sel-6-12", "--count", 1, "--locale", "en", "--link", "https://schüler.example"], "in its xn-- form"),
        (["sel-6-12", "--count", 1, "--locale", "en", "--link", "https://a.example/b"], "a host and perhaps a port"),
        (["sel-6-12", "--count", 1, "--locale", "en", "--link", "ftp://a.example"], "write http:// or https://"),
        (["sel-6-12", "--count", 1, "--locale", "en", "--link", ""], "write http:// or https://"),
        (["sel-6-12", "--count", 1, "--locale", "es-mx"], "not offered in it; write one of en, es, ar"),
        (["sel-6-12", "--count", 1, "--locale", "en", "--seed", -1], "--seed"),
        (["sel-6-12", "--count", 1, "--locale", "en", "--school", "cedar"], "go with --window"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_to_do_and_writes_nothing(
    tmp_path: Path, words: list[object], told: str
) -> None:
    result = run("print", *words, "--out", tmp_path / "f.pdf", "--layout", tmp_path / "l.json")

    assert told in usage(result)
    assert list(tmp_path.iterdir()) == []


def test_capitals_in_a_language_tag_do_not_count(tmp_path: Path) -> None:
    roster = csv(tmp_path / "r.csv", "a,1,3,ES,,Ana")

    assert loose(tmp_path, "sel-3-5", "--locale", "EN", "--count", 1)[1]["locale"] == "en"
    assert loose(tmp_path, "sel-3-5", "--roster", roster)[1]["locale"] == "es"


def test_the_address_in_the_tags_is_the_one_given(tmp_path: Path) -> None:
    words = ("sel-3-5", "--locale", "en", "--count", 1, "--seed", 1, "--link")

    pdfs = [
        loose(tmp_path, *words, link)[0] for link in ("https://a.example/", "https://A.example", "http://b.example")
    ]
    assert pdfs[0] == pdfs[1] != pdfs[2]


@pytest.mark.parametrize("words", [["--layout", "f.pdf"], ["--layout", "./f.pdf"], ["--layout", "r.csv"]])
def test_no_file_of_the_command_is_written_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = csv(tmp_path / "r.csv", "a,1,3,es,,Ana").read_text()

    assert "name" in usage(run("print", "sel-3-5", "--roster", "r.csv", "--out", "f.pdf", *words))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("r.csv", before)]


def test_a_file_that_cannot_be_written_leaves_none_behind(tmp_path: Path) -> None:
    out = ("--out", tmp_path / "f.pdf", "--layout", tmp_path / "no-such-folder" / "l.json")
    result = run("print", "sel-3-5", "--locale", "en", "--count", 1, *out)

    assert "name a file in a folder that exists" in usage(result)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_definition_is_refused_with_its_line(tmp_path: Path) -> None:
    toml = tmp_path / "mine.toml"
    toml.write_text('id = "mine"\nversion = 5\n')
    out = ("--out", tmp_path / "f.pdf", "--layout", tmp_path / "l.json")

    assert "mine.toml:" in usage(run("print", toml, "--locale", "en", "--count", 1, *out))


def test_a_windows_forms_are_recorded_and_printed_again_the_same(world: World, tmp_path: Path) -> None:
    words = ("print", "--window", "fall-2026", "--school", "cedar", "--class", "7A", "--locale", "en")
    for name in ("first", "again"):
        out = ("--out", tmp_path / f"{name}.pdf", "--layout", tmp_path / f"{name}.json")
        result = run_in(world.house, *words, *out)
        assert result.exit_code == 0, result.output
    layout = json.loads((tmp_path / "first.json").read_text())

    jsonschema.validate(layout, SCHEMA)
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()
    assert layout == json.loads((tmp_path / "again.json").read_text())


@pytest.mark.parametrize("style", ["large", "early"])
def test_a_style_is_in_the_layout_as_the_schema_says(tmp_path: Path, style: str) -> None:
    _, layout = loose(tmp_path, "sel-3-5", "--locale", "es", "--count", 1, "--style", style)

    jsonschema.validate(layout, SCHEMA)
    assert layout["style"] == style


def test_a_regular_sheet_names_no_style(tmp_path: Path) -> None:
    assert "style" not in loose(tmp_path, "sel-3-5", "--locale", "en", "--count", 1)[1]


def test_the_first_grades_of_a_roster_get_early_sheets_in_files_of_their_own(tmp_path: Path) -> None:
    roster = csv(tmp_path / "r.csv", "a,1,3,en,,Ana", "a,2,2,en,,Badr", "a,2,KG,en,,Cleo", "a,2,02,es,,Dora")
    result = run("print", "sel-3-5", "--roster", roster, "--out", tmp_path / "f.pdf", "--layout", tmp_path / "l.json")
    found = {path.name: len(json.loads(path.read_text())["forms"]) for path in sorted(tmp_path.glob("l.*.json"))}

    assert result.exit_code == 0
    assert found == {"l.en-early.json": 2, "l.en-regular.json": 1, "l.es-early.json": 1}


def test_with_two_sides_every_form_begins_on_a_leaf_of_its_own(tmp_path: Path) -> None:
    words = ("sel-3-5", "--locale", "en", "--count", 3, "--style", "large", "--sides")
    places = {}
    for sides in (1, 2):
        _, layout = loose(tmp_path, *words, sides)
        places[sides] = [form["pdf_pages"][0] for form in layout["forms"]]
        each = len(layout["pages"])
        with pikepdf.open(tmp_path / "forms.pdf") as pdf:
            backs = [page.Contents.read_bytes() for page in pdf.pages][each :: each + each % 2]

    assert each % 2 == 1
    assert places == {1: [1, 1 + each, 1 + 2 * each], 2: [1, 2 + each, 3 + 2 * each]}
    assert backs == [b""] * 3


def test_a_survey_of_ones_own_asks_for_a_number_of_many_digits(tmp_path: Path) -> None:
    survey = (ROOT / "surveys" / "instruments" / "sel-3-5.toml").read_text()
    toml = tmp_path / "own.toml"
    toml.write_text(
        survey + '\n[[questions]]\nid = "card"\nkind = "number"\ndigits = 9\ntext = "Number of the card?"\n'
    )
    _, layout = loose(tmp_path, toml, "--locale", "en", "--count", 1)
    (field,) = (field for page in layout["pages"] for field in page["fields"] if field["question"] == "card")

    jsonschema.validate(layout, SCHEMA)
    assert [bubble["place"] for bubble in field["bubbles"][::10]] == [8, 7, 6, 5, 4, 3, 2, 1, 0]


def test_a_specimen_is_a_tagged_pdf_of_a_survey_in_a_language(tmp_path: Path) -> None:
    result = run("print", "sel-3-5", "--locale", "ar", "--specimen", "--out", tmp_path / "s.pdf")

    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["s.pdf"]
    with pikepdf.open(tmp_path / "s.pdf") as pdf:
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("ar", True)
        assert "/StructTreeRoot" in pdf.Root


def test_specimens_of_all_languages_and_sizes_are_files_of_their_own(tmp_path: Path) -> None:
    result = run("print", "sel-3-5", "--specimen", "--out", tmp_path / "s.pdf")

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"s.sel-3-5.{locale}.{paper}.pdf"
        for locale in books().texts.offered(books().shipped["sel-3-5"])
        for paper in ("letter", "a4")
    )


def test_a_specimen_is_not_printed_for_somebody(tmp_path: Path) -> None:
    result = run("print", "sel-3-5", "--locale", "en", "--specimen", "--count", 2, "--out", tmp_path / "s.pdf")

    assert "--specimen goes with SURVEY" in usage(result)
