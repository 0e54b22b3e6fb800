"""Words go to a translator and come back whole, in three kinds of file; what is not ours is refused with its place."""

from __future__ import annotations

import io
import zipfile
from types import ModuleType

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.exchange import Booklet, Fate, Unit, compare, digest, taken
from surveys.core.refusals import BadFile
from surveys.translating import gettext, sheet, xliff

FORMATS = (xliff, gettext, sheet)
WRITTEN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=60).filter(
    lambda text: text == text.strip() != ""
)
STATES = st.sampled_from(["draft", "checked", "reviewed"])


@st.composite
def booklets(draw: st.DrawFn) -> Booklet:
    keys = draw(st.lists(st.from_regex(r"[a-z]{1,8}\.[a-z0-9-]{1,12}", fullmatch=True), unique=True, max_size=6))
    units = []
    for key in keys:
        english, text = draw(WRITTEN), draw(st.just("") | WRITTEN)
        status = draw(STATES) if text else "missing"
        units.append(Unit(key, english, text, status, draw(st.just("") | WRITTEN), digest(english)))
    tag = draw(st.sampled_from(["es", "km", "mww", "zh-Hans", "rhg-Rohg", "pt-BR"]))
    return Booklet("sel-6-12", draw(st.sampled_from(["1", "2026b", ""])), tag, tuple(units), "ltr")


def file(form: ModuleType, booklet: Booklet) -> bytes:
    out = io.BytesIO()
    form.write(booklet, out)
    return out.getvalue()


def back(form: ModuleType, booklet: Booklet) -> Booklet:
    found: Booklet = form.read(file(form, booklet), "file")
    return found


@pytest.mark.parametrize("form", FORMATS)
@settings(deadline=None, max_examples=40)
@given(booklet=booklets())
def test_every_word_comes_back_as_it_went(form: ModuleType, booklet: Booklet) -> None:
    returned = back(form, booklet)
    assert (returned.name, returned.version, returned.locale) == (booklet.name, booklet.version, booklet.locale)
    assert [(u.key, u.text, u.source) for u in returned.units] == [(u.key, u.text, u.source) for u in booklet.units]
    assert all(change.fate in (Fate.SAME, Fate.EMPTY) for change in compare(booklet, returned))


@pytest.mark.parametrize("form", FORMATS)
def test_a_draft_comes_back_as_a_draft(form: ModuleType) -> None:
    units = (
        Unit("a", "One", "Uno", "draft", source=digest("One")),
        Unit("b", "Two", "Dos", "checked", "", digest("Two")),
    )
    returned = back(form, Booklet("s", "1", "es", units))
    assert [unit.status for unit in returned.units] == ["draft", "checked"]


@pytest.mark.parametrize("form", FORMATS)
@settings(deadline=None, max_examples=100)
@given(data=st.binary(max_size=300))
def test_what_is_no_such_file_is_refused_with_its_name(form: ModuleType, data: bytes) -> None:
    with pytest.raises(BadFile, match="back"):
        compare(NOW, form.read(data, "back"))


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "=HYPERLINK(1)", "\t=1", "1e5", "TRUE", "2026-11-20"]
)
def test_no_text_becomes_a_formula_a_number_or_a_date_in_a_spreadsheet(text: str) -> None:
    data = file(sheet, Booklet("s", "1", "es", (Unit("a", text, text, "checked", text, digest(text)),)))
    cells = next(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2))
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert all(cell.quotePrefix for cell in cells)


def test_in_a_spreadsheet_only_the_translation_can_be_written_in_and_arabic_runs_from_the_right() -> None:
    data = file(sheet, Booklet("s", "1", "ar", (Unit("a", "One", source=digest("One")),), "rtl"))
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page.protection.sheet
    assert page.sheet_view.rightToLeft
    assert [cell.column_letter for cell in page[2] if not cell.protection.locked] == ["D"]


@pytest.mark.parametrize(("value", "what"), [("=A1", "a formula"), (5, "a number"), (True, "true or false")])
def test_a_cell_that_a_spreadsheet_made_into_something_else_is_named(value: object, what: str) -> None:
    data = file(sheet, Booklet("s", "1", "es", (Unit("a", "One", source=digest("One")),)))
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.active["D2"].value = value
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(BadFile, match=f"D2: holds {what}"):
        sheet.read(out.getvalue(), "file.xlsx")


def test_a_spreadsheet_that_unpacks_to_gigabytes_is_refused_unopened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/sharedStrings.xml", bytes(sheet.LARGEST + 1))
    with pytest.raises(BadFile, match="unpacks to more than"):
        sheet.read(out.getvalue(), "file.xlsx")


def test_xml_that_declares_entities_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><xliff>&a;</xliff>'
    with pytest.raises(BadFile, match="document type"):
        xliff.read(bomb, "file.xlf")


NOW = Booklet("s", "1", "es", tuple(
    Unit(key, english, text, "checked" if text else "missing", "", digest(english))
    for key, english, text in (("a", "One", "Uno"), ("b", "Two", ""), ("c", "Three", "Tres"), ("d", "Four", "Cuatro"))
))  # fmt: skip


def test_the_difference_is_seen_before_anything_is_taken() -> None:
    units = (
        Unit("a", "One", "Uno", source=digest("One")),
        Unit("b", "Two", "Dos", source=digest("Two")),
        Unit("c", "Three", "", source=digest("Three")),
        Unit("d", "For", "Para", source=digest("For")),
    )
    changes = compare(NOW, Booklet("s", "1", "es", units))
    assert [change.fate for change in changes] == [Fate.SAME, Fate.NEW, Fate.EMPTY, Fate.OUTDATED]
    assert [change.unit.key for change in taken(changes, frozenset())] == ["b"]
    assert [change.unit.key for change in taken(changes, frozenset("d"))] == ["b", "d"]


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ((Unit("z", "?", "x"),), "z: no text of"),
        ((Unit("a", "One", "x"), Unit("a", "One", "y")), "a: comes twice"),
        ((Unit("a", "One", "x" * 5000),), "a: is 5000 characters"),
    ],
)
def test_an_unknown_a_double_and_an_endless_text_are_errors(units: tuple[Unit, ...], message: str) -> None:
    with pytest.raises(BadFile, match=message):
        compare(NOW, Booklet("s", "1", "es", units))


def test_a_file_of_another_survey_version_or_locale_is_not_taken() -> None:
    for other in (Booklet("t", "1", "es", ()), Booklet("s", "2", "es", ()), Booklet("s", "1", "fr", ())):
        with pytest.raises(BadFile, match="this file is of"):
            compare(NOW, other)
