"""Parts: what every page works with. It hands over the house that `create` was given, and makes nothing itself."""

from __future__ import annotations

from typing import cast

from flask import current_app

from surveys.house import House
from surveys.web.document import Documents


def house() -> House:
    """The house this application was created with."""
    return cast(House, current_app.extensions["homeroom"])


def documents() -> Documents:
    """The static documents of this application."""
    return cast(Documents, current_app.extensions["homeroom.documents"])
