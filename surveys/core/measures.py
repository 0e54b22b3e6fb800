"""The measures of a page as bytes: small enough to keep a million pages, and quick to judge many at once.

A head names the questions and how many values each has: two bytes of its length (little endian), then JSON, as
`[["question", 5], ...]`. Then come, for all bubbles in that order, the ink and the match in ten-thousandths, which is
what the reader rounds to (two bytes each, little endian), and one byte each for disturbed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from surveys.core.sheets import Measure

UNIT = 10_000  # of a share: the reader rounds to four digits
Head = tuple[tuple[str, int], ...]  # questions with the number of their values
Values = tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.bool_]]  # ink and match in units, disturbed
_SHARE = np.dtype("<u2")


def pack(fields: Sequence[Measure]) -> bytes:
    """The measures of one page; ValueError or OverflowError where one is no share between 0 and 6."""
    head = json.dumps([(m.question, len(m.ink)) for m in fields], ensure_ascii=False, separators=(",", ":")).encode()
    shares = [round(UNIT * value) for m in fields for value in m.ink]
    shares += [round(UNIT * value) for m in fields for value in m.match]
    disturbed = bytes(crossed for m in fields for crossed in m.disturbed)
    return len(head).to_bytes(2, "little") + head + np.array(shares, _SHARE).tobytes() + disturbed


def unpack(packed: bytes) -> tuple[Measure, ...]:
    """What was packed, exactly."""
    head, (ink, match, disturbed) = opened([packed])
    shares = [(values[0] / UNIT).tolist() for values in (ink, match)]
    crossed = disturbed[0].tolist()
    found, start = [], 0
    for question, count in head:
        here = slice(start, start + count)
        found.append(Measure(question, tuple(shares[0][here]), tuple(shares[1][here]), tuple(crossed[here])))
        start = here.stop
    return tuple(found)


def head_of(packed: bytes) -> bytes:
    """The first bytes, which are the same for pages with the same questions: such pages can be opened together."""
    return packed[: 2 + int.from_bytes(packed[:2], "little")]


def opened(packed: Sequence[bytes]) -> tuple[Head, Values]:
    """Pages with the same head at once: the head, and arrays of shape (pages, values of all questions)."""
    start = len(head_of(packed[0]))
    head = _questions(packed[0][2:start])
    count = sum(values for _, values in head)
    rows = np.frombuffer(b"".join(packed), np.uint8).reshape(len(packed), start + 5 * count)
    shares = np.ascontiguousarray(rows[:, start : start + 4 * count]).view(_SHARE)
    return head, (shares[:, :count], shares[:, count:], rows[:, start + 4 * count :].astype(np.bool_))


@lru_cache(256)
def _questions(head: bytes) -> Head:
    return tuple((question, values) for question, values in json.loads(head))
