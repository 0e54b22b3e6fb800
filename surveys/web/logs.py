"""Logs: one line of JSON for every request and every failure. No line holds an answer, a code or a name."""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context

from surveys.web.answered import Answered

STANDARD_OUTPUT = 1
_json = json.JSONEncoder(separators=(",", ":")).encode


def line(seen: Answered) -> str:
    """A request as JSON: what it was, never whose."""
    told: dict[str, Any] = {
        "at": _now(),
        "id": seen.id,
        "method": seen.method,
        "route": seen.route,
        "status": seen.status,
        "ms": round(seen.seconds * 1000, 2),
        "bytes": seen.size,
    }
    if seen.wait is not None:
        told["wait_ms"] = round(seen.wait * 1000, 1)
    if seen.problem:
        told["problem"] = seen.problem
    if seen.locale:
        told["locale"] = seen.locale
    return _json(told)


def write(text: str) -> None:
    """One line in one piece: lines of several processes do not mix."""
    os.write(STANDARD_OUTPUT, f"{text}\n".encode())


class Failures(logging.Formatter):
    """What our own modules report, as JSON. An exception is told by its kind and the places it passed: what it says may
    quote an answer."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {"at": _now(), "id": g.get("request_id") if has_request_context() else None}
        told |= {"level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        if record.exc_info and record.exc_info[0]:
            told["kind"] = record.exc_info[0].__name__
            told["through"] = [
                f"{os.path.relpath(frame.filename)}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return _json(told)


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        write(self.format(record))


def failures_as_lines() -> None:
    """Have what our modules report written as lines like those of requests; doing it again changes nothing."""
    ours = logging.getLogger("surveys")
    if not any(isinstance(handler, _Lines) for handler in ours.handlers):
        handler = _Lines()
        handler.setFormatter(Failures())
        ours.addHandler(handler)
    ours.propagate = False


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
