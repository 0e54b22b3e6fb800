"""How much one file may ask for: pictures, and pixels for the bytes it has."""

from __future__ import annotations

from paper.picture import Unreadable, check_size

PICTURES_CAP = 20_000  # in one file
FREE = 2_000_000_000  # pixels that any file may hold: 60 pages at 600 dpi
# Pixels for each byte beyond. A white page in fax coding has 34,000 at 600 dpi, but half of a stack with writing on the
# fronts has 700; a file that shows one picture over and over has as many as it likes.
PER_BYTE = 10_000


class Allowance:
    """The pixels that may still be decoded out of one file."""

    def __init__(self, size: int) -> None:
        self._left = FREE + PER_BYTE * size

    def take(self, width: int, height: int) -> None:
        """Raises Unreadable, too-big, for a picture that no scanner makes or that nothing is left for."""
        check_size(width, height)
        self._left -= width * height
        if self._left < 0:
            raise Unreadable("too-big")
