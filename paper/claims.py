"""What a picture's file claims about showing it."""

from __future__ import annotations

from PIL import Image

from paper.picture import ORIENTATION

# Degrees clockwise, by the orientation in EXIF and TIFF; for the mirrored ones (even up to 4, odd from 5) what is left
# to do once the picture was mirrored back, left for right.
_TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}


def shown(image: Image.Image) -> int:
    """Degrees clockwise that show the picture as the file asks."""
    return _TURNS.get(image.getexif().get(ORIENTATION, 1), 0)


def dpi(image: Image.Image) -> float | None:
    """Dots per inch as the file claims, when it claims something."""
    claimed = image.info.get("dpi", (0, 0))[0]
    return float(claimed) if claimed and claimed > 1 else None
