"""Plain: the least that an application can do to keep an answer durably; what Homeroom's save is measured beside.

gunicorn runs it, PLAIN_DATABASE says where. It checks nothing, and each insert is a transaction of its own.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import psycopg

TABLE = """CREATE TABLE plain (code text, response text, sequence integer, answers json, at timestamptz,
PRIMARY KEY (code, response, sequence))"""
INSERT = "INSERT INTO plain VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
_mine = threading.local()


def app(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """PUT /r/<code>/<response> {"sequence": n, "answers": {...}}: acknowledged after the commit."""
    if not hasattr(_mine, "connection"):
        _mine.connection = psycopg.connect(os.environ["PLAIN_DATABASE"], autocommit=True)
    _, _, code, response = environ["PATH_INFO"].split("/")
    body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    row = (code, response, body["sequence"], json.dumps(body["answers"]), datetime.now(UTC))
    _mine.connection.execute(INSERT, row)
    start("204 NO CONTENT", [])
    return []
