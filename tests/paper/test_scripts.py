"""Every script: a line is what HarfBuzz makes of it as a whole, ordered and broken as ICU says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import icu
import pikepdf
import pytest
import uharfbuzz as hb

from paper.canvas import Canvas
from paper.face import Face
from paper.glyphs import HAIR
from paper.shape import Line
from paper.type0 import Typecase
from tests.paper.contents import FONTS
from tests.paper.scripts import SCRIPTS, Script

every_script = pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
NO_SPACES = ("th", "lo", "km", "my", "bo", "dz", "zh-Hans", "zh-Hant", "ja")  # lines end within what has no spaces
BY_DICTIONARY = ("th", "lo", "km", "my")

Placed = tuple[int, float, float]


def drawn(line: Line) -> list[Placed]:
    """Glyph id and place, without those that show nothing and take no room."""
    return [(g.glyph, g.x, g.y) for g in line.glyphs if g.room or g.face.outline(g.glyph)]


def harfbuzz(used: Face, script: Script) -> tuple[list[Placed], float]:
    """The glyphs of a whole line, as hb-shape would write them, and its width in em."""
    buffer = hb.Buffer()
    buffer.add_str(script.text)
    buffer.guess_segment_properties()
    buffer.direction, buffer.language = ("rtl" if script.rtl else "ltr"), script.tag
    hb.shape(used.font, buffer)
    pen, places = 0, []
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if at.x_advance or used.outline(info.codepoint):
            places.append((info.codepoint, (pen + at.x_offset) / used.units, at.y_offset / used.units))
        pen += at.x_advance
    return places, pen / used.units


def test_the_samples_are_of_fifty_languages_and_of_every_family_there_is() -> None:
    families = {path.stem.removesuffix("-Regular") for path in FONTS.glob("*-Regular.ttf")}
    assert len(SCRIPTS) >= 50
    assert families == {script.family for script in SCRIPTS.values()}


@every_script
def test_a_line_is_drawn_glyph_for_glyph_as_harfbuzz_shapes_it_whole(script: Script) -> None:
    line = script.writing.line(script.text)
    expected, width = harfbuzz(script.writing.faces[0], script)
    assert {glyph.face for glyph in line.glyphs} == {script.writing.faces[0]}
    assert [glyph for glyph, _, _ in drawn(line)] == [glyph for glyph, _, _ in expected]
    begins = drawn(line)[0][1] - expected[0][1]  # where a letter hangs over the end of the line, it has room of its own
    for (_, x, y), (_, left, rise) in zip(drawn(line), expected, strict=True):
        assert (x - begins, y) == pytest.approx((left, rise), abs=1e-6)
    assert begins >= 0
    assert line.width >= width + begins - 1e-6


@every_script
def test_no_letter_hangs_over_the_end_of_a_line_by_more_than_a_hair(script: Script) -> None:
    for text in (script.sentence, *script.text.split(), "کبھی کبھی" if script.tag == "ur" else script.sentence):
        line = script.writing.line(text)
        inked = [(glyph.x + left, glyph.x + right) for glyph in line.glyphs
                 for left, right in [glyph.face.across(glyph.glyph)] if left < right]  # fmt: skip
        assert min(left for left, _ in inked) >= -HAIR - 1e-6
        assert max(right for _, right in inked) <= line.width + HAIR + 1e-6


@every_script
def test_a_pdf_places_each_letter_within_a_thousandth_of_an_em(script: Script) -> None:
    canvas, line = Canvas(0.0, Typecase("F")), script.writing.line(script.text)
    canvas.text(line, (0.0, 0.0), 1.0)
    places = list(shown(canvas))
    expected = [glyph for glyph in line.glyphs if glyph.text]
    assert [glyph for glyph, _, _ in places] == [glyph.glyph for glyph in expected]
    for (_, x, y), glyph in zip(places, expected, strict=True):
        assert (x, y) == pytest.approx((glyph.x, glyph.y), abs=1e-3)


def shown(canvas: Canvas) -> Iterator[Placed]:
    """Glyph id and place of all that a canvas shows as text, as a reader of its PDF works them out."""
    pdf = pikepdf.new()
    x, rise, codes = 0.0, 0.0, {}
    for step in pikepdf.parse_content_stream(pdf.make_stream(canvas.content())):
        operands, operator = step.operands, step.operator
        if str(operator) == "Tf":
            subset = next(one for one in canvas.typecase.subsets.values() if one.name == str(operands[0]))
            codes = {code: (glyph, width) for (glyph, _, width), code in subset.codes.items()}
        elif str(operator) == "Ts":
            rise = float(operands[0])
        elif str(operator) == "TJ":
            for part in operands[0]:
                if not isinstance(part, pikepdf.String):
                    x -= float(part) / 1000
                    continue
                for pair in batched(bytes(part)):
                    glyph, width = codes[int.from_bytes(pair)]
                    yield glyph, x, rise
                    x += round(width * 1000, 2) / 1000


def batched(data: bytes) -> list[bytes]:
    return [data[at : at + 2] for at in range(0, len(data), 2)]


@every_script
def test_letter_for_letter_a_line_spells_its_text(script: Script) -> None:
    spelled = "".join(glyph.text for glyph in script.writing.line(script.text).glyphs)
    assert sorted(spelled) == sorted(script.text)


@every_script
@pytest.mark.parametrize("share", [0.2, 0.45])
def test_lines_are_as_long_as_fits_and_end_where_the_language_lets_them(script: Script, share: float) -> None:
    writing, text = script.writing, script.text
    allowed = icu_breaks(text, script.tag)
    parts = [text[start:end] for start, end in pairwise([0, *allowed])]
    width = max(share * writing.line(text).width, *(writing.line(part).width for part in parts))
    at, lines = 0, writing.lines(text, width)
    assert len(lines) > 1 or len(parts) == 1
    for number, line in enumerate(lines):
        assert line.width <= width + 1e-6
        start, at = at, text.index(line.text, at) + len(line.text)
        assert text[start:at].strip() == line.text
        at += len(text[at:]) - len(text[at:].lstrip())
        assert at in allowed
        if number < len(lines) - 1:
            following = next(end for end in allowed if end > at)
            assert writing.line(text[start:following].strip()).width > width


def icu_breaks(text: str, tag: str) -> list[int]:
    breaks = icu.BreakIterator.createLineInstance(icu.Locale.forLanguageTag(tag))
    breaks.setText(text)
    units = list(breaks)
    ends = {0: 0}
    for index, char in enumerate(text):
        ends[max(ends) + len(char.encode("utf-16-le")) // 2] = index + 1
    return [ends[unit] for unit in units]


@pytest.mark.parametrize("tag", NO_SPACES)
def test_scripts_without_spaces_are_broken_all_the_same(tag: str) -> None:
    script = SCRIPTS[tag]
    sentence = script.sentence.split()[0]
    lines = script.writing.lines(sentence, script.writing.line(sentence).width * 0.6)
    assert len(lines) >= 2
    assert "".join(line.text for line in lines) == sentence


@pytest.mark.parametrize("tag", BY_DICTIONARY)
def test_words_of_a_script_without_spaces_stay_whole(tag: str) -> None:
    script = SCRIPTS[tag]
    words = icu.BreakIterator.createWordInstance(icu.Locale(tag))
    words.setText(script.sentence)
    ends = set(words)
    at = 0
    for line in script.writing.lines(script.sentence, script.writing.line(script.sentence).width * 0.3):
        at += len(line.text)
        assert at in ends
    assert len(ends) < len(script.sentence) / 2


MIXED = {
    # As they stand from right to left; a name, a number and an address keep their own order within.
    "ar": ("المدرسة \u2068Lincoln High\u2069 (غرفة 12)، هاتف \u2068555-0142\u2069 «مرحبا»",
           ["المدرسة", "Lincoln High", "غرفة", "12", "هاتف", "555-0142", "مرحبا"]),
    "ur": ("اسکول \u2068Lincoln High\u2069 (کمرہ 12)، فون \u2068555-0142\u2069 “سلام”",
           ["اسکول", "Lincoln High", "کمرہ", "12", "فون", "555-0142", "سلام"]),
    "he": ("בית הספר \u2068Lincoln High\u2069 (חדר 12), טלפון \u2068555-0142\u2069 „שלום”",
           ["בית", "הספר", "Lincoln High", "חדר", "12", "טלפון", "555-0142", "שלום"]),
}  # fmt: skip


@pytest.mark.parametrize("tag", MIXED)
def test_names_and_numbers_keep_their_order_and_their_place_in_a_line_from_right_to_left(tag: str) -> None:
    text, parts = MIXED[tag]
    line = SCRIPTS[tag].writing.line(text)
    seen = "".join(glyph.text for glyph in sorted(line.glyphs, key=lambda glyph: glyph.x))
    places = []
    for part in parts:
        shown = part if part.isascii() else part[::-1]
        assert seen.count(shown) == 1 or part == "12", (part, seen)
        places.append(seen.index(shown))
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize("tag", MIXED)
def test_brackets_open_towards_the_start_of_the_line(tag: str) -> None:
    for bracket, mirrored in ("()", ")("):
        drawn = next(g for g in SCRIPTS[tag].writing.line(MIXED[tag][0]).glyphs if g.text == bracket)
        assert drawn.glyph == drawn.face.shape(mirrored, False, "Latn", "en").glyphs[0].glyph


@pytest.mark.parametrize("tag", ["ur", "bo", "km", "my", "lo", "te", "ar"])
def test_ink_of_tall_scripts_is_known_so_that_lines_can_keep_clear_of_each_other(tag: str) -> None:
    above, below = SCRIPTS[tag].writing.reach(SCRIPTS[tag].text)
    assert above + below > 1.1
