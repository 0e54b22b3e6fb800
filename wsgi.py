"""The WSGI door, for gunicorn and its like."""

from surveys.app import create_app

app = create_app()
