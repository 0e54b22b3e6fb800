"""What is let through a gate although it is found: one line of a committed file each, with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from surveys.core.gates.findings import Finding, Rule
from surveys.core.refusals import BadFile


@dataclass(frozen=True)
class Waiver:
    """Lets one text off one rule in one locale."""

    locale: str
    group: str
    key: str
    rule: Rule
    reason: str


def load(path: Path) -> list[Waiver]:
    """The waivers of a CSV file in file order; BadFile names line, column and cure."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), strict=True)
    names = [field.name for field in fields(Waiver)]
    if rows.fieldnames != names:
        raise BadFile(f"{path}:1: header: is not the list of columns; write {','.join(names)} instead")
    found: list[Waiver] = []
    for row in rows:
        place = f"{path}:{rows.line_num}"
        if None in row or not all((row[name] or "").strip() for name in names):
            raise BadFile(f"{place}: has a cell too many or an empty one; fill in {', '.join(names)} instead")
        if row["rule"] not in set(Rule):
            raise BadFile(f"{place}: rule: {row['rule']!r} is none; write one of {', '.join(Rule)} instead")
        found.append(Waiver(row["locale"], row["group"], row["key"], Rule(row["rule"]), row["reason"]))
    return found


def waive(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> tuple[list[Finding], list[Waiver]]:
    """The findings of a locale that none of its waivers lets through, and the waivers that nothing needs any more."""
    left: list[Finding] = []
    needed: set[Waiver] = set()
    for finding in findings:
        for_it = [w for w in waivers if (w.group, w.key, w.rule) == (finding.group, finding.key, finding.rule)]
        needed.update(for_it)
        if not for_it:
            left.append(finding)
    return left, [waiver for waiver in waivers if waiver not in needed]
