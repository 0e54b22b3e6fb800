"""Problems: every refusal as a status and a page in the reader's language that says what to do; JSON for a script."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Flask, Response, g, jsonify, make_response, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from surveys.core import locales
from surveys.core.refusals import Refused
from surveys.web.parts import documents, house

STATUS = {
    "not-allowed": 403,
    "foreign-origin": 403,
    "unknown-code": 404,
    "not-found": 404,
    "window-not-open": 403,
    "window-closed": 410,
    "not-an-answer": 422,
    "conflict": 409,
    "bad-file": 422,
    "server": 503,
}
RETRY_SECONDS = "2"
KINDS = {404: "not-found", 405: "not-found", 413: "too-large", 429: "too-many"}  # of the errors that HTTP itself names
_log = logging.getLogger(__name__)


class ForeignOrigin(Refused):
    """A page of another site tried to write here."""

    code = "foreign-origin"


def register(app: Flask) -> None:
    """Answer refusals, HTTP errors and our own failures."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def reader_locale(*wanted: str) -> str:
    """The best locale for whoever reads: what was asked for, then what the browser asks for."""
    offered = [locale.tag for locale in documents().locales]
    return locales.best([*wanted, *request.accept_languages.values()], offered, house().locales)


def page(code: str, status: int) -> Response:
    """A problem's page, which nobody keeps."""
    asked = request.args.get("locale", "")
    tag = reader_locale(asked)
    key = f"problem.{code.replace('-', '_')}"
    known = f"{key}.title" in house().texts.interface(tag)
    html = documents().rendered("problem/problem.html", tag, key=key if known else "problem.refused", chosen=asked)
    return _unkept(make_response(html, status))


def _refused(refused: Refused) -> Response:
    answer = _answer(refused.code, STATUS.get(refused.code, 400), refused.detail)
    if answer.status_code == 503:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _http(error: HTTPException) -> Response:
    if request_ctx.url_adapter is None:  # the host it names cannot be one: no page of ours could be written for it
        return _unkept(Response("this is not the address of a page of ours\n", 400, mimetype="text/plain"))
    if error.response is not None:  # an answer somebody made already
        return make_response(error.response)
    status = error.code or 500
    code = KINDS.get(status, "refused" if status < 500 else "server")
    answer = _answer(code, status, error.description or "")
    kept: Mapping[str, str] = dict(error.get_headers())
    for name in ("Allow", "Retry-After"):
        if name in kept:
            answer.headers[name] = kept[name]
    return answer


def _failed(error: Exception) -> Response:
    _log.exception("a request failed", exc_info=error)
    return _answer("server", 500, "")


def _answer(code: str, status: int, detail: str) -> Response:
    g.problem = code  # for who watches
    if request.is_json:
        return _unkept(make_response(jsonify(problem=code, detail=detail), status))
    return page(code, status)


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
