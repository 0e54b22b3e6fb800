"""The public address, which stands in every tag: what a phone opens, in the few letters a small code holds."""

from __future__ import annotations

import re

from surveys.core.refusals import BadSetting

LONGEST = 65  # characters, so that with "/F/", serial, page and check a tag fits QR version 4
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_ADDRESS = re.compile(rf"https?://{_LABEL}(\.{_LABEL})*(:(?P<port>[1-9]\d{{0,4}}))?", re.IGNORECASE)


def public(given: str, name: str) -> str:
    """The address without a slash at its end; BadSetting says what is wrong with `name`.

    Scheme, host and port alone: a tag is in capitals, and a path in capitals is another path.
    """
    address = given.rstrip("/")
    if not given.isascii():
        raise BadSetting(f"{name}: {given!r} has letters no tag can hold; write the host in its xn-- form")
    found = _ADDRESS.fullmatch(address)
    if not found or int(found["port"] or 80) > 65535:
        rule = "http:// or https://, a host and perhaps a port, and nothing else"
        raise BadSetting(f"{name}: {given!r} will not do; write {rule}, such as https://homeroom.example")
    if len(address) > LONGEST:
        raise BadSetting(f"{name}: {len(address)} characters, {LONGEST} fit the tag on a sheet; use a shorter address")
    return address
