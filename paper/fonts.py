"""The font files a sheet is set in: chains tried in order, so that a letter one file lacks comes from the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class MissingFont(FileNotFoundError):
    """A font file a locale needs is not there; the message names the cure."""


@dataclass(frozen=True)
class Fonts:
    """Fallback chains of font files, the preferred one first."""

    regular: tuple[Path, ...]
    bold: tuple[Path, ...]


def find(folder: Path, families: Sequence[str]) -> Fonts:
    """The chains for families such as "NotoSansArabic", "NotoSans" in `folder`; MissingFont when one has no file.

    A family without a bold lends its regular.
    """
    if not families:
        raise MissingFont("no font family is named for this locale; name at least one")
    regular = tuple(_file(folder, family) for family in families)
    bold = tuple(_bold(path, family) for path, family in zip(regular, families, strict=True))
    return Fonts(regular, bold)


def _file(folder: Path, family: str) -> Path:
    path = folder / f"{family.replace(' ', '')}-Regular.ttf"
    if not path.is_file():
        raise MissingFont(f"{path}: no such font; run scripts/fonts --all, or set the folder that has the fonts")
    return path


def _bold(regular: Path, family: str) -> Path:
    bold = regular.with_name(f"{family.replace(' ', '')}-Bold.ttf")
    return bold if bold.is_file() else regular
