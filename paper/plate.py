"""Objects taken out of one PDF, ready to be written into any number of others; knows neither sheets nor pages."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pikepdf

Part = bytes | int  # an int stands for another object of the plate, by its place
_OURS = ("/Filter", "/DecodeParms", "/Length")  # of a stream: written anew with its data


@dataclass(frozen=True)
class Plate:
    """Objects that refer to each other by their places; those asked for come first, in order."""

    objects: tuple[tuple[Part, ...], ...]

    def bodies(self, first: int) -> list[bytes]:
        """The objects as they are written when the first has this number and the others follow."""
        return [b"".join(_reference(part, first) for part in parts) for parts in self.objects]


def take(roots: Sequence[pikepdf.Object]) -> Plate:
    """Some indirect objects, and whatever they refer to; equal input gives an equal plate."""
    places = {root.objgen: place for place, root in enumerate(roots)}
    found = list(roots)
    made = []
    for thing in found:  # grows meanwhile
        parts: list[Part] = []
        for part in _body(thing):
            if isinstance(part, pikepdf.Object):
                if part.objgen not in places:
                    places[part.objgen] = len(found)
                    found.append(part)
                parts.append(places[part.objgen])
            else:
                parts.append(part)
        made.append(tuple(_merged(parts)))
    return Plate(tuple(made))


def _reference(part: Part, first: int) -> bytes:
    return part if isinstance(part, bytes) else b"%d 0 R" % (first + part)


def _merged(parts: Sequence[Part]) -> Iterator[Part]:
    for kind, run in groupby(parts, type):
        if kind is bytes:
            yield b"".join(part for part in run if isinstance(part, bytes))
        else:
            yield from run


def _body(thing: pikepdf.Object) -> Iterator[bytes | pikepdf.Object]:
    """An object itself, its references as the objects they refer to."""
    if isinstance(thing, pikepdf.Stream):
        data = zlib.compress(thing.read_bytes(), 9)
        yield b"<<"
        for key in sorted(set(thing.keys()) - set(_OURS)):
            yield from _entry(key, thing[key])
        yield b"/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(data), data)
    else:
        yield from _value(thing, top=True)


def _entry(key: str, value: object) -> Iterator[bytes | pikepdf.Object]:
    yield pikepdf.Name(key).unparse() + b" "
    yield from _value(value)


def _value(value: object, top: bool = False) -> Iterator[bytes | pikepdf.Object]:
    if not isinstance(value, pikepdf.Object):
        yield pikepdf.Array([value]).unparse()[1:-1] + b" "  # a number, a truth or nothing
    elif value.is_indirect and not top:
        yield value
    elif b" R" not in (written := value.unparse()):  # refers to nothing
        yield written + b" "
    elif isinstance(value, pikepdf.Array):
        yield b"["
        for item in value:
            yield from _value(item)
            yield b" "
        yield b"]"
    elif isinstance(value, pikepdf.Dictionary):
        yield b"<<"
        for key in sorted(value.keys()):
            yield from _entry(key, value[key])
        yield b">>"
    else:
        yield written + b" "
