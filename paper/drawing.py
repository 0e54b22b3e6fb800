"""The pages of a PDF as grey pixels, drawn as a viewer would; whole or broken off."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2

from paper import renderer
from paper.picture import PIXEL_CAP, Grey, Unreadable

DRAWN_DPI = 200
TAIL = 2048  # bytes at the end of a file within which its end mark stands
DRAW_SECONDS = 30.0  # for a page; a usual one takes 0.1
LOST = 3  # processes that the pages of one file may take down; then it gets no more
Answer = tuple[int, tuple[int, int, int], bytes]  # status, shape, pixels
_SAID = {renderer.FAILED: "damaged", renderer.UNOPENED: "damaged", renderer.TOO_BIG: "too-big"}


def draw(path: Path, number: int, dpi: float = DRAWN_DPI) -> Grey:
    """Page `number` (from 0) of a PDF of our own as grey pixels."""
    with pypdfium2.PdfDocument(path) as document:
        return np.array(document[number].render(scale=dpi / 72, grayscale=True).to_numpy(), np.uint8)


class Drawing:
    """A file drawn by a process of its own, started when a page needs it; what is left of `mended` when it breaks off.

    Raises Unreadable: damaged or too-big, or timeout when a page took too long, or those before it did.
    """

    def __init__(self, path: Path, mended: pikepdf.Pdf) -> None:
        self._path = self._whole = path.absolute()
        self._mended: pikepdf.Pdf | None = mended
        self._kept = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._lost = 0

    def __enter__(self) -> Drawing:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._kept.close()

    def cut(self) -> bool:
        """Whether the file breaks off before its end."""
        with self._path.open("rb") as file:
            file.seek(max(self._path.stat().st_size - TAIL, 0))
            return b"%%EOF" not in file.read()

    def page(self, number: int, dpi: float = DRAWN_DPI) -> Grey:
        return self._pixels({"what": "page", "page": number, "dpi": dpi, "cap": PIXEL_CAP})

    def sole_picture(self, number: int) -> Grey:
        """The pixels of the page's picture, decoded and not drawn."""
        return self._pixels({"what": "picture", "page": number})

    def _pixels(self, request: dict[str, object]) -> Grey:
        status, shape, data = self._asked(request)
        if status == renderer.UNOPENED and self._mended is not None:
            self._mend(self._mended)
            status, shape, data = self._asked(request)
        if status != renderer.DONE:
            raise Unreadable(_SAID[status])
        pixels = np.frombuffer(data, np.uint8).reshape(shape)
        return np.asarray(cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_BGR2GRAY) if shape[2] > 1 else pixels[:, :, 0])

    def _mend(self, mended: pikepdf.Pdf) -> None:
        """From now on draws a whole copy of what is left."""
        self._stop()
        self._mended = None
        self._whole = Path(self._kept.enter_context(tempfile.TemporaryDirectory()), "mended.pdf")
        mended.save(self._whole)

    def _asked(self, request: dict[str, object]) -> Answer:
        if self._lost >= LOST:
            raise Unreadable("timeout")
        self._process = self._process or _started(self._whole)
        try:
            return _answer(self._process, request)
        except OSError as error:
            self._stop()
            self._lost += 1
            raise Unreadable("timeout" if isinstance(error, TimeoutError) else "damaged") from error

    def _stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _started(path: Path) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C is for whoever reads, who lets a page be finished."""
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-P", renderer.__file__, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    )


def _answer(process: subprocess.Popen[bytes], request: dict[str, object]) -> Answer:
    """Status, shape and pixels; OSError when the process dies or takes too long over it."""
    until = time.monotonic() + DRAW_SECONDS
    if process.stdin:
        process.stdin.write(json.dumps(request).encode() + b"\n")
    status, width, height, channels = renderer.HEAD.unpack(_received(process, renderer.HEAD.size, until))
    return status, (height, width, channels), _received(process, width * height * channels, until)


def _received(process: subprocess.Popen[bytes], length: int, until: float) -> bytes:
    parts, missing = [], length
    while missing and process.stdout:
        ready, _, _ = select.select([process.stdout], [], [], max(until - time.monotonic(), 0))
        if not ready:
            raise TimeoutError
        parts.append(process.stdout.read(missing))  # what is there
        if not parts[-1]:
            raise ConnectionResetError
        missing -= len(parts[-1])
    return b"".join(parts)
