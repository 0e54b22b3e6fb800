"""What systems leave in folders beside the files that somebody put there."""

from __future__ import annotations

from pathlib import PurePosixPath

_LEFT = ("thumbs.db", "desktop.ini", "__macosx")
_STARTS = (".", "~$")  # hidden; an office program's note that a file is open


def is_litter(name: str) -> bool:
    """Whether a file by this name, or a folder it lies in, is nobody's."""
    parts = [part.casefold() for part in PurePosixPath(name.replace("\\", "/")).parts]
    return any(part in _LEFT or (part.startswith(_STARTS) and part.strip(".") != "") for part in parts)
