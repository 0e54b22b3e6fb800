"""Catalogues as gettext files: each entry a key, a text, how far it is trusted and the English it was made from.

An entry's msgid is a key and its msgstr the text. A translation claims trust by a flag (`checked`, `reviewed`; a draft
has none) and repeats the English it was made from (`#. en: ...`): when the two differ, the translation is stale. A
review is signed (`# reviewed: Ana Ruiz, 2026-11-20`); one that nobody signed counts as checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from babel.messages import Message
from babel.messages.pofile import PoFileError, read_po

from surveys.core.entries import Entry, Status, one_line
from surveys.core.refusals import BadFile

_SOURCE_NOTE = "en:"
_SIGNATURE = re.compile(r"reviewed: (\S.*, \d{4}-\d\d-\d\d)")
_HEADER = """msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""

Catalogue = Mapping[tuple[str, str], Entry]  # by context (empty in interface and staff) and key


def read(path: Path) -> Catalogue:
    """The entries of a .po file; none when there is no file. BadFile when it cannot be read."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            messages = list(read_po(file, ignore_obsolete=True, abort_invalid=True))
    except (PoFileError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: cannot be read ({error}); write it as gettext does instead") from None
    return {
        (message.context or "", message.id): _entry(message, message.string)
        for message in messages
        if isinstance(message.id, str) and message.id and isinstance(message.string, str)
    }


def write(path: Path, locale: str, catalogue: Catalogue) -> None:
    """Write a .po file whole, or not at all; the comment that stands at the head of the file stays."""
    above = path.read_text(encoding="utf-8").split('msgid ""\n', 1)[0] if path.is_file() else ""
    entries = (_written(*name, entry) for name, entry in catalogue.items())
    made = path.with_name(f"{path.name}.new")
    path.parent.mkdir(parents=True, exist_ok=True)
    made.write_text("\n".join((above + _HEADER.format(locale=locale), *entries)), encoding="utf-8")
    made.replace(path)


def _written(context: str, key: str, entry: Entry) -> str:
    note = f"{_SOURCE_NOTE} {entry.source}" if entry.source is not None else entry.note
    lines = [f"# reviewed: {entry.reviewer}"] if entry.reviewer else []
    lines += [f"#. {note}"] if note else []
    lines += [f"#, {entry.claim}"] if entry.claim.showable else []
    lines += [f'msgctxt "{_escaped(context)}"'] if context else []
    return "\n".join((*lines, f'msgid "{_escaped(key)}"', f'msgstr "{_escaped(entry.text)}"', ""))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _entry(message: Message, text: str) -> Entry:
    note = one_line(" ".join(message.auto_comments))
    source = note.removeprefix(_SOURCE_NOTE).strip() if note.startswith(_SOURCE_NOTE) else None
    signed = _SIGNATURE.fullmatch(one_line(" ".join(message.user_comments)))
    entry = Entry(text, Status.DRAFT, source, "" if source else note, signed[1] if signed else "")
    if not text:
        return entry._replace(claim=Status.MISSING)
    if "fuzzy" in message.flags or message.flags.isdisjoint((Status.CHECKED, Status.REVIEWED)):
        return entry
    return entry._replace(claim=Status.REVIEWED if signed and Status.REVIEWED in message.flags else Status.CHECKED)
