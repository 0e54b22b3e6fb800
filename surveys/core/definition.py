"""A survey read from TOML and checked: every fault is refused with its file, line, key and what to write instead.

The format is shown by the shipped instruments. Loading never guesses: an unknown key, a missing one or a name that
points nowhere would otherwise be found by a child in front of a half-empty page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from surveys.core.instrument import CHOSEN, Condition, Kind, Option, Promise, Question, Scale, Survey, Topic
from surveys.core.lines import lines
from surveys.core.refusals import BadFile
from surveys.core.toml import VERSION, Table

LARGEST_BYTES = 1_000_000  # a survey of 200 questions takes about 40 kB
MOST_DIGITS = 12  # columns of bubbles that a sheet has room for
GRADES = ("PK", "K", *(str(grade) for grade in range(1, 13)))


def load(path: Path) -> Survey:
    """The survey in a TOML file; BadFile names file, line, key and cure."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise BadFile(
            f"{path}:1: file: cannot be read ({error.strerror}); write the path of a TOML file instead"
        ) from None
    if len(data) > LARGEST_BYTES:
        raise BadFile(f"{path}:1: file: is over {LARGEST_BYTES} bytes; write a shorter survey instead")
    try:
        text = data.decode("utf-8-sig")  # some editors put a byte order mark first
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(f"{path}:{line}: file: is not UTF-8 text; write the file in UTF-8 instead") from None
    return parse(text, str(path))


def parse(text: str, name: str) -> Survey:
    """The survey in a TOML text; `name` stands for the file in messages."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile(_not_toml(text, name, error)) from None
    return _survey(Table(name, lines(text), (), values))


def _not_toml(text: str, name: str, error: Exception) -> str:
    said = str(error) if isinstance(error, ValueError) else "brackets inside brackets, too deep"
    place = re.search(r" \(at line (\d+), column \d+\)$", said)
    at_end = said.endswith(" (at end of document)")
    line = int(place.group(1)) if place else text.count("\n") + 1 if at_end else 1
    said = said[: place.start()] if place else said.removesuffix(" (at end of document)")
    return f'{name}:{line}: syntax: is not TOML ({said}); write key = "value" instead'


def _survey(file: Table) -> Survey:
    file.only("id", "version", "title", "grades", "promise", "licence", "topics", "scales", "questions")
    file.text("licence")  # whoever ships or shares a survey must have said under which terms
    topics = tuple(_topic(table) for table in _distinct(file.tables("topics"), "id"))
    scales = {table.word("id"): _scale(table) for table in _distinct(file.tables("scales"), "id")}
    questions: list[Question] = []
    for table in _distinct(file.tables("questions"), "id"):
        questions.append(replace(_question(table, topics, scales), show_if=_condition(table, questions)))
    if not questions:
        file.refuse("questions", "is missing", "at least one [[questions]] table")
    if questions[-1].kind is Kind.INFO:
        file.refuse("questions", f"ends with {questions[-1].id!r}, which asks nothing", "words before a question,")
    _all_used(file, questions)
    return Survey(
        id=file.word("id"),
        version=file.word("version", VERSION),
        title=file.text("title"),
        grades=_grades(file),
        promise=Promise(file.choice("promise", tuple(Promise))),
        topics=topics,
        questions=tuple(questions),
    )


def _grades(file: Table) -> tuple[str, ...]:
    grades = file.values.get("grades")
    if not isinstance(grades, list) or not grades or not all(grade in GRADES for grade in grades):
        file.refuse("grades", "is not a list of grades", 'grades among "PK", "K", "1" to "12", such as ["6", "7"],')
    if len(set(grades)) != len(grades):
        file.refuse("grades", "names a grade twice", "each grade once")
    return tuple(grades)


def _topic(table: Table) -> Topic:
    table.only("id", "title")
    return Topic(table.word("id"), table.text("title"))


def _scale(table: Table) -> Scale:
    table.only("id", "options")
    options = table.tables("options")
    if len(options) < 2:
        table.refuse("options", "has fewer than two options", "at least two")
    _distinct(options, "text")
    scale = Scale(table.word("id"), tuple(_option(option) for option in _distinct(options, "id")))
    if all(option.exclusive for option in scale.options):
        table.refuse("options", "are all exclusive, so that none goes with another", "exclusive = true on some only")
    return scale


def _option(table: Table) -> Option:
    table.only("id", "text", "favorable", "counted", "exclusive")
    option = Option(
        table.word("id"),
        table.text("text"),
        favorable=table.flag("favorable", False),
        counted=table.flag("counted", True),
        exclusive=table.flag("exclusive", False),
    )
    if option.favorable and not option.counted:
        table.refuse("favorable", "is true on an option that is not counted", "favorable = false")
    return option


def _question(table: Table, topics: Sequence[Topic], scales: dict[str, Scale]) -> Question:
    table.only(
        "id", "topic", "scale", "kind", "text", "digits", "show_if", "required", "min", "max", "shuffle", "short"
    )
    kind = Kind(table.choice("kind", tuple(Kind))) if "kind" in table.values else Kind.ONE
    scale = None
    if kind in (*CHOSEN, Kind.RANK):
        scale = scales[table.choice("scale", tuple(scales))]
        if kind is not Kind.MANY and any(option.exclusive for option in scale.options):
            table.refuse(
                "scale", f"{scale.id!r} has an exclusive option, for kind {kind} without sense", 'kind = "many"'
            )
    elif "scale" in table.values:
        table.refuse("scale", f"does not go with kind {kind}", 'kind = "one" or no scale')
    topic = table.choice("topic", tuple(topic.id for topic in topics)) if "topic" in table.values else None
    if topic and (kind is not Kind.ONE or scale is None):
        table.refuse("topic", f"cannot be scored from a question of kind {kind}", 'kind = "one" or no topic')
    if topic and scale:
        _scorable(table, scale)
    least, most = _bounds(table, kind)
    return Question(
        id=table.word("id"),
        kind=kind,
        text=table.text("text"),
        topic=topic,
        scale=scale.id if scale else None,
        options=scale.options if scale else (),
        digits=_digits(table, kind),
        required=_required(table, kind, scale),
        min=least,
        max=most,
        shuffle=_shuffle(table, scale),
        short=_short(table, kind),
    )


def _required(table: Table, kind: Kind, scale: Scale | None) -> bool:
    """Nobody may be made to tell: who must answer can choose an option that does not count, such as not to say."""
    required = table.flag("required", False)
    if required and (scale is None or kind not in CHOSEN or all(option.counted for option in scale.options)):
        cure = "a scale with an option not to say, which has counted = false, or no required"
        table.refuse("required", "leaves no way not to say", cure)
    return required


def _shuffle(table: Table, scale: Scale | None) -> bool:
    """Options that have an order, as those that are scored, are asked in it."""
    shuffle = table.flag("shuffle", False)
    if shuffle and (scale is None or "topic" in table.values):
        table.refuse("shuffle", "goes with options in no order of their own", "it on a question without a topic")
    return shuffle


def _short(table: Table, kind: Kind) -> bool:
    if "short" in table.values and kind is not Kind.TEXT:
        table.refuse("short", f"does not go with kind {kind}", 'kind = "text" or no short')
    return table.flag("short", False)


def _bounds(table: Table, kind: Kind) -> tuple[int | None, int | None]:
    """The least and the greatest number that is taken; a number without bounds is bound by its digits alone."""
    for key in ("min", "max"):
        if key in table.values and kind is not Kind.NUMBER:
            table.refuse(key, f"does not go with kind {kind}", f'kind = "number" or no {key}')
    most = 10 ** _digits(table, kind) - 1
    highest = table.whole("max", None, 0, most)
    return table.whole("min", None, 0, most if highest is None else highest), highest


def _condition(table: Table, before: Sequence[Question]) -> Condition | None:
    """When the question is asked. It looks back only, so that no answer asks or takes away what came before it."""
    rule = table.table("show_if")
    if rule is None:
        return None
    rule.only("question", "any")
    gates = {question.id: question for question in before if question.kind in CHOSEN}
    if not gates:
        table.refuse("show_if", "stands on a question with no options to choose before it", "it on a later one")
    gate = gates[rule.choice("question", tuple(gates))]
    return Condition(gate.id, rule.names("any", tuple(option.id for option in gate.options)))


def _digits(table: Table, kind: Kind) -> int:
    """How many digits a number takes on paper: two, as an age does, where the file does not say."""
    digits = table.values.get("digits", 2)
    if "digits" in table.values and kind is not Kind.NUMBER:
        table.refuse("digits", f"does not go with kind {kind}", 'kind = "number" or no digits')
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MOST_DIGITS:
        table.refuse("digits", "is not a count of digits", f"a whole number from 1 to {MOST_DIGITS}")
    return digits


def _scorable(table: Table, scale: Scale) -> None:
    """A percent favorable needs something favorable and something that is not."""
    counted = [option.favorable for option in scale.options if option.counted]
    if not any(counted):
        table.refuse(
            "scale", f"{scale.id!r} has no favorable option", "favorable = true on at least one of its options"
        )
    if all(counted):
        table.refuse(
            "scale", f"{scale.id!r} has only favorable options", "favorable = true on some of its options only"
        )


def _distinct(tables: list[Table], key: str) -> list[Table]:
    seen: dict[str, Table] = {}
    for table in tables:
        value = table.word(key) if key == "id" else table.text(key)
        if value in seen:
            table.refuse(key, f"{value!r} is used twice in this list", "another one")
        seen[value] = table
    return tables


def _all_used(file: Table, questions: Iterable[Question]) -> None:
    """A topic or scale that no question names is most likely a question that names the wrong one."""
    named = {"topics": {q.topic for q in questions}, "scales": {q.scale for q in questions}}
    for kind, used in named.items():
        for table in file.tables(kind):
            if table.values["id"] not in used:
                table.refuse(
                    "id", f"{table.values['id']!r} is named by no question", "a question that names it, or nothing,"
                )
