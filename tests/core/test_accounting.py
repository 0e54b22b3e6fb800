"""The accounting line: every picture has exactly one outcome, whatever became of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from surveys.core.accounting import Accounting, Dead, account
from surveys.core.sheets import Form, Found, Outcome, Reading, Scan, Sheet

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FORM = Form("lakeview", "S1", "fall", "t1", 1, "layout", "composed")


def reading(scan: str, serial: str | None = "S1", problem: str | None = None, page: int = 1) -> Reading:
    return Reading(scan, "layout", "1", serial, page, 0, problem, None, (), NOW)


def sheet(doubt: str | None = None) -> Sheet:
    return Sheet(FORM, {"q": Found("q", (), "", doubt, "a", 1)}, (2,), NOW)


def outcome(scan: Scan, seen: Reading | None = None, dead: Dead | None = None, doubt: str | None = None) -> Accounting:
    readings = {seen.scan: seen} if seen else {}
    return account([scan], readings, {"S1": sheet(doubt)}, dead or Dead())


PICTURE = Scan(1, 1, "a", None)


@pytest.mark.parametrize(
    ("told", "expected", "reason"),
    [
        (outcome(PICTURE), Outcome.PENDING, ""),
        (outcome(Scan(1, 0, None, "encrypted")), Outcome.REFUSED, "encrypted"),
        (outcome(PICTURE, reading("a", None, "blank")), Outcome.BLANK, ""),
        (outcome(PICTURE, reading("a", None, "no-tag")), Outcome.REFUSED, "no-tag"),
        (outcome(PICTURE, reading("a")), Outcome.READ, ""),
        (outcome(PICTURE, reading("a"), doubt="two-marks"), Outcome.WAITING, "two-marks"),
        (outcome(PICTURE, reading("a", page=2), doubt="two-marks"), Outcome.READ, ""),
        (outcome(PICTURE, reading("a"), Dead(replaced={"S1"})), Outcome.REFUSED, "replaced"),
        (outcome(PICTURE, reading("a"), Dead(withdrawn={"S1"})), Outcome.REFUSED, "withdrawn"),
        (outcome(PICTURE, reading("a", "S9")), Outcome.REFUSED, "foreign"),
    ],
)
def test_a_picture_has_one_outcome_and_a_reason(told: Accounting, expected: Outcome, reason: str) -> None:
    (entry,) = told.entries

    assert (entry.outcome, entry.reason) == (expected, reason)
    assert told.line["in"] == sum(told.count(outcome) for outcome in Outcome) == 1


def test_a_form_with_a_page_that_never_came_is_told() -> None:
    assert outcome(PICTURE, reading("a")).incomplete == {"S1": (2,)}


def test_a_batch_is_settled_when_nothing_waits_for_a_machine() -> None:
    assert outcome(PICTURE, reading("a")).settled
    assert not outcome(PICTURE).settled
    assert not account([], {}, {}, Dead(), files=1).settled
