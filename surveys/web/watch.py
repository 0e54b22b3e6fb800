"""Watch: looks at every request when it comes and when it is answered, and tells the log and the counters."""

from __future__ import annotations

import re
import secrets
import time

from flask import Flask, Response, g, request

from surveys.house import House
from surveys.web import logs
from surveys.web.answered import Answered, Kept
from surveys.web.metrics import Meters

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # any other is somebody's invention
# What proxies mint: 32 hexadecimal digits, or those of a UUID. Nothing else is taken over, so that no request can have
# a code or a name written into the log.
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STARTED = re.compile(r"t=(\d{1,12}(?:\.\d{1,6})?)")  # seconds, as a proxy's clock tells them


def register(app: Flask, house: House) -> None:
    """Watch every request. To be registered before all others: then it sees the finished answer."""
    meters = app.extensions["homeroom.meters"] = Meters()
    writes = house.config.log
    if writes:
        logs.failures_as_lines()

    @app.before_request
    def begun() -> None:
        g.began = time.perf_counter()
        given = request.headers.get("X-Request-ID", "").lower()
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(16)
        g.wait = _wait(request.headers.get("X-Request-Start", ""))

    @app.after_request
    def answered(response: Response) -> Response:
        seen = _answered(response)
        meters.count(seen)
        if writes:
            logs.write(logs.line(seen))
        response.headers["X-Request-ID"] = seen.id
        return response


def _answered(response: Response) -> Answered:
    return Answered(
        id=g.request_id,
        method=request.method if request.method in METHODS else "OTHER",
        endpoint=request.endpoint or "",
        route=request.url_rule.rule if request.url_rule else "-",
        status=response.status_code,
        seconds=time.perf_counter() - g.began,
        wait=g.wait,
        size=response.calculate_content_length(),
        problem=g.get("problem", ""),
        locale=_locale(response),
        kept=_kept(response),
    )


def _locale(response: Response) -> str:
    """Of the document that is sent, or that a door leads to. What was refused has none: nobody can make one up."""
    if response.status_code in (200, 304) and request.endpoint == "respond.document":
        return str((request.view_args or {}).get("locale", ""))
    if response.status_code == 303 and request.endpoint == "respond.enter":
        return (response.location or "").split("/")[4]  # /s/<survey>/<version>/<locale>/<code>
    return ""


def _kept(response: Response) -> Kept | None:
    """What an answer acknowledged."""
    if request.endpoint == "respond.save" and response.status_code == 204:
        return Kept.SAVE
    if request.endpoint == "respond.submit" and response.status_code == 200:
        return Kept.SUBMISSION
    if request.endpoint == "respond.posted" and (response.location or "").startswith("/thanks/"):
        return Kept.SUBMISSION
    return None


def _wait(given: str) -> float | None:
    """The seconds since a proxy took the request; clocks that do not agree tell of no wait."""
    match = _STARTED.fullmatch(given)
    return max(time.time() - float(match[1]), 0.0) if match else None
