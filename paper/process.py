"""A process that reads page after page, made ready for it; it knows no page."""

from __future__ import annotations

import ctypes
import gc

from threadpoolctl import threadpool_limits

KEPT = 32 << 20  # bytes: the arrays of a page are smaller, and of what one page leaves so much at least stays
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # of glibc's malloc.h
_MALLOPT = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc alone has it


def prepare() -> None:
    """Keep the memory that a page leaves for the next one, rather than asking the system for every array anew; leave
    the other cores to the other processes, rather than wake threads for a small product; and look for garbage in
    nothing that is here already. In the line it saves a twelfth of the CPU (docs/performance.md)."""
    threadpool_limits(1, "blas")
    gc.freeze()
    if _MALLOPT is not None:
        _MALLOPT(_MMAP_THRESHOLD, KEPT)
        _MALLOPT(_TOP_PAD, KEPT)
        _MALLOPT(_TRIM_THRESHOLD, 8 * KEPT)
