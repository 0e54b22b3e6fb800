"""Languages: how far a survey's words have come in each, and exactly what is left before one is offered."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from surveys import translating
from surveys.core.entries import Status
from surveys.core.instrument import Survey, words
from surveys.core.locales import SOURCE, Locale, drawable
from surveys.core.refusals import NotFound
from surveys.store import windows
from surveys.store.database import Session
from surveys.store.texts import INTERFACE, UNCHECKABLE
from surveys.translating import Standing
from surveys.web.parts import house
from surveys.web.staffroom import account, page

blueprint = Blueprint("languages", __name__, url_prefix="/languages")
SHOWN = (Status.REVIEWED, Status.CHECKED, Status.STALE, Status.DRAFT, Status.MISSING)


@dataclass(frozen=True)
class Line:
    """One language of a survey: its words counted by status, and why it is not offered (empty where it is)."""

    locale: Locale
    standing: Standing
    held: str


@dataclass(frozen=True)
class Word:
    """A text that holds a language back: its key, the English, and what stands there now (empty where nothing does)."""

    key: str
    status: Status
    english: str
    now: str


@blueprint.get("/")
def overview() -> str:
    """Every survey of the account's district, and the languages that somebody has begun."""
    texts = house().texts
    with house().database.reading() as session:
        surveys = _surveys(session)
    shown = [
        (survey, [_line(one) for one in translating.standings(texts, survey) if one.locale in texts.written])
        for survey in surveys
    ]
    waiting = len(texts.locales) - len(texts.written)
    return page("staff/languages.html", shown=shown, statuses=SHOWN, waiting=waiting)


@blueprint.get("/<survey>/<version>/<locale>")
def left(survey: str, version: str, locale: str) -> str:
    """What is left to do in one language, each text beside its English."""
    found, known = asked(survey, version, locale)
    standing = next(one for one in translating.standings(house().texts, found) if one.locale == locale)
    return page("staff/words.html", survey=found, line=_line(standing), left=_left(found, known))


def asked(survey: str, version: str, locale: str) -> tuple[Survey, Locale]:
    """The survey version and the locale of an address; NotFound when the account's district has no such survey."""
    known = house().locales.get(locale)
    with house().database.reading() as session:
        found = next((one for one in _surveys(session) if (one.id, one.version) == (survey, version)), None)
    if known is None or found is None:
        raise NotFound(f"{survey} {version} in {locale}: no such survey or language")
    return found, known


def _surveys(session: Session) -> list[Survey]:
    """The shipped surveys, and what else the district's windows ask."""
    asked = {(one.survey, one.version) for one in windows.windows(session, account().scope)}
    shipped = {(one.id, one.version): one for one in house().shipped.values()}
    return [*shipped.values(), *(house().survey(session, *name) for name in sorted(asked - set(shipped)))]


def _line(standing: Standing) -> Line:
    locale = house().locales[standing.locale]
    if standing.offered:
        return Line(locale, standing, "")
    if any(not status.showable for status in standing.counts):
        return Line(locale, standing, "words")
    return Line(locale, standing, "fonts" if not drawable(locale, house().config.fonts) else "reader")


def _left(survey: Survey, locale: Locale) -> list[Word]:
    """In the order of the survey and then of the pages; where only a person can tell, all that nobody has read."""
    texts = house().texts
    done = {Status.REVIEWED} if locale.grade in UNCHECKABLE else {Status.REVIEWED, Status.CHECKED}
    pages = texts.entries(INTERFACE, locale.tag)
    english = {key: entry.text for key, entry in texts.entries(INTERFACE, SOURCE).items()}
    standing = texts.standing(survey, locale.tag)
    found = []
    for key, source in (words(survey) | english).items():
        entry = pages.get(key) if key in english else texts.entry(survey, locale.tag, key)
        if standing[key] not in done:
            found.append(Word(key, standing[key], source, entry.text if entry else ""))
    return found
