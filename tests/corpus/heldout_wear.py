"""Held out: other printers, accidents and scanners, made in other ways and of other sizes than those in paper.spoil."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from paper.picture import Grey
from paper.spoil import Spoiling

Floats = NDArray[np.float32]


def copier(grey: Grey, rng: Generator) -> Grey:
    """What any copier does: a little askew, soft, uneven from row to row, and a JPEG of 60 to 90."""
    height, width = grey.shape
    angle = float(np.clip(rng.normal(0, 0.25), -0.7, 0.7))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1 + float(rng.normal(0, 0.002)))
    matrix[:, 2] += rng.normal(0, 0.004, 2) * width
    grey = np.asarray(cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=250.0), np.uint8)
    grain = np.zeros((height, width), np.float32)
    cv2.setRNGSeed(int(rng.integers(2**31)))
    cv2.randn(grain, np.zeros(1), np.full(1, rng.uniform(1, 5)))
    grain += rng.normal(0, 0.8, (height, 1)).astype(np.float32)
    soft = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.35, 0.6))
    return _pil_jpeg(np.asarray(cv2.addWeighted(soft, 0.98, grain, 1, 0, dtype=cv2.CV_8U), np.uint8), 60, 90, rng)


def _pil_jpeg(grey: Grey, low: int, high: int, rng: Generator) -> Grey:
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "JPEG", quality=int(rng.integers(low, high + 1)))
    with Image.open(io.BytesIO(out.getvalue())) as image:
        return np.asarray(image.convert("L"), np.uint8).copy()


def _skewed(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A sheet put askew on the glass, with the dark lid around it."""
    around = cv2.copyMakeBorder(grey, *(round(0.09 * grey.shape[1]),) * 4, cv2.BORDER_CONSTANT, value=(250.0,))
    angle = float(rng.choice([-1, 1]) * rng.uniform(1, 7) * strength)
    matrix = cv2.getRotationMatrix2D((around.shape[1] / 2, around.shape[0] / 2), angle, 1)
    return np.asarray(cv2.warpAffine(around, matrix, around.shape[::-1], borderValue=(225.0,)), np.uint8)


def _overhead(grey: Grey, rng: Generator, strength: float) -> Grey:
    return np.ascontiguousarray(np.rot90(grey, int(rng.integers(1, 4))))


def _resampled(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Scanned at 130 to 300 dpi, and a little taller than wide."""
    by = rng.choice([0.65, 0.75, 1.25, 1.5]) * (1 + rng.uniform(-0.02, 0.02))
    tall = by * (1 + rng.uniform(-0.012, 0.012))
    return np.asarray(cv2.resize(grey, None, fx=by, fy=tall, interpolation=cv2.INTER_AREA), np.uint8)


def _reduced(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Copied at 93 to 103 percent, off the middle."""
    height, width = grey.shape
    by = rng.uniform(0.93, 1.03)
    matrix = np.array(
        [[by, 0, (1 - by) * width * rng.uniform(0.3, 0.7)], [0, by, (1 - by) * height * rng.uniform(0.3, 0.7)]]
    )
    return np.asarray(cv2.warpAffine(grey, matrix, (width, height), borderValue=(248.0,)), np.uint8)


def _bent(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Rollers that pull unevenly both ways, and a sheet that bulges: up to 0.7 mm."""
    height, width = grey.shape
    drift = [
        cv2.resize(rng.normal(0, 1, (5, 4)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in "xy"
    ]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    reach = 0.35 * strength * _mm(grey)
    maps = [at + np.clip(by, -2, 2) * np.float32(reach) for at, by in zip((x, y), drift, strict=True)]
    return np.asarray(cv2.remap(grey, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _keystone(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Seen from one side: that side is longer."""
    height, width = grey.shape
    less = 0.09 * strength * rng.uniform(0.3, 1)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    pulled = np.array([[less, less / 3], [1 - less, less / 3], [1, 1], [0, 1]], np.float32)
    if rng.random() < 0.5:
        pulled = np.array([[0, 0], [1 - less / 3, less], [1 - less / 3, 1 - less], [0, 1]], np.float32)
    size = np.array([width, height], np.float32)
    matrix = cv2.getPerspectiveTransform(corners * size, pulled * size)
    return np.asarray(cv2.warpPerspective(grey, matrix, (width, height), borderValue=(240.0,)), np.uint8)


def _grainy(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Recycled paper: grain of two sizes."""
    fine, coarse = (cv2.GaussianBlur(rng.standard_normal(grey.shape, np.float32), (0, 0), s) * s for s in (0.6, 2.0))
    return _clip(grey.astype(np.float32) * 0.94 + (fine * 10 + coarse * 5) * strength)


def _defocus(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Out of focus: a disc of up to 0.3 mm radius."""
    radius = 0.3 * strength * rng.uniform(0.5, 1) * _mm(grey)
    size = int(np.ceil(radius)) * 2 + 1
    y, x = np.mgrid[:size, :size] - size // 2
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(cv2.filter2D(grey, -1, (disc / disc.sum()).astype(np.float32)), np.uint8)


def _moved(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Smeared one way by up to 0.5 mm."""
    long = max(round(0.5 * strength * _mm(grey)), 2)
    return np.asarray(cv2.blur(grey, (1, long) if rng.random() < 0.7 else (long, 1)), np.uint8)


def _spine(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A lid that stood open: dark at one edge, falling off fast."""
    far = np.linspace(0, 1, grey.shape[1], dtype=np.float32)
    dark = 0.75 * strength * np.exp(-far / rng.uniform(0.08, 0.25))
    dark = dark[::-1] if rng.random() < 0.5 else dark
    return _clip(grey * (1 - dark[None]))


def _hand(grey: Grey, rng: Generator, strength: float) -> Grey:
    """The soft shadow of something held over part of the page."""
    height, width = grey.shape
    shade = np.zeros((height // 8, width // 8), np.float32)
    points = rng.uniform(0, 1, (4, 2)) * (width // 8, height // 8)
    cv2.fillConvexPoly(shade, cv2.convexHull(points.astype(np.int32)), (1.0,))
    shade = cv2.GaussianBlur(shade, (0, 0), rng.uniform(4, 12))
    return _clip(grey * (1 - 0.5 * strength * cv2.resize(shade, (width, height))))


def _washed(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Overexposed: everything lighter, white clipped."""
    return _clip(255 * (np.minimum(grey / 255.0 * (1 + 0.15 * strength), 1)) ** (1 - 0.45 * strength))


def _grey_paper(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Coloured paper: white is a middle grey."""
    return _clip(grey.astype(np.float32) * (1 - 0.42 * strength))


def _recopied(grey: Grey, rng: Generator, strength: float) -> Grey:
    """One to four times through a copier that hardens edges, thickens or thins, and leaves specks."""
    for _ in range(int(rng.integers(1, 2 + round(3 * strength)))):
        soft = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.6, 0.85)).astype(np.float32) / 255
        middle = rng.uniform(0.42, 0.6)
        grey = _clip(252 / (1 + np.exp(-(soft - middle) * 9)) + 2)
    return _specks(grey, rng, strength * 0.4)


def _worn_drum(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Toner that runs out: pale in patches and towards one side, a mottled background."""
    patches = cv2.resize(rng.random((9, 7), np.float32), grey.shape[::-1], interpolation=cv2.INTER_CUBIC)
    side = np.linspace(0, 1, grey.shape[1], dtype=np.float32)[None]
    lost = np.clip(0.7 * patches + 0.5 * side - 0.35, 0, 0.7) * strength
    mottle = cv2.resize(rng.random((60, 46), np.float32), grey.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return _clip(255 - (255 - grey.astype(np.float32)) * (1 - lost) - np.clip(mottle - 0.5, 0, 1) * 14 * strength)


def _specks(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Dust: small ellipses, dark and white."""
    out = grey.copy()
    for x, y in rng.random((round(220 * strength), 2)) * grey.shape[::-1]:
        axes = tuple(int(v) for v in rng.integers(0, 3, 2))
        shade = 255 if rng.random() < 0.3 else int(rng.integers(20, 170))
        cv2.ellipse(out, (int(x), int(y)), axes, float(rng.uniform(0, 180)), 0, 360, (shade,), -1)
    return out


def _crushed(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A JPEG of 30 to 50, twice, the blocks not in step."""
    once = _pil_jpeg(grey, 30, 50, rng)
    return np.ascontiguousarray(_pil_jpeg(np.pad(once, ((3, 0), (5, 0)), mode="edge"), 30, 50, rng)[3:, 5:])


def _adaptive_bit(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Black and white, cut against the surroundings."""
    size = round(rng.uniform(8, 20) * _mm(grey)) | 1
    near = cv2.blur(grey, (size, size)).astype(np.float32)
    return np.where(grey > near * (0.72 + 0.12 * rng.random()), 255, 0).astype(np.uint8)


def _ordered_dither(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Black and white dots in the order of an 8 × 8 Bayer matrix."""
    order = np.array([[0]])
    for _ in range(3):
        order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
    limits = np.tile((order + 0.5) * 4, (grey.shape[0] // 8 + 1, grey.shape[1] // 8 + 1))
    return np.where(grey > limits[: grey.shape[0], : grey.shape[1]], 255, 0).astype(np.uint8)


def _scratches(grey: Grey, rng: Generator, strength: float) -> Grey:
    """One to three streaks, soft-edged, dark or light, swaying in darkness as the sheet goes by."""
    x = np.arange(grey.shape[1], dtype=np.float32)
    out = grey.astype(np.float32)
    for _ in range(int(rng.integers(1, 4))):
        wide = rng.uniform(0.06, 0.3) * _mm(grey)
        profile = np.exp(-(((x - rng.uniform(0.05, 0.95) * grey.shape[1]) / wide) ** 2))
        sway = 1 - 0.3 * np.abs(np.sin(np.linspace(0, rng.uniform(3, 12), grey.shape[0], dtype=np.float32)))
        cover = rng.uniform(0.2, 0.85) * (0.4 + 0.6 * strength) * sway[:, None] * profile[None]
        out = out + (255 - out) * cover if rng.random() < 0.25 else out * (1 - cover)
    return _clip(out)


def _creased(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Folded once, either way or on the slant: a dark valley with a pale ridge, one half in shade."""
    height, width = grey.shape
    angle = rng.choice([0.0, np.pi / 2, rng.uniform(-0.4, 0.4)]) + rng.normal(0, 0.01)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    middle = rng.uniform(0.3, 0.7, 2) * (width, height)
    a, b = float(np.cos(angle) / _mm(grey)), float(np.sin(angle) / _mm(grey))
    away = (y - np.float32(middle[1])) * a - (x - np.float32(middle[0])) * b
    valley = rng.uniform(0.15, 0.6) * (0.4 + 0.6 * strength) * np.exp(-((away / rng.uniform(0.12, 0.25)) ** 2))
    ridge = 0.12 * strength * np.exp(-(((away - 0.5) / 0.2) ** 2))
    shade = 0.12 * strength * (away > 0) * np.exp(-np.abs(away) / 60)
    return _clip(grey * (1 - valley) * (1 + ridge) * (1 - shade))


def _punched(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Two or four holes of 6 mm along a side, torn a little, with a shadow's rim."""
    out, mm = grey.copy(), _mm(grey)
    count, side = (2, 80) if rng.random() < 0.5 else (4, 80)
    lid = int(rng.choice([5, 60, 252]))
    for k in range(count):
        y = grey.shape[0] / 2 + (k - (count - 1) / 2) * side * mm * (1 if count == 2 else 0.75)
        at = (round((11 + rng.normal(0, 0.7)) * mm), round(y + rng.normal(0, 0.5) * mm))
        cv2.ellipse(out, at, (round(3.1 * mm), round(rng.uniform(2.9, 3.4) * mm)), 0, 0, 360, (200,), 3, cv2.LINE_AA)
        cv2.ellipse(out, at, (round(3.0 * mm), round(3.0 * mm)), 0, 0, 360, (lid,), -1, cv2.LINE_AA)
    return out


def _ripped(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A jagged strip off one corner, paper fibres white along it."""
    out, mm = grey.copy(), _mm(grey)
    steps = np.linspace(0, 1, 12)
    long, deep = rng.uniform(15, 25 + 25 * strength), rng.uniform(12, 20 + 15 * strength)
    edge = np.c_[steps * long, (1 - steps) ** rng.uniform(0.7, 1.6) * deep] + rng.normal(0, 0.8, (12, 2))
    points = np.vstack([[[0, 0]], edge[::-1]]) * mm
    flip = rng.integers(0, 2, 2)
    points = np.abs(flip * (np.array(grey.shape[::-1]) - 1) - points).round().astype(np.int32)
    cv2.polylines(out, [points], True, (255,), round(1.2 * mm), cv2.LINE_AA)
    cv2.fillPoly(out, [points], (int(rng.choice([10, 90, 250])),))
    return out


def _spilt(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Blots with a darker rim, and part of a cup's ring."""
    mm = _mm(grey)
    stain = np.zeros((grey.shape[0] // 4, grey.shape[1] // 4), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        radius = rng.uniform(4, 22) * mm / 4 * (1 + 0.15 * np.sin(2 * t + rng.uniform(0, 6)) + 0.06 * np.sin(7 * t))
        at = rng.uniform(0.1, 0.9, 2) * stain.shape[::-1]
        blot = [(np.c_[np.cos(t), np.sin(t)] * radius[:, None] + at).astype(np.int32)]
        inner = np.zeros_like(stain)
        cv2.fillPoly(inner, blot, (rng.uniform(0.04, 0.12),))
        cv2.polylines(inner, blot, True, (rng.uniform(0.12, 0.3),), max(round(0.9 * mm / 4), 1), cv2.LINE_AA)
        stain = np.maximum(stain, inner)
    soft = cv2.GaussianBlur(stain, (0, 0), 0.5 * mm / 4)
    return _clip(grey * (1 - cv2.resize(soft, grey.shape[::-1], interpolation=cv2.INTER_CUBIC) * (0.5 + strength)))


def _stapled(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A staple taken out: two holes and a tear; or one left in, bright with a shadow."""
    out, mm = grey.copy(), _mm(grey)
    at = rng.uniform(5, 13, 2)
    way = np.array([np.cos(a := rng.uniform(0, 1.5)), np.sin(a)]) * rng.uniform(9, 12)
    ends = [tuple(int(v) for v in end * mm) for end in (at, at + way)]
    if rng.random() < 0.5:
        cv2.line(
            out, (ends[0][0] + 3, ends[0][1] + 3), (ends[1][0] + 3, ends[1][1] + 3), (90,), round(0.7 * mm), cv2.LINE_AA
        )
        cv2.line(out, ends[0], ends[1], (215,), round(0.5 * mm), cv2.LINE_AA)
    for end in ends:
        cv2.circle(out, end, round(0.6 * mm), (30,), -1, cv2.LINE_AA)
    return out


def _shining(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Thin paper: the other side shines through, mirrored, up to 0.06 dark."""
    other = cv2.GaussianBlur(np.ascontiguousarray(grey[:, ::-1]), (0, 0), 0.25 * _mm(grey)).astype(np.float32) / 255
    return _clip(grey * (1 - 0.06 * strength * (1 - other)))


def _snapshot(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A phone's picture: seen aslant on a grained table, a lens that bulges, one lamp, its own shadow, a JPEG."""
    height, width = grey.shape
    room = round(0.08 * width)
    table = cv2.GaussianBlur(rng.normal(110, 50, (height + 2 * room, width + 2 * room)).astype(np.float32), (0, 0), 3)
    table[room:-room, room:-room] = np.minimum(grey, 245)
    seen = _keystone(_clip(np.asarray(table, np.float32)), rng, strength)
    high, wide = seen.shape
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j].astype(np.float32)
    bulge = 1 - 0.012 * strength * (x * x + y * y)
    seen = np.asarray(
        cv2.remap(seen, (x * bulge + 1) * (wide - 1) / 2, (y * bulge + 1) * (high - 1) / 2, cv2.INTER_LINEAR), np.uint8
    )
    lamp = rng.uniform(-0.8, 0.8, 2)
    light = 1 - 0.25 * strength * np.hypot(x - lamp[0], y - lamp[1])
    return _pil_jpeg(
        _hand(_clip(np.asarray(cv2.GaussianBlur(seen, (0, 0), 0.7) * light, np.float32)), rng, 0.6 * strength),
        70,
        90,
        rng,
    )


def _mm(grey: Grey) -> float:
    """Pixels per mm of a page about 213 mm wide."""
    return float(min(grey.shape) / 213)


def _clip(values: NDArray[np.floating]) -> Grey:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


SPOILINGS: dict[str, Spoiling] = {
    "skewed": _skewed, "overhead": _overhead, "resampled": _resampled, "reduced": _reduced, "bent": _bent,
    "keystone": _keystone, "grainy": _grainy, "defocus": _defocus, "moved": _moved, "spine": _spine, "hand": _hand,
    "washed": _washed, "grey-paper": _grey_paper, "recopied": _recopied, "worn-drum": _worn_drum, "specks": _specks,
    "crushed": _crushed, "adaptive-bit": _adaptive_bit, "ordered-dither": _ordered_dither, "scratches": _scratches,
    "creased": _creased, "punched": _punched, "ripped": _ripped, "spilt": _spilt, "stapled": _stapled,
    "shining": _shining, "snapshot": _snapshot,
}  # fmt: skip
