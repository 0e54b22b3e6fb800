"""The school bell for Locust: a student opens a code, reads the page, answers it in five saves and hands in.

It needs Locust and no part of Homeroom, so that many machines can ring together (docs/performance.md). Settings:
  HOMEROOM_STUDENTS          a file with a code and a locale on each line; each process has one of its own
  HOMEROOM_STUDENT_SECONDS   how long a student takes, at most (600)
  HOMEROOM_STUDENT_LOG       where to note what was sent and acknowledged, if anywhere
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from locust import FastHttpUser, task  # type: ignore[import-not-found]
from locust.exception import StopUser  # type: ignore[import-not-found]

BATCHES = 5
SLOWEST_SECONDS = 30  # between two tries, as the page's script waits
SECONDS = float(os.environ.get("HOMEROOM_STUDENT_SECONDS", "600"))
STUDENTS = [line.split() for line in Path(os.environ["HOMEROOM_STUDENTS"]).read_text().splitlines()]
LOG = os.environ.get("HOMEROOM_STUDENT_LOG")
_ASSET = re.compile(r'(?:href|src)="(/assets/[^"]+)"')


class Choices(HTMLParser):
    """The questions of choice that a page asks, and the values of their options."""

    def __init__(self) -> None:
        super().__init__()
        self.options: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = dict(attrs)
        if tag == "input" and field.get("type") == "radio":
            name = str(field.get("name")).removeprefix("q.")
            self.options.setdefault(name, []).append(str(field.get("value")))


class Student(FastHttpUser):  # type: ignore[misc]
    """One student, once."""

    connection_timeout = network_timeout = 20.0  # seconds that the page's script waits, too

    def on_start(self) -> None:
        if not STUDENTS:
            raise StopUser
        self.code, self.tag = STUDENTS.pop()
        self.response, self.sequence = uuid4().hex, 0

    @task  # type: ignore[untyped-decorator]
    def answer(self) -> None:
        """The whole journey; then the next student of the file has this seat."""
        page = self.read()
        batches = list(answered(page, self.tag))
        takes = random.uniform(0.4, 1) * SECONDS
        for given in batches:
            time.sleep(takes / (BATCHES + 1))
            self.send("PUT", 204, given)
        time.sleep(takes / (BATCHES + 1))
        self.send("POST", 200, {question: answer for given in batches for question, answer in given.items()})
        raise StopUser

    def read(self) -> str:
        """The document, what it loads, and the help line."""
        headers = {"Accept-Language": self.tag}
        found = self.client.get(f"/r/{self.code}", headers=headers, allow_redirects=False, name="open")
        page = str(self.client.get(found.headers["Location"], headers=headers, name="document").text)
        for path in dict.fromkeys(_ASSET.findall(page)):
            self.client.get(path, name="asset")
        self.client.get(f"/r/{self.code}/help", name="help")
        return page

    def send(self, method: str, expected: int, answers: dict[str, Any]) -> None:
        """One batch, sent again as it is until it is acknowledged."""
        self.sequence += 1
        body, path = {"sequence": self.sequence, "answers": answers}, f"/r/{self.code}/{self.response}"
        kind = "save" if method == "PUT" else "submit"
        number = self.sequence if method == "PUT" else 0
        note("sent", self.response, number, answers)
        for tries in range(20):
            if self.client.request(method, path, json=body, name=kind).status_code == expected:
                note("kept", self.response, number, None)
                return
            time.sleep(min(SLOWEST_SECONDS, 2**tries) * random.uniform(0.5, 1))
        raise StopUser


def answered(page: str, locale: str) -> Iterator[dict[str, Any]]:
    """An answer of chance to each question of choice, in batches."""
    choices = Choices()
    choices.feed(page)
    given = [(name, {"value": [random.choice(values)], "locale": locale}) for name, values in choices.options.items()]
    for number in range(BATCHES):
        yield dict(given[number * len(given) // BATCHES : (number + 1) * len(given) // BATCHES])


def note(what: str, response: str, number: int, answers: dict[str, Any] | None) -> None:
    """A line for whoever compares with the database; 0 stands for handing in."""
    if LOG:
        with Path(LOG).open("a") as log:
            log.write(json.dumps([what, response, number, answers]) + "\n")
