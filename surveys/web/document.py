"""Document: the survey page as static bytes per (survey version, locale), made once and the same for every student.

It must never know who reads it: no code, no ticket, no school.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import rcssmin
import rjsmin
from flask import Flask, render_template

from surveys.core.instrument import Kind, Question, Survey
from surveys.core.locales import Locale
from surveys.house import House
from surveys.store.database import Session
from surveys.web.packed import Packed, pack

STATIC = Path(__file__).parent / "static"
YOUNG = frozenset({"PK", "K", "1", "2", "3", "4", "5"})  # grades that see one question at a time
STATES = {  # what the page's script tells beside the answers, and its sentence
    "saved": "respond.saved",
    "saving": "respond.saving",
    "offline": "respond.offline_will_send",
    "retrying": "respond.not_saved_retry",
    "sending": "respond.sending",
    "unsent": "respond.send_failed",
    "closed": "respond.closed",
    "unknown": "problem.unknown_code.title",
    "refused": "respond.save_refused",
    "switched": "respond.language_changed",
    "cleared": "respond.answer_cleared",
}
_DEVICE = "system-ui, sans-serif"  # letters that a script's font leaves to the device: Latin ones, and digits
LONGEST_STEP = 5  # questions; a longer topic is cut into steps of about the same length

NOTHING: Mapping[str, Any] = MappingProxyType({})
Name = tuple[str, str]  # survey id and version


@dataclass(frozen=True)
class Step:
    """What a student sees at once: one question, or those of one topic; an open question always stands alone."""

    number: int
    questions: tuple[Question, ...]


class Documents:
    """Survey versions, their documents and the files these load, each made when first asked for and kept."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._surveys: dict[Name, Survey] = {}
        self._offered: dict[Name, list[Locale]] = {}
        self._pages: dict[tuple[Name, str], Packed] = {}

    @cached_property
    def assets(self) -> dict[str, Packed]:
        """The style, the script and the fonts by name."""
        style = _joined(("tokens.css", "respond.css")) + _leadings(self._house.locales.values())
        return {
            "respond.css": pack(_style(style), "text/css"),
            **{name: pack(_script(name), "text/javascript") for name in ("respond.js", "kinds.js")},
            **_faces(self._house.config.fonts / "web"),
        }

    @cached_property
    def locales(self) -> list[Locale]:
        """The locales that any shipped survey is offered in: those of the pages around a survey."""
        tags = {tag for survey in self._house.shipped.values() for tag in self._house.texts.offered(survey)}
        return self._by_name(tags)

    def survey(self, session: Session, name: Name) -> Survey:
        """A survey version in English; it is never edited, so it is read once."""
        if name not in self._surveys:
            self._surveys.setdefault(
                name, self._house.survey(session, *name)
            )  # one object, whatever threads do at once
        return self._surveys[name]

    def offered(self, session: Session, name: Name) -> list[Locale]:
        """The locales a survey version is whole in, by their own names."""
        tags = self._house.texts.offered(self.survey(session, name))
        if len(self._offered.get(name, ())) != len(tags):  # fonts may come while we run
            self._offered[name] = self._by_name(tags)
            self._pages = {made: page for made, page in self._pages.items() if made[0] != name}  # their menus lack it
        return self._offered[name]

    def made(self, name: Name, tag: str) -> Packed | None:
        """The document, when it was made before: this asks nothing of the database."""
        return self._pages.get((name, tag))

    def page(self, session: Session, name: Name, tag: str) -> Packed:
        """The document; NotFound when the survey version is not offered in this locale."""
        if (name, tag) not in self._pages:
            self._pages[name, tag] = pack(self._document(session, name, tag).encode(), "text/html")
        return self._pages[name, tag]

    def corrected(
        self, session: Session, name: Name, tag: str, given: Mapping[str, Any], faults: Mapping[str, str]
    ) -> str:
        """The document for one child, who posted it without its script and has something to put right: with what was
        `given` ({question: {"value": ...}}) and what is wrong by question. It loads no script, which would begin anew.
        """
        values = {question: answer["value"] for question, answer in given.items()}
        return self._document(session, name, tag, values, faults)

    def _document(
        self,
        session: Session,
        name: Name,
        tag: str,
        given: Mapping[str, Any] = NOTHING,
        faults: Mapping[str, str] = NOTHING,
    ) -> str:
        spoken = self._house.texts.survey(self.survey(session, name), tag)
        return self.rendered(
            "respond/document.html",
            tag,
            survey=spoken,
            steps=steps(spoken),
            young=young(spoken),
            more=needs_more(spoken),
            offered=self.offered(session, name),
            states=STATES,
            given=given,
            faults=faults,
        )

    def rendered(self, template: str, tag: str, **values: Any) -> str:
        """A page for students in a locale."""
        words = self._house.texts.interface(tag)
        shared = {"words": words, "t": words.t, "locale": words.locale, "assets": self.assets}
        shared["face"] = next((f"{name}.css" for name in words.locale.fonts if f"{name}.css" in self.assets), "")
        return tight(render_template(template, **shared, **values))

    def _by_name(self, tags: Iterable[str]) -> list[Locale]:
        return sorted((self._house.locales[tag] for tag in tags), key=lambda locale: locale.endonym.casefold())


def register(app: Flask, house: House) -> None:
    """Give the application its documents."""
    app.extensions["homeroom.documents"] = Documents(house)


def young(survey: Survey) -> bool:
    """Whether every grade of the survey is one of the youngest."""
    return bool(survey.grades) and YOUNG.issuperset(survey.grades)


def needs_more(survey: Survey) -> bool:
    """Whether a survey asks for more than single answers, numbers and texts: only then is `kinds.js` loaded."""
    alone = any(option.exclusive for question in survey.questions for option in question.options)
    mixed = any(question.shuffle or question.kind is Kind.RANK for question in survey.questions)
    return alone or mixed or survey.conditional or survey.demanding


def steps(survey: Survey) -> list[Step]:
    """The questions in the order of the survey, cut into steps; words that ask nothing stand with what follows them."""
    groups: list[tuple[Question, ...]] = [(question,) for question in survey.asking]
    if not young(survey):
        groups = [part for _, run in groupby(survey.asking, key=_togetherness) for part in _parts(tuple(run))]
    left = iter(survey.questions)
    whole = [tuple(_upto(left, group[-1])) for group in groups]
    return [Step(number, group) for number, group in enumerate(whole, start=1)]


def _upto(questions: Iterator[Question], last: Question) -> Iterator[Question]:
    for question in questions:
        yield question
        if question is last:
            return


def tight(html: str) -> str:
    """HTML without the white space of its template; there is none to keep: no page of ours holds preformatted text."""
    return re.sub(r"\s*\n\s*", "\n", html).strip() + "\n"


def _togetherness(question: Question) -> str:
    return f"open {question.id}" if question.kind is Kind.TEXT else f"topic {question.topic}"


def _parts(questions: Sequence[Question]) -> list[tuple[Question, ...]]:
    count = -(-len(questions) // LONGEST_STEP)
    cuts = [round(number * len(questions) / count) for number in range(count + 1)]
    return [tuple(questions[start:end]) for start, end in pairwise(cuts)]


def _joined(files: Sequence[str]) -> bytes:
    return b"\n".join((STATIC / file).read_bytes() for file in files)


def _style(written: bytes) -> bytes:
    """A style without what only its writers read."""
    return bytes(rcssmin.cssmin(written))


def _script(file: str) -> bytes:
    """A script without what only its writers read."""
    return bytes(rjsmin.jsmin((STATIC / file).read_bytes()))


def _faces(folder: Path) -> dict[str, Packed]:
    """The fonts that were made for pages, and for each a style that loads it: one a page, where its script needs one.

    Text shows at once in what the device has, and changes to the font when it is there.
    """
    found: dict[str, Packed] = {}
    for path in sorted(folder.glob("*.woff2")):
        font = found[path.name] = pack(path.read_bytes(), "font/woff2")
        source = f'url("../{font.digest}/{path.name}") format("woff2")'
        rules = f'@font-face {{ font-family: "{path.stem}"; src: {source}; font-display: swap; }}\n'
        rules += f':root {{ --font: "{path.stem}", {_DEVICE}; }}\n'
        rules += f".languages :not([aria-current]) {{ font-family: {_DEVICE}; }}\n"  # names in other scripts
        found[f"{path.stem}.css"] = pack(rules.encode(), "text/css")
    return found


def _leadings(locales: Iterable[Locale]) -> bytes:
    """The line heights that scripts need, as rules: the pages themselves may carry no style."""
    heights = sorted({f"{locale.line_height:.2f}" for locale in locales})
    return "".join(f'\n[data-leading="{height}"] {{ --leading: {height}; }}' for height in heights).encode()
