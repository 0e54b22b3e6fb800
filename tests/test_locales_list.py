"""The list of locales is what CLDR says, Babel can write a date in every one, and the manual tells of all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from babel import Locale as Format
from babel.dates import format_datetime
from babel.numbers import format_decimal

from scripts import locales as scripted
from surveys.core.locales import SHIPPED, Locale, shipped

LOCALES = list(shipped().values())


def test_direction_digits_and_plural_categories_are_those_of_cldr() -> None:
    assert scripted.written() == SHIPPED.read_text(encoding="utf-8")


def test_a_script_that_differs_from_cldrs_is_one_that_american_schools_read() -> None:
    differing = {
        line.split(":")[0] for locale in LOCALES for line in scripted.differences(locale) if ": script:" in line
    }
    assert differing == {"mww", "rhg", "kyu", "oj"}


def test_the_page_of_the_manual_is_up_to_date() -> None:
    assert scripted.PAGE.read_text(encoding="utf-8") == scripted.page(), "run scripts/locales"


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.tag)
def test_dates_and_numbers_can_be_written_for_every_locale(locale: Locale) -> None:
    form = Format.parse(locale.format_locale)
    moment = datetime(2026, 11, 20, 15, 4, tzinfo=UTC)
    told = format_datetime(moment, "long", locale=form)
    assert "M11" not in told  # what is written where nobody has named the month
    assert any(character.isdecimal() for character in told)
    assert format_decimal(1234.5, locale=form)


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.tag)
def test_every_fallback_is_written_in_the_list_and_ends_in_english(locale: Locale) -> None:
    known, chain = shipped(), [locale.tag]
    while known[chain[-1]].fallback:
        chain.append(known[chain[-1]].fallback)
    assert chain[-1] == "en"
    assert len(chain) <= 4
