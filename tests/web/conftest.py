"""Fixtures: the web application over the small district, and a browser without cookies or script."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveys import web
from tests.world import World


@pytest.fixture
def app(world: World) -> Flask:
    return web.create(world.house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
