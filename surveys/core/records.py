"""The JSON line of one picture (docs/formats.md): what was measured, and what the thresholds make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from surveys.core.accounting import BLANK
from surveys.core.marking import judge
from surveys.core.sheets import Measure, Outcome, Reading, fields, measured


def record(place: tuple[str, int | None], reading: Reading, layout: Mapping[str, Any] | None) -> dict[str, Any]:
    """One line: `place` is the source and the picture's number in it, `layout` what the reading's layout.json holds."""
    source, index = place
    known = fields(layout) if layout else {}
    return {
        "source": source,
        "index": index,
        "scan": None if index is None else reading.scan,  # a file that cannot be opened holds no picture to name
        "layout": reading.layout,
        "serial": reading.serial,
        "page": reading.page,
        "turned": reading.turned,
        "problem": reading.problem,
        "fields": [] if reading.problem else [_field(known[measure.question], measure) for measure in reading.fields],
    }


def outcome(line: Mapping[str, Any]) -> Outcome:
    """What becomes of a picture by its line."""
    if line["problem"]:
        return Outcome.BLANK if line["problem"] == BLANK else Outcome.REFUSED
    return Outcome.WAITING if any(field["doubt"] for field in line["fields"]) else Outcome.READ


def tally(outcomes: Iterable[Outcome], seconds: float) -> str:
    """The summary line: pages = read + waiting + refused + blank."""
    counts = Counter(outcomes)
    kinds = (Outcome.READ, Outcome.WAITING, Outcome.REFUSED, Outcome.BLANK)
    parts = [f"pages={counts.total()}", *(f"{kind}={counts[kind]}" for kind in kinds)]
    return " ".join([*parts, f"pages/s={counts.total() / max(seconds, 1e-9):.1f}"])


def _field(field: Mapping[str, Any], measure: Measure) -> dict[str, Any]:
    verdict = judge(measured(field, measure))
    return {
        "question": measure.question,
        "ink": list(measure.ink),
        "match": list(measure.match),
        "disturbed": list(measure.disturbed),
        "answer": None if verdict.answer is None else list(verdict.answer),
        "doubt": verdict.doubt,
    }
