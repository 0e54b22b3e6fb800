"""Forms on paper: laid out, drawn and read; knows no surveys, no people, no web and no database."""

from paper.compose import lay_out
from paper.content import Choice, Composed, Content, Item, Stamp, Words
from paper.draw import draw
from paper.fonts import Fonts, MissingFont
from paper.layout import BadLayout, Layout
from paper.load import pictures
from paper.picture import Picture
from paper.read import READER_VERSION, Measure, Reading, read
from paper.shape import MissingGlyph
from paper.specimen import specimen
from paper.tag import BadCheck, LinkTooLong, LinkUnusable, Tag
from paper.typeset import DoesNotFit

__all__ = [
    "READER_VERSION", "BadCheck", "BadLayout", "Choice", "Composed", "Content", "DoesNotFit", "Fonts", "Item", "Layout",
    "LinkTooLong", "LinkUnusable", "Measure", "MissingFont", "MissingGlyph", "Picture", "Reading", "Stamp", "Tag",
    "Words", "draw", "lay_out", "pictures", "read", "specimen",
]  # fmt: skip
