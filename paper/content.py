"""What a sheet says, handed in by the caller: items, fixed sentences, fonts; no geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paper.fonts import Fonts
from paper.layout import Kind, Layout

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Choice:
    """One option: its id, which the layout carries, its label, and whether it goes with no other."""

    id: str
    text: str
    exclusive: bool = False


@dataclass(frozen=True)
class Item:
    """One question. `note` is small text under it; `digits` is how many digits a number takes; questions in a row with
    the same `scale` may share its words."""

    question: str
    kind: Kind
    text: str
    choices: tuple[Choice, ...] = ()
    note: str = ""
    digits: int = 2
    scale: str = ""


@dataclass(frozen=True)
class Words:
    """Every fixed sentence of a sheet, in its locale; `page` holds {page} and {pages}. What is `shown` by the drawn
    examples and the square code is told to those who do not see them, on a specimen."""

    promise: str
    how_to: str
    good: str
    change: str
    page: str
    online: str
    no_folding: str
    good_shown: str = ""
    change_shown: str = ""
    tag_shown: str = ""


@dataclass(frozen=True)
class Content:
    """A survey version in one locale, ready to be laid out. `leading` is the distance of lines, in em."""

    survey: str
    version: str
    locale: str
    title: str
    words: Words
    items: tuple[Item, ...]
    direction: Direction
    fonts: Fonts
    leading: float


@dataclass(frozen=True)
class Composed:
    """The static pages of one layout, the same bytes for equal content, and the fonts that labels are stamped in."""

    layout: Layout
    pdf: bytes
    fonts: Fonts


@dataclass(frozen=True)
class Stamp:
    """What makes a sheet personal: its serial, and a label such as class and sheet number, never a name."""

    serial: str
    label: str
