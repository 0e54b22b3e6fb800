"""The tags in a picture, looked for where they must be first; it must never know what a serial stands for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from paper.picture import Grey
from paper.tag import BadCheck, Tag, decode

Points = NDArray[np.float64]
CORNER_SHARE = 0.3  # of the short side: 63 mm of a sheet, a tag shifted by 10 mm and turned by 5 degrees included
MODULES = 29  # along a side of the smallest tag, each a pixel at the very least
WHOLE_CAP = 4_000_000  # pixels searched as a whole; beyond that half of them do
TIME_CAP = 1.0  # seconds to spend on a picture whose tags do not show themselves
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_QUARTERS = {"UP": 0, "RIGHT": 1, "DOWN": 2, "LEFT": 3}
BLUR, SHARPEN = 0.0019, 5.0  # of the short side (0.4 mm), and by how much: reads blurs of 0.36 mm, unsharpened 0.28
Decoder = Callable[[Grey], list[tuple[str, Points]]]


@dataclass(frozen=True)
class Sighting:
    """A tag of ours as seen: its outer corners in pixels, from the tag's own top left clockwise."""

    tag: Tag
    quad: Points


@dataclass(frozen=True)
class Search:
    """What was found, and whether something of ours was there whose check does not fit."""

    sightings: tuple[Sighting, ...]
    tampered: bool


def glance(grey: Grey) -> Search:
    """The tags of a page where the quick reader sees them at once: in the picture's corners."""
    if min(grey.shape) < MODULES:
        return Search((), False)
    found, tampered = _look(grey, _quick, True)
    return Search(tuple(Sighting(tag, quad) for tag, quad in found), tampered)


def find(grey: Grey, full: Callable[[], Grey], clock: Callable[[], float] = time.monotonic) -> Search:
    """The tags of a page: the quick reader in the picture's corners, then there against a blur, over the whole, on the
    picture as it came (`full`), and last the second opinion, which reads what a pen stroke crosses."""
    deadline = clock() + TIME_CAP
    tampered = False
    if min(grey.shape) < MODULES:
        return Search((), tampered)
    for decoder, corners, fine in _ATTEMPTS:
        picture = full() if fine else grey
        scale = grey.shape[1] / picture.shape[1]
        found, bad = _look(picture, decoder, corners)
        tampered |= bad
        if found:
            return Search(tuple(Sighting(tag, (quad + 0.5) * scale - 0.5) for tag, quad in found), tampered)
        if clock() > deadline:
            break
    return Search((), tampered)


def everywhere(grey: Grey) -> tuple[Sighting, ...]:
    """Every tag that the quick reader sees, wherever it lies."""
    return tuple(Sighting(tag, quad) for tag, quad in _look(grey, _quick, False)[0])


def _look(grey: Grey, decoder: Decoder, corners: bool) -> tuple[list[tuple[Tag, Points]], bool]:
    found: list[tuple[Tag, Points]] = []
    tampered = False
    for area, offset, step in _areas(grey, corners):
        for text, quad in decoder(area):
            quad = quad * step + offset
            try:
                tag = decode(text)
            except BadCheck:
                tampered = True
                continue
            if tag and all(np.abs(quad - other).max() > 5 for _, other in found):
                found.append((tag, quad))
        if len(found) == 2:
            break
    return found, tampered


def _areas(grey: Grey, corners: bool) -> Iterator[tuple[Grey, Points, int]]:
    """Top right and bottom left first, where an upright page has its tags."""
    height, width = grey.shape
    if not corners:
        step = 2 if grey.size > WHOLE_CAP * 4 else 1
        yield np.ascontiguousarray(grey[::step, ::step]), np.zeros(2), step
        return
    side = int(CORNER_SHARE * min(height, width))
    for bottom, right in ((False, True), (True, False), (False, False), (True, True)):
        top, left = (height - side) * bottom, (width - side) * right
        yield np.ascontiguousarray(grey[top : top + side, left : left + side]), np.array([left, top], float), 1


def _quick(area: Grey) -> list[tuple[str, Points]]:
    found = zxingcpp.read_barcodes(area, formats=_QR, try_rotate=False, try_downscale=False, try_invert=False)
    return [(code.text, _quad(code.position)) for code in found]


def _against_blur(area: Grey) -> list[tuple[str, Points]]:
    """The quick reader on sharpened edges: it reads through twice the blur."""
    soft = cv2.GaussianBlur(area, (0, 0), BLUR * min(area.shape) / CORNER_SHARE)
    return _quick(np.asarray(cv2.addWeighted(area, 1 + SHARPEN, soft, -SHARPEN, 0), np.uint8))


def _quad(position: zxingcpp.Position) -> Points:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], float)


def _second(area: Grey) -> list[tuple[str, Points]]:
    """zbar tells a code's outline as the picture has it, and apart from that which way the code stands."""
    found = []
    for code in pyzbar.decode(area, symbols=[pyzbar.ZBarSymbol.QRCODE]):
        if len(code.polygon) == 4:
            outline = np.array([(point.x, point.y) for point in code.polygon], float)
            angle = np.arctan2(*(outline - outline.mean(0)).T[::-1])
            quad = np.roll(outline[np.argsort(angle)], -_QUARTERS.get(code.orientation, 0), axis=0)
            found.append((code.data.decode("ascii", "replace"), quad))
    return found


_ATTEMPTS: tuple[tuple[Decoder, bool, bool], ...] = (  # with what, in the corners only, on the picture as it came
    (_quick, True, False), (_against_blur, True, False), (_quick, False, False), (_quick, False, True),
    (_against_blur, True, True), (_second, True, True), (_second, False, False),
)  # fmt: skip
