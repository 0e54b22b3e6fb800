"""Background work: the same verbs as Celery tasks."""

from __future__ import annotations

from collections.abc import Callable


def queue(broker_url: str) -> Callable[[str], None]:
    """Asks the workers to look for pending work in a district."""
    return lambda district: None
