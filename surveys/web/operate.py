"""Operate: is this process alive, can it do its work, and what has it done? For load balancers and watchers alone."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Lock

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from surveys import scanning
from surveys.core.access import system
from surveys.core.refusals import NotFound
from surveys.house import House
from surveys.store import places, revision
from surveys.store.pending import Backlog
from surveys.web import metrics
from surveys.web.parts import house

blueprint = Blueprint("operate", __name__)

HERE = frozenset({"127.0.0.1", "::1"})
VIA = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via")  # what came through a proxy carries one
ALWAYS = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")  # the last of every locale's fonts
SHARE = 0.02  # of a process's time that looking for what is pending may take
_log = logging.getLogger(__name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
def ready() -> Response:
    """The process can do its work: the database answers, with all its tables, and the fonts are there."""
    lacking = [*_database(house()), *_fonts(house())]
    return _plain("\n".join(lacking) or "ok", 503 if lacking else 200)


@blueprint.get("/metrics")
def counted() -> Response:
    """What was counted, for Prometheus; to anybody else there is no such page."""
    if not _may_read(house().config.metrics_token):
        raise NotFound("no such page")
    body = metrics.exposed(current_app.extensions["homeroom.meters"], house().config.counters, _figures(house()))
    return Response(body, mimetype="text/plain", headers={"Cache-Control": "no-store"})


def _may_read(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return not token and request.remote_addr in HERE and not any(name in request.headers for name in VIA)


def _database(house: House) -> Iterator[str]:
    try:
        with house.database.reading() as session:
            missing = revision.missing(session)
    except Exception:  # whatever it is, the answer is the same: send nobody here now
        _log.warning("the database does not answer", exc_info=True)
        yield "the database does not answer"
        return
    if missing:
        yield f"the database lacks {', '.join(missing)}: run homeroom db upgrade"


def _fonts(house: House) -> Iterator[str]:
    missing = [name for name in ALWAYS if not (house.config.fonts / name).is_file()]
    if missing:
        yield f"the folder of fonts lacks {', '.join(missing)}: run scripts/fonts"


def _figures(house: House) -> Iterator[tuple[str, str, float]]:
    try:
        waiting = current_app.extensions["homeroom.pending"].now(house)
    except Exception:
        _log.warning("what is pending could not be looked up", exc_info=True)
        yield "homeroom_database_up", "Whether the database answered", 0
        return
    yield "homeroom_database_up", "Whether the database answered", 1
    yield "homeroom_pending_files", "Uploaded files with pictures still to be taken out", waiting.files
    yield "homeroom_pending_scans", "Pictures still to be read", waiting.scans
    age = (datetime.now(UTC) - waiting.since).total_seconds() if waiting.since else 0
    yield "homeroom_oldest_pending_seconds", "Since the oldest upload came that was never read to its end", max(age, 0)


class _Pending:
    """What is pending, looked up anew only when the last look was cheap enough or long enough ago."""

    def __init__(self) -> None:
        self._found, self._until, self._one = Backlog(), 0.0, Lock()

    def now(self, house: House) -> Backlog:
        with self._one:
            begun = time.monotonic()
            if begun >= self._until:
                with house.database.reading() as session:
                    parts = [scanning.backlog(session, system(place.id)) for place in places.districts(session)]
                self._found = Backlog.of(parts)
                ended = time.monotonic()
                self._until = ended + (ended - begun) / SHARE
            return self._found


@blueprint.record
def _wired(state: BlueprintSetupState) -> None:
    state.app.extensions["homeroom.pending"] = _Pending()


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
