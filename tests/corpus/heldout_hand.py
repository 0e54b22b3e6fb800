"""Held out: a hand of brushed strokes that swell and taper, its own shapes, and a rubber that smears what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from paper.layout import Bubble
from paper.pen import Sheet

FINE = 4  # strokes are drawn this much finer than the picture
EDGE = 0.05  # mm: how soft a stroke's edge is
ROOM = 3.0  # mm of paper around a stroke
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tip:
    """How dark (share of black) and how wide (mm) it writes, how much of the paper's tooth it skips, and how much its
    pressure swings (share)."""

    darkness: float
    width: float
    tooth: float
    swing: float


PENS = {
    "school-pencil": Tip(0.58, 0.55, 0.35, 0.25),
    "thin-pencil": Tip(0.48, 0.38, 0.2, 0.15),
    "soft-pencil": Tip(0.78, 0.85, 0.3, 0.25),
    "blue-pen": Tip(0.62, 0.36, 0.05, 0.2),
    "rollerball": Tip(0.88, 0.6, 0.0, 0.1),
    "marker": Tip(0.92, 1.5, 0.0, 0.05),
    "coloured-pencil": Tip(0.48, 0.9, 0.4, 0.2),
}


def mark(sheet: Sheet, question: str, options: Iterable[str], style: str, rng: Generator) -> None:
    """Marks the options of a question in one of MARKS or TRACES. A number's option is its digits, such as "17"."""
    field = next(field for field in sheet.page.fields if field.question == question)
    wanted = set(options)
    digits = {(place, digit) for number in wanted for place, digit in enumerate(reversed(number))}
    for bubble in field.bubbles:
        if bubble.option in wanted if field.kind != "number" else (bubble.place, bubble.option) in digits:
            _mark_one(sheet, bubble, style, rng)


def _mark_one(sheet: Sheet, bubble: Bubble, style: str, rng: Generator) -> None:
    tip = PENS[sheet.pen]
    if style == "light-shade":
        tip = Tip(rng.uniform(0.3, 0.38), max(tip.width, 0.5), min(tip.tooth, 0.15), 0.1)
    if style == "traced":
        tip = Tip(tip.darkness, min(tip.width, 0.5), tip.tooth * 0.6, tip.swing)
    if style in ("loop", "twice-around"):
        tip = Tip(tip.darkness, min(tip.width, 0.9), tip.tooth, tip.swing)
    if style == "rest":
        tip = Tip(tip.darkness, rng.uniform(0.25, 0.45), 0.0, 0.0)
    strokes = {**MARKS, **TRACES}[style](bubble, tip.width, rng)
    at = (bubble.x, bubble.y)
    if style in ("rubbed", "wiped"):
        _leave(sheet, (at, strokes), (0.26, 0.05) if style == "rubbed" else (0.09, 0.02), rng)
    else:
        _ink(sheet, (at, strokes), tip, rng)


def write(sheet: Sheet, question: str, words: int, rng: Generator) -> None:
    """Loops and stems in a question's box, in rows."""
    box = next(field.box for field in sheet.page.fields if field.question == question and field.box)
    x, y = box.x + 5, box.y + 7
    for _ in range(words):
        long = rng.uniform(7, 18)
        if x + long > box.x + box.width - 4:
            x, y = box.x + 5, y + 9
        if y > box.y + box.height - 3:
            return
        t = np.linspace(0, 1, int(long * 6))
        stems = np.where(rng.random(len(t)) < 0.08, rng.uniform(-2.4, 1.5, len(t)), 0)
        path = np.c_[t * long + 0.5 * np.sin(t * long * 3.1), 0.9 * np.cos(t * long * 3.1) + stems]
        _ink(sheet, ((x, y), [path]), PENS[sheet.pen], rng)
        x += long + 4


def _ink(sheet: Sheet, drawn: tuple[tuple[float, float], list[Floats]], tip: Tip, rng: Generator) -> None:
    area, cover = _cover(sheet, drawn, tip, rng)
    area[:] = np.clip(area * (1 - cover * tip.darkness), 0, 255).astype(np.uint8)


def _leave(
    sheet: Sheet, drawn: tuple[tuple[float, float], list[Floats]], left: tuple[float, float], rng: Generator
) -> None:
    """What a rubber leaves of pencil strokes: unevenly taken away, the rest smeared along its way. `left`: how dark
    (share of black) the darkest of it is, and the smear."""
    area, cover = _cover(sheet, drawn, Tip(1, 0.6, 0.3, 0.2), rng)
    kept = cv2.resize(rng.uniform(0.2, 0.85, (3, 4)).astype(np.float32), area.shape[::-1])
    way, reach = rng.uniform(0, np.pi), max(int(3 * sheet.scale), 3)
    kernel = np.zeros((reach, reach), np.float32)
    middle, reached = reach // 2, np.array([np.cos(way), np.sin(way)]) * reach / 2
    start, end = (tuple(int(v) for v in middle + sign * reached) for sign in (-1, 1))
    cv2.line(kernel, start, end, (1.0,), 2)
    smear = cv2.filter2D(cv2.GaussianBlur(cover, (0, 0), 0.5 * sheet.scale), -1, kernel / kernel.sum())
    dark = cover * kept * left[0] + np.minimum(smear * 1.5, 1) * left[1] * rng.uniform(0.4, 1)
    area[:] = np.clip(area * (1 - dark), 0, 255).astype(np.uint8)


def _cover(
    sheet: Sheet, drawn: tuple[tuple[float, float], list[Floats]], tip: Tip, rng: Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The part of the picture that strokes (mm around a place) lie in, and how much of each pixel they cover."""
    at, strokes = drawn
    scale = sheet.scale
    low = np.floor((np.min([s.min(0) for s in strokes], axis=0) + at - ROOM) * scale).astype(int).clip(0)
    high = np.ceil((np.max([s.max(0) for s in strokes], axis=0) + at + ROOM) * scale).astype(int)
    area = sheet.grey[low[1] : high[1], low[0] : high[0]]
    cover = np.zeros((area.shape[0] * FINE, area.shape[1] * FINE), np.uint8)
    for stroke in strokes:
        _brush(cover, ((_smooth(stroke) + at) * scale - low) * FINE, tip, rng, scale * FINE)
    soft = cv2.GaussianBlur(cover, (0, 0), EDGE * scale * FINE)
    share = cv2.resize(soft, area.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    rough = cv2.GaussianBlur(rng.standard_normal(area.shape, np.float32), (0, 0), 0.11 * scale)
    return area, np.asarray(share * np.where(rough > np.quantile(rough, tip.tooth), 1.0, 0.3), np.float32)


def _brush(cover: NDArray[np.uint8], path: Floats, tip: Tip, rng: Generator, scale: float) -> None:
    """Round dabs along a path (px): pressure swings, the ends taper, and what is darker stays."""
    steps = np.r_[0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    count = max(int(steps[-1] / (0.1 * scale)), 2)
    along = np.linspace(0, steps[-1], count)
    points = np.c_[np.interp(along, steps, path[:, 0]), np.interp(along, steps, path[:, 1])]
    pressure = 1 - tip.swing * (0.5 + 0.5 * np.sin(along / scale * rng.uniform(0.4, 1.2) + rng.uniform(0, 6)))
    taper = np.clip(np.minimum(along, steps[-1] - along) / (0.4 * scale) + 0.6, 0, 1)
    places = (points * 16).round().astype(int).tolist()
    thick = (tip.width * scale * pressure * taper).round().astype(int).clip(1).tolist()
    shades = (255 * (0.35 + 0.65 * pressure)).astype(int).tolist()
    for start, end, wide, shade in zip(places[:-1], places[1:], thick[:-1], shades[:-1], strict=True):
        cv2.line(cover, start, end, (shade,), wide, cv2.LINE_AA, 4)


def _smooth(stroke: Floats) -> Floats:
    """Corners cut twice (Chaikin): no hand turns sharply."""
    for _ in range(2 if len(stroke) > 2 else 0):
        near, far = stroke[:-1] * 0.75 + stroke[1:] * 0.25, stroke[:-1] * 0.25 + stroke[1:] * 0.75
        stroke = np.vstack([stroke[:1], np.stack([near, far], 1).reshape(-1, 2), stroke[-1:]])
    return stroke


def _shade(bubble: Bubble, width: float, rng: Generator) -> list[Floats]:
    """Slanted lines to and fro, often beyond the outline."""
    reach = rng.uniform(0.75, 1.15)
    across = np.arange(-bubble.rx * reach, bubble.rx * reach + 0.01, max(width * 0.8, 0.3))
    tall = bubble.ry * reach * np.sqrt(np.clip(1.05 - (across / (bubble.rx * reach)) ** 2, 0.05, 1))
    points = np.c_[across + 0.4 * tall * np.where(np.arange(len(across)) % 2, 1, -1), tall]
    points[::2, 1] *= -1
    return [points + rng.normal(0, 0.12, points.shape) + rng.normal(0, 0.2, 2)]


def _spiral(bubble: Bubble, width: float, rng: Generator) -> list[Floats]:
    turns = max(bubble.ry / max(width, 0.45), 2)
    t = np.linspace(0.05, 1, 90)
    angle = t * turns * 2 * np.pi + rng.uniform(0, 6)
    return [np.c_[bubble.rx * t * np.cos(angle), bubble.ry * t * np.sin(angle)] * rng.uniform(0.7, 1.1)]


def _check(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    """A check with a bow, its tail far out."""
    points = np.array([[-1, -0.4], [-0.6, 0.3], [-0.3, 0.8], [0.2, -0.1], [0.9, -1.1], [1.6, -1.7]])
    return [points * (bubble.rx, bubble.ry) * rng.uniform(0.7, 1.1) + rng.normal(0, 0.15, (6, 2))]


def _saltire(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    """A cross in one go, joined by a bow at the side."""
    points = np.array([[-0.9, -0.9], [0.9, 0.9], [1.25, 0.0], [0.9, -0.9], [-0.9, 0.9]])
    return [points * (bubble.rx, bubble.ry) * rng.uniform(0.7, 1.05) + rng.normal(0, 0.15, (5, 2))]


def _slash(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    end = np.array([bubble.rx, -bubble.ry]) * rng.uniform(0.8, 1.25)
    return [np.array([-end, end * 0.1, end]) + rng.normal(0, 0.2, (3, 2))]


def _star(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    angles = np.array([0.1, 1.15, 2.2]) + rng.uniform(0, 1)
    arms = [np.array([np.cos(a) * bubble.rx, np.sin(a) * bubble.ry]) * rng.uniform(0.7, 1.0) for a in angles]
    return [np.array([-arm, arm]) + rng.normal(0, 0.15, (2, 2)) for arm in arms]


def _blob(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    """A spot filled in the middle, half the bubble wide."""
    t = np.linspace(0, 5 * 2 * np.pi, 80)
    swell = np.linspace(0.1, rng.uniform(0.45, 0.65), 80)
    return [np.c_[bubble.rx * swell * np.cos(t), bubble.ry * swell * np.sin(t)] + rng.normal(0, 0.25, 2)]


def _bar(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    """One upright stroke."""
    end = bubble.ry * rng.uniform(0.8, 1.4)
    return [np.array([[0, -end], [0.1, 0], [0, end]]) + rng.normal(0, 0.25, (3, 2))]


def _loop(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    """Around the bubble, like an egg, not quite closed or overrun."""
    t = np.linspace(0, rng.uniform(1.85, 2.5) * np.pi, 50) + rng.uniform(0, 6)
    wide, high, egg = rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.8), rng.uniform(0, 0.12)
    drift = np.linspace(0, rng.uniform(0, 0.25), 50)
    x = (bubble.rx + wide + drift) * np.cos(t) * (1 + egg * np.sin(t))
    return [np.c_[x, (bubble.ry + high + drift) * np.sin(t)]]


def _twice(bubble: Bubble, width: float, rng: Generator) -> list[Floats]:
    return _loop(bubble, width, rng) + _loop(bubble, width, rng)


def _traced(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    """The printed outline drawn over by a hand that wavers."""
    t = np.linspace(0, rng.uniform(1.95, 2.4) * np.pi, 70) + rng.uniform(0, 6)
    waver = 1 + 0.03 * np.sin(3 * t + rng.uniform(0, 6)) + rng.uniform(-0.04, 0.05)
    return [np.c_[bubble.rx * np.cos(t), bubble.ry * np.sin(t)] * waver[:, None]]


def _rest(bubble: Bubble, _: float, rng: Generator) -> list[Floats]:
    """The tip set down, and a hair's breadth drawn."""
    at = rng.uniform(-0.7, 0.7, 2) * (bubble.rx, bubble.ry)
    return [np.array([at, at + rng.uniform(-0.2, 0.2, 2)])]


Shape = Callable[[Bubble, float, Generator], list[Floats]]
MARKS: dict[str, Shape] = {
    "shade": _shade, "spiral": _spiral, "check": _check, "saltire": _saltire, "slash": _slash, "star": _star,
    "blob": _blob, "bar": _bar, "loop": _loop, "twice-around": _twice, "traced": _traced, "light-shade": _shade,
}  # fmt: skip
TRACES: dict[str, Shape] = {"rest": _rest, "wiped": _shade, "rubbed": _shade}
