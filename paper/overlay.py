"""A reading drawn back on its picture: upright crops of one question, or the whole page with what was measured."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Bubble, Field, Layout, Page
from paper.picture import Grey
from paper.read import Measure, Reading

CROP_SCALE, PAGE_SCALE = 8.0, 6.0  # pixels per mm
ABOVE = 22.0  # mm above a question's bubbles in which its words stand, unless another question is nearer
SIDE = 12.0  # mm left and right that show nothing of a question
SEEN, CROSSED = (180, 110, 20), (40, 40, 220)  # BGR: what was measured, what could not be trusted


def crop(grey: Grey, reading: Reading, layout: Layout, question: str, pad_mm: float = 4.0) -> bytes:
    """A PNG of one question, upright, its words and options included. `grey` is the kept picture at full size
    (`picture.decode`). KeyError when the reading's page does not hold the question."""
    page = _page(reading, layout)
    field = next((field for field in page.fields if field.question == question), None)
    if field is None:
        raise KeyError(question)
    top, bottom = _extent(field)
    above = [_extent(other)[1] for other in page.fields if _extent(other)[1] < top - 1]
    top = max([top - ABOVE, *(low + 1.0 for low in above)])
    area = (SIDE, max(top - pad_mm, 0), page.width - 2 * SIDE, min(bottom + pad_mm, page.height) - max(top - pad_mm, 0))
    return _png(_upright(grey, reading, area, CROP_SCALE))


def page(grey: Grey, reading: Reading, layout: Layout) -> bytes:
    """A PNG of the whole page, upright, with every bubble outlined where it was looked for and its ink in percent."""
    sheet = _page(reading, layout)
    upright = _upright(grey, reading, (0, 0, sheet.width, sheet.height), PAGE_SCALE)
    picture = np.asarray(cv2.cvtColor(upright, cv2.COLOR_GRAY2BGR), np.uint8)
    measures = {measure.question: measure for measure in reading.fields}
    for field in sheet.fields:
        if field.question in measures:
            _draw(picture, field, measures[field.question])
    return _png(picture)


def plain(grey: Grey) -> bytes:
    """A PNG of a picture as it came, for one that could not be read."""
    return _png(np.asarray(grey, np.uint8))


def _page(reading: Reading, layout: Layout) -> Page:
    found = next((page for page in layout.pages if page.page == reading.page), None)
    if found is None or reading.place is None:
        raise KeyError(f"page {reading.page}")
    return found


def _extent(field: Field) -> tuple[float, float]:
    """Top and bottom (mm) of what is marked or written in."""
    if field.box:
        return field.box.y, field.box.y + field.box.height
    return min(b.y - b.ry for b in field.bubbles), max(b.y + b.ry for b in field.bubbles)


def _upright(grey: Grey, reading: Reading, area: tuple[float, float, float, float], scale: float) -> Grey:
    """The part of the sheet at (left, top, width, height) mm, as printed."""
    left, top, width, height = area
    to_mm = np.array([[1 / scale, 0, left], [0, 1 / scale, top], [0, 0, 1]])
    matrix = np.array(reading.place).reshape(3, 3) @ to_mm
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(grey, matrix, size, flags=flags, borderValue=(255,)), np.uint8)


def _draw(picture: NDArray[np.uint8], field: Field, measure: Measure) -> None:
    if field.box:
        box = field.box
        corners = [(round(x * PAGE_SCALE), round(y * PAGE_SCALE)) for x, y in
                   ((box.x, box.y), (box.x + box.width, box.y + box.height))]  # fmt: skip
        cv2.rectangle(picture, corners[0], corners[1], SEEN, 2)
    for bubble, ink, disturbed in (
        zip(field.bubbles, measure.ink, measure.disturbed, strict=True) if field.bubbles else ()
    ):
        _draw_bubble(picture, bubble, ink, CROSSED if disturbed else SEEN)


def _draw_bubble(picture: NDArray[np.uint8], bubble: Bubble, ink: float, colour: tuple[int, int, int]) -> None:
    centre = (round(bubble.x * PAGE_SCALE), round(bubble.y * PAGE_SCALE))
    axes = (round((bubble.rx + 0.5) * PAGE_SCALE), round((bubble.ry + 0.5) * PAGE_SCALE))
    cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, 2, cv2.LINE_AA)
    if ink >= 0.01:
        at = (centre[0] - axes[0], centre[1] - axes[1] - 3)
        cv2.putText(picture, f"{ink:.0%}", at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)


def _png(picture: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()
