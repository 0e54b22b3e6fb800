"""Operate: is this process alive, and can it do its work? For load balancers and watchers; says nothing else."""

from __future__ import annotations

from flask import Blueprint, Response

from surveys.store.windows import frozen
from surveys.web.parts import house

blueprint = Blueprint("operate", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
def ready() -> Response:
    """The process reaches its database, and its tables are there."""
    try:
        with house().database.reading() as session:
            frozen(session, ("", ""))  # one indexed read that finds nothing
    except Exception:  # whatever it is, the answer is the same: send nobody here now
        return _plain("the database does not answer", 503)
    return _plain("ok", 200)


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
