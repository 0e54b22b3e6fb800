"""A reading drawn back on its picture: upright crops of one question, or of a page's, with what was measured.

A crop ends where the questions end: what says whose sheet it is (label, serial, tags) is never in a picture made here,
but for `plain`, which is for pages that could not be read.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from paper.layout import Bubble, Field, Layout, Page
from paper.picture import Grey
from paper.read import Measure, Reading

CROP_SCALE, PAGE_SCALE = 8.0, 6.0  # pixels per mm
ABOVE = 22.0  # mm above a question's bubbles in which its words stand, unless another question is nearer
WORDS_CLEAR = 0.8  # mm beyond a question's words, where the layout says how far they reach
AROUND = 4.0  # mm shown around bubbles and boxes: a mark may leave its bubble
SIDE = 12.0  # mm left and right that show nothing of a question
UNDER_HEADER = 4.5  # mm below the upper tag: the label beside it ends 1 mm below the tag, the questions begin at 6
OVER_FOOTER = 1.0  # mm above the lower tag: the serial beside it begins 6 mm further down
RULED = 12  # grey levels by which a printed line across the page is darker than the paper around it
ACROSS = 0.15  # share of a crop's width that such a line leaves free, its margins included; a line of words leaves half
BESIDE = 12  # pixels of a crop from the middle of such a line to that paper
THUMB = 180  # pixels of the longer side of a page that could not be read: shows folds and covered tags, no small type
Area = tuple[float, float, float, float]  # left, top, width, height, in mm
SEEN, CROSSED = (180, 110, 20), (40, 40, 220)  # BGR: what was measured, what could not be trusted


def crop(grey: Grey, reading: Reading, layout: Layout, question: str) -> bytes:
    """A PNG of one question, upright, its words and options included. `grey` is the kept picture at full size
    (`picture.decode`). KeyError when the reading's page does not hold the question."""
    page = _page(reading, layout)
    field = next((field for field in page.fields if field.question == question), None)
    if field is None:
        raise KeyError(question)
    return _png(_upright(grey, reading, _area(grey, reading, page, (field, field)), CROP_SCALE))


def page(grey: Grey, reading: Reading, layout: Layout) -> bytes:
    """A PNG of all questions of a page, upright, with every bubble outlined where it was looked for and its ink in
    percent; neither header nor footer."""
    sheet = _page(reading, layout)
    area = _area(grey, reading, sheet, _ends(sheet))
    picture = np.asarray(cv2.cvtColor(_upright(grey, reading, area, PAGE_SCALE), cv2.COLOR_GRAY2BGR), np.uint8)
    measures = {measure.question: measure for measure in reading.fields}
    for field in sheet.fields:
        if field.question in measures:
            _draw(picture, field, measures[field.question], area[:2])
    return _png(picture)


def plain(grey: Grey) -> bytes:
    """A PNG of a picture as it came, for one that could not be read; too small to read its label or serial."""
    scale = min(THUMB / max(grey.shape), 1.0)
    return _png(np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8))


def _area(grey: Grey, reading: Reading, page: Page, ends: tuple[Field, Field]) -> Area:
    """What of a page shows the questions from the first of `ends` to the second, words included, and nothing else."""
    header, footer = _body(page)
    first, last = ends
    top = _above(grey, reading, page, first) if first.top is None else first.top - WORDS_CLEAR
    bottom = _extent(last)[1] + AROUND if last.bottom is None else last.bottom + WORDS_CLEAR
    top, bottom = max(top, header), min(bottom, footer)
    return SIDE, top, page.width - 2 * SIDE, bottom - top


def _above(grey: Grey, reading: Reading, page: Page, field: Field) -> float:
    """Where the words of a question begin, in mm, when the layout does not say."""
    first = _extent(field)[0]
    ends = [_extent(other)[1] if other.bottom is None else other.bottom for other in page.fields]
    top = max([_body(page)[0], first - ABOVE - AROUND, *(low + 1.0 - AROUND for low in ends if low < first - 1)])
    return max(top, _ruled(grey, reading, (SIDE, top, page.width - 2 * SIDE, first - AROUND / 2 - top)))


def _body(page: Page) -> tuple[float, float]:
    """Where the questions of a page may stand: below its header, above its footer."""
    upper = [tag.y + tag.size / 2 for tag in page.tags if tag.y < page.height / 2]
    lower = [tag.y - tag.size / 2 for tag in page.tags if tag.y > page.height / 2]
    return max(upper) + UNDER_HEADER, min(lower) - OVER_FOOTER


def _ends(page: Page) -> tuple[Field, Field]:
    """The first and the last field of a page."""
    return min(page.fields, key=lambda field: _extent(field)[0]), max(page.fields, key=lambda field: _extent(field)[1])


def _ruled(grey: Grey, reading: Reading, strip: Area) -> float:
    """Just below the lowest line printed across a strip above a question (what ends there is not the question's), in
    mm; 0 when there is none. Letters leave much of a row white, a line does not; a shadow is wider."""
    rows = np.quantile(_upright(grey, reading, strip, CROP_SCALE), 1 - ACROSS, axis=1)
    beside = np.pad(rows, BESIDE, mode="edge")
    dark = np.flatnonzero(rows < np.minimum(beside[: len(rows)], beside[2 * BESIDE :]) - RULED)
    return strip[1] + (dark[-1] + 1) / CROP_SCALE + 0.5 if len(dark) else 0.0


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


def _upright(grey: Grey, reading: Reading, area: Area, scale: float) -> Grey:
    """A part of the sheet, as printed."""
    left, top, width, height = area
    to_mm = np.array([[1 / scale, 0, left], [0, 1 / scale, top], [0, 0, 1]])
    matrix = np.array(reading.place).reshape(3, 3) @ to_mm
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(grey, matrix, size, flags=flags, borderValue=(255,)), np.uint8)


def _draw(picture: NDArray[np.uint8], field: Field, measure: Measure, origin: tuple[float, float]) -> None:
    """What was measured of a field, on a picture whose top left is at `origin` mm."""
    if field.box:
        box = field.box
        near, far = (_pixels((x, y), origin) for x, y in ((box.x, box.y), (box.x + box.width, box.y + box.height)))
        cv2.rectangle(picture, near, far, SEEN, 2)
    for bubble, ink, disturbed in (
        zip(field.bubbles, measure.ink, measure.disturbed, strict=True) if field.bubbles else ()
    ):
        _draw_bubble(picture, (bubble, _pixels((bubble.x, bubble.y), origin)), ink, CROSSED if disturbed else SEEN)


def _draw_bubble(
    picture: NDArray[np.uint8], at: tuple[Bubble, tuple[int, int]], ink: float, colour: tuple[int, int, int]
) -> None:
    bubble, centre = at
    axes = (round((bubble.rx + 0.5) * PAGE_SCALE), round((bubble.ry + 0.5) * PAGE_SCALE))
    cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, 2, cv2.LINE_AA)
    if ink >= 0.01:
        beside = (centre[0] - axes[0], centre[1] - axes[1] - 3)
        cv2.putText(picture, f"{ink:.0%}", beside, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)


def _pixels(at: tuple[float, float], origin: tuple[float, float]) -> tuple[int, int]:
    return round((at[0] - origin[0]) * PAGE_SCALE), round((at[1] - origin[1]) * PAGE_SCALE)


def _png(picture: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()
