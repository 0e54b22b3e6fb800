"""The words of surveys and pages in every locale, read once; a locale is offered for a survey only when it is whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

from surveys.core.definition import load
from surveys.core.entries import Entry, Status
from surveys.core.instrument import Survey, Translation, spoken, words
from surveys.core.locales import SOURCE, Locale, drawable, shipped
from surveys.core.refusals import BadFile, NotFound
from surveys.store.catalogues import Catalogue, read

INTERFACE, STAFF, SURVEYS = "interface", "staff", "surveys"  # the catalogues, by file name
SCALE = "scale"  # the context of option texts, which surveys share
UNCHECKABLE = ("C", "D")  # the grades whose words nobody but a person can check: a wrong sentence is worse than none
_ISOLATE, _END = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
_NO_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


class Words:
    """The texts of one catalogue in one locale; what it cannot show comes from its fallbacks, the last one English."""

    def __init__(self, locale: Locale, chain: list[tuple[str, Mapping[str, str]]]) -> None:
        self.locale = locale
        self._texts: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        for tag, texts in reversed(chain):
            self._texts |= texts
            self._tags |= dict.fromkeys(texts, tag)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def t(self, key: str, **values: object) -> str:
        """The text with its placeholders filled in; a key that nobody has written comes back as it is.

        Each text among the values is isolated where it could turn its neighbours around: everywhere in a right-to-left
        locale, and wherever it holds right-to-left letters itself.
        """
        return self.pattern(key).format_map({name: self._placed(value) for name, value in values.items()})

    def pattern(self, key: str) -> str:
        """The text with its placeholders as they stand, for whoever fills them in later."""
        return self._texts.get(key, key)

    def tag(self, key: str) -> str:
        """The locale the text of this key is really in, for the `lang` of a text that fell back."""
        return self._tags.get(key, SOURCE)

    def _placed(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        plain = value.translate(_NO_CONTROLS)
        foreign = any(unicodedata.bidirectional(character) in ("R", "AL") for character in plain)
        return f"{_ISOLATE}{plain}{_END}" if foreign or self.locale.direction == "rtl" else plain


class Texts:
    """Every catalogue under a folder of `<locale>/LC_MESSAGES/*.po`, for the locales of the list.

    With a folder of fonts, a locale is only offered when the files it is set in are there.
    """

    def __init__(self, folder: Path, locales: Mapping[str, Locale] | None = None, fonts: Path | None = None) -> None:
        self.locales = shipped() if locales is None else locales
        files = {
            (tag, name): folder / tag / "LC_MESSAGES" / f"{name}.po"
            for tag in self.locales
            for name in (INTERFACE, STAFF, SURVEYS)
        }
        self._catalogues = {key: found for key, path in files.items() if (found := read(path))}
        self.folder, self._fonts = folder, fonts
        self._drawn: set[str] = set()
        self._words = lru_cache(maxsize=None)(self._chained)
        self._own = lru_cache(maxsize=512)(_owned)
        self._offered = lru_cache(maxsize=512)(self._whole_locales)
        self._spoken = lru_cache(maxsize=2048)(self._speak)

    def interface(self, locale: str) -> Words:
        """What a respondent reads around the questions; in English for a locale that is not on the list."""
        return self._words(locale if locale in self.locales else SOURCE, INTERFACE)

    def staff(self, locale: str = SOURCE) -> Words:
        """What staff read; in English for a locale that is not on the list."""
        return self._words(locale if locale in self.locales else SOURCE, STAFF)

    @cached_property
    def staffed(self) -> tuple[str, ...]:
        """The locales in which every text of the staff's pages may be shown, in list order."""
        english = self.entries(STAFF, SOURCE)

        def whole(tag: str) -> bool:
            have = self.entries(STAFF, tag)
            return all(_status(tag, have.get(key), entry.text).showable for key, entry in english.items())

        return tuple(tag for tag in self.locales if (tag, STAFF) in self._catalogues and whole(tag))

    @property
    def written(self) -> tuple[str, ...]:
        """The locales that somebody has begun to write in, in list order; in all others every text is missing."""
        begun = {tag for tag, name in self._catalogues if name != STAFF}
        return tuple(tag for tag in self.locales if tag in begun)

    def offered(self, survey: Survey) -> tuple[str, ...]:
        """The locales in which every text that this survey (in its source words) needs may be shown, in list order."""
        return tuple(tag for tag in self._offered(survey) if self._set(tag))  # fonts may come while we run

    def survey(self, survey: Survey, locale: str) -> Survey:
        """The survey in one of its offered locales; NotFound for any other."""
        return self._spoken(survey, locale)

    def standing(self, survey: Survey, locale: str) -> dict[str, Status]:
        """The status of every text a survey needs in a locale, its own and those of the pages around it, by key."""
        source = {key: text for (_, key), text in _texts(self._catalogue(SOURCE, INTERFACE)).items()}
        around = {
            key: _status(locale, self._catalogue(locale, INTERFACE).get(("", key)), text)
            for key, text in source.items()
        }
        own = {key: _status(locale, self.entry(survey, locale, key), text) for key, text in words(survey).items()}
        return around | own

    def entry(self, survey: Survey, locale: str, key: str) -> Entry | None:
        """A survey's own text, or the one that Homeroom comes with."""
        own = self._own(survey).get((locale, key))
        return own or self._catalogue(locale, SURVEYS).get((context(survey, key), key))

    def with_words(self, survey: Survey, frozen: Sequence[Translation]) -> Survey:
        """The survey with all its words in the locales it is whole in: its own, else as they were frozen, else those
        that Homeroom comes with."""
        before = {(one.locale, one.key): one.entry for one in frozen}
        found = {
            (tag, key): self._own(survey).get((tag, key)) or before.get((tag, key)) or self.entry(survey, tag, key)
            for tag in self._offered(survey)
            for key in words(survey)
            if tag != SOURCE
        }
        return replace(survey, translations=tuple(Translation(*at, entry) for at, entry in found.items() if entry))

    def entries(self, name: str, locale: str) -> dict[str, Entry]:
        """The texts of the pages (INTERFACE or STAFF) by key, as they stand in one catalogue."""
        return {key: entry for (_, key), entry in self._catalogue(locale, name).items()}

    def _whole_locales(self, survey: Survey) -> tuple[str, ...]:
        return tuple(tag for tag in self.written if self._whole(survey, tag))

    def _whole(self, survey: Survey, locale: str) -> bool:
        found = self.standing(survey, locale).values()
        if self.locales[locale].grade in UNCHECKABLE:
            return all(status is Status.REVIEWED for status in found)
        return all(status.showable for status in found)

    def _set(self, locale: str) -> bool:
        """Whether its fonts are there; those that are not yet are looked for each time."""
        if locale not in self._drawn and (self._fonts is None or drawable(self.locales[locale], self._fonts)):
            self._drawn.add(locale)
        return locale in self._drawn

    def _catalogue(self, locale: str, name: str) -> Catalogue:
        return self._catalogues.get((locale, name), {})

    def _speak(self, survey: Survey, locale: str) -> Survey:
        if locale not in self.offered(survey):
            raise NotFound(f"{survey.id}/{survey.version} is not offered in {locale!r}")
        if locale == SOURCE:
            return survey
        texts = {key: entry.text for key in words(survey) if (entry := self.entry(survey, locale, key))}
        return spoken(survey, texts, locale)

    def _chained(self, tag: str, name: str) -> Words:
        """The texts of a locale that may be shown, before those of its fallbacks."""
        source = _texts(self._catalogue(SOURCE, name))
        chain: list[tuple[str, Mapping[str, str]]] = []
        step = tag
        while step:
            entries = self._catalogue(step, name)
            showable = {
                key: entry.text
                for (context, key), entry in entries.items()
                if step == SOURCE or entry.status(source.get((context, key), "")).showable
            }
            chain.append((step, showable))
            step = self.locales[step].fallback
        return Words(self.locales[tag], chain)


def instruments(folder: Path) -> dict[str, Survey]:
    """The surveys defined in a folder of TOML files, by id; BadFile when two share one."""
    found: dict[str, Survey] = {}
    for path in sorted(folder.glob("*.toml")):
        survey = load(path)
        if survey.id in found:
            raise BadFile(f"{path}:1: id: {survey.id} is the id of another file here; write another id instead")
        found[survey.id] = survey
    return found


def _owned(survey: Survey) -> dict[tuple[str, str], Entry]:
    return {(one.locale, one.key): one.entry for one in survey.translations}


def _status(locale: str, entry: Entry | None, source: str) -> Status:
    if locale == SOURCE:
        return Status.REVIEWED  # the source is what the others are measured by
    return entry.status(source) if entry else Status.MISSING


def context(survey: Survey, key: str) -> str:
    """What a text stands under in the surveys' catalogue: scales are shared, the rest is of one version."""
    return SCALE if key.startswith("scale.") else f"{survey.id}/{survey.version}"


def _texts(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    return {key: entry.text for key, entry in catalogue.items()}
