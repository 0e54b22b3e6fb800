"""Gate 5, consistency: a text beside its English and its neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from surveys.core.gates import signs
from surveys.core.gates.findings import Finding, Rule, Wording, found
from surveys.core.gates.order import disorder

SCALE = "scale"  # the group of option texts; a key there is scale.<scale>.<place>
_TOPIC = "topic."


def check(wordings: Sequence[Wording], tag: str, script: str) -> Iterator[Finding]:
    """Findings on the texts of one locale, each for itself and beside the others."""
    for wording in wordings:
        yield from _ending(wording, signs.signs(tag, script))
        yield from _length(wording, script)
    yield from _two_ways(wordings)
    scales = _scales(wordings)
    for labels in scales:
        yield from _alike(labels, "option")
    yield from disorder(scales)
    for topics in _grouped(w for w in wordings if w.key.startswith(_TOPIC)).values():
        yield from _alike(topics, "topic")


def _ending(wording: Wording, own: signs.Signs) -> Iterator[Finding]:
    wanted, text = own.instead_of(wording.english), wording.text
    if wanted is None and text[-1:] in own.every:
        yield found(Rule.ENDING, wording, f"ends with {text[-1]}, its English with a word", "leave it out")
    elif wanted is not None and not any(text.endswith(sign) if sign else _ends_bare(text, own) for sign in wanted):
        wanted_signs = " or ".join(sign or "no sign" for sign in wanted)
        yield found(Rule.ENDING, wording, f"ends with {text[-1:]!r}", f"end it with {wanted_signs}")
    if "" not in own.question and set(own.question).isdisjoint(own.stop):
        asked = sum(text.count(sign) for sign in own.question)
        if asked != wording.english.count("?"):
            cure = f"ask {wording.english.count('?')}, with {' or '.join(own.question)}"
            yield found(Rule.QUESTION, wording, f"asks {asked} questions", cure)
    for closing, opening in (own.opening or {}).items():
        if text.count(closing) != text.count(opening):
            yield found(Rule.QUESTION, wording, f"has {opening} and {closing} in different numbers", "write both")


def _ends_bare(text: str, own: signs.Signs) -> bool:
    return text[-1:] not in own.every and (text[-1:].isalnum() or not text[-1:].isascii() or text[-1:] in '}”")')


def _length(wording: Wording, script: str) -> Iterator[Finding]:
    if len(wording.english) < signs.LONG:
        return
    least, most = signs.band(script)
    ratio = len(wording.text) / len(wording.english)
    if not least <= ratio <= most:
        what = f"is {ratio:.2f} times as long as its English, against {least} to {most}"
        yield found(Rule.LENGTH, wording, what, "look for what is missing or said twice")


def _two_ways(wordings: Iterable[Wording]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Wording] = {}
    for wording in wordings:
        earlier = first.setdefault((wording.group, wording.english), wording)
        if earlier.text != wording.text:
            what = f"says the English of {earlier.key} in another way"
            yield found(Rule.TWO_WAYS, wording, what, f"write {earlier.text!r} in both")


def _alike(labels: Iterable[Wording], kind: str) -> Iterator[Finding]:
    """Labels that read the same although their English does not."""
    first: dict[str, Wording] = {}
    for label in labels:
        earlier = first.setdefault(" ".join(label.text.lower().split()), label)
        if earlier.english != label.english:
            yield found(Rule.SCALE, label, f"reads as {earlier.key} does", f"find another word for one {kind}")


def _scales(wordings: Iterable[Wording]) -> list[list[Wording]]:
    """The labels of each scale, in order."""
    scales: dict[str, list[Wording]] = defaultdict(list)
    for wording in wordings:
        if wording.group == SCALE:
            scales[wording.key.rpartition(".")[0]].append(wording)
    return [sorted(labels, key=lambda label: label.key) for labels in scales.values()]


def _grouped(wordings: Iterable[Wording]) -> Mapping[str, list[Wording]]:
    groups: dict[str, list[Wording]] = defaultdict(list)
    for wording in wordings:
        groups[wording.group].append(wording)
    return groups
