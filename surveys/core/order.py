"""The order in which a respondent was shown options: mixed by the response's id, so that it can be told ever after.

`kinds.js` orders the page by the same rule, and a test holds the two together.
"""

from __future__ import annotations

from surveys.core.instrument import Option, Question
from surveys.core.responses import POSTED, Mode, Response

_BITS = 0xFFFFFFFF


def shown(question: Question, response: Response) -> tuple[Option, ...]:
    """The options as this respondent saw them. Paper, and the page without its script, keep the survey's order."""
    if not question.shuffle or response.mode is Mode.PAPER or response.source.startswith(POSTED):
        return question.options
    return mixed(question, response.source)


def mixed(question: Question, seed: str) -> tuple[Option, ...]:
    """The options in the order of a seed; exclusive ones and those not counted ("none of these") keep their places."""
    moving = [option for option in question.options if moves(option)]
    turn = iter(sorted(moving, key=lambda option: (drawn(f"{seed}/{question.id}/{option.id}"), option.id)))
    return tuple(next(turn) if moves(option) else option for option in question.options)


def moves(option: Option) -> bool:
    """Whether an option has a turn in the mixing."""
    return option.counted and not option.exclusive


def drawn(name: str) -> int:
    """A number of 32 bits for a name in ASCII: FNV-1a (Fowler, Noll and Vo), then the last steps of MurmurHash3:
    names that differ in their last letter alone would come out in few of the orders there are."""
    number = 0x811C9DC5
    for byte in name.encode("ascii"):
        number = (number ^ byte) * 0x01000193 & _BITS
    number = (number ^ number >> 16) * 0x85EBCA6B & _BITS
    number = (number ^ number >> 13) * 0xC2B2AE35 & _BITS
    return number ^ number >> 16
