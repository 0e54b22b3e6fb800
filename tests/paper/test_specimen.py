"""A specimen is for ears and checkers: its structure says everything on the sheet, once, in the order it is read."""

import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import page as checker
import pikepdf
import pypdfium2
import pytest

from paper.compose import lay_out
from paper.content import Content
from paper.specimen import specimen
from tests.paper.printed import LINK, said

SHEETS = (
    ("en", "letter", "regular"), ("es", "a4", "regular"), ("ar", "letter", "regular"), ("mixed-en", "letter", "large"),
    ("mixed-ar", "a4", "early"), ("blocks-en", "letter", "regular"), ("blocks-ar", "letter", "regular"),
)  # fmt: skip
PAINTS = frozenset(["TJ", "Tj", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh"])
SHOWN = {"good_shown": "Three good marks", "change_shown": "A mark crossed out, another made", "tag_shown": "A code"}
every_sheet = pytest.mark.parametrize(("name", "paper", "style"), SHEETS, ids="-".join)


def heard(name: str) -> Content:
    content = said(name)
    return replace(content, words=replace(content.words, **SHOWN))


@cache
def made(name: str, paper: str, style: str) -> bytes:
    return specimen(heard(name), LINK, paper, style)


@cache
def opened(name: str, paper: str, style: str) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(made(name, paper, style)))


def elements(part: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The parts of a structure, in reading order."""
    for kid in part.K:
        if "/S" in kid:
            yield kid
            yield from elements(kid)


def parts(pdf: pikepdf.Pdf, *roles: str) -> list[pikepdf.Object]:
    return [part for part in elements(pdf.Root.StructTreeRoot) if str(part.S)[1:] in roles]


def plain(text: str) -> str:
    bare = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", bare).split())


def words(text: str) -> list[str]:
    """Letters and figures alone: readers differ in where they put the full stop of a right-to-left line."""
    kept = "".join(char if char.isalnum() or unicodedata.category(char) == "Mn" else " " for char in plain(text))
    return kept.split()


@every_sheet
def test_questions_are_heard_in_their_order_with_number_and_words(name: str, paper: str, style: str) -> None:
    told = [str(part.ActualText) for part in parts(opened(name, paper, style), "H2", "TH") if "/ActualText" in part]
    rows = [text for text in told if text.split(".")[0].isdecimal()]
    assert rows == [f"{number}. {item.text}" for number, item in enumerate(heard(name).items, 1)]


@every_sheet
def test_every_place_to_mark_is_a_field_with_the_name_of_its_option(name: str, paper: str, style: str) -> None:
    layout = lay_out(heard(name), paper, style).layout
    content = heard(name)
    forms = parts(opened(name, paper, style), "Form")
    assert all(form.A.O == "/PrintField" and form.A.Desc == form.Alt for form in forms)
    fields = [field for page in layout.pages for field in page.fields]
    assert len(forms) == sum(len(field.bubbles) or 1 for field in fields)
    labels = {choice.text for item in content.items for choice in item.choices}
    named = [str(form.Alt) for form in forms if str(form.A.Role) in ("/rb", "/cb") and "(" not in str(form.Alt)]
    assert set(named) <= labels | {str(digit) for digit in range(10)}
    assert set(named) >= labels


@every_sheet
def test_all_that_is_drawn_is_a_part_or_decoration_and_belongs_to_one_part(name: str, paper: str, style: str) -> None:
    pdf = opened(name, paper, style)
    owned = {
        (pdf.pages.index(pikepdf.Page(kid.Pg)), int(kid.MCID))
        for part in elements(pdf.Root.StructTreeRoot)
        for kid in part.K
        if "/MCID" in kid
    }
    found = set()
    for number, page in enumerate(pdf.pages):
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in ("BDC", "BMC"):
                depth += 1
                if str(operator) == "BDC":
                    found.add((number, int(operands[1].MCID)))
            depth -= str(operator) == "EMC"
            assert depth in (0, 1)
            assert depth == 1 or str(operator) not in PAINTS
        tree = pdf.Root.StructTreeRoot.ParentTree.Nums
        marks = tree[2 * number + 1]
        assert tree[2 * number] == number == page.obj.StructParents
        assert len(marks) == sum(place == number for place, _ in owned)
    assert found == owned


@every_sheet
def test_what_is_drawn_to_be_seen_is_told_in_words(name: str, paper: str, style: str) -> None:
    pdf = opened(name, paper, style)
    told = [str(part.Alt) for part in parts(pdf, "Figure")]
    pages = len(pdf.pages)
    assert sorted(told) == sorted([SHOWN["good_shown"], SHOWN["change_shown"], *[SHOWN["tag_shown"]] * pages])


@every_sheet
def test_the_document_names_its_title_and_language_and_what_it_conforms_to(name: str, paper: str, style: str) -> None:
    pdf, content = opened(name, paper, style), heard(name)
    assert (str(pdf.Root.Lang), str(pdf.docinfo["/Title"])) == (content.locale, content.title)
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.Root.MarkInfo.Marked
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == content.title
    assert str(parts(pdf, "H1")[0].ActualText) == content.title


@every_sheet
def test_a_scale_block_is_a_table_with_heads_and_a_list_is_a_list(name: str, paper: str, style: str) -> None:
    pdf = opened(name, paper, style)
    rows = [part for table in parts(pdf, "Table") for part in table.K]
    assert bool(rows) == name.startswith("blocks")
    assert len({len(row.K) for row in rows}) <= 1
    assert all(str(part.A.Scope) in ("/Row", "/Column") for part in parts(pdf, "TH"))
    assert all(str(kid.S) == "/LI" for part in parts(pdf, "L") for kid in part.K)


@every_sheet
def test_a_checker_that_is_not_ours_finds_nothing_against_pdf_ua(name: str, paper: str, style: str) -> None:
    report = checker.validate_pdf_bytes(made(name, paper, style), profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.rules.total > 100


def texts(content: Content) -> Iterator[str]:
    yield content.title
    yield from (content.words.promise, content.words.how_to, content.words.change)
    for item in content.items:
        yield from (item.text, item.note)


@every_sheet
def test_pdfium_hands_out_every_sentence_in_its_logical_order(name: str, paper: str, style: str) -> None:
    document = pypdfium2.PdfDocument(made(name, paper, style))
    read = " ".join(words(" ".join(document[page].get_textpage().get_text_range() for page in range(len(document)))))
    missing = [text for text in texts(heard(name)) if " ".join(words(text)) not in read]
    assert missing == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not here")
@every_sheet
def test_poppler_hands_out_every_sentence_in_its_logical_order(
    name: str, paper: str, style: str, tmp_path: Path
) -> None:
    file = tmp_path / "specimen.pdf"
    file.write_bytes(made(name, paper, style))
    done = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True)
    read = " ".join(words(done.stdout))
    missing = [text for text in texts(heard(name)) if " ".join(words(text)) not in read]
    assert missing == []


def test_a_specimen_is_the_same_bytes_each_time() -> None:
    assert specimen(heard("ar"), LINK) == made("ar", "letter", "regular")


def test_a_specimen_looks_like_the_sheet_that_is_printed() -> None:
    shown = [
        pypdfium2.PdfDocument(pdf)[0].render(scale=1, grayscale=True).to_numpy()[130:650]
        for pdf in (made("en", "letter", "regular"), lay_out(heard("en")).pdf)
    ]
    assert (shown[0] == shown[1]).mean() > 0.999
