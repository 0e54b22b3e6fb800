"""Gate 3, language: two offline identifiers say what language a catalogue, and each long text of it, is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import py3langid
import pycld2

from surveys.core.gates import Finding, Rule, Wording
from surveys.core.gates.structure import PLACEHOLDER

LONG = 40  # characters from which a text says enough about its language to be asked for by itself
WHOLE = Wording("catalogue", "whole", "", "")  # what a finding on all texts together is about
_ACCEPTED: Mapping[str, tuple[str, ...]] = {  # where the label is not the first part of the tag, or not that alone
    "aii": ("aii", "syr"),
    "bs": ("bs", "hr", "sr"),  # one spoken language, told apart by words that few texts have
    "ckb": ("ckb", "ku", "sdh"),
    "fil": ("fil", "tl"),
    "he": ("he", "iw"),
    "hr": ("hr", "bs", "sr"),
    "id": ("id", "ms"),
    "jv": ("jv", "jw"),
    "ms": ("ms", "id"),
    "mww": ("mww", "hmn"),
    "nb": ("nb", "no", "nn"),
    "sr": ("sr", "hr", "bs"),
    "zh-Hant": ("zh-Hant", "zh"),
}


@dataclass(frozen=True)
class Verdict:
    """What one identifier takes a text for; `accepted` when that is the language it should be."""

    identifier: str
    language: str
    accepted: bool


def labels(tag: str) -> tuple[str, ...]:
    """What identifiers call the language of a locale."""
    return _ACCEPTED.get(tag) or _ACCEPTED.get(tag.split("-")[0]) or (tag.split("-")[0],)


def knowing(tag: str) -> tuple[str, ...]:
    """The identifiers that know the language of a locale; none where the gate is not possible."""
    return tuple(name for name, known in _KNOWN.items() if known.intersection(labels(tag)))


def verdicts(text: str, tag: str) -> list[Verdict]:
    """What each identifier that knows the locale's language takes a text for."""
    plain = PLACEHOLDER.sub("", text)
    named = {name: _ASKED[name](plain) for name in knowing(tag)}
    return [Verdict(name, language, language in labels(tag)) for name, language in named.items()]


def findings(tag: str, wordings: Sequence[Wording]) -> Iterator[Finding]:
    """A finding for each identifier that takes all texts together for another language, and for each long text that
    none of those who know its language takes for it. Nothing where no identifier does."""
    for verdict in verdicts("\n".join(w.text for w in wordings), tag) if wordings else ():
        if not verdict.accepted:
            what = f"{verdict.identifier} takes the texts together for {verdict.language}"
            yield Finding(Rule.LANGUAGE, WHOLE.group, WHOLE.key, what, "see what language they are in")
    for wording in wordings:
        heard = verdicts(wording.text, tag) if len(wording.text) > LONG else []
        if heard and not any(verdict.accepted for verdict in heard):
            what = "is taken for " + ", ".join(f"{v.language} by {v.identifier}" for v in heard)
            yield Finding(Rule.LANGUAGE, wording.group, wording.key, what, "see what language it is in")


def _cld2(text: str) -> str:
    return str(pycld2.detect(text, bestEffort=True)[2][0][1])


def _langid(text: str) -> str:
    return str(py3langid.classify(text)[0])


_ASKED = {"cld2": _cld2, "langid": _langid}
_KNOWN = {
    "cld2": {code for name, code in pycld2.LANGUAGES if name in pycld2.DETECTED_LANGUAGES},
    "langid": {code for code, _ in py3langid.rank("")},
}
