"""A simulated hand: seeded marks on a drawn page, for the demo, rehearsals, accuracy and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from paper.drawing import draw
from paper.layout import Bubble, Field, Page
from paper.picture import Grey

FINE = 3  # strokes are drawn this much finer than the picture, so that widths need not be whole pixels
Stroke = NDArray[np.float64]


@dataclass(frozen=True)
class Pen:
    """How dark (share of black), how wide (mm) and how grainy (share of the stroke left white) it writes."""

    darkness: float
    width: float
    grain: float


PENS = {
    "pencil": Pen(0.62, 0.5, 0.25),
    "hard-pencil": Pen(0.42, 0.35, 0.3),
    "ballpoint": Pen(0.8, 0.32, 0.05),
    "gel": Pen(0.9, 0.5, 0.0),
    "felt": Pen(0.95, 1.1, 0.0),
    "crayon": Pen(0.6, 1.6, 0.45),
}
MARKS = ("fill", "tick", "cross", "scribble", "circle", "ring", "half", "dash", "faint")  # each means its option
TRACES = ("dot", "ghost", "erased")  # a rested pencil, what a rubber left, well or badly: these mean nothing


@dataclass(frozen=True)
class Sheet:
    """One printed page as a picture, upright and filling it exactly, and the pen at hand (one of PENS). Marks are drawn
    into `grey` itself."""

    grey: Grey
    page: Page
    pen: str = "pencil"

    @property
    def scale(self) -> float:
        """Pixels per mm."""
        return float(self.grey.shape[1] / self.page.width)

    def copy(self) -> Sheet:
        return replace(self, grey=self.grey.copy())

    def holding(self, pen: str) -> Sheet:
        """The same picture, another pen."""
        return replace(self, pen=pen)


def sheet(pdf: Path, number: int, page: Page, dpi: float = 200) -> Sheet:
    """Page `number` (from 1) of a PDF of forms, to write on."""
    return Sheet(draw(pdf, number - 1, dpi), page)


def mark(sheet: Sheet, question: str, options: Iterable[str], style: str, rng: Generator) -> None:
    """Marks the options of a question in one of MARKS or TRACES. A number's option is its digits, such as "17"."""
    field = next(field for field in sheet.page.fields if field.question == question)
    for bubble in _chosen(field, options):
        tool = _held(PENS[sheet.pen], style, rng)
        if style == "erased":  # what the rubber spread
            halo = np.array([[-bubble.rx, 0.0], [bubble.rx, 0.0]]) * 0.4
            _draw(sheet, (bubble.x, bubble.y), [halo], Pen(rng.uniform(0.03, 0.06), 2.2 * bubble.ry, 0.0), rng)
        strokes = _STYLES[style](bubble, tool.width, rng)
        _draw(
            sheet, (bubble.x, bubble.y), [stroke + rng.normal(0, 0.03, stroke.shape) for stroke in strokes], tool, rng
        )


def _held(tool: Pen, style: str, rng: Generator) -> Pen:
    """The pen as it writes this style."""
    if style == "faint":  # what is lighter still looks rubbed out
        return Pen(rng.uniform(0.27, 0.36), tool.width, min(tool.grain, 0.15))
    if style == "ghost":
        return Pen(rng.uniform(0.03, 0.09), tool.width, tool.grain)
    if style == "erased":
        return Pen(rng.uniform(0.1, 0.22), 0.5, tool.grain)
    if style == "dot":
        return Pen(tool.darkness, rng.uniform(0.3, 0.75), 0.0)
    if style == "circle":
        return Pen(tool.darkness, min(tool.width, 0.8), tool.grain)
    return Pen(tool.darkness * rng.uniform(0.8, 1), min(tool.width, 0.5), tool.grain) if style == "ring" else tool


def write(sheet: Sheet, question: str, words: int, rng: Generator) -> None:
    """Scrawls into a question's box: so many words, not meant to be read."""
    box = next(field.box for field in sheet.page.fields if field.question == question and field.box)
    x, y = box.x + 4, box.y + 6
    for _ in range(words):
        letters = int(rng.integers(2, 8))
        if x + letters * 2.4 > box.x + box.width - 3:
            x, y = box.x + 4, y + 8
        if y > box.y + box.height - 2:
            return
        x += _word(sheet, (x, y), letters, rng)


def scrawl(sheet: Sheet, at: tuple[float, float], words: int, rng: Generator) -> None:
    """Short words in a row from `at` (mm), anywhere on the page."""
    x, y = at
    for _ in range(words):
        x += _word(sheet, (x, y), int(rng.integers(2, 4)), rng)


def _word(sheet: Sheet, at: tuple[float, float], letters: int, rng: Generator) -> float:
    """How far on the next word begins."""
    t = np.linspace(0, letters * 2 * np.pi, letters * 12)
    tall = rng.uniform(0.7, 1.6, letters).repeat(12)
    _draw(sheet, at, [np.c_[t * 0.38 + 0.6 * np.sin(t), tall * np.cos(t * 1.0)]], PENS[sheet.pen], rng)
    return letters * 2.4 + 3


def _chosen(field: Field, options: Iterable[str]) -> list[Bubble]:
    if field.kind != "number":
        wanted = set(options)
        return [bubble for bubble in field.bubbles if bubble.option in wanted]
    digits = {(place, digit) for number in options for place, digit in enumerate(reversed(number))}
    return [bubble for bubble in field.bubbles if (bubble.place, bubble.option) in digits]


def _draw(sheet: Sheet, at: tuple[float, float], strokes: list[Stroke], pen: Pen, rng: Generator) -> None:
    """Strokes (mm around `at`) darken the paper under them."""
    scale = sheet.scale
    low = np.floor((np.min([s.min(0) for s in strokes], axis=0) + at - 2) * scale).astype(int).clip(0)
    high = np.ceil((np.max([s.max(0) for s in strokes], axis=0) + at + 2) * scale).astype(int)
    area = sheet.grey[low[1] : high[1], low[0] : high[0]]
    if not area.size:
        return
    cover = np.zeros((area.shape[0] * FINE, area.shape[1] * FINE), np.uint8)
    for stroke in strokes:
        points = (((stroke + at) * scale - low) * FINE * 16).round().astype(np.int32)
        cv2.polylines(cover, [points], False, (255,), max(round(pen.width * scale * FINE), 1), cv2.LINE_AA, 4)
    share = cv2.resize(cover, area.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    ink = share * pen.darkness * _texture(area.shape, pen.grain, rng)
    area[:] = np.clip(area * (1 - ink), 0, 255).astype(np.uint8)


def _texture(shape: tuple[int, ...], grain: float, rng: Generator) -> NDArray[np.float32]:
    """Uneven pressure over the stroke, and the paper's tooth that a dry pen skips."""
    pressure = cv2.resize(rng.uniform(0.85, 1.1, (4, 4)).astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
    tooth = cv2.GaussianBlur(rng.random(shape, np.float32), (0, 0), 0.7)
    return np.asarray(pressure * np.where(tooth < np.quantile(tooth, grain), 0.25, 1.0), np.float32)


def _hatch(half: tuple[float, float], gap: float, angle: float) -> Stroke:
    """A zigzag that fills an ellipse."""
    rx, ry = half
    rows = np.linspace(-1, 1, max(int(2 * ry / gap), 3))
    ends = rx * np.sqrt(np.clip(1 - rows**2, 0, 1))
    points = np.c_[np.where(np.arange(len(rows)) % 2, ends, -ends), rows * ry]
    points = np.repeat(points, 2, axis=0)
    points[1::2, 0] *= -1
    c, s = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[c, s], [-s, c]]))


def _fill(bubble: Bubble, width: float, rng: Generator) -> list[Stroke]:
    size = rng.uniform(0.8, 1.08)
    half = (max(bubble.rx * size - width / 2, 0.6), max(bubble.ry * size - width / 2, 0.5))
    return [_hatch(half, width * 0.75, rng.uniform(-0.3, 0.3)) + rng.normal(0, 0.15, 2)]


def _half(bubble: Bubble, width: float, rng: Generator) -> list[Stroke]:
    side = rng.choice([-1, 1])
    stroke = _hatch((bubble.rx * 0.5, bubble.ry * 0.9 - width / 2), width * 0.8, 0.0)
    return [stroke + np.array([side * bubble.rx * 0.4, 0])]


def _tick(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    size = rng.uniform(0.8, 1.25)
    points = np.array([[-0.7 * bubble.rx, -0.1 * bubble.ry], [-0.15 * bubble.rx, 0.75 * bubble.ry],
                       [1.05 * bubble.rx, -1.2 * bubble.ry]])  # fmt: skip
    return [points * size + rng.normal(0, 0.2, 2) + rng.normal(0, 0.15, (3, 2))]


def _cross(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    x, y = bubble.rx * rng.uniform(0.65, 1.1), bubble.ry * rng.uniform(0.7, 1.2)
    move = rng.normal(0, 0.2, 2)
    return [np.array(ends, float) + move + rng.normal(0, 0.2, (2, 2)) for ends in
            (((-x, -y), (x, y)), ((-x, y), (x, -y)))]  # fmt: skip


def _scribble(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    t = np.linspace(0, rng.uniform(4, 7) * 2 * np.pi, 160)
    x = bubble.rx * rng.uniform(0.75, 1.1) * np.sin(t * rng.uniform(0.9, 1.1) + rng.uniform(0, 6))
    y = bubble.ry * rng.uniform(0.75, 1.1) * np.sin(t * rng.uniform(1.3, 1.9))
    return [np.c_[x, y]]


def _circle(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    t = np.linspace(0, rng.uniform(1.9, 2.2) * np.pi, 60) + rng.uniform(0, 6)
    wide, high = rng.uniform(0.1, 0.8), rng.uniform(0.1, 0.8)
    swell = 1 + 0.04 * np.sin(2 * t + rng.uniform(0, 6))
    return [np.c_[(bubble.rx + wide) * np.cos(t), (bubble.ry + high) * np.sin(t)] * swell[:, None]]


def _ring(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    """A circle drawn right on the printed outline."""
    t = np.linspace(0, rng.uniform(1.95, 2.2) * np.pi, 60) + rng.uniform(0, 6)
    size = rng.uniform(0.95, 1.05)
    return [np.c_[bubble.rx * size * np.cos(t), bubble.ry * size * np.sin(t)]]


def _erased(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    """Short strokes that outlived the rubber."""
    ends = np.array([[-0.8, 0.4], [0.8, -0.4]])
    return [ends + rng.uniform(-0.5, 0.5, 2) * (bubble.rx, bubble.ry) for _ in range(3)]


def _dash(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    end = bubble.rx * rng.uniform(0.75, 1.1)
    return [np.array([[-end, 0.0], [end, 0.0]]) + rng.normal(0, 0.25, (2, 2))]


def _dot(bubble: Bubble, _: float, rng: Generator) -> list[Stroke]:
    at = rng.uniform(-0.6, 0.6, 2) * (bubble.rx, bubble.ry)
    return [np.array([at, at + 0.05])]


_STYLES: dict[str, Callable[[Bubble, float, Generator], list[Stroke]]] = {
    "fill": _fill, "tick": _tick, "cross": _cross, "scribble": _scribble, "circle": _circle, "half": _half,
    "ring": _ring, "dash": _dash, "faint": _fill, "dot": _dot, "ghost": _fill, "erased": _erased,
}  # fmt: skip
