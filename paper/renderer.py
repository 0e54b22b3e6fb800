"""Draws pages of one PDF in a process of its own, which a hostile file may exhaust or crash and nobody else suffers.

`paper.drawing` starts it with the file as its argument. A request is a line of JSON, an answer a head (status, width,
height, channels) and the pixels, one byte for each channel. It imports the drawing library alone, to start quickly.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from typing import Any, BinaryIO

import pypdfium2
from pypdfium2 import raw

HEAD = struct.Struct("<BIII")
DONE, FAILED, UNOPENED, TOO_BIG = range(4)  # status
MEMORY = 1_500_000_000  # bytes of address space; a page of 100 million pixels takes 0.6
NESTED = 4  # forms within forms that are looked into for pictures


def pixels(request: dict[str, Any], document: Any) -> tuple[int, int, int, int, bytes]:
    """The answer to one request: a whole page drawn, or the one picture of a page decoded."""
    page = document[request["page"]]
    try:
        if request["what"] == "picture":
            return _answer(next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])).get_bitmap(render=False))
        width, height = (round(side * request["dpi"] / 72) for side in page.get_size())
        if width * height > request["cap"]:
            return TOO_BIG, 0, 0, 0, b""
        if not _whole(page):
            return FAILED, 0, 0, 0, b""
        return _answer(page.render(scale=request["dpi"] / 72, grayscale=True))
    finally:
        page.close()


def _whole(page: Any) -> bool:
    """Whether every picture on the page can be decoded: one that cannot is left out, and the page would pass for a
    blank side."""
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=NESTED):
        bitmap = raw.FPDFImageObj_GetBitmap(thing)
        if not bitmap:
            return False
        raw.FPDFBitmap_Destroy(bitmap)
    return True


def _answer(bitmap: Any) -> tuple[int, int, int, int, bytes]:
    rows = bitmap.to_numpy()
    return DONE, bitmap.width, bitmap.height, rows.shape[2] if rows.ndim == 3 else 1, rows.tobytes()


def serve(path: str, asked: BinaryIO, told: BinaryIO) -> None:
    """Answers until nobody asks any more."""
    document = None
    for line in asked:
        try:
            document = document or pypdfium2.PdfDocument(path)
            status, *size, data = pixels(json.loads(line), document)
        except Exception:  # the drawing library raises whatever it likes on hostile bytes
            status, size, data = FAILED if document else UNOPENED, [0, 0, 0], b""
        told.write(HEAD.pack(status, *size))
        told.write(data)
        told.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
