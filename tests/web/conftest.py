"""Fixtures: the web application over the small district, and a browser without cookies or script."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveys import web
from surveys.core import review
from tests.world import World


@pytest.fixture
def app(world: World) -> Flask:
    return web.create(world.house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(autouse=True)
def nobody_looks_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which settled doubts a second person is shown depends on serials, which differ from run to run."""
    monkeypatch.setattr(review, "SAMPLE", 0)
