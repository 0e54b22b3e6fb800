"""Gate 1, structure: what a text must have whatever its language, and the English that was left in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from surveys.core.gates.findings import Finding, Rule, Wording, found

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ISOLATES = "\u2066\u2067\u2068\u2069"
JOINERS = "\u200c\u200d"  # between letters: Persian, the scripts of India, Sinhala need them
WORD_BREAK = "\u200b"  # where a line may break, in scripts that put no spaces between words
SPACELESS = ("Khmr", "Thai", "Laoo", "Mymr")
JOINED = ("Arab", "Deva", "Beng", "Gujr", "Guru", "Knda", "Mlym", "Orya", "Sinh", "Taml", "Telu", "Syrc", "Mong")
_UNFIT = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # general categories nobody can read
_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")  # alphabets with letters of one shape
_TELLTALE = re.compile(  # English words, four letters or more, that are words of no other language we know of
    r"about|answer|answers|answered|because|before|cannot|choose|circle|each|easy|every|fill|friend|from|make|mistake"
    r"|names|often|people|please|saved|sheet|should|skip|someone|survey|teacher|that|their|there|they|think|this|today"
    r"|together|trust|what|when|where|which|while|with|work|would|write|wrong|year|your"
)
_SPELLED = {"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_ENOUGH = 3  # letters of a text that is the same as its English before it counts as left behind


def check(wording: Wording, script: str) -> Iterator[Finding]:
    """Findings on one text; `script` is the ISO 15924 code of its locale."""
    if not wording.text.strip():
        yield found(Rule.EMPTY, wording, "has no text", "translate it")
        return
    yield from _filled_in(wording)
    yield from _laid_out(wording)
    yield from _encoded(wording, script)
    if left := english_left(wording.text, wording.english):
        yield found(Rule.ENGLISH, wording, f"still says {left!r} in English", "translate that too")


def english_left(text: str, english: str) -> str:
    """The English that a translation still says: all of it, two words in a row, or one that only English has."""
    here, there = _words(text), _words(english)
    if here == there and sum(map(len, here)) >= _ENOUGH:
        return english
    joined = f" {' '.join(here)} "
    for length in (4, 3, 2):
        for start in range(len(there) - length + 1):
            run = " ".join(there[start : start + length])
            if f" {run} " in joined and (length > 2 or len(run) > 10):  # two short words may meet by chance: "no plan"
                return run
    return next((word for word in here if word in there and _TELLTALE.fullmatch(word)), "")


def _filled_in(wording: Wording) -> Iterator[Finding]:
    """The same placeholders, and the same numbers."""
    names = _named(wording.english)
    if _named(wording.text) != names or re.search(r"[{}]", PLACEHOLDER.sub("", wording.text)):
        wanted = " ".join(f"{{{name}}}" for name in sorted(names.elements())) or "no braces at all"
        yield found(Rule.PLACEHOLDERS, wording, "does not fill in what the English fills in", f"use exactly {wanted}")
    have, numbers = _numbers(wording.text), _numbers(wording.english)
    spelled = Counter(_SPELLED[word] for word in _words(wording.english) if word in _SPELLED)
    if numbers - have or have - numbers - spelled:
        wanted = " ".join(sorted(numbers.elements())) or "none"
        has = " ".join(sorted(have.elements())) or "none"
        yield found(Rule.NUMBERS, wording, f"has the numbers {has}", f"write {wanted}, in figures")


def _laid_out(wording: Wording) -> Iterator[Finding]:
    text, breaks = wording.text, wording.english.count("\n")
    if text.count("\n") != breaks:
        yield found(Rule.LINES, wording, "has other line breaks than its English", f"break the line {breaks} times")
    if text != text.strip() or re.search(r"[^\S\n]{2}", text):
        yield found(Rule.SPACES, wording, "has a space before it, after it, or two in a row", "leave that space out")


def _encoded(wording: Wording, script: str) -> Iterator[Finding]:
    text = wording.text
    if text != unicodedata.normalize("NFC", text):
        yield found(Rule.NORMAL_FORM, wording, "is not in Unicode's composed form", "write it in NFC")
    if unfit := sorted({c for c in text if c != "\n" and not _fit(c, script)}):
        yield found(Rule.CONTROLS, wording, f"holds {', '.join(map(_code, unfit))}", "leave these characters out")
    for word, alphabets in _mixed(text):
        yield found(Rule.LOOK_ALIKES, wording, f"{word!r} mixes {alphabets}", "write its letters in one alphabet")


def _named(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def _numbers(text: str) -> Counter[str]:
    """The numbers of a text in Western digits, however it writes them."""
    found = re.findall(r"\d+", PLACEHOLDER.sub("", text))
    return Counter("".join(str(unicodedata.digit(digit)) for digit in number) for number in found)


def _fit(character: str, script: str) -> bool:
    if unicodedata.category(character) not in _UNFIT and character != "\ufffd":
        return True
    if character in JOINERS:
        return script in JOINED
    return character in ISOLATES or (character == WORD_BREAK and script in SPACELESS)


def _mixed(text: str) -> Iterator[tuple[str, str]]:
    for word in re.findall(r"[^\W\d_]+", text):
        alphabets = {name for c in word if (name := unicodedata.name(c, "").split(" ")[0]) in _ALIKE}
        if len(alphabets) > 1:
            yield word, " and ".join(sorted(name.capitalize() for name in alphabets))


def _words(text: str) -> list[str]:
    """Its words in lower case: letters of any script, so that a word is never taken for the end of another."""
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", PLACEHOLDER.sub(" ", text).lower())


def _code(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name').lower()}"
