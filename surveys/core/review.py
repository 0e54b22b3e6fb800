"""What waits for a person on the sheets that came back, and what a person may rule.

Nothing here names a sheet: a doubt is known by its scan, whose hash stands on no paper (decision 14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.core.instrument import Kind
from surveys.core.refusals import NotAnAnswer, NotFound
from surveys.core.responses import LONGEST_TEXT
from surveys.core.sheets import Sheet, fields

_LONGEST_NUMBER = 9  # digits; a sheet prints two


@dataclass(frozen=True)
class Waiting:
    """A question that waits for a person: where it stands, why, and which options may be ruled."""

    scan: str
    question: str
    kind: Kind
    reason: str
    page: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """What a person saw on a scan: the options marked, a number as one option, or a text; neither is "left blank"."""

    scan: str
    question: str
    options: tuple[str, ...] = ()
    text: str = ""


def waiting(sheets: Sequence[Sheet], layouts: Mapping[str, Mapping[str, Any]]) -> list[Waiting]:
    """Every doubt of the sheets, in the order of their scans' hashes, which is nobody's; `layouts` by hash."""
    found = []
    for sheet in sheets:
        for question, field in fields(layouts[sheet.form.layout]).items():
            seen = sheet.found.get(question)
            if seen and seen.doubt:
                why = (Kind(field["kind"]), seen.doubt)
                found.append(Waiting(seen.scan, question, *why, seen.page, option_ids(field)))
    return sorted(found, key=lambda doubt: doubt.scan)


def check(decision: Decision, layout: Mapping[str, Any]) -> None:
    """NotFound when the sheet has no such question, NotAnAnswer when the ruling cannot be an answer to it."""
    field = fields(layout).get(decision.question)
    if field is None:
        raise NotFound(f"{decision.question}: no such question on this sheet")
    kind = Kind(field["kind"])
    if decision.text and kind is not Kind.TEXT:
        raise NotAnAnswer(f"{decision.question}: rule on its options, not with a text")
    if len(decision.text) > LONGEST_TEXT:
        raise NotAnAnswer(f"{decision.question}: {len(decision.text)} characters; {LONGEST_TEXT} fit")
    if kind is not Kind.MANY and len(decision.options) > 1:
        raise NotAnAnswer(f"{decision.question}: one option at most")
    known = option_ids(field)
    for option in decision.options:
        number = kind is Kind.NUMBER and option.isdecimal() and len(option) <= _LONGEST_NUMBER
        if not number and (kind is Kind.NUMBER or option not in known):
            raise NotAnAnswer(f"{decision.question}: {option!r} is not one of its options")


def option_ids(field: Mapping[str, Any]) -> tuple[str, ...]:
    """The options of a field; of a number each digit once."""
    return tuple(dict.fromkeys(bubble["option"] for bubble in field["bubbles"]))
