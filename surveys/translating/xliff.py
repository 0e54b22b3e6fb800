"""Booklets as XLIFF 1.2, which agencies and translation tools take: one file element, a trans-unit for each text."""

from __future__ import annotations

from typing import BinaryIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from surveys.core.exchange import Booklet, Unit, digest
from surveys.core.locales import SOURCE
from surveys.core.refusals import BadFile

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
STATES = {
    "missing": "new",
    "draft": "needs-review-translation",
    "stale": "needs-adaptation",
    "checked": "translated",
    "reviewed": "signed-off",
}
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def write(booklet: Booklet, out: BinaryIO) -> None:
    """A UTF-8 document; the target of a text that nobody has written is left out."""
    root = Element("xliff", {"version": "1.2", "xmlns": NAMESPACE})
    file = SubElement(root, "file", {
        "original": f"{booklet.name}/{booklet.version}".rstrip("/"),
        "source-language": SOURCE,
        "target-language": booklet.locale,
        "datatype": "plaintext",
    })  # fmt: skip
    body = SubElement(file, "body")
    for unit in booklet.units:
        _add(body, unit)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)


def _add(body: Element, unit: Unit) -> None:
    element = SubElement(body, "trans-unit", {"id": unit.key, "resname": unit.key, _XML_SPACE: "preserve"})
    SubElement(element, "source").text = unit.english
    if unit.text:
        SubElement(element, "target", {"state": STATES[unit.status]}).text = unit.text
    if unit.note:
        SubElement(element, "note").text = unit.note


def read(data: bytes, name: str) -> Booklet:
    """BadFile, with the file's name, when it is no XLIFF 1.2 of ours. Document types, and so entities, are refused."""
    root = _parsed(data, name)
    file = root.find(_tag("file"))
    if root.tag != _tag("xliff") or file is None:
        raise BadFile(f"{name}: is not XLIFF 1.2; export it with --format xliff and fill that in")
    survey, _, version = file.get("original", "").partition("/")
    units = tuple(_unit(element, name) for element in file.iter(_tag("trans-unit")))
    return Booklet(survey, version, file.get("target-language", ""), units)


def _parsed(data: bytes, name: str) -> Element:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(f"{name}: is not UTF-8; save it as UTF-8") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadFile(f"{name}: declares a document type; save it without one")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entity is left to expand
    except (ElementTree.ParseError, ValueError) as error:
        raise BadFile(f"{name}: is not whole XML ({error}); export it again, or ask for the file once more") from None


def _unit(element: Element, name: str) -> Unit:
    key = element.get("id", "")
    if not key:
        raise BadFile(f"{name}: a trans-unit has no id; keep the ids as they were exported")
    english, target = _text(element, "source"), element.find(_tag("target"))
    state = "" if target is None else target.get("state", "")
    status = "draft" if state.startswith("needs-") or state == "new" else "checked"
    return Unit(key, english, _text(element, "target"), status, source=digest(english))


def _text(element: Element, child: str) -> str:
    """All the text of a child, what stands inside inline marks included."""
    found = element.find(_tag(child))
    return "" if found is None else "".join(found.itertext())


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
