"""Survey versions and the windows opened on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from surveys.core.access import Scope
from surveys.core.entries import Entry, Status
from surveys.core.instrument import Promise, Survey, Translation
from surveys.core.people import Window
from surveys.core.refusals import Conflict, NotFound
from surveys.store import tables
from surveys.store.database import Session, keep

# Asked with every save, and so put together once.
_ONE = select(tables.window).where(
    tables.window.c.district == bindparam("own"), tables.window.c.window == bindparam("named")
)


def keep_survey(session: Session, where: Scope, survey: Survey, definition: str) -> None:
    """Freeze a survey version's definition (TOML text) and its translations; Conflict when the version exists with
    another definition, or with other words in one of the locales. A locale that came later is frozen beside the others.

    In any district: a version's document is the same for all of them, so nobody can give its name to other words.
    """
    name, words = (survey.id, survey.version), _packed(survey.translations)
    kept = frozen(session, name)
    known = _packed(kept[1]) if kept else {}
    other = any(known.get(at, {}).get(key, text) != text for at, texts in words.items() for key, text in texts.items())
    if kept and (kept[0] != definition or other):
        raise Conflict(f"{survey.id} {survey.version} is frozen with other words; give the survey a new version")
    row = {"district": where.district, "survey": survey.id, "version": survey.version}
    keep(session, tables.survey, [row | {"definition": definition}])
    keep(session, tables.translation, [row | {"locale": locale, "texts": texts} for locale, texts in words.items()])


def survey_definition(session: Session, where: Scope, name: tuple[str, str]) -> str:
    """The TOML text a survey version was frozen with."""
    t = tables.survey.c
    query = select(t.definition).where(t.district == where.district, t.survey == name[0], t.version == name[1])
    definition = session.execute(query).scalar_one_or_none()
    if definition is None:
        raise NotFound(f"{name[0]} {name[1]}: no such survey version here")
    return str(definition)


def frozen(session: Session, name: tuple[str, str]) -> tuple[str, tuple[Translation, ...]] | None:
    """The definition of a survey version and its translations as frozen in any district: they are the same in all."""
    t, w = tables.survey.c, tables.translation.c
    query = select(t.definition).where(t.survey == name[0], t.version == name[1]).limit(1)
    definition = session.execute(query).scalar_one_or_none()
    if definition is None:
        return None
    words = select(w.locale, w.texts).where(w.survey == name[0], w.version == name[1])
    return definition, _unpacked({row.locale: row.texts for row in session.execute(words)})


def _packed(translations: Iterable[Translation]) -> dict[str, dict[str, list[str | None]]]:
    """By locale and key: text, claim, source and reviewer."""
    packed: dict[str, dict[str, list[str | None]]] = {}
    for one in translations:
        kept = [one.entry.text, one.entry.claim.value, one.entry.source, one.entry.reviewer]
        packed.setdefault(one.locale, {})[one.key] = kept
    return packed


def _unpacked(packed: Mapping[str, Mapping[str, Sequence[str]]]) -> tuple[Translation, ...]:
    return tuple(
        Translation(locale, key, Entry(text, Status(claim), source, reviewer=reviewer))
        for locale, texts in packed.items()
        for key, (text, claim, source, reviewer) in texts.items()
    )


def add_window(session: Session, window: Window) -> None:
    session.execute(
        tables.window.insert(),
        {
            "district": window.district,
            "window": window.id,
            "name": window.name,
            "survey": window.survey,
            "version": window.version,
            "promise": window.promise,
            "opens": window.opens,
            "closes": window.closes,
            "timezone": window.timezone,
        },
    )


def window(session: Session, where: Scope, name: str) -> Window:
    """One window of a district; NotFound when it has none by that id."""
    row = session.execute(_ONE, {"own": where.district, "named": name}).one_or_none()
    if row is None:
        raise NotFound(f"{name}: no such window here")
    return _window(row)


def windows(session: Session, where: Scope) -> list[Window]:
    """The windows of a district, newest opening first."""
    t = tables.window.c
    query = select(tables.window).where(t.district == where.district).order_by(t.opens.desc(), t.window)
    return [_window(row) for row in session.execute(query)]


def _window(row: Row[Any]) -> Window:
    return Window(
        district=row.district,
        id=row.window,
        name=row.name,
        survey=row.survey,
        version=row.version,
        promise=Promise(row.promise),
        opens=row.opens,
        closes=row.closes,
        timezone=row.timezone,
    )
