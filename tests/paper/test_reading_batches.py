"""A whole class set through one feeder: whatever lies between, before or behind, every page is found under its form."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from paper import Stamp, draw, pen
from paper.layout import Layout
from paper.load import pictures
from paper.picture import Grey
from paper.read import Reading, read
from paper.spoil import scan_pdf, spoil
from tests.paper.printed import LINK, composed
from tests.paper.scanned import judged

FORMS = {
    "AAAA0PQRSTVWXYZ2": ("en", "letter"),
    "BBBB0PQRSTVWXYZ2": ("es", "letter"),
    "CCCC0PQRSTVWXYZ2": ("ar", "letter"),
    "DDDD0PQRSTVWXYZ2": ("mixed-en", "letter"),
}
STRANGER = ("EEEE0PQRSTVWXYZ2", ("en", "letter"))
Page = tuple[str, int]  # serial and page
Answers = dict[str, tuple[str, ...]]


def layout(serial: str) -> Layout:
    return composed(*{**FORMS, STRANGER[0]: STRANGER[1]}[serial]).layout


def marked(folder: Path, serial: str, rng: np.random.Generator) -> dict[Page, tuple[Grey, Answers]]:
    """Every page of a form with a mark in each question, and what it says."""
    path = folder / f"{serial}.pdf"
    with path.open("wb") as out:
        draw([(composed(*{**FORMS, STRANGER[0]: STRANGER[1]}[serial]), Stamp(serial, "5B"))], LINK, out)
    found = {}
    for page in layout(serial).pages:
        sheet, answers = pen.sheet(path, page.page, page, 150), {}
        for field in page.fields:
            answers[field.question] = ()
            if field.bubbles and field.kind != "number":
                answers[field.question] = (str(rng.choice([bubble.option for bubble in field.bubbles])),)
                pen.mark(sheet, field.question, answers[field.question], "fill", rng)
        found[serial, page.page] = (sheet.grey, answers)
    return found


def back(rng: np.random.Generator) -> Grey:
    """The bare back of a sheet: grain, punch holes."""
    paper = np.clip(rng.normal(238, 3, (1650, 1275)), 0, 255).astype(np.uint8)
    return spoil(paper, str(rng.choice(["holes", "dust", "shadow"])), rng, 0.4)


def find(serial: str) -> Layout | None:
    return layout(serial) if serial in FORMS else None


def through(folder: Path, stack: list[Grey], kind: str) -> list[Reading]:
    """The stack in one file, as a copier or a TIFF scanner writes it."""
    path = folder / f"batch.{kind}"
    if kind == "pdf":
        with path.open("wb") as out:
            scan_pdf(stack, out, dpi=150)
    else:
        cv2.imwritemulti(str(path), stack)
    return [read(picture, find) for picture in pictures(path)]


@pytest.mark.parametrize("kind", ["pdf", "tif"])
@pytest.mark.parametrize("seed", [1, 2])
def test_mixed_forms_in_any_order_with_blank_backs_all_land_under_their_serial_and_page(
    tmp_path: Path, kind: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    drawn = {at: page for serial in FORMS for at, page in marked(tmp_path, serial, rng).items()}
    strange = [grey for grey, _ in marked(tmp_path, STRANGER[0], rng).values()]
    stack: list[tuple[Page | str, Grey]] = [(at, grey) for at, (grey, _) in drawn.items()]
    stack += [("blank", back(rng)) for _ in range(5)] + [("foreign", grey) for grey in strange]
    stack = [stack[int(index)] for index in rng.permutation(len(stack))]
    turned = [np.ascontiguousarray(np.rot90(grey, 2 * int(rng.integers(2)))) for _, grey in stack]
    readings = through(tmp_path, turned, kind)
    assert [reading.index for reading in readings] == list(range(1, len(stack) + 1))
    for (expected, _), reading in zip(stack, readings, strict=True):
        assert (reading.problem or (reading.serial, reading.page)) == expected
        if not isinstance(expected, str):
            said = {each.question: each.answer for each in judged(reading, layout(expected[0])).values()}
            assert said == drawn[expected][1]
