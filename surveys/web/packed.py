"""Packed: bytes that never change while a process lives, compressed once, with an ETag. It knows no survey."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

from flask import Response, request

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Packed:
    """A body ready to send, plain and compressed."""

    body: bytes
    compressed: bytes
    digest: str
    mimetype: str


def pack(body: bytes, mimetype: str) -> Packed:
    """Compress once; the same body always gives the same bytes."""
    return Packed(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16], mimetype)


def send(packed: Packed, caching: str) -> Response:
    """The answer to a GET: compressed when the browser takes gzip, 304 when it has these bytes already."""
    compress = request.accept_encodings.quality("gzip") > 0
    response = Response(packed.compressed if compress else packed.body, mimetype=packed.mimetype)
    if compress:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = caching
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(packed.digest, weak=True)  # weak: the same for both encodings
    response.make_conditional(request)
    return response
