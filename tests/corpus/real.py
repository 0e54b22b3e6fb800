"""Scans that a school gave, with what is truly on them, read like the rest; docs/corpus.md has the format."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paper.layout import Layout, from_json
from paper.load import pictures
from paper.read import Reading, read
from surveys.core import marking
from tests.corpus.family import Answer, Drawn
from tests.corpus.pages import measured
from tests.corpus.tally import Key, Tally, weigh

FORMAT = 1


class BadCorpus(ValueError):
    """A folder that is not in the format; the message names the place and the cure."""


def read_folder(folder: Path) -> dict[Key, Tally]:
    """What became of every field of every picture that truth.json tells of."""
    truth = _json(folder / "truth.json")
    if truth.get("format") != FORMAT:
        raise BadCorpus(f"{folder / 'truth.json'}: format: expected {FORMAT}, found {truth.get('format')!r}")
    for key in ("licence", "consent"):
        if not truth.get(key):
            raise BadCorpus(f"{folder / 'truth.json'}: {key} is missing: without it the scans may not be used")
    layouts = dict(_layouts(folder, truth))
    found: dict[Key, Tally] = defaultdict(Tally)
    for entry in truth["pictures"]:
        reading = _reading(folder, entry, layouts)
        for style, tally in _weighed(reading, layouts, entry):
            found["real", entry.get("set", "real"), entry.get("pen", "unknown"), style].add(tally)
    return found


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadCorpus(f"{path}: {error}") from error


def _layouts(folder: Path, truth: Mapping[str, Any]) -> Iterator[tuple[str, Layout]]:
    """Each form's serial, and its layout."""
    for name in truth["layouts"]:
        data = _json(folder / name)
        layout = from_json(data)
        yield from ((form["serial"], layout) for form in data["forms"])


def _reading(folder: Path, entry: Mapping[str, Any], layouts: Mapping[str, Layout]) -> Reading:
    path = folder / entry["file"]
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        raise BadCorpus(f"truth.json: no file {entry['file']!r} in the folder")
    index = entry.get("index", 1)
    for picture in pictures(path, mine=lambda _, at: at in (index, None)):
        return read(picture, layouts.get)
    raise BadCorpus(f"truth.json: {entry['file']} has no picture {index}")


def _weighed(reading: Reading, layouts: Mapping[str, Layout], entry: Mapping[str, Any]) -> Iterator[tuple[str, Tally]]:
    """Each answer of the picture that is told: what was drawn and what became of it. A page taken for another is wrong
    in all its fields."""
    page = next(page for page in layouts[entry["serial"]].pages if page.page == entry["page"])
    fields = {field.question: field for field in page.fields}
    mistaken = (reading.serial, reading.page) != (entry["serial"], entry["page"])
    measures = {measure.question: measure for measure in reading.fields}
    for question, options in entry["answers"].items():
        if question not in fields:
            raise BadCorpus(f"truth.json: {entry['file']}: no question {question!r} on page {entry['page']}")
        drawn = Drawn("only a person" if options is None else "marked" if options else "left blank", _answer(options))
        if reading.problem or mistaken:
            yield drawn.style, Tally(1, refused=1) if reading.problem else Tally(1, silent=1)
            continue
        tally = weigh(drawn, marking.judge(measured(fields[question], measures[question])).answer)
        if tally.silent:
            sys.stderr.write(f"{entry['file']} {question} {drawn} {measures[question]}\n")
        yield drawn.style, tally


def _answer(options: list[str] | None) -> Answer | None:
    return None if options is None else tuple(options)
