"""Pages as files, for the command line: a survey just as it is served, a report with its styles inside it."""

from __future__ import annotations

import re
from pathlib import Path

from flask import g, request, url_for

from surveys import web
from surveys.core.access import Account
from surveys.core.instrument import Survey
from surveys.house import House
from surveys.web.parts import documents

_STYLE = re.compile(r'<link rel="stylesheet" href="/static/([a-z.]+)">')
_CHROME = re.compile(
    r'<header class="bar">.*?</header>|<a class="skip".*?</a>|<nav.*?</nav>|<link rel="icon".*?>|<form.*?</form>',
    re.DOTALL,
)
_SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)


def report(house: House, by: Account, window: str, school: str | None) -> bytes:
    """The page of a school's newest release, or of the district's, for an account that may see it."""
    app = web.create(house)
    with app.test_request_context():
        path = (
            url_for("report.school", window=window, school=school)
            if school
            else url_for("report.window", window=window)
        )
    with app.test_request_context(path):
        g.account = by
        html = str(app.ensure_sync(app.view_functions[str(request.endpoint)])(**(request.view_args or {})))
    styled = _STYLE.sub(lambda link: f"<style>{_style(str(app.static_folder), link[1])}</style>", html)
    return _SCRIPT.sub("", _CHROME.sub("", styled)).encode()


def survey(house: House, found: Survey, locale: str) -> bytes:
    """The document of a survey as it is served."""
    app = web.create(house)
    with app.test_request_context("/"), house.database.reading() as session:
        return documents().page(session, (found.id, found.version), locale).body


def _style(folder: str, name: str) -> str:
    return Path(folder, name).read_text(encoding="utf-8")
