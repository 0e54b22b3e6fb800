"""The staff's front rooms: signing in and out, the home page, and a window with its classes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import ceil
from typing import Any, cast

from flask import Blueprint, Flask, Response, g, redirect, request, send_from_directory, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from surveys import enrolling, reporting
from surveys.config import ROOT
from surveys.core.access import Action, Scope, may
from surveys.core.people import School, Window
from surveys.printing import KINDS
from surveys.store import places, windows
from surveys.store.coverage import Coverage
from surveys.store.database import Session
from surveys.web import accounts, booklets, languages, packs, staffroom
from surveys.web.parts import house
from surveys.web.staffroom import account, page, place, words

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
blueprint.register_blueprint(packs.blueprint)
blueprint.register_blueprint(languages.blueprint)
blueprint.register_blueprint(booklets.blueprint)
staffroom.furnish(blueprint)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    accounts.prepare(app, app.extensions["homeroom"])


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The sign-in page; somebody who is signed in goes on to where they were going."""
    goal = request.args.get("next", "")
    if g.account:
        return redirect(_onward(goal), 303)
    return _sign_in_page(next=goal)


@blueprint.post("/sign-in", endpoint="sign_in_post")
def enter() -> ResponseReturnValue:
    """Try a name and a password; what was typed before the session ended is offered again afterwards."""
    form = request.form
    kept = staffroom.kept_before(form.get("kept", ""))
    told: dict[str, Any] = {"next": form.get("next", ""), "form": kept, "name": form.get("account", "")}
    try:
        accounts.csrf.protect()
    except CSRFError:
        return _sign_in_page(problem=words("staff.sign_in.again"), **told), 400
    districts = staffroom.installed()
    district = form.get("district", "") or (districts[0][0] if len(districts) == 1 else "")
    tried = accounts.attempt(house(), district, form.get("account", "").strip(), form.get("password", ""))
    if tried.account is None:
        return _sign_in_page(problem=_refusal(tried.wait), district=district, **told), 429 if tried.wait else 403
    accounts.enter(house(), tried.account, house().stamp().now)
    g.account = tried.account
    return staffroom.again(kept) if kept else redirect(_onward(form.get("next", "")), 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    try:
        accounts.csrf.protect()
    except CSRFError:
        return redirect(url_for("staff.home"), 303)
    accounts.leave()
    return redirect(url_for("staff.sign_in", out=1), 303)


@blueprint.post("/language")
def speak() -> ResponseReturnValue:
    """Remember a language for this session's pages, and go back to the page it was chosen on."""
    session[staffroom.LANGUAGE] = request.form.get("locale", "")
    back = request.form.get("back", "")
    return redirect(back if staffroom.inside(back) else url_for("staff.home"), 303)


@blueprint.get("/")
def home() -> str:
    """The windows of the account's place, and how far each has come."""
    mine = account().scope
    with house().database.reading() as session:
        found = windows.windows(session, Scope(mine.district))
        shown = [(window, _progress(session, window)) for window in found]
        schools = places.schools(session, mine)
        districts = {district.id: district.name for district in places.districts(session)}
    name = schools[mine.school].name if mine.school else districts[mine.district]
    return page("staff/home.html", name=name, shown=shown, now=house().stamp().now)


@blueprint.get("/windows/<window>")
def window(window: str) -> ResponseReturnValue:
    """One window: for a district its schools, for a school its steps and classes."""
    mine = account().scope
    if mine.school:
        return redirect(url_for("staff.school", window=window, school=mine.school), 303)
    with house().database.reading() as session:
        found, schools = staffroom.window_and_schools(session, window)
        shown = reporting.progress(session, account(), found, mine)
    rows = [(school, shown.get(school.id, Coverage())) for school in _by_name(schools)]
    return page("staff/window.html", window=found, rows=rows, total=_total(shown), now=house().stamp().now)


@blueprint.get("/windows/<window>/schools/<school>")
def school(window: str, school: str) -> str:
    """One school in a window: what to do from the first code card to the report."""
    where = place(school)
    with house().database.reading() as session:
        found, schools = staffroom.window_and_schools(session, window)
        here = staffroom.one_school(schools, school)
        cards = enrolling.cards(session, account(), found, where, house().secret)
        coverage = reporting.progress(session, account(), found, where).get(school, Coverage())
    classes = Counter(card.ticket.class_name for card in cards)
    return page(
        "staff/school.html",
        window=found,
        school=here,
        classes=sorted(classes.items()),
        kinds=KINDS,
        most_spares=packs.MOST_SPARES,
        coverage=coverage,
        now=house().stamp().now,
    )


@blueprint.get("/htmx.min.js")
def htmx() -> Response:
    """The script that fetches what is live; every page does without it."""
    return send_from_directory(ROOT / "build" / "assets", "htmx.min.js", max_age=3600)


def _sign_in_page(**told: Any) -> str:
    defaults: dict[str, Any] = {"next": "", "form": None, "name": "", "district": "", "problem": "", "ended": False}
    return page("staff/sign_in.html", districts=staffroom.installed(), out="out" in request.args, **defaults | told)


def _refusal(wait: timedelta) -> str:
    if not wait:
        return words("staff.sign_in.wrong")
    return words("staff.sign_in.wait", minutes=ceil(wait.total_seconds() / 60))


def _onward(goal: str) -> str:
    return goal if staffroom.inside(goal) else url_for("staff.home")


def _progress(session: Session, window: Window) -> Coverage | None:
    """Counts for whoever may see them; a reviewer sees none."""
    mine = account().scope
    if not may(account(), Action.REPORT, mine):
        return None
    return _total(reporting.progress(session, account(), window, mine))


def _total(shown: dict[str, Coverage]) -> Coverage:
    return Coverage(*(sum(column) for column in zip(*shown.values(), strict=True))) if shown else Coverage()


def _by_name(schools: dict[str, School]) -> list[School]:
    return sorted(schools.values(), key=lambda school: school.name)
