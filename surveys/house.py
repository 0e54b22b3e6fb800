"""House: the parts that the edges share, wired once by `app`. Below the edges, above the verbs; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from surveys.config import Config
from surveys.core.definition import parse
from surveys.core.instrument import Survey
from surveys.core.locales import Locale
from surveys.core.refusals import NotFound
from surveys.core.stamp import Stamp
from surveys.store.database import Database, Session
from surveys.store.objects import Objects
from surveys.store.texts import Texts
from surveys.store.windows import frozen


@dataclass(frozen=True)
class Library:
    """What printing takes without an installation: words, locales, the shipped surveys, fonts, the address in tags."""

    texts: Texts
    locales: Mapping[str, Locale]
    shipped: Mapping[str, Survey]
    fonts: Path
    link: str


@dataclass(frozen=True)
class House:
    """What a page, a command or a task works with. `queue(district)` asks the workers to look for pending scans."""

    config: Config
    database: Database
    objects: Objects
    locales: Mapping[str, Locale]
    texts: Texts
    shipped: Mapping[str, Survey]
    queue: Callable[[str], None]

    @property
    def secret(self) -> bytes:
        return self.config.secret.encode()

    def stamp(self) -> Stamp:
        """Now, and random ids: called once per request, command or task."""
        return Stamp(datetime.now(UTC), lambda: uuid4().hex)

    def survey(self, session: Session, name: str, version: str) -> Survey:
        """A survey version in English with its translations, as frozen when a window opened on it, or as shipped."""
        kept = frozen(session, (name, version))
        if kept is not None:
            definition, translations = kept
            return replace(parse(definition, name), translations=translations)
        shipped = self.shipped.get(name)
        if shipped is None or shipped.version != version:
            raise NotFound(f"{name} {version}: no such survey version")
        return shipped
