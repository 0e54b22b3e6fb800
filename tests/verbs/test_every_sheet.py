"""Every survey in every locale it is offered in is a whole sheet: no word overfull, none over a bubble or another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paper.compose import lay_out
from paper.content import Content
from paper.style import STYLES
from tests.paper.inked import faults
from tests.verbs.every_sheet import LOCALES, OFFERED, said, sheet_faults

LONGEST = 25  # letters of a word


@pytest.mark.parametrize("style", ["regular", "large"])  # tests/long has the other style, and the other paper
@pytest.mark.parametrize(("survey", "locale"), OFFERED)
def test_every_word_of_a_sheet_has_its_room(survey: str, locale: str, style: str) -> None:
    assert sheet_faults(survey, locale, "letter", style) == []


def test_a_locale_is_set_no_tighter_than_its_script_needs() -> None:
    tight = {locale: said(survey, locale).leading for survey, locale in OFFERED if LOCALES[locale].leading < 1.2}
    assert tight == {}


def stretched(content: Content) -> Content:
    """The same in a language whose every word has 25 letters."""

    def longer(text: str) -> str:
        return " ".join((word * LONGEST)[:LONGEST] for word in text.split())

    items = tuple(
        replace(
            item, text=longer(item.text), choices=tuple(replace(one, text=longer(one.text)) for one in item.choices)
        )
        for item in content.items
    )
    return replace(content, items=items)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_options_of_very_long_words_stand_one_below_the_other(locale: str, style: str) -> None:
    content = stretched(said("sel-3-5", locale))
    assert faults(content, "letter", style) == []
    for page in lay_out(content, "letter", style).layout.pages:
        for field in page.fields:
            assert len({bubble.x for bubble in field.bubbles}) <= 1
            assert len({bubble.y for bubble in field.bubbles}) == len(field.bubbles)
