"""A picture into a Reading: its tag, where the page lies, and what is in every bubble; it decides no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paper import tags
from paper.blank import is_blank
from paper.boxes import box_ink
from paper.crossings import free
from paper.ink import LIGHT_MOST, ROUND, Inked, black_and_white, bubbles_ink, look, printed_black
from paper.layout import Field, Layout, Page
from paper.outline import VISIBLE, Alignment, align
from paper.picture import Grey, Picture, decode
from paper.plan import Matrix, plan
from paper.register import Placement, register, turn
from paper.streaks import crossed
from paper.tag import ASIDE

READER_VERSION = "6"
STRAY = 0.35  # mm: a page whose outlines lie further from where the others put them is not flat enough to trust
SEEN = 0.6  # share of empty bubbles whose outline must show
PALE = 0.1  # contrast of outlines below which a 1-bit scan may have lost the rest
AGREED = 0.8  # mm between tags and corners


@dataclass(frozen=True)
class Measure:
    """One question: values in the layout's bubble order, or one of each for a box to write in."""

    question: str
    ink: tuple[float, ...]
    match: tuple[float, ...]
    disturbed: tuple[bool, ...]


@dataclass(frozen=True)
class Reading:
    """What the machine saw in one picture. `turned`: degrees clockwise that set it upright, as the file shows it;
    `place`: 3 × 3 (row by row) from page mm to pixels of the kept picture. `fields` is empty with a problem."""

    source: str
    index: int | None
    scan: str
    layout: str | None = None
    serial: str | None = None
    page: int | None = None
    turned: int = 0
    problem: str | None = None
    fields: tuple[Measure, ...] = ()
    place: tuple[float, ...] | None = None


def read(picture: Picture, find: Callable[[str], Layout | None]) -> Reading:
    """Reads one picture; `find` gives the layout of a serial, or None for a stranger's. Bad input is a problem."""
    if picture.grey is None or picture.problem:
        return _failed(picture, picture.problem or "damaged")
    grey = picture.grey
    search = tags.glance(grey)
    if not search.sightings:
        if is_blank(grey):
            return _failed(picture, "blank")
        search = tags.find(grey, lambda: decode(picture.data)[0] if picture.reduced > 1 else grey)
    named = {sighting.tag for sighting in search.sightings}
    if not named:
        return _failed(picture, "bad-check" if search.tampered else "no-tag")
    if named == {ASIDE}:
        return _failed(picture, "blank")
    tag = search.sightings[0].tag
    turned = (turn(search.sightings[0]) - picture.shown) % 360
    known = Reading(picture.source, picture.index, picture.scan, None, tag.serial, tag.page, turned)
    layout = find(tag.serial)
    if layout is None:
        return _with(known, problem="foreign")
    known = _with(known, layout=layout.digest)
    page = next((page for page in layout.pages if page.page == tag.page), None)
    if page is None or len(named) > 1:
        return _with(known, problem="bad-check")
    placement = register(grey, page, search.sightings)
    if placement is None and len(search.sightings) == 1:
        placement = register(grey, page, [s for s in tags.everywhere(grey) if s.tag == tag] or search.sightings)
    fields = placement and _measures(grey, page, placement)
    if not placement or fields is None:
        return _with(known, problem="not-aligned")
    return _with(known, fields=fields, place=_as_kept(placement.matrix, picture.reduced))


def _failed(picture: Picture, problem: str) -> Reading:
    return Reading(picture.source, picture.index, picture.scan, problem=problem)


def _with(reading: Reading, **changes: object) -> Reading:
    return Reading(**{**vars(reading), **changes})


def _as_kept(matrix: Matrix, reduced: int) -> tuple[float, ...]:
    """The placement in pixels of the picture before it was reduced."""
    half = (reduced - 1) / 2
    grown = np.array([[reduced, 0, half], [0, reduced, half], [0, 0, 1]]) @ matrix
    return tuple(float(value) for value in (grown / grown[2, 2]).ravel())


def _measures(grey: Grey, page: Page, placement: Placement) -> tuple[Measure, ...] | None:
    """The page's measures; None when its outlines do not lie where the corners say."""
    matrix = placement.matrix
    black = printed_black(grey, matrix, page)
    if not any(field.bubbles for field in page.fields):
        return tuple(_box(grey, matrix, field, black) for field in page.fields)
    geometry = plan(page)
    alignment = align(grey, matrix, geometry)
    if not _proven(grey, placement, alignment):
        return None
    inked = bubbles_ink(look(grey, matrix, geometry, alignment), black)
    if inked.round < ROUND:
        return None
    across = crossed(grey, matrix, geometry.bubbles, inked)
    if across.any():
        seen = look(grey, matrix, geometry, alignment)
        across = free(grey, matrix, seen, across, inked.grain)
        inked = bubbles_ink(seen, black)
    boxes = {field.question: _box(grey, matrix, field, black) for field in page.fields if not field.bubbles}
    return _in_order(page, inked, inked.covered | across, boxes)


def _in_order(
    page: Page, inked: Inked, disturbed: NDArray[np.bool_], boxes: Mapping[str, Measure]
) -> tuple[Measure, ...]:
    """The measures question by question. Where something may hide a stroke and no other bubble of the question is
    marked, the mark may be there: that is disturbed as well."""
    ink, match = (np.round(values, 4).tolist() for values in (inked.ink, inked.match))
    sure, unsure = disturbed.tolist(), (disturbed | inked.hidden).tolist()
    measures, start = [], 0
    for field in page.fields:
        here = slice(start, start + len(field.bubbles))
        if field.bubbles:
            crossed_by = unsure if max(ink[here]) <= LIGHT_MOST else sure
            measures.append(Measure(field.question, tuple(ink[here]), tuple(match[here]), tuple(crossed_by[here])))
        else:
            measures.append(boxes[field.question])
        start = here.stop
    return tuple(measures)


def _proven(grey: Grey, placement: Placement, alignment: Alignment) -> bool:
    """Whether the outlines show and lie where they should. Only where black and white alone were scanned may they be
    missing: then all four corners and the tags must agree."""
    if alignment.residual > STRAY:
        return False
    if alignment.seen >= SEEN and alignment.contrast > VISIBLE:
        return True
    agreed = placement.corners == 4 and placement.residual < AGREED and alignment.contrast < PALE
    return agreed and black_and_white(grey)


def _box(grey: Grey, matrix: Matrix, field: Field, black: float) -> Measure:
    ink = box_ink(grey, matrix, field.box, black) if field.box else 0.0
    return Measure(field.question, (round(ink, 4),), (1.0,), (False,))
