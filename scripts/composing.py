"""What composing a sheet costs in each script: words never set before, and the same words again for another school."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import uharfbuzz as hb

from paper.compose import lay_out
from paper.content import Content
from paper.face import Face, face
from paper.shape import Writing
from surveys import printing
from surveys.config import ROOT
from surveys.core.locales import shipped
from surveys.printing import Press
from surveys.store.texts import Texts, instruments

SURVEY = "sel-6-12"
SCRIPTS = ("en", "ar", "ur", "hi", "km", "my", "th", "am", "zh-Hans", "ko")
TRIES = 5  # the quickest counts: the machine is rarely ours alone


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a page in one language: new words, the same again, and bare shaping of the words, once."""

    locale: str
    new: float
    again: float
    bare: float


def composed() -> list[Cost]:
    """Each of SCRIPTS that the survey is offered in."""
    texts = Texts(ROOT / "translations", shipped(), ROOT / "build" / "fonts")
    survey = instruments(ROOT / "surveys" / "instruments")[SURVEY]
    press = Press(texts, shipped(), ROOT / "build" / "fonts")
    offered = texts.offered(survey)
    return [_cost(printing.content(survey, locale, press)) for locale in SCRIPTS if locale in offered]


def _cost(content: Content) -> Cost:
    pages = len(lay_out(content).layout.pages)

    def anew() -> None:
        Writing.line.cache_clear()
        Writing.lines.cache_clear()
        Writing._paragraph.cache_clear()
        Face.shape.cache_clear()
        lay_out(content)

    new, again = (_quickest(work) for work in (anew, lambda: lay_out(content)))
    return Cost(content.locale, new / pages, again / pages, _quickest(lambda: _shape(content)) / pages)


def _shape(content: Content) -> None:
    """Every text of the sheet through HarfBuzz and nothing else."""
    font = face(content.fonts.regular[0]).font
    said = [content.title, *vars(content.words).values()]
    for item in content.items:
        said += [item.text, item.note, *(choice.text for choice in item.choices)]
    for text in said:
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(font, buffer)


def _quickest(work: Callable[[], object]) -> float:
    """CPU milliseconds of the quickest of some tries."""
    found = []
    for _ in range(TRIES):
        began = time.process_time()
        work()
        found.append(1000 * (time.process_time() - began))
    return min(found)
