"""Every sheet there is: each shipped survey in each locale it is offered in, with a school's help line."""

from __future__ import annotations

from paper.content import Content
from surveys import printing
from surveys.config import ROOT
from surveys.core.locales import shipped
from surveys.core.people import School
from surveys.printing import Press
from surveys.store.texts import Texts, instruments
from tests.paper.contents import FONTS
from tests.paper.inked import faults

LOCALES = shipped()
TEXTS = Texts(ROOT / "translations", LOCALES, FONTS)
SURVEYS = instruments(ROOT / "surveys" / "instruments")
OFFERED = [(name, locale) for name, survey in SURVEYS.items() for locale in TEXTS.offered(survey)]
SCHOOL = School("lakeview", "cedar", "Cedar Middle School", "en", "Ms. Haddad (room 12)", "555-0142")


def said(survey: str, locale: str, paper: str = "letter") -> Content:
    """What such a sheet says."""
    return printing.content(SURVEYS[survey], locale, Press(TEXTS, LOCALES, FONTS, paper), SCHOOL)


def sheet_faults(survey: str, locale: str, paper: str, style: str) -> list[str]:
    """What is wrong with the words on such a sheet."""
    return faults(said(survey, locale, paper), paper, style)
