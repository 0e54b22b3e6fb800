"""Students on laptops: every request goes through the real HTTP door, as a browser would send it."""

from __future__ import annotations

import http.client
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

PAGES = 4  # saves a student sends before handing in


class Unexpected(Exception):
    """The server did not answer as its promise says."""


def answer(server: str, code: str, given: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    """Open a code, save the answers page by page with a repeat now and then, hand in; the receipt."""
    address = urlsplit(server)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=60)
    try:
        page = _page(connection, code)
        locale = page.split("/")[4]
        answers = {question: {"value": list(options), "locale": locale} for question, options in given.items()}
        response = uuid4().hex
        for sequence, part in enumerate(_parts(answers), start=1):
            for _ in range(1 + (dice.random() < 0.1)):
                _send(connection, ("PUT", f"/r/{code}/{response}"), {"sequence": sequence, "answers": part})
        return str(_send(connection, ("POST", f"/r/{code}/{response}"), {"answers": answers})["receipt"])
    finally:
        connection.close()


def _page(connection: http.client.HTTPConnection, code: str) -> str:
    connection.request("GET", f"/r/{code}")
    reply = connection.getresponse()
    reply.read()
    page = urlsplit(reply.headers.get("Location", "")).path
    if reply.status != 303 or not page:
        raise Unexpected(f"GET /r/…: {reply.status}")
    connection.request("GET", page)
    document = connection.getresponse()
    document.read()
    if document.status != 200:
        raise Unexpected(f"GET /s/…: {document.status}")
    return page


def _parts(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = list(answers)
    size = -(-len(names) // PAGES)
    return [{name: answers[name] for name in names[start : start + size]} for start in range(0, len(names), size)]


def _send(connection: http.client.HTTPConnection, where: tuple[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
    method, path = where
    connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    reply = connection.getresponse()
    content = reply.read()
    if reply.status not in (200, 204):
        raise Unexpected(f"{method} /r/…: {reply.status} {content[:200]!r}")
    found: dict[str, Any] = json.loads(content or b"{}")
    return found
