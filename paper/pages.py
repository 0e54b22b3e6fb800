"""Which question goes on which page: as few pages as hold them, evenly full, in the largest type that leaves it so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from paper import blocks, grid, opening
from paper.blocks import Block
from paper.bubbles import EVEN, FITTED, GRID
from paper.content import Content
from paper.opening import Opening
from paper.typeset import DoesNotFit, Type

GAP = 1.0  # mm at least between the ink of one question and the white around the bubbles of the one before
TORN, ALONE = 18.0, 60.0  # mm of blank page that a torn scale block counts as, and one torn after or before a lone row


@dataclass(frozen=True)
class Plan:
    """What goes on which page."""

    type: Type
    opening: Opening
    pages: tuple[tuple[Block, ...], ...]

    def room(self, number: int) -> float:
        """The height in mm that page `number` (from 1) has for questions."""
        return _room(self.type, self.opening, number == 1)


def plan(content: Content, type_: Type) -> Plan:
    """The largest type that takes no page more, and breaks no line of options, than the smallest; pages evenly full.

    Scale blocks where they take no page more than lists: the words beside every bubble are read more surely than far
    above it. DoesNotFit names the question and text that have no room.
    """
    style = type_.style
    smallest = _paginated(content, type_.scaled(style.smallest), GAP)
    if any(block.heads for page in smallest.pages for block in page):
        content_as_list = replace(content, items=tuple(replace(item, scale="") for item in content.items))
        if len(_paginated(content_as_list, type_.scaled(style.smallest), GAP).pages) < len(smallest.pages):
            return plan(content_as_list, type_)
    for scale in style.scales:
        if scale == style.smallest:
            break
        try:
            found = _paginated(content, type_.scaled(scale), style.comfort if scale > 1 else GAP)
        except DoesNotFit:
            continue
        if len(found.pages) == len(smallest.pages) and _arrangements(found) == _arrangements(smallest):
            return found
    return smallest


def _arrangements(plan: Plan) -> list[int]:
    """Which questions have their options, and each label, on a single line (1), and which in a scale block (2)."""
    kinds = {EVEN: 1, FITTED: 1, GRID: 2}
    rows = [block.rows for page in plan.pages for block in page]
    return [kinds.get(placing.arrangement, 0) if placing else 0 for placing in rows]


def _paginated(content: Content, type_: Type, gap: float) -> Plan:
    first = opening.measure(content.words, type_)
    over = grid.heads(content.items, type_)
    measured = [blocks.measure(item, place + 1, over.get(place), type_) for place, item in enumerate(content.items)]
    return Plan(type_, first, _filled(measured, type_, first, gap))


def _room(type_: Type, first: Opening, is_first: bool) -> float:
    sheet = type_.frame
    return sheet.body_bottom - sheet.body_top - (first.height if is_first else 0)


def _filled(measured: Sequence[Block], type_: Type, first: Opening, gap: float) -> tuple[tuple[Block, ...], ...]:
    """The pages, and of all ways to cut as few of them the one that leaves the least blank on any: the sum of squares.

    `best[end]` is (pages, blank, where the last page begins) of the questions before `end`. Only the first page may
    have none: an opening in large print takes it whole where the first question is long.
    """
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(measured) + 1):
        ways = []
        for begin in range(end - 1, -1, -1):
            page = measured[begin:end]
            if len(page) > (type_.style.most or len(page)):
                break
            blank = _room(type_, first, begin == 0) - _height(page, gap)
            if blank < 0 and begin:
                break
            pages, before, _ = best[begin]
            if blank < 0:  # does not fit under the opening, but may on a page of its own
                pages, before = 1, _room(type_, first, True) ** 2
                blank = _room(type_, first, False) - _height(page, gap)
            if blank >= 0:
                ways.append((pages + 1, before + _blankness(page, blank, measured[end : end + 2]), begin))
        if not ways:
            item = measured[end - 1].item
            raise DoesNotFit(f"{item.question}: {item.text!r} needs more than a page; shorten its options")
        best.append(min(ways))
    return _cut(measured, best)


def _height(page: Sequence[Block], gap: float) -> float:
    """What questions take at least, one below the other."""
    heads = sum(block.lead(before) for before, block in zip([None, *page], page, strict=False))
    return heads + sum(block.height for block in page) + gap * (len(page) - 1)


def _blankness(page: Sequence[Block], blank: float, after: Sequence[Block]) -> float:
    """How bad it is to end a page there, in square mm."""
    left = max(blank - sum(block.stretch for block in page) / 3, 0.0)
    return left**2 + _torn(page, after) ** 2


def _torn(page: Sequence[Block], after: Sequence[Block]) -> float:
    """How bad it is to cut a scale block there, in mm of blank page; 0 where none is cut."""
    over = page[-1].heads
    if over is None or not after or after[0].heads is not over:
        return 0.0
    alone = any(len(side) == 1 or side[1].heads is not over for side in (page[::-1], after))
    return ALONE if alone else TORN


def _cut(measured: Sequence[Block], best: Sequence[tuple[int, float, int]]) -> tuple[tuple[Block, ...], ...]:
    cuts = [len(measured)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][2])
    pages = tuple(tuple(measured[begin:end]) for begin, end in pairwise(reversed(cuts)))
    return pages if len(pages) == best[-1][0] else ((), *pages)


def shared_out(page: Sequence[Block], room: float, type_: Type) -> tuple[float, float]:
    """The gap between questions, and what boxes to write in grow by; mm."""
    spare = room - _height(page, 0.0)
    gaps = max(len(page) - 1, 1)
    growth = min(max(spare - gaps * type_.style.comfort, 0.0), sum(block.stretch for block in page))
    return min(max((spare - growth) / gaps, 0.0), type_.style.widest_gap), growth
