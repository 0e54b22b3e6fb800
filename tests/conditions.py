"""Cases of what is asked: the server's rule and the browser's must both give what stands here."""

from __future__ import annotations

from surveys.core.instrument import Condition

Questions = list[tuple[str, Condition | None]]
CHAIN: Questions = [
    ("a", None),
    ("b", Condition("a", ("yes", "perhaps"))),
    ("c", Condition("b", ("yes",))),
    ("d", None),
]
CASES: dict[str, tuple[Questions, dict[str, list[str]], list[str]]] = {
    "nothing is answered": (CHAIN, {}, ["a", "d"]),
    "the answer asks": (CHAIN, {"a": ["yes"]}, ["a", "b", "d"]),
    "another of the options named": (CHAIN, {"a": ["perhaps"]}, ["a", "b", "d"]),
    "an option not named": (CHAIN, {"a": ["no"]}, ["a", "d"]),
    "one of several chosen": (CHAIN, {"a": ["no", "perhaps"]}, ["a", "b", "d"]),
    "one leads to the next": (CHAIN, {"a": ["yes"], "b": ["yes"]}, ["a", "b", "c", "d"]),
    "a chain breaks at its first link": (CHAIN, {"a": ["no"], "b": ["yes"]}, ["a", "d"]),
    "an answer taken back": (CHAIN, {"a": [], "b": ["yes"]}, ["a", "d"]),
    "a part of an option's name": ([("a", None), ("b", Condition("a", ("yes-or-no",)))], {"a": ["yes"]}, ["a"]),
    "names as objects have them": (
        [("constructor", None), ("b", Condition("constructor", ("length",)))],
        {},
        ["constructor"],
    ),
}
