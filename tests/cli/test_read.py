"""`homeroom read`: one line a picture in the published format, whatever is on the picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from paper.layout import Layout, from_json
from surveys.config import ROOT
from tests.cli.shell import run, usage
from tests.copier import blank, copied, pages

SCHEMA = json.loads((ROOT / "schemas" / "reading.schema.json").read_text())
MARKS = {"say-feelings": ["4"], "do-well": ["1", "5"]}


@dataclass(frozen=True)
class Printed:
    """Two forms of sel-3-5, and a folder to work in."""

    folder: Path
    pdf: Path
    layout: Path

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.layout.read_text())

    def scan(self, name: str, *pictures: Any) -> Path:
        path = self.folder / name
        path.write_bytes(copied(pictures).read())
        return path

    def marked(self) -> list[Any]:
        layout: Layout = from_json(self.content)
        return pages(self.pdf, layout, self.content["forms"][0]["pdf_pages"], MARKS)

    def read(self, *words: object, status: int) -> list[dict[str, Any]]:
        """The lines of a run that ends with `status`, each held to the schema."""
        out = self.folder / "readings.jsonl"
        result = run("read", *words, "--layout", self.layout, "--out", out)
        assert result.exit_code == status, result.output
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        for line in lines:
            jsonschema.validate(line, SCHEMA)
        assert adds_up(result.stderr.splitlines()[-1], len(lines))
        return lines


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    folder = tmp_path_factory.mktemp("forms")
    made = Printed(folder, folder / "forms.pdf", folder / "layout.json")
    words = ("sel-3-5", "--locale", "en", "--count", 2, "--seed", 3, "--out", made.pdf, "--layout", made.layout)
    assert run("print", *words).exit_code == 0
    return made


def adds_up(line: str, pictures: int) -> bool:
    counts = dict(part.split("=") for part in line.split())
    parts = [int(counts[kind]) for kind in ("read", "waiting", "refused", "blank")]
    return int(counts["pages"]) == sum(parts) == pictures and float(counts["pages/s"]) > 0


def test_unmarked_forms_are_read_as_left_blank_question_by_question(forms: Printed) -> None:
    lines = forms.read(forms.pdf, status=0)

    assert [(line["serial"], line["page"]) for line in lines] == [
        (form["serial"], page) for form in forms.content["forms"] for page in (1, 2)
    ]
    assert {field["question"] for line in lines for field in line["fields"]} == {
        field["question"] for page in forms.content["pages"] for field in page["fields"]
    }
    assert all(field["answer"] == [] for line in lines for field in line["fields"])
    assert all(line["layout"] == forms.content["layout"] for line in lines)


def test_a_mark_is_an_answer_and_two_marks_are_a_doubt_without_one(forms: Printed) -> None:
    lines = forms.read(forms.scan("marked.pdf", *forms.marked()), status=1)
    fields = {field["question"]: field for line in lines for field in line["fields"]}

    assert (fields["say-feelings"]["answer"], fields["say-feelings"]["doubt"]) == (["4"], None)
    assert (fields["do-well"]["answer"], fields["do-well"]["doubt"]) == (None, "two-marks")


def test_measures_come_in_the_order_of_the_layouts_bubbles(forms: Printed) -> None:
    lines = forms.read(forms.scan("marked.pdf", *forms.marked()), status=1)
    fields = {field["question"]: field for line in lines for field in line["fields"]}
    bubbles = {f["question"]: f["bubbles"] for page in forms.content["pages"] for f in page["fields"]}

    for question, field in fields.items():
        wanted = len(bubbles[question]) or 1
        assert len(field["ink"]) == len(field["match"]) == len(field["disturbed"]) == wanted
    darkest = max(range(5), key=lambda index: fields["say-feelings"]["ink"][index])
    assert bubbles["say-feelings"][darkest]["option"] == "4"


def test_every_picture_has_its_line_in_input_order_with_any_number_of_workers(forms: Printed) -> None:
    first, second = forms.marked()
    scan = forms.scan("mixed.pdf", second, blank(), first[::-1, ::-1].copy(), second)
    alone = forms.read(scan, forms.pdf, scan, "--workers", 1, status=1)
    together = forms.read(scan, forms.pdf, scan, "--workers", 3, status=1)

    assert alone == together
    assert [line["index"] for line in alone] == [1, 2, 3, 4] * 3
    assert [line["problem"] for line in alone[:4]] == [None, "blank", None, None]
    assert [line["turned"] for line in alone[:4]] == [0, 0, 180, 0]
    assert alone[0]["scan"] == alone[3]["scan"] == alone[8]["scan"]


def test_a_file_that_cannot_be_opened_is_one_line_without_an_index(forms: Printed) -> None:
    (forms.folder / "junk.pdf").write_bytes(b"%PDF-1.7 and nothing that follows from it")
    (forms.folder / "junk.tif").write_bytes(b"not a picture at all")
    lines = forms.read(forms.folder / "junk.pdf", forms.folder / "junk.tif", forms.pdf, status=1)

    assert [(line["index"], line["problem"], line["fields"]) for line in lines[:2]] == [(None, "damaged", [])] * 2
    assert len(lines) == 6


def test_a_form_of_another_print_is_foreign(forms: Printed) -> None:
    other = forms.folder / "other.pdf"
    run("print", "sel-3-5", "--locale", "en", "--count", 1, "--out", other, "--layout", forms.folder / "other.json")
    lines = forms.read(other, status=1)

    assert {line["problem"] for line in lines} == {"foreign"}
    assert all(line["serial"] and line["fields"] == [] for line in lines)


def test_what_was_refused_is_told_by_its_cause_and_place(forms: Printed) -> None:
    noise = np.random.default_rng(1).integers(0, 255, blank().shape, np.uint8)
    scan = forms.scan("noise.pdf", *[noise] * 7, blank())
    result = run("read", scan, "--layout", forms.layout, "--out", forms.folder / "noise.jsonl")
    told = "no square code found (7): noise.pdf 1, noise.pdf 2, noise.pdf 3, noise.pdf 4, noise.pdf 5, and 2 more"
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2] == told


def test_several_layouts_are_read_in_one_run(forms: Printed) -> None:
    other, layout = forms.folder / "es.pdf", forms.folder / "es.json"
    run("print", "sel-6-12", "--locale", "es", "--count", 1, "--out", other, "--layout", layout)
    lines = forms.read(forms.pdf, other, "--layout", layout, status=0)

    assert len({line["layout"] for line in lines}) == 2


def test_a_layout_that_was_changed_is_refused_and_nothing_is_written(forms: Printed, tmp_path: Path) -> None:
    changed = tmp_path / "layout.json"
    changed.write_text(forms.layout.read_text().replace('"version": "1"', '"version": "2"'))
    result = run("read", forms.pdf, "--layout", changed, "--out", tmp_path / "out.jsonl")

    assert "hash does not match" in usage(result)
    assert [path.name for path in tmp_path.iterdir()] == ["layout.json"]


@pytest.mark.parametrize(
    "content",
    ["[]", '"layout"', "7", "not JSON", "[" * 100_000, "{}", '{"format": 1, "pages": 5}', b"\xff\xfe".decode("l1")],
)
def test_what_is_no_layout_is_told_in_one_line_that_names_it(forms: Printed, tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.json").write_text(content)
    told = usage(run("read", forms.pdf, "--layout", tmp_path / "odd.json", "--out", tmp_path / "out.jsonl"))

    assert "odd.json: " in told
    assert "homeroom print" in told or "print the forms again" in told


@pytest.mark.parametrize("listed", ["7", '["x"]', "null"])
def test_a_layout_without_its_forms_is_told(forms: Printed, tmp_path: Path, listed: str) -> None:
    (tmp_path / "odd.json").write_text(json.dumps({**forms.content, "forms": json.loads(listed)}))
    told = usage(run("read", forms.pdf, "--layout", tmp_path / "odd.json", "--out", tmp_path / "out.jsonl"))

    assert "odd.json: forms: is not a list of forms" in told


def test_a_form_in_two_layouts_is_refused_by_both_names(forms: Printed, tmp_path: Path) -> None:
    other, layout = tmp_path / "es.pdf", tmp_path / "es.json"
    run("print", "sel-3-5", "--locale", "es", "--count", 1, "--seed", 3, "--out", other, "--layout", layout)
    layouts = ("--layout", forms.layout, "--layout", layout)
    told = usage(run("read", forms.pdf, *layouts, "--out", tmp_path / "out.jsonl"))

    assert f"{layout}: holds the form" in told
    assert str(forms.layout) in told


@pytest.mark.parametrize("words", [["--layout", "no-such-file"], [], ["no-such.pdf"]])
def test_wrong_usage_is_one_line(forms: Printed, tmp_path: Path, words: list[str]) -> None:
    assert "try homeroom read --help" in usage(run("read", forms.pdf, *words, "--out", tmp_path / "out.jsonl"))
    assert list(tmp_path.iterdir()) == []


def test_the_lines_are_written_over_no_file_that_is_read(forms: Printed) -> None:
    (forms.folder / "link.json").symlink_to(forms.layout)
    kept = {path: path.read_bytes() for path in (forms.pdf, forms.layout)}

    for out in (forms.pdf, forms.layout, forms.folder / "link.json"):
        told = usage(run("read", forms.pdf, "--layout", forms.layout, "--out", out))
        assert "name another file to write" in told
    assert {path: path.read_bytes() for path in kept} == kept
