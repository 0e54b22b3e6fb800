"""Printed pages as pictures, and sheets composed once for all paper tests."""

from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2

from paper.compose import lay_out
from paper.content import Composed, Content, Stamp
from paper.draw import draw
from tests.paper.contents import blocks, content, mixed

LINK = "https://homeroom.example"
SERIAL = "K3X90PQRSTVWXYZ2"
SHEETS = (
    ("en", "letter"), ("en", "a4"), ("es", "letter"), ("ar", "letter"), ("ar", "a4"),
    ("mixed-en", "letter"), ("mixed-ar", "a4"), ("blocks-en", "letter"), ("blocks-ar", "a4"),
    ("large-en", "letter"), ("large-ar", "a4"), ("early-en", "a4"), ("early-ar", "letter"),
)  # fmt: skip


def said(name: str) -> Content:
    """A test content by its locale: "mixed-" has a question of every kind, so have "large-" and "early-"; "blocks-" has
    scale blocks."""
    kind, _, locale = name.rpartition("-")
    return {"": content, "blocks": blocks}.get(kind, mixed)(locale)


@cache
def composed(name: str, paper: str) -> Composed:
    """A sheet of a test content; "large-" and "early-" name the style."""
    style = name.partition("-")[0]
    return lay_out(said(name), paper, style if style in ("large", "early") else "regular")


@cache
def drawn(name: str, paper: str, serial: str = SERIAL) -> bytes:
    """One stamped sheet, as PDF."""
    out = BytesIO()
    draw([(composed(name, paper), Stamp(serial, "5B · 12"))], LINK, out)
    return out.getvalue()


@cache
def picture(name: str, paper: str, page: int, dpi: int) -> Any:
    """A page (from 1) of a stamped sheet as grey pixels."""
    document = pypdfium2.PdfDocument(drawn(name, paper))
    return np.asarray(document[page - 1].render(scale=dpi / 72, grayscale=True).to_numpy()).squeeze().copy()
