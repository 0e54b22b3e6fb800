"""The pixels of a Pillow picture where they lie: numpy's own way copies them thrice, longer than it takes to decode."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


class _Array(ctypes.Structure):
    """The head of an ArrowArray (https://arrow.apache.org/docs/format/CDataInterface.html)."""

    _fields_ = (
        ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    )  # fmt: skip


_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)


class _Loan:
    """Keeps the pixels as long as an array shows them."""

    def __init__(self, image: Image.Image) -> None:
        self._capsules: Any = image.__arrow_c_array__()
        array = _Array.from_address(_pointer(self._capsules[1], b"arrow_array"))
        if array.length != image.width * image.height:
            raise ValueError("rows are padded")
        data = (array.buffers[array.n_buffers - 1], True)  # to be read only
        self.__array_interface__ = {"version": 3, "data": data, "shape": image.size[::-1], "typestr": "|u1"}


def grey(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels (0 to 255) of a grey or 1-bit picture, not to be written to; copied when they lie in pieces."""
    image.load()
    try:
        return np.asarray(_Loan(image))
    except ValueError:
        return np.asarray(image.convert("L"))
