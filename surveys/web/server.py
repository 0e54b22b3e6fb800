"""Server: gunicorn's own settings. It runs this file by its path at every start and reload, so nothing of ours may be
imported here: the process that starts the others must know none of the code that a reload replaces."""

from __future__ import annotations

import socket
import sys
import traceback
from typing import Any

from gunicorn.glogging import Logger

BAD_REQUEST = "Invalid request from"
FAILED = "Error handling request"
SILENT_SECONDS = 30  # that the kernel keeps a connection to itself on which nothing is said


class Discreet(Logger):
    """Gunicorn's own log without what it would quote: the line, the path or the address of a request."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """What could not be parsed may well be a path with its code, or a child's answers."""
        told = "a request that is no HTTP was refused" if str(msg).startswith(BAD_REQUEST) else msg
        super().warning(told, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """The kind of an exception and the places it passed; its words may quote the request."""
        kind, _, trace = sys.exc_info()
        if not str(msg).startswith(FAILED) or kind is None:
            super().exception(msg, *args, **kwargs)
            return
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        self.error("a request failed: %s through %s", kind.__name__, ", ".join(places))


logger_class = Discreet


def when_ready(server: Any) -> None:
    """Have connections handed to us once something is said on them. Browsers open some in advance: each would hold one
    of a process's eight threads for five seconds, and a class all of them."""
    for listener in server.LISTENERS:
        if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT_SECONDS)
