"""Gate 2, characters: every letter in the script of its locale and among those that CLDR lists for the language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from surveys.core.gates.exemplars import Exemplars
from surveys.core.gates.findings import Finding, Rule, Wording, found
from surveys.core.gates.signs import signs
from surveys.core.gates.structure import PLACEHOLDER
from surveys.core.locales import Locale

SCRIPTS: Mapping[str, tuple[str, ...]] = {  # the first words of the Unicode names of their letters
    "Adlm": ("ADLAM",),
    "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",),
    "Beng": ("BENGALI",),
    "Cans": ("CANADIAN",),
    "Cher": ("CHEROKEE",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Geor": ("GEORGIAN",),
    "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Hans": ("CJK", "IDEOGRAPHIC"),
    "Hant": ("CJK", "IDEOGRAPHIC"),
    "Hebr": ("HEBREW",),
    "Jpan": ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "Khmr": ("KHMER",),
    "Knda": ("KANNADA",),
    "Kore": ("HANGUL",),
    "Laoo": ("LAO",),
    "Latn": ("LATIN", "MODIFIER"),  # the okina and other apostrophes that are letters
    "Mlym": ("MALAYALAM",),
    "Mong": ("MONGOLIAN",),
    "Mtei": ("MEETEI",),
    "Mymr": ("MYANMAR",),
    "Nkoo": ("NKO",),
    "Olck": ("OL",),
    "Orya": ("ORIYA",),
    "Rohg": ("HANIFI",),
    "Sinh": ("SINHALA",),
    "Syrc": ("SYRIAC", "ARABIC"),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Thaa": ("THAANA", "ARABIC"),
    "Thai": ("THAI",),
    "Tibt": ("TIBETAN",),
}
_EVERYWHERE = re.compile(r"QR|dpi")  # what is written in Latin letters in every language
_SHARED = frozenset("!“”…'’%·")  # signs that every language has borrowed, listed or not
_FORGOTTEN = {"ca": "·", "ug": "،؛"}  # signs that CLDR has not listed
_NARROW = frozenset(",;:!?")  # signs that CLDR lists for Chinese and Japanese, whose own are as wide as a character
_WIDE = ("Hans", "Hant", "Jpan")
_WESTERN = frozenset("0123456789")


def check(wording: Wording, locale: Locale, listed: Exemplars | None) -> Iterator[Finding]:
    """Findings on one text; `listed` is what CLDR has for its locale, None where it has nothing."""
    plain = _EVERYWHERE.sub("", PLACEHOLDER.sub("", wording.text))
    own = SCRIPTS[locale.script]
    foreign = {c for c in plain if unicodedata.category(c)[0] == "L" and _script(c) not in own}
    if foreign:
        yield found(
            Rule.SCRIPT, wording, f"has letters of another script: {_listed(foreign)}", f"write it in {locale.script}"
        )
    if digits := {c for c in plain if c.isdigit() and c not in _WESTERN}:
        yield found(Rule.DIGITS, wording, f"has other digits than the sheets do: {_listed(digits)}", "write 0 to 9")
    if listed is None:
        return
    letters = {c for c in _apart(plain) if _is_letter(c)} - listed.letters - _apart_all(foreign)
    if letters:
        what = f"has letters CLDR does not list: {_listed(letters)}"
        yield found(Rule.LETTERS, wording, what, "look for a slip of the keys")
    if strange := {c for c in plain if unicodedata.category(c)[0] == "P"} - _signs(locale, listed):
        what = f"has signs that are not the language's own: {_listed(strange)}"
        yield found(Rule.SIGNS, wording, what, "write the language's own comma, quotation mark or the like")


def apart(text: str) -> frozenset[str]:
    """The letters and marks of a text, taken apart and in lower case."""
    return frozenset(c for c in _apart(text) if _is_letter(c))


def _signs(locale: Locale, listed: Exemplars) -> frozenset[str]:
    own = listed.signs | _SHARED | signs(locale.tag, locale.script).every
    own |= frozenset(_FORGOTTEN.get(locale.tag, ""))
    return own - _NARROW if locale.script in _WIDE else own


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).lower())


def _apart_all(characters: set[str]) -> set[str]:
    return set(_apart("".join(characters)))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


def _listed(characters: set[str]) -> str:
    return ", ".join(f"{c} (U+{ord(c):04X})" for c in sorted(characters))
