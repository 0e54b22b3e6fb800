"""Watch: looks at every request when it comes and when it is answered, and tells the log and the counters."""

from __future__ import annotations

import re
import secrets
import time

from flask import Flask, Request, Response, g
from flask.globals import request_ctx

from surveys.house import House
from surveys.web import logs
from surveys.web.answered import Answered, Kept
from surveys.web.metrics import Meters

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # any other is somebody's invention
# What proxies mint: 32 hexadecimal digits, or those of a UUID. Nothing else is taken over, so that no request can have
# a code or a name written into the log.
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BEGAN, _WAIT = "homeroom.began", "homeroom.wait"  # what is noted of a request while it lasts
_STARTED = re.compile(r"t=(\d{1,12}(?:\.\d{1,6})?)")  # seconds, as a proxy's clock tells them


def register(app: Flask, house: House) -> None:
    """Watch every request. To be registered before all others: then it sees the finished answer."""
    meters = app.extensions["homeroom.meters"] = Meters()
    writes = house.config.log
    if writes:
        logs.failures_as_lines()

    @app.before_request
    def begun() -> None:
        told = request_ctx.request.environ  # asked once: every look through Flask's own names costs as much again
        given = told.get("HTTP_X_REQUEST_ID", "").lower()
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(16)
        told[_BEGAN], told[_WAIT] = time.perf_counter(), _wait(told.get("HTTP_X_REQUEST_START", ""))

    @app.after_request
    def answered(response: Response) -> Response:
        seen = _answered(request_ctx.request, response)
        meters.count(seen)
        if writes:
            logs.write(logs.line(seen))
        if "public" not in response.headers.get("Cache-Control", ""):  # a cache would hand our id to everybody
            response.headers["X-Request-ID"] = seen.id
        return response


def _answered(asked: Request, response: Response) -> Answered:
    rule, status = asked.url_rule, response.status_code
    endpoint = rule.endpoint if rule else ""
    return Answered(
        id=g.request_id,
        method=asked.method if asked.method in METHODS else "OTHER",
        endpoint=endpoint,
        route=rule.rule if rule else "-",
        status=status,
        seconds=time.perf_counter() - asked.environ[_BEGAN],
        wait=asked.environ[_WAIT],
        size=None if response.is_streamed else response.calculate_content_length(),  # a stream must not be gathered
        problem=g.get("problem", "") if status >= 400 else "",
        locale=_locale(endpoint, asked, response),
        kept=_kept(endpoint, response),
    )


def _locale(endpoint: str, asked: Request, response: Response) -> str:
    """Of the document that is sent, or that a door leads to. What was refused has none: nobody can make one up."""
    if endpoint == "respond.document" and response.status_code in (200, 304):
        return str((asked.view_args or {}).get("locale", ""))
    if endpoint == "respond.enter" and response.status_code == 303:
        return (response.location or "").split("/")[4]  # /s/<survey>/<version>/<locale>/<code>
    return ""


def _kept(endpoint: str, response: Response) -> Kept | None:
    """What an answer acknowledged."""
    if endpoint == "respond.save" and response.status_code == 204:
        return Kept.SAVE
    if endpoint == "respond.submit" and response.status_code == 200:
        return Kept.SUBMISSION
    if endpoint == "respond.posted" and (response.location or "").startswith("/thanks/"):
        return Kept.SUBMISSION
    return None


def _wait(given: str) -> float | None:
    """The seconds since a proxy took the request; clocks that do not agree tell of no wait."""
    match = _STARTED.fullmatch(given)
    return max(time.time() - float(match[1]), 0.0) if match else None
