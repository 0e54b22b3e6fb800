"""Certificate: made for one run and trusted by nobody, so that the web processes speak TLS themselves."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path


def made(folder: Path) -> Mapping[str, str]:
    """The settings that hand gunicorn a fresh key and its certificate."""
    key = folder / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    words += ["-days", "1", "-subj", "/CN=Load test", "-addext", "subjectAltName=IP:127.0.0.1"]
    words += ["-keyout", str(key), "-out", str(path(folder))]
    subprocess.run(words, check=True, capture_output=True)
    return {"GUNICORN_CMD_ARGS": f"--keyfile={key} --certfile={path(folder)}"}


def path(folder: Path) -> Path:
    """Where the certificate is."""
    return folder / "certificate.pem"
