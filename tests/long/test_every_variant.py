"""Every shipped survey in every locale, paper and style: printed, filled in, scanned and read back."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from paper import pen, spoil
from paper.layout import Field, Page, from_json
from paper.style import STYLES
from tests.cli.shell import books, run

pytestmark = pytest.mark.long

SURVEYS = ("sel-3-5", "sel-6-12")
OFFERED = [tag for tag in books().locales if tag in books().texts.offered(books().shipped[SURVEYS[0]])]
VARIANTS = list(product(SURVEYS, ("en", "es", "ar"), ("letter", "a4"), STYLES))
VARIANTS += [each for each in product(SURVEYS, OFFERED, ("letter",), ("regular", "large")) if each not in VARIANTS]
ENCODINGS = ("jpeg", "g4")
ASKED = 0.05  # share of the answers that may be asked about: these pens and scans are plain
PLAIN = ("fill", "tick", "cross", "scribble", "circle")


@dataclass(frozen=True)
class Filled:
    """A scan of a form, and what its pens meant; None for what only a person can read."""

    scan: Path
    answers: dict[str, list[str] | None]


@pytest.mark.parametrize(("survey", "locale", "paper", "style"), VARIANTS)
def test_what_was_marked_is_what_is_read(tmp_path: Path, survey: str, locale: str, paper: str, style: str) -> None:
    pdf, layout, out = tmp_path / "forms.pdf", tmp_path / "layout.json", tmp_path / "readings.jsonl"
    how = ("--locale", locale, "--paper", paper, "--style", style, "--count", 1, "--seed", 5)
    printed = run("print", survey, *how, "--link", "https://homeroom.example", "--out", pdf, "--layout", layout)
    assert printed.exit_code == 0, printed.output

    filled = [_fill(pdf, layout, encoding) for encoding in ENCODINGS]
    for each in filled:
        found = run("read", each.scan, "--layout", layout, "--out", out)
        assert found.exit_code in (0, 1), found.output
        read = _answers(out)
        assert read.keys() == each.answers.keys()
        settled = {name: answer for name, (answer, doubt) in read.items() if doubt is None}
        assert settled == {name: each.answers[name] for name in settled}
        meant = [name for name, answer in each.answers.items() if answer is not None]
        assert len([name for name in meant if name not in settled]) <= max(1, ASKED * len(meant))


def _fill(pdf: Path, layout: Path, encoding: str) -> Filled:
    """Marks every page of the form, each question with a pen and style of its own, and scans it."""
    content: dict[str, Any] = json.loads(layout.read_text(encoding="utf-8"))
    rng = np.random.default_rng(zlib.crc32(f"{content['layout']} {encoding}".encode()))
    answers: dict[str, list[str] | None] = {}
    scans = []
    for number, page in zip(content["forms"][0]["pdf_pages"], from_json(content).pages, strict=True):
        answers |= _mark(sheet := pen.sheet(pdf, number, page), page, rng)
        scans.append(spoil.spoil(spoil.spoil(sheet.grey, "turn", rng, 0.1), "shift", rng, 0.3))
    scan = pdf.with_name(f"scan-{encoding}.pdf")
    with scan.open("wb") as out:
        spoil.scan_pdf(scans, out, encoding)
    return Filled(scan, answers)


def _mark(sheet: pen.Sheet, page: Page, rng: Generator) -> dict[str, list[str] | None]:
    answers: dict[str, list[str] | None] = {}
    for field in page.fields:
        tool = sheet.holding(str(rng.choice(["pencil", "ballpoint", "gel", "felt"])))
        if field.box:
            pen.write(tool, field.question, 4, rng)
            answers[field.question] = None
            continue
        answers[field.question] = _chosen(field, rng)
        pen.mark(tool, field.question, answers[field.question] or [], str(rng.choice(PLAIN)), rng)
    return answers


def _chosen(field: Field, rng: Generator) -> list[str]:
    """One option, or none in one question of six."""
    return [] if rng.random() < 1 / 6 else [str(rng.choice([bubble.option for bubble in field.bubbles]))]


def _answers(out: Path) -> dict[str, tuple[list[str] | None, str | None]]:
    found: dict[str, tuple[list[str] | None, str | None]] = {}
    for line in out.read_text(encoding="utf-8").splitlines():
        picture = json.loads(line)
        assert picture["problem"] is None, picture
        found |= {field["question"]: (field["answer"], field["doubt"]) for field in picture["fields"]}
    return found
