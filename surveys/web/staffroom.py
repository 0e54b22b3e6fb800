"""What every staff page stands on: a signed-in account, a CSRF token on every change, words, dates and a place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal, format_time
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from surveys.core.access import Account, Action, Scope, may
from surveys.core.locales import best
from surveys.core.people import School, Window
from surveys.core.refusals import NotFound, Refused
from surveys.store import places, windows
from surveys.store.database import Session
from surveys.web import accounts
from surveys.web.parts import house
from surveys.web.problems import STATUS

LANGUAGE = "language"  # in the session: the one that somebody chose
DOORS = ("/staff", "/review", "/report")
PUBLIC = frozenset({"staff.sign_in", "staff.sign_in_post", "staff.sign_out", "staff.htmx"})
NEVER_KEPT = frozenset({"csrf_token", "password", "kept"})
LARGEST_FORM = 1024**2  # bytes, from anybody; the CSRF token stands in the body, so all of it is taken in first
LARGEST_UPLOAD = 4 * 1024**3  # bytes in one go, from who may scan: about 20,000 pages as a copier writes them
UPLOAD = "review.batches.send"


@dataclass(frozen=True)
class Kept:
    """A form that could not be taken because the session had ended: where it was going, and what was typed."""

    action: str
    fields: tuple[tuple[str, str], ...]
    files: bool

    def to_json(self) -> str:
        return json.dumps([self.action, self.fields, self.files])


def furnish(blueprint: Blueprint) -> None:
    """Put the guard, the words and the headers on a blueprint of staff pages."""
    blueprint.before_request(guard)
    blueprint.after_request(_private)
    blueprint.context_processor(_words)
    blueprint.register_error_handler(Refused, _refused)


def guard() -> ResponseReturnValue | None:
    """Nobody passes without an account, and nothing is changed without its CSRF token; what was typed is kept."""
    g.account = accounts.present(house(), house().stamp().now)
    request.max_content_length = LARGEST_UPLOAD if _may_upload() else LARGEST_FORM
    if request.endpoint in PUBLIC:
        return None
    if g.account is None:
        return _sign_in_first()
    try:
        accounts.csrf.protect()
    except CSRFError:
        return again(kept(), 400)
    return None


def account() -> Account:
    """Who asks."""
    found: Account = g.account
    return found


def place(school: str | None = None) -> Scope:
    """The school of the account, or the one a district account looks at; the verbs decide whether it may."""
    mine = account().scope
    return Scope(mine.district, school or mine.school)


def window_and_schools(session: Session, name: str) -> tuple[Window, dict[str, School]]:
    """A window of the account's district, and the schools that the account may look at."""
    mine = account().scope
    return windows.window(session, Scope(mine.district), name), places.schools(session, mine)


def clock(session: Session) -> str:
    """The time zone that the district lives in, as its newest window has it."""
    found = windows.windows(session, Scope(account().scope.district))
    return found[0].timezone if found else "UTC"


def one_school(schools: Mapping[str, School], name: str) -> School:
    """One of the schools that the account may look at; NotFound for any other."""
    if name not in schools:
        raise NotFound(f"{name}: no such school here")
    return schools[name]


def language() -> str:
    """The locale of this page: what was chosen, else what the browser asks for, of those that are whole."""
    if LANGUAGE not in g:
        wanted = [str(session.get(LANGUAGE, "")), *request.accept_languages.values()]
        g.language = best([tag for tag in wanted if tag], house().texts.staffed)
    return str(g.language)


def words(key: str, **values: object) -> str:
    """A sentence of the staff catalogue."""
    return house().texts.staff(language()).t(key, **values)


def page(template: str, **values: Any) -> str:
    """A staff page."""
    return render_template(template, **values)


def again(form: Kept | None, status: int = 200) -> ResponseReturnValue:
    """A page that offers to send a kept form, now that there is a session for it."""
    return page("staff/again.html", form=form), status


def kept() -> Kept | None:
    """The form of this request, if it came from a page of ours: nobody else's form may ride on a sign-in."""
    origin = request.headers.get("Origin")
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin" or origin == request.host_url.rstrip("/")
    if request.method != "POST" or not ours:
        return None
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    except RequestEntityTooLarge:  # files, which have to be chosen again
        return Kept(request.full_path.rstrip("?"), (), True)
    return Kept(request.full_path.rstrip("?"), tuple(fields), bool(request.files))


def kept_before(raw: str) -> Kept | None:
    """The kept form that a sign-in page carried along; None when it carried none of ours."""
    try:
        action, fields, files = json.loads(raw)
        pairs = tuple((str(name), str(value)) for name, value in fields)
    except (ValueError, TypeError, RecursionError):
        return None
    return Kept(action, pairs, bool(files)) if isinstance(action, str) and inside(action) else None


def inside(address: str) -> bool:
    """Whether an address is a staff page of this site, and so a safe place to go on to."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = not parts.scheme and not parts.netloc and "\\" not in address and address.isprintable()
    return plain and any(parts.path == door or parts.path.startswith(f"{door}/") for door in DOORS)


def moment(when: datetime, timezone: str = "UTC") -> str:
    """A moment as staff read it, on the clock of the window."""
    there = when.astimezone(ZoneInfo(timezone))
    return f"{format_date(there, 'medium', rebase=False)}, {format_time(there, 'short', rebase=False)}"


def day(when: datetime, timezone: str = "UTC") -> str:
    """A day as staff read it, on the clock of the window."""
    return str(format_date(when.astimezone(ZoneInfo(timezone)), "long", rebase=False))


def number(value: float, digits: int = 0) -> str:
    """A number as staff read it."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern))


def format_locale() -> str:
    return house().locales[language()].format_locale


def _may_upload() -> bool:
    return request.endpoint == UPLOAD and bool(g.account) and may(g.account, Action.SCAN, g.account.scope)


def _sign_in_first() -> ResponseReturnValue:
    address = url_for("staff.sign_in", next=request.full_path.rstrip("?"))
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("staff.sign_in")})
    if request.method in ("GET", "HEAD"):
        return redirect(address, 303)
    return page("staff/sign_in.html", form=kept(), next="", districts=installed(), ended=True), 401


def installed() -> list[tuple[str, str]]:
    """The districts that a sign-in may choose between, as (id, name)."""
    with house().database.reading() as session:
        return [(district.id, district.name) for district in places.districts(session)]


def _refused(refused: Refused) -> ResponseReturnValue:
    """A refusal as a page for grown-ups: what was declined, and what the rule said."""
    kind = refused.code if f"staff.problem.{refused.code}" in house().texts.staff(language()) else "other"
    return page("staff/problem.html", kind=kind, detail=refused.detail, back=_before()), STATUS.get(refused.code, 400)


def _before() -> str | None:
    """The page of the school that something was asked for, to try again there; browsers are told to name none."""
    told = request.view_args or {}
    asked = {name: told[name] for name in ("window", "school") if name in told}
    return url_for("staff.school", **asked) if request.method == "POST" and len(asked) == 2 else None


def _private(response: Response) -> Response:
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _words() -> dict[str, Any]:
    return {
        "t": words,
        "account": g.get("account"),
        "lang": language(),
        "direction": house().locales[language()].direction,
        "spoken": [house().locales[tag] for tag in house().texts.staffed],
        "moment": moment,
        "day": day,
        "number": number,
    }
