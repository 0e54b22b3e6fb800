"""What printers, children and scanners do to a page: seeded spoilings of grey pictures, and a copier's PDF of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import BinaryIO

import cv2
import numpy as np
import pikepdf
from numpy.random import Generator
from numpy.typing import NDArray
from pikepdf import Dictionary, Name
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from paper.picture import Grey

SHORT_SIDE = 213.0  # mm: Letter and A4 are about that wide, which is all a spoiler knows of size
Floats = NDArray[np.float32]
Spoiling = Callable[[Grey, Generator, float], Grey]


def spoil(grey: Grey, kind: str, rng: Generator, strength: float = 0.5) -> Grey:
    """A spoiled copy. `kind` is one of SPOILINGS; `strength` 0 hardly shows, 0.5 is usual, 1 is as bad as it gets."""
    return SPOILINGS[kind](grey, rng, strength)


def scan_pdf(
    pictures: Iterable[Grey], out: BinaryIO, encoding: str = "jpeg", dpi: float = 200, quality: int = 75
) -> int:
    """Writes a PDF as a copier does, one picture a page, "jpeg", "g4" (1 bit) or "flate"; how many pages."""
    pdf = pikepdf.new()
    for grey in pictures:
        height, width = grey.shape
        page = pdf.add_blank_page(page_size=(width * 72 / dpi, height * 72 / dpi))
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=_stream(pdf, grey, encoding, quality)))
        matrix = f"q {width * 72 / dpi:.4f} 0 0 {height * 72 / dpi:.4f} 0 0 cm /Im0 Do Q"
        page.obj.Contents = pdf.make_stream(matrix.encode())
    pdf.save(out)
    return len(pdf.pages)


def jpeg(grey: Grey, quality: int = 75) -> bytes:
    """The picture as a grey JPEG."""
    return cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def fax(grey: Grey, threshold: int = 150) -> bytes:
    """The picture as a 1-bit TIFF in fax coding (G4), one strip."""
    out = io.BytesIO()
    bits = Image.fromarray(np.where(grey > threshold, 255, 0).astype(np.uint8)).convert("1")
    bits.save(out, "TIFF", compression="group4", tiffinfo={278: grey.shape[0]})
    return out.getvalue()


def _stream(pdf: pikepdf.Pdf, grey: Grey, encoding: str, quality: int) -> pikepdf.Stream:
    common = {"Type": Name.XObject, "Subtype": Name.Image, "Width": grey.shape[1], "Height": grey.shape[0],
              "ColorSpace": Name.DeviceGray, "BitsPerComponent": 1 if encoding == "g4" else 8}  # fmt: skip
    if encoding == "jpeg":
        return pikepdf.Stream(pdf, jpeg(grey, quality), Filter=Name.DCTDecode, **common)
    if encoding == "flate":
        return pikepdf.Stream(pdf, grey.tobytes(), **common)
    data = fax(grey)
    with TiffImageFile(io.BytesIO(data)) as image:
        tags = image.tag_v2
        strip = data[tags[273][0] : tags[273][0] + tags[279][0]]
    parameters = Dictionary(K=-1, Columns=grey.shape[1], Rows=grey.shape[0], BlackIs1=tags[262] == 1)
    return pikepdf.Stream(pdf, strip, Filter=Name.CCITTFaxDecode, DecodeParms=parameters, **common)


def _mm(grey: Grey | Floats) -> float:
    """Pixels per mm."""
    return float(min(grey.shape) / SHORT_SIDE)


def _warp(grey: Grey, matrix: NDArray[np.float64]) -> Grey:
    size = grey.shape[::-1]
    return np.asarray(cv2.warpPerspective(grey, matrix, size, borderValue=_paper(grey)), np.uint8)


def _paper(grey: Grey) -> tuple[float]:
    """The paper's own white, as a colour."""
    return (float(np.percentile(grey[::8, ::8], 80)),)


def _about_middle(grey: Grey, linear: list[list[float]], move: tuple[float, float] = (0, 0)) -> Grey:
    middle = np.array(grey.shape[::-1]) / 2
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = middle - matrix[:2, :2] @ middle + move
    return _warp(grey, matrix)


def _sign(rng: Generator) -> int:
    return int(rng.choice([-1, 1]))


def _turn(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Up to 10 degrees. A feeder's few leave the page inside the picture; for more somebody used a larger glass."""
    angle = np.radians(_sign(rng) * rng.uniform(0.5, 1) * 10 * strength)
    room = np.abs(np.sin(angle)) * np.array(grey.shape[::-1]) * (abs(angle) > np.radians(1))
    x, y = (round(float(side)) for side in room / 2)
    grey = np.asarray(cv2.copyMakeBorder(grey, y, y, x, x, cv2.BORDER_CONSTANT, value=_paper(grey)), np.uint8)
    return _about_middle(grey, [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _upside_down(grey: Grey, _: Generator, __: float) -> Grey:
    return np.ascontiguousarray(grey[::-1, ::-1])


def _sideways(grey: Grey, rng: Generator, _: float) -> Grey:
    return np.ascontiguousarray(np.rot90(grey, _sign(rng)))


def _shift(grey: Grey, rng: Generator, strength: float) -> Grey:
    x, y = rng.uniform(-1, 1, 2) * 10 * strength * _mm(grey)
    return _about_middle(grey, [[1, 0], [0, 1]], (x, y))


def _scale(grey: Grey, rng: Generator, strength: float) -> Grey:
    by = 1 - rng.uniform(0.5, 1) * 0.1 * strength if rng.random() < 0.7 else 1 + 0.04 * strength
    return _about_middle(grey, [[by, 0], [0, by]])


def _shear(grey: Grey, rng: Generator, strength: float) -> Grey:
    return _about_middle(grey, [[1, _sign(rng) * 0.015 * strength], [0, 1 - 0.02 * strength * rng.random()]])


def _stretch(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A feeder that pulls unevenly: rows drift by up to 0.8 mm along the page."""
    height, width = grey.shape
    y = np.linspace(0, 1, height, dtype=np.float32)
    drift = np.sin(2 * np.pi * (y * rng.uniform(0.5, 1.2) + rng.random())) * 0.8 * strength * _mm(grey)
    drift -= np.linspace(drift[0], drift[-1], height)
    rows = np.repeat((np.arange(height) + drift).astype(np.float32)[:, None], width, 1)
    columns = np.repeat(np.arange(width, dtype=np.float32)[None], height, 0)
    return np.asarray(cv2.remap(grey, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _buckle(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A sheet that is not flat: waves of 60 to 160 mm both ways, up to 0.6 mm beside its place."""
    height, width = grey.shape
    y, x = np.mgrid[:height, :width].astype(np.float32) / _mm(grey)
    move = []
    for _ in range(2):
        long, way = rng.uniform(60, 160), rng.uniform(0, 2 * np.pi)
        a, b = (float(part * 2 * np.pi / long) for part in (np.cos(way), np.sin(way)))
        wave = np.sin(x * a + y * b + rng.uniform(0, 6))
        move.append(wave * (0.6 * strength * rng.random() * _mm(grey)))
    at = (x * _mm(grey) + move[0], y * _mm(grey) + move[1])
    return np.asarray(cv2.remap(grey, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _perspective(grey: Grey, rng: Generator, strength: float) -> Grey:
    height, width = grey.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    pulled = corners + (
        rng.uniform(0, 0.06 * strength, (4, 2)) * (width, height) * [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    )
    return _warp(grey, np.asarray(cv2.getPerspectiveTransform(corners, pulled.astype(np.float32)), float))


def _noise(grey: Grey, rng: Generator, strength: float) -> Grey:
    return _grained(grey, rng, 25 * strength)


def _grained(grey: Grey, rng: Generator, deviation: float) -> Grey:
    """With noise of that standard deviation (levels) on every pixel."""
    cv2.setRNGSeed(int(rng.integers(2**31)))
    grain = np.empty(grey.shape, np.int16)
    cv2.randn(grain, np.zeros(1), np.full(1, 16 * deviation))  # sixteenths: whole levels would show as steps
    return np.asarray(cv2.addWeighted(grey, 1, grain, 1 / 16, 0, dtype=cv2.CV_8U), np.uint8)


def _blur(grey: Grey, rng: Generator, strength: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), max(0.4 * strength * _mm(grey), 0.3)), np.uint8)


def _shadow(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Light that falls off across the page."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1 : 1 : grey.shape[0] * 1j, -1 : 1 : grey.shape[1] * 1j].astype(np.float32)
    ramp = np.clip(0.5 + (x * np.cos(angle) + y * np.sin(angle)) / 2.4, 0, 1)
    return _clip(grey * (1 - 0.6 * strength * ramp))


def _lid(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A lid left ajar, or a book's back: one edge lies in the dark, which ends within a few centimetres."""
    turns = int(rng.integers(4))
    edge = np.rot90(grey, turns)
    away = np.arange(edge.shape[1], dtype=np.float32) / (rng.uniform(8, 40) * _mm(grey))
    dark = (0.25 + 0.5 * rng.random()) * (0.4 + 0.6 * strength) / (1 + away * away)
    return np.ascontiguousarray(np.rot90(_clip(edge * (1 - dark)), -turns))


def _cast(grey: Grey, rng: Generator, strength: float) -> Grey:
    """The soft shadow of an arm: two ovals, as dark as half the light, with an edge of 4 to 14 mm."""
    small = np.zeros((grey.shape[0] // 8, grey.shape[1] // 8), np.float32)
    for x, y in rng.random((2, 2)) * small.shape[::-1]:
        axes = tuple(round(float(side)) for side in rng.uniform(15, 70, 2) * _mm(small))
        cv2.ellipse(small, (int(x), int(y)), axes, rng.uniform(0, 180), 0, 360, (1.0,), -1)
    soft = cv2.GaussianBlur(small, (0, 0), rng.uniform(2, 7) * _mm(small))
    shade = cv2.resize(soft, grey.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return _clip(grey * (1 - shade * rng.uniform(0.2, 0.5) * (0.4 + 0.6 * strength)))


def _fade(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Little contrast: low toner, grey recycled paper."""
    return _clip(235 - 40 * strength * rng.random() - (255 - grey.astype(np.float32)) * (1 - 0.6 * strength))


def _dark(grey: Grey, _: Generator, strength: float) -> Grey:
    return _clip(255 * (grey / 255.0) ** (1 + 1.2 * strength) * (1 - 0.2 * strength))


def _copies(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Generations of a copier: soft, then hard, with specks."""
    for _ in range(1 + round(2 * strength)):
        soft = cv2.GaussianBlur(grey, (0, 0), 0.09 * _mm(grey)).astype(np.float32)
        grey = _grained(_clip((soft - 128) * 1.15 + 130), rng, 3)
    return _dust(grey, rng, strength)


def _dust(grey: Grey, rng: Generator, strength: float) -> Grey:
    out = grey.copy()
    for x, y in rng.random((round(150 * strength), 2)) * grey.shape[::-1]:
        cv2.circle(out, (int(x), int(y)), int(rng.integers(0, 2)), (int(rng.integers(0, 140)),), -1)
    return out


def _toner(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Toner that runs out along the page: pale bands, blotches of too little and of too much."""
    height, width = grey.shape
    x = np.arange(width, dtype=np.float32)
    kept = np.ones((height, width), np.float32)
    for at in rng.uniform(0, width, 3):
        kept -= rng.uniform(0.2, 0.6) * strength * np.exp(-(((x - at) / (rng.uniform(2, 12) * _mm(grey))) ** 2))
    for x0, y0 in rng.random((12, 2)) * (width, height):
        radius = round(rng.uniform(2, 8) * _mm(grey))
        cv2.circle(kept, (int(x0), int(y0)), radius, (float(1 - rng.uniform(0.2, 0.7) * strength),), -1)
    out = 255 - (255 - grey.astype(np.float32)) * np.clip(cv2.blur(kept, (25, 25)), 0.25, 1)
    for x0, y0 in rng.random((8, 2)) * (width, height):
        axes = tuple(round(float(side)) for side in rng.uniform(1, 10, 2) * _mm(grey))
        smudge = np.zeros((height, width), np.float32)
        cv2.ellipse(
            smudge, (int(x0), int(y0)), axes, rng.uniform(0, 180), 0, 360, (rng.uniform(0.02, 0.06) * strength,), -1
        )
        out *= 1 - cv2.blur(smudge, (31, 31))
    return _clip(out)


def _jpeg(grey: Grey, rng: Generator, strength: float) -> Grey:
    data = np.frombuffer(jpeg(grey, round(95 - 75 * strength)), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _one_bit(grey: Grey, rng: Generator, strength: float) -> Grey:
    threshold = 160 + _sign(rng) * 30 * strength * rng.random()
    return np.where(grey > threshold, 255, 0).astype(np.uint8)


def _dither(grey: Grey, _: Generator, __: float) -> Grey:
    return np.asarray(Image.fromarray(grey).convert("1").convert("L"), np.uint8).copy()


def _streak(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Dirt on the scanner's glass: a line down the whole picture."""
    out = grey.astype(np.float32)
    wide = max(round((0.1 + 0.5 * strength * rng.random()) * _mm(grey)), 1)
    left = int(rng.uniform(0.08, 0.92) * grey.shape[1])
    out[:, left : left + wide] *= 1 - rng.uniform(0.35, 0.95)
    return _clip(out)


def _fold(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A crease across the page: a thin dark line, and one side a little darker."""
    height, width = grey.shape
    y, lean = rng.uniform(0.2, 0.8) * height, rng.normal(0, 0.01) * width
    line = np.zeros((height, width), np.float32)
    wide = max(round(0.35 * _mm(grey)), 1)
    cv2.line(line, (0, int(y - lean)), (width, int(y + lean)), (1.0,), wide, cv2.LINE_AA)
    return _clip(grey * (1 - line * rng.uniform(0.15, 0.6) * (0.5 + strength)))


def _holes(grey: Grey, rng: Generator, strength: float) -> Grey:
    """Three punch holes at the left, through to a dark or a white lid."""
    out, mm = grey.copy(), _mm(grey)
    for y in (0.12, 0.5, 0.88):
        at = (round((10 + rng.uniform(-2, 3)) * mm), round(y * grey.shape[0]))
        cv2.circle(out, at, round(3.3 * mm), (int(rng.choice([15, 255])),), -1, cv2.LINE_AA)
    return out


def _torn(grey: Grey, rng: Generator, strength: float) -> Grey:
    """One corner of the sheet is gone."""
    out, mm = grey.copy(), _mm(grey)
    reach = (18 + 30 * strength * rng.random()) * mm
    corner = np.array([[0, 0], [reach, 0], [reach * 0.4, reach * 0.5], [0, reach * rng.uniform(0.7, 1.2)]])
    flip = rng.integers(0, 2, 2)
    points = np.abs(flip * (np.array(grey.shape[::-1]) - 1) - corner)
    cv2.fillPoly(out, [points.round().astype(np.int32)], (int(rng.choice([20, 250])),))
    return out


def _coffee(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A cup's ring, and the page a little brown inside it."""
    stain, mm = np.zeros(grey.shape, np.float32), _mm(grey)
    at = tuple(int(v) for v in rng.uniform(0.2, 0.8, 2) * grey.shape[::-1])
    radius = round(rng.uniform(25, 40) * mm)
    cv2.circle(stain, at, radius, (0.08,), -1, cv2.LINE_AA)
    cv2.circle(stain, at, radius, (0.3,), round(1.6 * mm), cv2.LINE_AA)
    return _clip(grey * (1 - cv2.GaussianBlur(stain, (0, 0), 0.4 * mm) * (0.5 + strength)))


def _staple(grey: Grey, rng: Generator, _: float) -> Grey:
    out, mm = grey.copy(), _mm(grey)
    start = rng.uniform(6, 14, 2) * mm
    ends = [(int(x), int(y)) for x, y in (start, start + np.array([10, 5]) * mm)]
    cv2.line(out, ends[0], ends[1], (40,), round(0.6 * mm), cv2.LINE_AA)
    return out


def _phone(grey: Grey, rng: Generator, strength: float) -> Grey:
    """A photo from above: the sheet on a dark table, tilted, unevenly lit."""
    height, width = grey.shape
    around = np.full((round(height * 1.12), round(width * 1.12)), int(rng.integers(40, 110)), np.uint8)
    top, left = round(height * 0.06), round(width * 0.06)
    around[top : top + height, left : left + width] = np.minimum(grey, 250)
    return _shadow(_perspective(_turn(around, rng, strength * 0.5), rng, 2 * strength), rng, strength)


def _clip(values: NDArray[np.floating]) -> Grey:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


SPOILINGS: dict[str, Spoiling] = {
    "turn": _turn, "upside-down": _upside_down, "sideways": _sideways, "shift": _shift, "scale": _scale,
    "shear": _shear, "stretch": _stretch, "buckle": _buckle, "perspective": _perspective, "noise": _noise,
    "blur": _blur,
    "shadow": _shadow, "fade": _fade, "dark": _dark, "copies": _copies, "toner": _toner, "dust": _dust, "jpeg": _jpeg,
    "one-bit": _one_bit, "dither": _dither, "streak": _streak, "fold": _fold, "holes": _holes, "torn": _torn,
    "coffee": _coffee, "staple": _staple, "phone": _phone,
    "lid": _lid, "cast": _cast,
}  # fmt: skip
