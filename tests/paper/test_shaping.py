"""Any script: the glyphs HarfBuzz would choose, broken where the language breaks, spelled so that they read back."""

import icu
import pytest
import uharfbuzz as hb

from paper.face import face
from paper.fonts import Fonts, MissingFont, find
from paper.shape import Line, MissingGlyph, TooWide, Writing
from tests.paper.contents import FAMILIES, FONTS, OPEN, QUESTIONS, WORDS

LATIN, ARABIC = (face(FONTS / f"{name}-Regular.ttf") for name in ("NotoSans", "NotoSansArabic"))
WRITINGS = {
    "en": Writing((LATIN,), "en", rtl=False),
    "es": Writing((LATIN,), "es", rtl=False),
    "ar": Writing((ARABIC, LATIN), "ar", rtl=True),
}


def shaped_glyphs(line: Line) -> list[tuple[int, float, float]]:
    """Glyph id and place, without the empty glyphs that only spell."""
    return [(g.glyph, g.x, g.y) for g in line.glyphs if g.room or g.face.outline(g.glyph)]


def harfbuzz(text: str, rtl: bool, script: str, language: str) -> list[tuple[int, float, float]]:
    used = ARABIC if rtl else LATIN
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script, buffer.language = ("rtl" if rtl else "ltr"), script, language
    hb.shape(used.font, buffer)
    pen, places = 0, []
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        places.append((info.codepoint, (pen + at.x_offset) / used.units, at.y_offset / used.units))
        pen += at.x_advance
    return places


@pytest.mark.parametrize("locale", ["en", "es", "ar"])
def test_glyphs_and_their_places_are_those_of_harfbuzz(locale: str) -> None:
    script, rtl = ("Arab", True) if locale == "ar" else ("Latn", False)
    for text in QUESTIONS[locale]:
        expected = harfbuzz(text, rtl, script, locale)
        assert [g[0] for g in shaped_glyphs(WRITINGS[locale].line(text))] == [g[0] for g in expected]
        for ours, theirs in zip(shaped_glyphs(WRITINGS[locale].line(text)), expected, strict=True):
            assert ours[1:] == pytest.approx(theirs[1:], abs=1e-6)


@pytest.mark.parametrize("locale", ["en", "es", "ar"])
def test_a_line_spells_its_text_letter_for_letter(locale: str) -> None:
    for text in (*QUESTIONS[locale], WORDS[locale].promise):
        for line in WRITINGS[locale].lines(text, 30):
            assert sorted("".join(glyph.text for glyph in line.glyphs)) == sorted(line.text)


@pytest.mark.parametrize("width", [12, 20, 45])
@pytest.mark.parametrize("locale", ["en", "es", "ar"])
def test_no_line_is_wider_than_its_place_and_no_word_is_lost(locale: str, width: int) -> None:
    text = WORDS[locale].promise
    lines = WRITINGS[locale].lines(text, width)
    assert all(line.width <= width + 1e-6 for line in lines)
    assert " ".join(line.text for line in lines).split() == text.split()


def test_lines_break_only_where_the_language_lets_them() -> None:
    text = "Uno dos, tres: «cuatro cinco» (seis) 10 % siete"
    breaks = icu.BreakIterator.createLineInstance(icu.Locale("es"))
    breaks.setText(text)
    allowed, at = set(breaks), 0
    for line in WRITINGS["es"].lines(text, 6):
        at = text.index(line.text, at) + len(line.text)
        assert at == len(text) or at + len(text[at:]) - len(text[at:].lstrip()) in allowed


def test_a_word_wider_than_its_place_is_refused_not_cut() -> None:
    with pytest.raises(TooWide, match="Donaudampfschifffahrt"):
        WRITINGS["en"].lines("the Donaudampfschifffahrt sails", 8)


def test_a_number_and_a_latin_name_keep_their_order_inside_arabic() -> None:
    line = WRITINGS["ar"].line("المدرسة \u2068Lincoln High\u2069 رقم 12")
    latin = [glyph for glyph in line.glyphs if glyph.text.isascii() and glyph.text.strip()]
    assert "".join(glyph.text for glyph in sorted(latin, key=lambda glyph: glyph.x)) == "12LincolnHigh"


def test_a_letter_missing_in_the_first_font_comes_from_the_next() -> None:
    line = WRITINGS["ar"].line("مدرسة Ñandú ’א’".replace("א", "ж"))
    assert {glyph.face.name for glyph in line.glyphs if glyph.text == "ж"} == {"NotoSans-Regular"}
    assert {glyph.face.name for glyph in line.glyphs if glyph.text == "م"} == {"NotoSansArabic-Regular"}


def test_a_letter_in_no_font_is_an_error_that_names_text_and_locale() -> None:
    with pytest.raises(MissingGlyph, match=r"es: no font has 'ជ' in 'hola ជ'"):
        WRITINGS["es"].line("hola ជ")


def test_direction_marks_need_no_font_and_leave_no_trace() -> None:
    line = WRITINGS["ar"].line(OPEN["ar"][1])
    assert "\u2068" in line.text
    assert not {"\u2068", "\u2069"} & set("".join(glyph.text for glyph in line.glyphs))


def test_letters_beyond_the_first_plane_are_counted_once() -> None:
    mathematical = "a 𝐱 b"
    with pytest.raises(MissingGlyph, match="𝐱"):
        Writing((ARABIC,), "en", rtl=False).line(mathematical)


def test_a_missing_font_says_how_to_get_it() -> None:
    with pytest.raises(MissingFont, match=r"NotoSansKlingon-Regular\.ttf.*scripts/fonts --all"):
        find(FONTS, ["NotoSansKlingon"])


def test_fonts_are_found_by_family_in_the_order_given() -> None:
    fonts = find(FONTS, FAMILIES["ar"])
    assert isinstance(fonts, Fonts)
    assert [path.stem for path in fonts.regular] == ["NotoSansArabic-Regular", "NotoSans-Regular"]
    assert [path.stem for path in fonts.bold] == ["NotoSansArabic-Bold", "NotoSans-Bold"]
