"""Plan: who asks what, and when. It knows what a student's browser sends, and writes it down for the generator."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import numpy as np

from scripts.load.town import LOCALES, Town
from surveys.core.instrument import Survey

BATCHES = 5  # saves of each student
VARIANTS = 4  # ways to answer, so that an answer kept in another's place is seen
KINDS = ("open", "document", "asset", "help", "save", "submit")
_ASSET = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
_FONT = re.compile(r'url\("([^"]+)"\)')


@dataclass(frozen=True)
class Request:
    """One request of every journey of a template; %c stands for the code, %r for the response."""

    kind: str
    method: str
    path: str
    expected: int
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Template:
    """What students of one locale who answer alike ask for, in order."""

    locale: str
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class Bell:
    """When students come and how long they take, in seconds: each at a moment of the first `arrive`, handed in by
    `seconds`. Drawn by `seed`."""

    arrive: float
    seconds: float
    seed: int


@dataclass(frozen=True)
class Plan:
    """All journeys: the template and the code of each, and the response it mints."""

    templates: Sequence[Template]
    template: Sequence[int]
    codes: Sequence[str]
    responses: Sequence[str]


def answers(survey: Survey, locale: str, variant: int) -> list[tuple[str, dict[str, Any]]]:
    """An answer to each question of choice."""
    asked = [question for question in survey.questions if question.options]
    return [
        (question.id, {"value": [question.options[(at + variant) % len(question.options)].id], "locale": locale})
        for at, question in enumerate(asked)
    ]


def template(survey: Survey, locale: str, variant: int, assets: Sequence[str]) -> Template:
    """Open, read, save five times, hand in: as the page and its script do it."""
    given = answers(survey, locale, variant)
    cuts = [round(number * len(given) / BATCHES) for number in range(BATCHES + 1)]
    saves = [
        Request("save", "PUT", "/r/%c/%r", 204, {"sequence": number, "answers": dict(given[start:end])})
        for number, (start, end) in enumerate(pairwise(cuts), start=1)
    ]
    return Template(
        locale,
        (
            Request("open", "GET", "/r/%c", 303),
            Request("document", "GET", "@", 200),
            *(Request("asset", "GET", path, 200) for path in assets),
            Request("help", "GET", "/r/%c/help", 200),
            *saves,
            Request("submit", "POST", "/r/%c/%r", 200, {"sequence": BATCHES + 1, "answers": dict(given)}),
        ),
    )


def assets(document: str, styles: Mapping[str, str]) -> list[str]:
    """The files that a document loads, and the fonts that its styles load; `styles` are texts by address."""
    named = list(dict.fromkeys(_ASSET.findall(document)))
    fonts = [urljoin(path, font) for path in named for font in _FONT.findall(styles.get(path, ""))]
    return named + fonts


def drawn(town: Town, loaded: Mapping[str, Sequence[str]], only: Sequence[str], seed: int) -> Plan:
    """A journey for each student; of each the requests of the kinds in `only`, or all. `loaded`: assets by locale."""
    templates = [
        template(town.survey, locale, variant, loaded.get(locale, ()))
        for locale in LOCALES
        for variant in range(VARIANTS)
    ]
    if only:
        templates = [_part(town, whole, only) for whole in templates]
    dice = np.random.default_rng(seed)
    variants = dice.integers(VARIANTS, size=len(town.students))
    places = {locale: number * VARIANTS for number, locale in enumerate(LOCALES)}
    return Plan(
        templates=templates,
        template=[places[locale] + int(variant) for (_, locale), variant in zip(town.students, variants, strict=True)],
        codes=[code for code, _ in town.students],
        responses=[dice.bytes(16).hex() for _ in town.students],
    )


def _part(town: Town, whole: Template, only: Sequence[str]) -> Template:
    """Some requests of a template. A document that nobody was led to is asked for by its own address."""
    named = f"/s/{town.window.survey}/{town.window.version}/{whole.locale}/%c"
    return Template(
        whole.locale,
        tuple(
            Request(
                one.kind,
                one.method,
                named if one.path == "@" and "open" not in only else one.path,
                one.expected,
                one.body,
            )
            for one in whole.requests
            if one.kind in only
        ),
    )


def write(plan: Plan, bell: Bell, file: Path) -> None:
    """The plan in the generator's format (plan.c)."""
    dice = np.random.default_rng(bell.seed)
    count = len(plan.codes)
    came = dice.uniform(0, bell.arrive, count)
    takes = dice.uniform(0.4, 1, count) * (bell.seconds - bell.arrive)
    with file.open("w", encoding="utf-8") as out:
        for number, one in enumerate(plan.templates):
            for request in one.requests:
                body = json.dumps(request.body, ensure_ascii=False, separators=(",", ":")) if request.body else ""
                language = f"{one.locale},en;q=0.5"
                out.write(_line("t", number, request.method, request.path, language, request.expected, body))
        for who in range(count):
            moments = due(plan.templates[plan.template[who]], came[who], takes[who], dice)
            out.write(_line("j", plan.template[who], plan.codes[who], plan.responses[who], *moments))


def _line(*fields: object) -> str:
    return "\t".join(map(str, fields)) + "\n"


def due(template: Template, came: float, takes: float, dice: np.random.Generator) -> list[int]:
    """The moment of each request in milliseconds: answers come while the survey is filled in, all else at once."""
    timed = [at for at, request in enumerate(template.requests) if request.kind in ("save", "submit")]
    moments = np.full(len(template.requests), came)
    moments[timed] += takes * np.sort(dice.uniform(0.02, 1, len(timed)))
    moments[-1] = came + takes if timed else came
    return [int(1000 * moment) for moment in moments]
