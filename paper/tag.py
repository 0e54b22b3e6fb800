"""What the QR on a page says: a short link that is also serial, page and check; never a name.

`HTTPS://HOST/F/` + serial (16) + page (2) + check (4), all of it in the QR alphanumeric set.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to confuse
SERIAL_LENGTH = 16  # 80 random bits: the serial opens the survey online, so it must not be guessable
LONGEST = 90  # characters: QR version 4, level M, alphanumeric
_HELD = re.compile(r"[0-9A-Z $%*+./:-]+")  # what a QR writes in 5.5 bits a character
_TAIL = re.compile(rf"/F/([{ALPHABET}]{{{SERIAL_LENGTH}}})(\d\d)([{ALPHABET}]{{4}})$")


class LinkUnusable(ValueError):
    """The public address has characters that a tag does not hold."""


class LinkTooLong(LinkUnusable):
    """The public address leaves no room for a tag that pencils and copiers spare."""


class BadCheck(ValueError):
    """The tag has our shape, but its check does not fit its serial and page: damaged or tampered with."""


@dataclass(frozen=True)
class Tag:
    """One page of one form."""

    serial: str
    page: int


ASIDE = Tag("0" * SERIAL_LENGTH, 0)  # a cover list or return page: no form has a page 0


def serial_of(random: bytes) -> str:
    """A serial from 10 random bytes."""
    number = int.from_bytes(random[:10], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))


def encode(tag: Tag, link: str) -> str:
    """The text of a tag; `link` is the public address, such as "https://homeroom.example". LinkTooLong beyond 90,
    LinkUnusable when the QR's alphanumeric set lacks a character of it."""
    text = f"{link.rstrip('/')}/F/{tag.serial}{tag.page:02d}{_check(tag)}".upper()
    if not _HELD.fullmatch(text):
        raise LinkUnusable(f"{link}: a tag cannot hold it; use letters a to z, digits and $ % * + - . / : alone")
    if len(text) > LONGEST:
        raise LinkTooLong(f"{link}: a tag would take {len(text)} characters, {LONGEST} fit; use a shorter address")
    return text


def decode(text: str) -> Tag | None:
    """The tag in a QR's text, whatever its scheme and host; None when not ours, BadCheck when it does not add up."""
    match = _TAIL.search(text.strip().upper())
    if not match:
        return None
    tag = Tag(match[1], int(match[2]))
    if _check(tag) != match[3]:
        raise BadCheck(text)
    return tag


def _check(tag: Tag) -> str:
    number = int.from_bytes(hashlib.sha256(f"{tag.serial}{tag.page:02d}".encode()).digest()[:3], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))
