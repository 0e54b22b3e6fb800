"""Pseudo-locales: English made strange by code, so that what was left untranslated, or has no room, is seen at once.

They exist in tests alone: no list has them and no child is offered one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from surveys.core.entries import Entry, Status
from surveys.core.instrument import Survey, words
from surveys.core.locales import Locale, shipped
from surveys.store import catalogues
from surveys.store.texts import INTERFACE, SCALE, STAFF, SURVEYS

ACCENTED, LONG, MIRRORED = "en-XA", "en-XB", "ar-XB"
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MARKED = str.maketrans(_PLAIN, "áƀçðéƒĝĥíĵķĺɱñóþɋŕšťúṽŵẋýžÁƁÇÐÉƑĜĤÍĴĶĹṀÑÓÞɊŔŠŤÚṼŴẊÝŽ")
_TURNED = str.maketrans(_PLAIN, "ابجدهفجحيزكلمنوبقرستعوخشيزابجدهفجحيزكلمنوبقرستعوخشيز")
_PADDING = ("ĺóñĝéŕ", "ťĥáñ", "ýóú", "ƒíŕšť", "ťĥóúĝĥť")
_NAMES = re.compile(r"(\{\w+\})")


def locales() -> dict[str, Locale]:
    """English and its three disguises."""
    known = shipped()
    return {
        "en": known["en"],
        ACCENTED: replace(known["en"], tag=ACCENTED, endonym="Áççéñťéð", fallback="en", grade="A"),
        LONG: replace(known["en"], tag=LONG, endonym="Ĺóñĝ", fallback="en", grade="A"),
        MIRRORED: replace(known["ar"], tag=MIRRORED, endonym="مرآة", fallback="en", grade="A"),
    }


def disguised(text: str, tag: str) -> str:
    """The text in a pseudo-locale; names of what is filled in stay as they are."""
    table = _TURNED if tag == MIRRORED else _MARKED
    strange = "".join(part if _NAMES.fullmatch(part) else part.translate(table) for part in _NAMES.split(text))
    return strange if tag != LONG else _longer(strange)


def write(folder: Path, surveys: Mapping[str, Survey], source: Path) -> None:
    """Catalogues of English and the pseudo-locales, each text as checked, under a folder."""
    for name in (INTERFACE, STAFF):
        english = catalogues.read(source / "en" / "LC_MESSAGES" / f"{name}.po")
        catalogues.write(folder / "en" / "LC_MESSAGES" / f"{name}.po", "en", english)
        texts = {key: entry.text for key, entry in english.items()}
        _keep(folder, name, texts)
    own = {
        (SCALE if key.startswith("scale.") else f"{survey.id}/{survey.version}", key): text
        for survey in surveys.values()
        for key, text in words(survey).items()
    }
    _keep(folder, SURVEYS, own)


def _keep(folder: Path, name: str, texts: Mapping[tuple[str, str], str]) -> None:
    for tag in (ACCENTED, LONG, MIRRORED):
        made = {key: Entry(disguised(text, tag), Status.CHECKED, text) for key, text in texts.items()}
        catalogues.write(folder / tag / "LC_MESSAGES" / f"{name}.po", tag, made)


def _longer(text: str) -> str:
    """As long as one text in twenty is in translation: a label twice its English, a sentence half as long again."""
    wanted = len(text) * (2.2 if len(text) <= 10 else 1.5)
    padded, turn = text, 0
    while len(padded) < wanted:
        padded += " " + _PADDING[turn % len(_PADDING)]
        turn += 1
    return padded
