"""HTTP: a blueprint per audience, each a thin door to a verb."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel

from surveys.config import ROOT
from surveys.house import House
from surveys.web import document, headers, operate, problems, report, respond, review, staff, staffroom, watch


def create(house: House) -> Flask:
    """The web application over a house."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.extensions["homeroom"] = house
    watch.register(app, house)
    Babel(app, locale_selector=staffroom.format_locale)
    document.register(app, house)
    headers.register(app, house)
    problems.register(app)
    for audience in (respond, staff, review, report, operate):
        app.register_blueprint(audience.blueprint)
    return app
