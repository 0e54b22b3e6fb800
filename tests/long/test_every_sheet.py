"""Every survey in every offered locale on both papers and in every style: no word overfull, none over another."""

from __future__ import annotations

from itertools import product

import pytest

from paper.style import STYLES
from surveys.printing import PAPERS
from tests.verbs.every_sheet import OFFERED, sheet_faults

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("paper", "style"), list(product(PAPERS, STYLES)))
@pytest.mark.parametrize(("survey", "locale"), OFFERED)
def test_every_word_of_a_sheet_has_its_room(survey: str, locale: str, paper: str, style: str) -> None:
    assert sheet_faults(survey, locale, paper, style) == []
