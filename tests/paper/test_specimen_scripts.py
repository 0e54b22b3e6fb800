"""In every script a specimen reads back: exactly through its structure, and as words through readers of PDF."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from paper.content import Content
from paper.specimen import specimen
from tests.paper.printed import LINK
from tests.paper.scripts import RTL, SCRIPTS, sheet
from tests.paper.test_specimen import elements, texts, words

every_script = pytest.mark.parametrize("tag", SCRIPTS)
poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not here")

# Where plain readers, which ignore the structure, fail. Letters of Nastaliq stand at many heights, which both take
# for many lines; neither knows that Adlam and Rohingya, nor Poppler that N'Ko, run from right to left; PDFium parts
# words of Thaana, and Poppler some of Bengali, where a letter is drawn in two pieces.
PDFIUM_FAILS = {"ur", "ff-Adlm", "rhg-Rohg", "dv"}
POPPLER_FAILS = {"ur", "ff-Adlm", "rhg-Rohg", "nqo", "bn", "as"}


@cache
def made(tag: str) -> bytes:
    return specimen(sheet(tag), LINK)


def told(content: Content) -> Iterator[str]:
    """Everything that a sheet of lists says, in the order it is read."""
    said = content.words
    yield from (content.title, said.promise, said.how_to, said.good, said.change)
    for number, item in enumerate(content.items, 1):
        yield f"{number}. {item.text}"
        yield from ([item.note] if item.note else [choice.text for choice in item.choices])
    yield f"{said.online} {said.no_folding}"


@every_script
def test_every_text_is_read_from_the_structure_exactly_and_in_its_order(tag: str) -> None:
    pdf = pikepdf.open(BytesIO(made(tag)))
    assert str(pdf.Root.Lang) == tag
    read = [str(part.ActualText) for part in elements(pdf.Root.StructTreeRoot) if "/ActualText" in part]
    assert read == list(told(sheet(tag)))


@poppler
@pytest.mark.parametrize("tag", [tag for tag in SCRIPTS if tag not in RTL])
def test_the_content_of_each_part_spells_the_same_where_lines_run_from_left_to_right(tag: str, tmp_path: Path) -> None:
    read = _poppler("pdfinfo", "-struct-text", tag=tag, folder=tmp_path)
    missing = [text for text in told(sheet(tag)) if f'"{text} "' not in read]
    assert missing == []


@every_script
def test_pdfium_hands_out_every_sentence(tag: str) -> None:
    document = pypdfium2.PdfDocument(made(tag))
    read = " ".join(document[page].get_textpage().get_text_range() for page in range(len(document)))
    assert _whole(tag, read) is (tag not in PDFIUM_FAILS)


@poppler
@every_script
def test_poppler_hands_out_every_sentence(tag: str, tmp_path: Path) -> None:
    assert _whole(tag, _poppler("pdftotext", tag=tag, folder=tmp_path)) is (tag not in POPPLER_FAILS)


def _whole(tag: str, read: str) -> bool:
    found = " ".join(words(read))
    return all(" ".join(words(text)) in found for text in texts(sheet(tag)))


def _poppler(*command: str, tag: str, folder: Path) -> str:
    file = folder / "specimen.pdf"
    file.write_bytes(made(tag))
    out = ["-"] if command[0] == "pdftotext" else []
    return subprocess.run([*command, str(file), *out], capture_output=True, text=True, check=True).stdout
