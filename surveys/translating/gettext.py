"""Booklets as gettext files, which volunteers' tools take: the id is the context, the English the msgid."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from babel.messages import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from surveys.core.exchange import Booklet, Unit, digest
from surveys.core.refusals import BadFile

HEADER = """msgid ""
msgstr ""
"Project-Id-Version: {name} {version}\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
NO_VERSION = "-"
UNNAMED = "PROJECT"  # what Babel makes of a header that says nothing


def write(booklet: Booklet, out: BinaryIO) -> None:
    """UTF-8; a draft is marked fuzzy, as translators know it."""
    catalog = Catalog()
    for unit in booklet.units:
        flags = ["fuzzy"] if unit.text and unit.status in ("draft", "stale") else []
        notes = [unit.note] if unit.note else []
        catalog.add(unit.english, unit.text, flags=flags, auto_comments=notes, context=unit.key)
    named = HEADER.format(name=booklet.name, version=booklet.version or NO_VERSION, locale=booklet.locale)
    out.write(named.encode())
    write_po(out, catalog, width=0, omit_header=True)


def read(data: bytes, name: str) -> Booklet:
    """BadFile, with the file's name, when it is no gettext file of ours."""
    try:
        catalog = read_po(io.BytesIO(data), charset="utf-8", abort_invalid=True, ignore_obsolete=True)
    except (PoFileError, UnicodeDecodeError, ValueError, LookupError) as error:
        raise BadFile(f"{name}: cannot be read ({error}); export it with --format po and fill that in") from None
    if catalog.project in (None, UNNAMED):
        raise BadFile(f"{name}: does not say what it is of; export it with --format po and fill that in")
    version = "" if catalog.version in (NO_VERSION, None) else catalog.version
    locale = (catalog.locale_identifier or "").replace("_", "-")
    return Booklet(catalog.project or "", version, locale, tuple(_units(catalog, name)))


def _units(catalog: Catalog, name: str) -> Iterator[Unit]:
    for message in catalog:
        if message.id:
            yield _unit(message, f"{name}:{message.lineno}")


def _unit(message: Message, place: str) -> Unit:
    if not message.context:
        raise BadFile(f"{place}: has no msgctxt; keep the ids as they were exported")
    if not isinstance(message.id, str) or not isinstance(message.string, str):
        raise BadFile(f"{place}: {message.context}: has plural forms; write one text")
    status = "draft" if "fuzzy" in message.flags else "checked"
    return Unit(message.context, message.id, message.string, status, source=digest(message.id))
