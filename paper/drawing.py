"""The pages of a PDF as grey pixels, drawn as a viewer would; whole or broken off."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2

from paper.picture import Grey, check_size

DRAWN_DPI = 200
TAIL = 2048  # bytes at the end of a file within which its end mark stands


def draw(path: Path, number: int, dpi: float = DRAWN_DPI) -> Grey:
    """Page `number` (from 0) of a PDF as grey pixels."""
    with Drawing(path) as drawing:
        return drawing.page(number, dpi)


class Drawing:
    """The same file opened for drawing, only when a page needs it; what is left of `mended` when it breaks off."""

    def __init__(self, path: Path, mended: pikepdf.Pdf | None = None) -> None:
        self._path = path
        self._mended = mended
        self._open: pypdfium2.PdfDocument | None = None

    def __enter__(self) -> Drawing:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self._open.close()

    def _page(self, number: int) -> pypdfium2.PdfPage:
        self._open = self._open or self._opened()
        return self._open[number]

    def _opened(self) -> pypdfium2.PdfDocument:
        try:
            return pypdfium2.PdfDocument(self._path)
        except pypdfium2.PdfiumError:
            if self._mended is None:
                raise
        copy = BytesIO()
        self._mended.save(copy)
        return pypdfium2.PdfDocument(copy.getvalue())

    def cut(self) -> bool:
        """Whether the file breaks off before its end."""
        with self._path.open("rb") as file:
            file.seek(max(self._path.stat().st_size - TAIL, 0))
            return b"%%EOF" not in file.read()

    def page(self, number: int, dpi: float = DRAWN_DPI) -> Grey:
        page = self._page(number)
        try:
            width, height = page.get_size()
            check_size(round(width * dpi / 72), round(height * dpi / 72))
            return _grey(page.render(scale=dpi / 72, grayscale=True))
        finally:
            page.close()

    def sole_picture(self, number: int) -> Grey:
        """The pixels of the page's picture, decoded and not drawn."""
        page = self._page(number)
        try:
            image = next(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
            return _grey(image.get_bitmap(render=False))
        finally:
            page.close()


def _grey(bitmap: pypdfium2.PdfBitmap) -> Grey:
    pixels = bitmap.to_numpy()
    if pixels.ndim == 3:
        pixels = pixels[:, :, 0] if pixels.shape[2] == 1 else cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_BGR2GRAY)
    return np.array(pixels, np.uint8)  # a copy: the bitmap's memory goes with the page
