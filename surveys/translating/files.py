"""Where taken words are kept: beside a district's own survey (`mine.toml`, `mine.km.po`), or with Homeroom's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from surveys.core.entries import Entry
from surveys.core.instrument import Survey
from surveys.core.refusals import BadFile
from surveys.store import catalogues
from surveys.store.texts import SURVEYS, context
from surveys.translating.booklets import with_words


def beside(survey: Survey, path: Path, known: Mapping[str, object]) -> Survey:
    """The survey of a TOML file with the words that lie beside it; BadFile for a locale that is not on the list."""
    for file in sorted(path.parent.glob(f"{path.stem}.*.po")):
        tag = file.name.removeprefix(f"{path.stem}.").removesuffix(".po")
        if tag not in known:
            raise BadFile(f"{file}: {tag} is no locale of the list; name the file {path.stem}.<tag>.po instead")
        survey = with_words(survey, tag, {key: entry for (_, key), entry in catalogues.read(file).items()})
    return survey


def keep_beside(path: Path, locale: str, entries: Mapping[str, Entry]) -> Path:
    """Adds words to the file beside a survey's TOML file; the path written."""
    file = path.with_name(f"{path.stem}.{locale}.po")
    return _merge(file, locale, {("", key): entry for key, entry in entries.items()})


def keep_shipped(folder: Path, locale: str, what: Survey | str, entries: Mapping[str, Entry]) -> Path:
    """Adds words to Homeroom's own catalogues: of a shipped survey, or of the pages by their name."""
    name = what if isinstance(what, str) else SURVEYS
    named = {("" if isinstance(what, str) else context(what, key), key): entry for key, entry in entries.items()}
    return _merge(folder / locale / "LC_MESSAGES" / f"{name}.po", locale, named)


def _merge(file: Path, locale: str, new: Mapping[tuple[str, str], Entry]) -> Path:
    catalogues.write(file, locale, {**catalogues.read(file), **new})
    return file
