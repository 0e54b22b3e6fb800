"""Respond: the student's door. A code opens a document, answers come in by small writes, and nothing ever goes out.

No page here sets a cookie, and none shows what was answered before: the code in the address is all there is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, make_response, request, url_for

from surveys import answering
from surveys.answering import Door
from surveys.core import codes, locales
from surveys.core.instrument import Kind, Question, Survey
from surveys.core.logic import Fault, faults, ranked, reconciled
from surveys.core.people import School, check_open
from surveys.core.refusals import NotAnAnswer, NotFound, UnknownCode
from surveys.core.responses import POSTED, check
from surveys.store.database import Session
from surveys.web.packed import FOREVER, send
from surveys.web.parts import documents, house
from surveys.web.problems import ForeignOrigin, reader_locale

blueprint = Blueprint("respond", __name__)

LARGEST_WRITE = 512 * 1024  # bytes; twenty open answers of the greatest length in a three-byte script
AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"  # a document changes only when Homeroom itself does
PREFIX = "q."  # before a question's id in the names of the page's fields
_TAIL = re.compile(rf"([{codes.ALPHABET}]{{16}})\d\d[{codes.ALPHABET}]{{4}}")  # what a tag says: serial, page, check
_RECEIPT = re.compile(rf"[{codes.ALPHABET}]{{8}}")


@blueprint.before_request
def guard() -> None:
    """Refuse what another site's page sends, and what no child could have written."""
    request.max_content_length = LARGEST_WRITE
    if request.method not in ("GET", "HEAD", "OPTIONS") and not _from_here():
        raise ForeignOrigin(f"{request.headers.get('Origin')}: only our own pages may write here")


@blueprint.after_request
def unkept(response: Response) -> Response:
    """Nothing is kept by browsers or caches unless its own answer says so."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.get("/")
def welcome() -> Response:
    """Where a child types a code that no camera could read."""
    chosen = request.args.get("locale", "")
    return _page("welcome", reader_locale(chosen), chosen=chosen, offered=documents().locales)


@blueprint.post("/")
def typed() -> Response:
    """A typed code leads to its own address."""
    code = codes.tidy(request.form.get("code", ""))
    if not code:
        return _see(url_for("respond.welcome", locale=request.form.get("locale") or None))
    return _see(url_for("respond.enter", code=code, locale=request.form.get("locale") or None))


@blueprint.get("/r/<code>")
def enter(code: str) -> Response:
    """A code, or a sheet's serial, leads to its survey's document in the locale that suits its holder best."""
    with house().database.reading() as session:
        door = answering.knock(session, house().secret, code)
        check_open(door.window, house().stamp().now)
        school = answering.school(session, door)
        offered = documents().offered(session, (door.window.survey, door.window.version))
    wanted = [request.args.get("locale", ""), door.ticket.home, *request.accept_languages.values(), school.locale]
    chosen = locales.best(wanted, [locale.tag for locale in offered], house().locales)
    return _see(_address(door, chosen, codes.tidy(code)))


@blueprint.get("/F/<tail>")
@blueprint.get("/f/<tail>")
def tag(tail: str) -> Response:
    """A sheet's tag, opened with a phone: the same survey for the same ticket, as a fresh response."""
    match = _TAIL.fullmatch(tail.upper())
    if not match:
        raise UnknownCode("this is not the address on a sheet of ours; scan the square code again")
    return _see(url_for("respond.enter", code=match[1]))


@blueprint.get("/s/<survey>/<version>/<locale>/", defaults={"code": ""})
@blueprint.get("/s/<survey>/<version>/<locale>/<code>")
def document(survey: str, version: str, locale: str, code: str) -> Response:
    """The same bytes whatever the code: it is there for the page, not for us."""
    packed = documents().made((survey, version), locale)
    if packed is None:
        with house().database.reading() as session:
            packed = documents().page(session, (survey, version), locale)
    return send(packed, AN_HOUR)


@blueprint.get("/assets/<digest>/<name>")
def asset(digest: str, name: str) -> Response:
    """The document's style and script, for ever under their digest; a page older than this version gets today's."""
    packed = documents().assets.get(name)
    if packed is None:
        raise NotFound(f"{name}: no such file")
    return send(packed, FOREVER if digest == packed.digest else "no-cache")


@blueprint.put("/r/<code>/<response>")
def save(code: str, response: str) -> Response:
    """Keep one batch of answers; acknowledged after the commit."""
    now, batch = house().stamp().now, _batch(response)
    with house().database.writing() as session:
        door = answering.knock(session, house().secret, code)
        answering.save(session, door, _survey(session, door), batch, now)
    return Response(status=204)


@blueprint.post("/r/<code>/<response>")
def submit(code: str, response: str) -> Response:
    """Hand a response in; its receipt."""
    now, batch = house().stamp().now, _batch(response)
    with house().database.writing() as session:
        door = answering.knock(session, house().secret, code)
        survey = _survey(session, door)
        for question, fault in _faults(survey, batch.get("answers")).items():
            raise NotAnAnswer(f"{question}: {fault}")
        receipt = answering.submit(session, door, survey, batch, now)
    return jsonify(receipt=receipt)


@blueprint.get("/r/<code>/help")
def help_line(code: str) -> Response:
    """Whom a child can talk to at school."""
    school = _school(code)
    return jsonify(name=school.help_name, line=school.help_line)


@blueprint.post("/s/<survey>/<version>/<locale>/", defaults={"code": ""})
@blueprint.post("/s/<survey>/<version>/<locale>/<code>")
def posted(survey: str, version: str, locale: str, code: str) -> Response:
    """The document's own form, without its script: another language, the help line, or all answers at once."""
    if "locale" in request.form:
        return _see(url_for("respond.enter", code=code, locale=request.form["locale"]))
    if "help" in request.form:
        return _page("help", reader_locale(locale), school=_school(code))
    now = house().stamp().now
    with house().database.writing() as session:
        door = answering.knock(session, house().secret, code)
        if (door.window.survey, door.window.version) != (survey, version):
            raise UnknownCode("this code opens another survey; open its own address")
        asked = _survey(session, door)
        answers = _answers(asked, locale)
        wrong = _faults(asked, answers)
        if wrong:  # the same page once more, with everything that was answered in it
            return make_response(documents().corrected(session, (survey, version), locale, answers, wrong), 422)
        batch = {"response": _response_of(door, answers), "answers": answers}
        receipt = answering.submit(session, door, asked, batch, now)
    return _see(url_for("respond.thanks", locale=locale, receipt=receipt))


@blueprint.get("/thanks/<locale>/<receipt>")
def thanks(locale: str, receipt: str) -> Response:
    """The end, with a receipt that opens nothing."""
    if not _RECEIPT.fullmatch(receipt):
        raise NotFound(f"{receipt}: a receipt has eight characters")
    return _page("thanks", reader_locale(locale), receipt=receipt)


def _survey(session: Session, door: Door) -> Survey:
    return documents().survey(session, (door.window.survey, door.window.version))


def _school(code: str) -> School:
    with house().database.reading() as session:
        return answering.school(session, answering.knock(session, house().secret, code))


def _address(door: Door, locale: str, code: str) -> str:
    window = door.window
    return url_for("respond.document", survey=window.survey, version=window.version, locale=locale, code=code)


def _see(address: str) -> Response:
    return Response(status=303, headers={"Location": address})  # without a body: the address may hold a code


def _page(name: str, tag: str, **values: Any) -> Response:
    return make_response(documents().rendered(f"respond/{name}.html", tag, **values))


def _batch(response: str) -> dict[str, Any]:
    try:
        body = request.get_json()
    except RecursionError as error:  # thousands of brackets inside each other
        raise NotAnAnswer("write an object of sequence and answers") from error
    if not isinstance(body, dict):
        raise NotAnAnswer("write an object of sequence and answers")
    return {**body, "response": response}


def _answers(survey: Survey, locale: str) -> dict[str, Any]:
    """The answers in the page's own form; what was left blank is left out."""
    given = {}
    for name in request.form:
        question = survey.by_id.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
        values = [value for value in request.form.getlist(name) if value.strip()]
        if question and values:
            given[question.id] = {"value": _posted(question, values), "locale": locale}
    return given


def _faults(survey: Survey, raw: object) -> dict[str, Fault]:
    """What keeps these answers from being handed in; NotAnAnswer when they are none."""
    if not survey.demanding:
        return {}
    return faults(survey, {name: (each.options, each.text) for name, each in check(survey, raw).items()})


def _posted(question: Question, values: list[str]) -> str | list[str]:
    """What the fields of one question say. Nobody can be asked again: options at odds are settled by the rule."""
    if question.kind in (Kind.TEXT, Kind.NUMBER):
        return values[0]
    if question.kind is Kind.RANK:  # each value is an option and its place, as soccer:2
        pairs = [value.rpartition(":") for value in values]
        return ranked((option, int(place)) for option, _, place in pairs if re.fullmatch("[0-9]{1,3}", place))
    return reconciled(question, values) if question.option_ids.issuperset(values) else values


def _response_of(door: Door, answers: dict[str, Any]) -> str:
    """An id that is the same for the same answers to the same ticket, so that a form posted twice counts once."""
    content = json.dumps([door.ticket.district, door.ticket.window, door.ticket.id, answers], sort_keys=True)
    return POSTED + hmac.new(house().secret, f"posted:{content}".encode(), hashlib.sha256).hexdigest()[:32]


def _from_here() -> bool:
    """Whether our own page sent this. A form that sends no referrer has the origin "null": then `Sec-Fetch-Site` tells,
    which every browser that isolates a foreign frame sends."""
    origin = request.headers.get("Origin")
    if origin == "null":
        return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    public = urlsplit(house().config.public_url)
    ours = (f"{public.scheme}://{public.netloc}", f"http://{request.host}", f"https://{request.host}")
    return origin is None or origin in ours
