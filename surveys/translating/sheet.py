"""Booklets as spreadsheets (XLSX), which school staff fill in: one column to write in, everything else locked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from surveys.core.exchange import Booklet, Unit
from surveys.core.refusals import BadFile

COLUMNS = ("id", "English", "what it is", "translation", "status", "hash")  # the first heading names the booklet too
WIDTHS = (26, 60, 44, 60, 12, 18)  # characters
ID, ENGLISH, TRANSLATION, STATUS, HASH = 0, 1, 3, 4, 5
MARK = " · "  # between what the first heading says
LARGEST = 64 * 1024**2  # bytes once unpacked: a thousand texts take one
TEXT = "@"


def write(booklet: Booklet, out: BinaryIO) -> None:
    """One sheet; every cell is text and none a formula, whatever it begins with."""
    book = Workbook()
    page: Worksheet = book.active
    page.title = booklet.locale
    page.sheet_view.rightToLeft = booklet.direction == "rtl"
    page.freeze_panes = "A2"
    page.protection.sheet = True
    about = MARK.join((COLUMNS[ID], f"{booklet.name}/{booklet.version}".rstrip("/"), booklet.locale))
    _row(page, 1, (about, *COLUMNS[1:]))
    for number, unit in enumerate(booklet.units, start=2):
        _row(page, number, (unit.key, unit.english, unit.note, unit.text, unit.status, unit.source))
    for letter, width in zip("ABCDEF", WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.column_dimensions["F"].hidden = True
    book.save(out)


def _row(page: Worksheet, number: int, values: tuple[str, ...]) -> None:
    for column, value in enumerate(values):
        cell = page.cell(number, column + 1)
        cell.value = value
        cell.data_type, cell.number_format, cell.quotePrefix = "s", TEXT, True
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True)
        elif column == TRANSLATION:
            cell.protection = Protection(locked=False)
            cell.fill = PatternFill("solid", "FFF8E1")


def read(data: bytes, name: str) -> Booklet:
    """BadFile, with the cell, when it is no sheet of ours, or a cell holds a formula, a number or a date."""
    page = _opened(data, name)
    heading = next(page.iter_rows(min_row=1, max_row=1), ())
    about = str(heading[0].value).split(MARK) if heading else []
    if len(about) != 3 or tuple(str(cell.value) for cell in heading[1:6]) != COLUMNS[1:]:
        raise BadFile(f"{name}: the first row is not as it was exported; export it anew and copy the texts over")
    survey, _, version = about[1].partition("/")
    return Booklet(survey, version, about[2], tuple(_units(page, name)))


def _opened(data: bytes, name: str) -> Worksheet:
    try:
        with ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST:
                raise BadFile(f"{name}: unpacks to more than {LARGEST // 1024**2} MB; export it anew")
        book = load_workbook(io.BytesIO(data))
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise BadFile(f"{name}: is not a spreadsheet ({error}); save it as .xlsx") from None
    page = book.active
    if not isinstance(page, Worksheet):
        raise BadFile(f"{name}: has no sheet; export it anew")
    return page


def _units(page: Worksheet, name: str) -> Iterator[Unit]:
    for cells in page.iter_rows(min_row=2, max_col=len(COLUMNS)):
        values = [_text(cell, name) for cell in cells]
        if any(values):
            if not values[ID]:
                raise BadFile(f"{name}: {cells[ID].coordinate}: has no id; keep the ids as they were exported")
            draft = values[STATUS] in ("draft", "stale")
            status = "draft" if draft else "checked"
            yield Unit(values[ID], values[ENGLISH], values[TRANSLATION], status, source=values[HASH])


def _text(cell: Cell, name: str) -> str:
    """What a cell says; a formula, number, date or error is refused: the spreadsheet has changed what was typed."""
    if cell.value is None:
        return ""
    if cell.data_type not in ("s", "inlineStr"):
        what = {"f": "a formula", "n": "a number", "d": "a date", "b": "true or false"}.get(cell.data_type, "an error")
        raise BadFile(f"{name}: {cell.coordinate}: holds {what}; format the cell as text and write it again")
    return str(cell.value)
