"""Rosters, windows and codes: what is taken, what is told, what opens when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core import codes
from surveys.core.locales import shipped
from surveys.core.people import RosterRow, check_open, read_roster
from surveys.core.refusals import BadFile, WindowClosed, WindowNotOpen
from tests.core.test_scoring import SURVEY
from tests.world import a_window

HEADER = "school,class,grade,locale,opted_out,label\n"
LOCALES = shipped()


def test_a_roster_is_read_whatever_the_order_and_case_of_its_columns() -> None:
    text = "\ufeffLabel,School,Class,Grade,Opted_Out,Locale,ignored\nAmina K.,cedar,7A,7,YES,ar,x\n\n"

    roster = read_roster(text, "fall.csv", {"cedar"}, LOCALES)

    assert roster.rows == (RosterRow("cedar", "7A", "7", "ar", True, "Amina K."),)
    assert roster.problems == ()


def test_a_row_that_cannot_be_taken_is_told_by_line_and_the_others_are_kept() -> None:
    text = (
        HEADER + "cedar,7A,7,en,,Ana\noak,7A,7,en,,Ben\ncedar,7A,7,xx,,Cho\ncedar,,7,en,,Dee\ncedar,7A,7,en,maybe,Eli\n"
    )

    roster = read_roster(text, "fall.csv", {"cedar"}, LOCALES)

    assert [row.label for row in roster.rows] == ["Ana"]
    assert [(problem.line, problem.column) for problem in roster.problems] == [
        (3, "school"),
        (4, "locale"),
        (5, "class"),
        (6, "opted_out"),
    ]


def test_a_language_is_taken_as_student_systems_write_it_and_whether_it_is_offered_yet_or_not() -> None:
    rows = "".join(f"cedar,7A,7,{tag},,Child\n" for tag in ("es-MX", "ZH_tw", "tl", "mww", ""))

    roster = read_roster(HEADER + rows, "fall.csv", {"cedar"}, LOCALES)

    assert [row.locale for row in roster.rows] == ["es", "zh-Hant", "fil", "mww", ""]


def test_a_file_without_our_header_is_refused_by_name_and_line() -> None:
    with pytest.raises(BadFile, match=r"fall\.csv:1: class"):
        read_roster("school,grade\ncedar,7\n", "fall.csv", set(), LOCALES)


@given(st.text(max_size=300))
def test_any_text_is_a_roster_or_a_named_fault(text: str) -> None:
    try:
        roster = read_roster(HEADER + text, "any.csv", set(), LOCALES)
    except BadFile:
        return
    assert all(row.school and row.label for row in roster.rows)


def test_a_window_is_open_from_its_opening_until_its_closing() -> None:
    window = a_window(SURVEY)

    check_open(window, window.opens)
    with pytest.raises(WindowNotOpen):
        check_open(window, window.opens - timedelta(seconds=1))
    with pytest.raises(WindowClosed):
        check_open(window, window.closes)


def test_codes_differ_by_ticket_generation_and_secret_and_are_read_as_people_type_them() -> None:
    code = codes.mint(b"secret", "w", "t", 1)

    assert len({code, *(codes.mint(b"secret", *other) for other in (("w", "t", 2), ("w", "u", 1), ("v", "t", 1)))}) == 4
    assert code != codes.mint(b"other", "w", "t", 1)
    assert codes.hashed(b"secret", codes.grouped(code).lower() + " ") == codes.hashed(b"secret", code)
    assert code not in codes.hashed(b"secret", code)


@given(st.binary(min_size=1, max_size=40), st.text(max_size=20))
def test_a_code_keeps_to_the_unambiguous_alphabet(secret: bytes, ticket: str) -> None:
    code = codes.mint(secret, "window", ticket, 1)

    assert len(code) == codes.LENGTH
    assert set(code) <= set(codes.ALPHABET)
    assert codes.tidy(codes.grouped(code)) == code
