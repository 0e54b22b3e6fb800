"""Who is signed in: argon2 passwords, a slow-down per account, and the signed session cookie. Knows no page."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, session
from flask_wtf.csrf import CSRFProtect

from surveys.core.access import Account, Role, Scope
from surveys.house import House
from surveys.store import activity, places
from surveys.store.activity import Activity

DAYS = 30  # a session ends after this long without a visit
FREE_TRIES = 5  # wrong passwords in LOOK_BACK before an account has to wait
LOOK_BACK = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=15)  # doubles with every further wrong password

csrf = CSRFProtect()
_hasher = PasswordHasher()


@dataclass(frozen=True)
class Attempt:
    """What came of a sign-in: the account, or how long to wait; neither when name or password was wrong."""

    account: Account | None = None
    wait: timedelta = timedelta(0)


def prepare(app: Flask, house: House) -> None:
    """Session and CSRF settings of the application. The session is renewed by `renew`, so that no page but staff's sets
    a cookie; a CSRF token lives as long as its session, so that a form left open overnight still works."""
    app.secret_key = hmac.new(house.secret, b"staff sessions", hashlib.sha256).digest()
    app.config.update(
        SESSION_COOKIE_NAME="homeroom",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=house.config.production,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=DAYS),
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # staff pages send no referrer; the token and SameSite do this work
    )
    csrf.init_app(app)


def hashed(password: str) -> str:
    """The argon2 hash an account is kept with."""
    return _hasher.hash(password)


def attempt(house: House, district: str, name: str, password: str) -> Attempt:
    """Try a name and a password. An unknown name costs the same time and gives the same answer as a wrong password."""
    stamp = house.stamp()
    subject = _subject(house, name)
    with house.database.reading() as reading:
        known = any(place.id == district for place in places.districts(reading))
        credential = places.credential(reading, district, name)
        wrong = activity.moments(reading, Scope(district), ("sign-in failed", subject), stamp.now - LOOK_BACK)
    wait = _wait(wrong, stamp.now)
    if wait:
        return Attempt(wait=wait)
    right = _matches(credential.password if credential else _nobody(), password) and credential is not None
    if known:
        with house.database.writing() as writing:
            kind = "signed in" if right else "sign-in failed"
            act = Activity(stamp.new_id(), stamp.now, name if right else "nobody", kind, subject, {})
            activity.note(writing, Scope(district), act)
    return Attempt(credential.account if right and credential else None)


def enter(house: House, account: Account, now: datetime) -> None:
    """Begin a session for an account; whatever the browser's session held before is forgotten."""
    with house.database.reading() as reading:
        credential = places.credential(reading, account.scope.district, account.id)
    session.clear()
    if credential:
        session.permanent = True
        session["account"] = [account.scope.district, account.id, _fingerprint(credential.password)]
        session["seen"] = now.date().isoformat()


def leave() -> None:
    """End the session."""
    session.clear()


def present(house: House, now: datetime) -> Account | None:
    """The account of this request's session; None when there is none, it is gone, or its password was changed."""
    held = session.get("account")
    if not isinstance(held, list) or len(held) != 3:
        return None
    with house.database.reading() as reading:
        credential = places.credential(reading, held[0], held[1])
    if credential is None or not hmac.compare_digest(_fingerprint(credential.password), held[2]):
        return None
    if credential.account.role is Role.SYSTEM:
        return None
    if session.get("seen") != now.date().isoformat():
        session["seen"] = now.date().isoformat()  # sends the cookie again: the thirty days start anew
    return credential.account


def _subject(house: House, name: str) -> str:
    """What a try is noted under: not the name as typed, which is now and then a password in the wrong field."""
    return hmac.new(house.secret, f"sign-in:{name}".encode(), hashlib.sha256).hexdigest()[:16]


def _wait(wrong: Sequence[datetime], now: datetime) -> timedelta:
    if len(wrong) < FREE_TRIES:
        return timedelta(0)
    doubled = FIRST_WAIT * 2 ** (len(wrong) - FREE_TRIES)
    return max(max(wrong) + min(doubled, LOOK_BACK) - now, timedelta(0))


def _matches(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that no password opens, so that an unknown name takes as long as a known one."""
    return _hasher.hash(hashlib.sha256(b"nobody").hexdigest())


def _fingerprint(kept: str) -> str:
    return hashlib.sha256(kept.encode()).hexdigest()[:16]
