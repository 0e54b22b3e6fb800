"""The ways we say no: each kind has a code, which the page turns into a sentence and the command line into a line."""

from __future__ import annotations


class Refused(Exception):
    """A request we understand and decline. `code` names the kind; `detail` the place and the cure, in English."""

    code = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail


class NotAllowed(Refused):
    """The account may not do this here."""

    code = "not-allowed"


class UnknownCode(Refused):
    """No ticket opens with this code or serial: never made, replaced, or mistyped."""

    code = "unknown-code"


class WindowNotOpen(Refused):
    """The window has not opened yet."""

    code = "window-not-open"


class WindowClosed(Refused):
    """The window has closed."""

    code = "window-closed"


class NotAnAnswer(Refused):
    """An answer to a question the survey does not have, or an option the question does not have."""

    code = "not-an-answer"


class Conflict(Refused):
    """The same name for two different things, such as one sequence number with two contents."""

    code = "conflict"


class NotFound(Refused):
    """Nothing here by that name, or nothing that this account may know of."""

    code = "not-found"


class BadFile(Refused):
    """A file that cannot be taken; the detail names file, line, key and what to write instead."""

    code = "bad-file"


class Unavailable(Refused):
    """The database does not answer now, and will again: whoever asked should ask once more."""

    code = "server"


class BadSetting(Refused):
    """A setting that is missing or unusable; the detail names it."""

    code = "bad-setting"
