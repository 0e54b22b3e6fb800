"""Headers: what a browser may do with our pages. Strict for students, with a nonce per answer for staff."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from surveys.house import House

STAFF = frozenset({"staff", "review", "report"})  # the blueprints whose pages carry scripts and styles by nonce

# No inline script or style, nothing from elsewhere, no frame, and text that reaches the page only as text.
STUDENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
STAFF_POLICY = (
    "default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
TWO_YEARS = "max-age=63072000"


def nonce() -> str:
    """The nonce of the answer being written; templates of staff pages put it on their scripts and styles."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def register(app: Flask, house: House) -> None:
    """Put the headers on every answer, and `nonce()` into every template."""

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        # The router writes whole addresses, with whatever host the request named: ours stay on the host they are on.
        if response.location and response.location.startswith(request.host_url):
            response.location = response.location.removeprefix(request.host_url.rstrip("/"))
        response.headers.setdefault("Content-Security-Policy", _policy())
        if house.config.production:
            response.headers["Strict-Transport-Security"] = TWO_YEARS
        return response

    app.jinja_env.globals["nonce"] = nonce


def _policy() -> str:
    if STAFF.intersection(request.blueprints):
        return STAFF_POLICY.format(nonce=nonce())
    return STUDENT_POLICY
