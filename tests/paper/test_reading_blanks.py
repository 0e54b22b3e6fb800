"""Every shipped survey, printed and brought back without a mark: all blank, nothing asked."""

from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from paper import Composed, Stamp, draw
from paper.load import pictures
from paper.read import read
from surveys.core import locales
from surveys.printing import Press, compose
from surveys.store import texts
from tests.paper.printed import LINK, SERIAL
from tests.paper.scanned import judged, scan

ROOT = Path(__file__).parents[2]
KNOWN = locales.load(ROOT / "surveys" / "core" / "locales.csv")
SHIPPED = texts.instruments(ROOT / "surveys" / "instruments")
PRESS = Press(texts.Texts(ROOT / "translations", KNOWN), KNOWN, ROOT / "build" / "fonts")


@cache
def printed(survey: str, locale: str) -> tuple[Composed, bytes]:
    composed, out = compose(SHIPPED[survey], locale, PRESS), BytesIO()
    draw([(composed, Stamp(SERIAL, "5B · 12"))], LINK, out)
    return composed, out.getvalue()


@pytest.mark.parametrize("survey", sorted(SHIPPED))
@pytest.mark.parametrize("locale", ["en", "es", "ar"])
@pytest.mark.parametrize(("dpi", "encoding"), [(150, "jpeg"), (200, "jpeg"), (300, "jpeg"), (200, "g4"), (300, "g4")])
def test_a_shipped_survey_without_a_mark_reads_blank(
    tmp_path: Path, survey: str, locale: str, dpi: int, encoding: str
) -> None:
    composed, pdf = printed(survey, locale)
    drawn = [np.asarray(page.render(scale=dpi / 72, grayscale=True).to_numpy()).squeeze()
             for page in pypdfium2.PdfDocument(pdf)]  # fmt: skip
    for picture in pictures(scan(tmp_path, *drawn, encoding=encoding, dpi=dpi)):
        reading = read(picture, lambda _: composed.layout)
        assert reading.problem is None
        assert all(each.answer == () for each in judged(reading, composed.layout).values())
