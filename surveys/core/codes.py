"""Codes: the unguessable strings that open tickets. They are derived from the district's secret and never stored;
the database holds a keyed hash, so that a copy of it opens nothing (docs/decisions/0003)."""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
LENGTH = 16  # 80 bits
_MISREAD = str.maketrans("ILOU", "110V")


def mint(secret: bytes, window: str, ticket: str, generation: int) -> str:
    """The code of one ticket; a replaced code is the next generation, and the old one opens nothing."""
    digest = _keyed(secret, "code", f"{window}/{ticket}/{generation}")
    return spelled(digest, LENGTH)


def spelled(digest: bytes, length: int) -> str:
    """The first characters of bytes in base 32, five bits each; `length` is a multiple of eight."""
    number = int.from_bytes(digest[: 5 * length // 8], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * length - 5, -1, -5))


def hashed(secret: bytes, code: str) -> str:
    """The keyed hash (hex) under which a code is looked up."""
    return _keyed(secret, "look-up", tidy(code)).hex()


def tidy(code: str) -> str:
    """A code as a person may type it: any case, with spaces or dashes, and the letters base 32 leaves out."""
    return code.strip().upper().replace("-", "").replace(" ", "").translate(_MISREAD)


def grouped(code: str) -> str:
    """A code in groups of four, for reading aloud and copying."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _keyed(secret: bytes, purpose: str, text: str) -> bytes:
    return hmac.new(secret, f"{purpose}:{text}".encode(), hashlib.sha256).digest()
