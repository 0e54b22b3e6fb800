"""Every sheet in English made long, accented and mirrored: nothing is cut or overlaps, and no English is left."""

from __future__ import annotations

import re

import pytest

from paper.style import STYLES
from surveys import printing
from surveys.printing import Press
from surveys.store.texts import Texts
from tests import pseudo
from tests.paper.inked import faults
from tests.world import ROOT, _shipped


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    folder = tmp_path_factory.mktemp("pseudo")
    pseudo.write(folder, _shipped, ROOT / "translations")
    known = pseudo.locales()
    return Press(Texts(folder, known), known, ROOT / "build" / "fonts")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("survey", _shipped)
@pytest.mark.parametrize("tag", [pseudo.ACCENTED, pseudo.LONG, pseudo.MIRRORED])
def test_a_sheet_has_room_for_words_of_any_length_and_direction(
    press: Press, tag: str, survey: str, style: str
) -> None:
    content = printing.content(_shipped[survey], tag, press)
    assert faults(content, "letter", style) == []


@pytest.mark.parametrize("survey", _shipped)
@pytest.mark.parametrize("tag", [pseudo.ACCENTED, pseudo.MIRRORED])
def test_no_english_is_left_on_a_sheet(press: Press, tag: str, survey: str) -> None:
    content = printing.content(_shipped[survey], tag, press)
    said = [content.title, *vars(content.words).values()]
    for item in content.items:
        said += [item.text, item.note, *(choice.text for choice in item.choices)]
    assert [
        text for text in said if isinstance(text, str) and re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", text))
    ] == []
