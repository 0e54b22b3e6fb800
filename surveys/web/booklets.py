"""Words for a translator, in the browser: files to send, and a look at what one that came back would change."""

from __future__ import annotations

import io
from pathlib import PurePath

from flask import Blueprint, Response, request, send_file

from surveys import translating
from surveys.core.exchange import Booklet, Fate, compare
from surveys.core.instrument import Survey
from surveys.core.locales import SOURCE, Locale
from surveys.core.refusals import BadFile, NotFound
from surveys.store.texts import INTERFACE
from surveys.web.languages import asked
from surveys.web.parts import house
from surveys.web.staffroom import page

blueprint = Blueprint("booklets", __name__, url_prefix="/languages/<survey>/<version>/<locale>/booklet")
PAGES = "pages"  # in the address: the words of the pages rather than the survey's


@blueprint.get("/<what>.<form>")
def out(survey: str, version: str, locale: str, what: str, form: str) -> Response:
    """A file for a translator; `what` is the survey's id, or `pages`."""
    found, known = asked(survey, version, locale)
    kind = translating.FORMATS.get(translating.ENDINGS.get(f".{form}", ""))
    if kind is None or what not in (survey, PAGES) or known.tag == SOURCE:
        raise NotFound(f"{what}.{form}: no such file; write one of {', '.join(translating.ENDINGS)}")
    made = io.BytesIO()
    kind.write(_now(found, known, "" if what == survey else INTERFACE), made)
    made.seek(0)
    name = f"{found.id if what == survey else INTERFACE}.{known.tag}.{form}"
    return send_file(made, mimetype="application/octet-stream", as_attachment=True, download_name=name)


@blueprint.post("/")
def back(survey: str, version: str, locale: str) -> str:
    """What a file that came back would change, and what is wrong with it; nothing is taken here."""
    found, known = asked(survey, version, locale)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BadFile("no file came with that; choose one first")
    returned = _read(sent.read(), PurePath(sent.filename).name)
    now = _now(found, known, "" if returned.name == found.id else returned.name)
    changes = compare(now, returned)
    taken = translating.take(now, changes, known, (frozenset(), ""))
    shown = [change for change in changes if change.fate not in (Fate.SAME, Fate.EMPTY)]
    return page("staff/returned.html", survey=found, locale_of=known, changes=shown, findings=taken.findings)


def _read(data: bytes, name: str) -> Booklet:
    kind = translating.ENDINGS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise BadFile(f"{name}: ends in none of {', '.join(translating.ENDINGS)}; give it the ending it was sent with")
    return translating.FORMATS[kind].read(data, name)


def _now(survey: Survey, locale: Locale, pages: str) -> Booklet:
    if pages == INTERFACE:
        return translating.of_pages(house().texts, INTERFACE, locale)
    return translating.of_survey(house().texts, survey, locale)
