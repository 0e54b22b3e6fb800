"""Booklets made from the words we have, what a returned one would change, and what of it may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from surveys.core import gates
from surveys.core.entries import Entry, Status, one_line
from surveys.core.exchange import Booklet, Change, Unit, digest, taken
from surveys.core.gates import Finding, Wording
from surveys.core.gates.consistency import SCALE
from surveys.core.instrument import Survey, Translation, words
from surveys.core.locales import SOURCE, Locale
from surveys.store.texts import Texts


@dataclass(frozen=True)
class Taken:
    """What is taken of a returned booklet: texts by key, and why some of them are drafts still."""

    entries: Mapping[str, Entry]
    findings: Sequence[Finding]


def of_survey(texts: Texts, survey: Survey, locale: Locale) -> Booklet:
    """The words of a survey version in a locale, each with what it is for."""
    notes = _notes(survey)
    units = [
        _unit(key, english, texts.entry(survey, locale.tag, key), notes[key]) for key, english in words(survey).items()
    ]
    return Booklet(survey.id, survey.version, locale.tag, tuple(units), locale.direction)


def of_pages(texts: Texts, name: str, locale: Locale) -> Booklet:
    """The words of the pages (`interface`: what respondents read; `staff`) in a locale."""
    have = texts.entries(name, locale.tag)
    english = texts.entries(name, SOURCE)
    units = [_unit(key, entry.text, have.get(key), entry.note) for key, entry in english.items()]
    return Booklet(name, "", locale.tag, tuple(units), locale.direction)


def take(now: Booklet, changes: list[Change], locale: Locale, chosen: tuple[frozenset[str], str]) -> Taken:
    """The texts to keep of what came back for a booklet, checked among their neighbours against the gates that need no
    other tool; what a gate stops stays a draft.

    `chosen`: the keys whose English was mended without changing its meaning, and who has reviewed every text of the
    file, and when (see Entry.reviewer); empty when nobody has.
    """
    typos, reviewer = chosen
    wanted = list(taken(changes, typos))
    findings = _findings(now, wanted, locale)
    stopped = _stopped(findings, [change.unit.key for change in wanted])
    trusted = Status.REVIEWED if reviewer else Status.CHECKED
    entries = {}
    for change in wanted:
        claim = _claim(change, stopped, trusted)
        by = reviewer if claim is Status.REVIEWED else ""
        entries[change.unit.key] = Entry(change.unit.text, claim, one_line(change.english), reviewer=by)
    return Taken(entries, findings)


def with_words(survey: Survey, locale: str, entries: Mapping[str, Entry]) -> Survey:
    """The survey with some of its words in a locale, in place of those it had."""
    kept = [one for one in survey.translations if one.locale != locale or one.key not in entries]
    new = [Translation(locale, key, entry) for key, entry in entries.items()]
    return replace(survey, translations=(*kept, *new))


def _findings(now: Booklet, wanted: Sequence[Change], locale: Locale) -> list[Finding]:
    """What is wrong with the texts to keep, and with texts that stay, where it was not wrong before."""
    keys = {change.unit.key for change in wanted}
    staying = [_wording(now, unit.key, unit.english, unit.text) for unit in now.units if unit.key not in keys]
    there = [wording for wording in staying if wording.text]
    coming = [_wording(now, change.unit.key, change.english, change.unit.text) for change in wanted]
    known = gates.findings(locale, there)
    return [found for found in gates.findings(locale, there + coming) if found not in known]


def _stopped(findings: Iterable[Finding], keys: Sequence[str]) -> set[str]:
    """The keys that findings stop: their own, and where one is on a text that stays, what came for the same scale."""
    stopped = {found.key for found in findings}
    scales = {_scale(key) for key in stopped.difference(keys)}
    return stopped.union(key for key in keys if _scale(key) in scales)


def _scale(key: str) -> str:
    return key.rpartition(".")[0]


def _wording(booklet: Booklet, key: str, english: str, text: str) -> Wording:
    group = SCALE if key.startswith(f"{SCALE}.") else "/".join(filter(None, (booklet.name, booklet.version)))
    return Wording(group, key, english, text)


def _claim(change: Change, stopped: Iterable[str], trusted: Status) -> Status:
    return Status.DRAFT if change.unit.key in stopped or change.unit.status == Status.DRAFT else trusted


def _unit(key: str, english: str, entry: Entry | None, note: str) -> Unit:
    status = entry.status(english) if entry else Status.MISSING
    return Unit(key, english, entry.text if entry else "", status.value, note, digest(english))


def _notes(survey: Survey) -> dict[str, str]:
    """What each text of a survey is for, since a translator sees one text at a time."""
    topics = {topic.id: topic.title for topic in survey.topics}
    notes = {"title": "The title of the survey."}
    notes |= {f"topic.{topic.id}": "What a group of questions is about; on reports." for topic in survey.topics}
    for question in survey.questions:
        options = [option.text for option in question.options]
        about = f"A question on {topics[question.topic]}." if question.topic else "A question."
        notes[f"question.{question.id}"] = f"{about} Answered by: {' / '.join(options)}" if options else about
        for number, option in enumerate(question.options, start=1):
            note = f"Answer {number} of {len(options)}, in order; one of the questions: {question.text}"
            notes.setdefault(f"scale.{question.scale}.{option.id}", note)
    return notes
