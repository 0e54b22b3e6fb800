"""Where everything on a sheet sits, in millimetres: geometry and the meaning of every bubble, no text and no pictures.

Origin at the page's top left, x to the right, y down; x and y are always centres, except a box's (top left).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import rfc8785

FORMAT = 1
KINDS = ("one", "many", "number", "text")
REGULAR = "regular"  # the style that a layout has when it names none
PAPER_SIZES = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}  # mm, width and height

Kind = Literal["one", "many", "number", "text"]


class BadLayout(ValueError):
    """A layout file that cannot be used; the message names the place and the cure."""


@dataclass(frozen=True)
class Bubble:
    """One printed target. rx and ry are the half-axes (mm) of the outline's centre line; `place` is the decimal
    place (0 = ones) in a number question; `exclusive` marks the one that goes with no other, and else is None."""

    option: str
    x: float
    y: float
    rx: float
    ry: float
    place: int | None = None
    exclusive: bool | None = None


@dataclass(frozen=True)
class Square:
    """A corner, or a tag without its quiet zone: centre and side, in mm."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Box:
    """A box to write in: top left, width and height, in mm."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Field:
    """One question on a page: bubbles in reading order, or a box for kind "text". `top` and `bottom` (mm) hold its
    words too, where these do not simply stand above its bubbles in regular type."""

    question: str
    kind: Kind
    bubbles: tuple[Bubble, ...] = ()
    box: Box | None = None
    top: float | None = None
    bottom: float | None = None


@dataclass(frozen=True)
class Page:
    """One printed side. `corners` run top left, top right, bottom right, bottom left; `tags` are two."""

    page: int
    width: float
    height: float
    tags: tuple[Square, ...]
    corners: tuple[Square, ...]
    fields: tuple[Field, ...]

    def __hash__(self) -> int:
        """By its questions alone: to look at every bubble takes as long as much of what is kept by page."""
        return hash((self.page, tuple([field.question for field in self.fields])))


@dataclass(frozen=True)
class Layout:
    """All pages of one survey version in one locale on one paper size, in one style; `digest` is its name, frozen at
    printing."""

    survey: str
    version: str
    locale: str
    paper: str
    pages: tuple[Page, ...]
    style: str = REGULAR

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) of the canonical JSON (RFC 8785) without `layout` and `forms`."""
        return hashlib.sha256(rfc8785.dumps(self._body())).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The layout as `layout.json` holds it, without `forms`."""
        return {**self._body(), "layout": self.digest}

    def _body(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "survey": self.survey,
            "version": self.version,
            "locale": self.locale,
            "paper": self.paper,
            **({"style": self.style} if self.style != REGULAR else {}),
            "unit": "mm",
            "pages": [_page_json(page) for page in self.pages],
        }


def from_json(data: Mapping[str, Any]) -> Layout:
    """The layout in `layout.json`'s dictionary; BadLayout when it is not one, or when its hash does not match."""
    if data.get("format") != FORMAT:
        raise BadLayout(f"format: expected {FORMAT}, found {data.get('format')!r}; print the forms again")
    try:
        pages = tuple(_page(page) for page in data["pages"])
        layout = Layout(
            data["survey"], data["version"], data["locale"], data["paper"], pages, data.get("style", REGULAR)
        )
    except (KeyError, TypeError, ValueError) as error:
        name = type(error).__name__
        raise BadLayout(f"not a layout ({name}: {error}); use the file `homeroom print` wrote") from error
    if data.get("layout") != layout.digest:
        raise BadLayout("layout: the hash does not match the geometry; use the file as `homeroom print` wrote it")
    return layout


def _page_json(page: Page) -> dict[str, Any]:
    return {
        "page": page.page,
        "width": page.width,
        "height": page.height,
        "tags": [vars(square).copy() for square in page.tags],
        "corners": [vars(square).copy() for square in page.corners],
        "fields": [_field_json(field) for field in page.fields],
    }


def _field_json(field: Field) -> dict[str, Any]:
    shape: dict[str, Any] = {"question": field.question, "kind": field.kind}
    shape["bubbles"] = [{k: v for k, v in vars(b).items() if v is not None} for b in field.bubbles]
    if field.box:
        shape["box"] = vars(field.box).copy()
    if field.top is not None:
        shape |= {"top": field.top, "bottom": field.bottom}
    return shape


def _page(data: Mapping[str, Any]) -> Page:
    return Page(
        page=int(data["page"]),
        width=data["width"],
        height=data["height"],
        tags=tuple(Square(**square) for square in data["tags"]),
        corners=tuple(Square(**square) for square in data["corners"]),
        fields=tuple(_field(field) for field in data["fields"]),
    )


def _field(data: Mapping[str, Any]) -> Field:
    if data["kind"] not in KINDS:
        raise ValueError(f"kind {data['kind']!r}")
    bubbles = tuple(Bubble(**bubble) for bubble in data.get("bubbles", ()))
    box = Box(**data["box"]) if data.get("box") else None
    return Field(data["question"], data["kind"], bubbles, box, data.get("top"), data.get("bottom"))
