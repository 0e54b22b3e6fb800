"""Metrics: counters of every request in the text form that Prometheus reads, added up over all web processes.

A request costs a handful of additions in memory; whatever asks the database is asked when somebody reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from surveys.web.answered import Answered, Kept

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KINDS = {  # the requests of a student's journey, by endpoint; all others go by their audience
    "respond.enter": "door",
    "respond.document": "document",
    "respond.asset": "asset",
    "respond.save": "save",
    "respond.submit": "submit",
    "respond.posted": "form",
}


class Meters:
    """The counters of one application; behind `homeroom serve` its processes keep them in one folder."""

    def __init__(self) -> None:
        here = self.registry = CollectorRegistry()
        help_of_requests = "Seconds from the first look at a request to its answer"
        self._seconds = Histogram(
            "homeroom_request_seconds", help_of_requests, ["kind"], buckets=SECONDS, registry=here
        )
        help_of_waits = "Seconds a request waited between the proxy and us"
        self._waits = Histogram("homeroom_wait_seconds", help_of_waits, buckets=SECONDS, registry=here)
        self._saves = Counter("homeroom_saves", "Saves acknowledged, repeated ones too", registry=here)
        self._submissions = Counter("homeroom_submissions", "Submissions acknowledged", registry=here)
        self._refusals = Counter("homeroom_refusals", "Requests refused, by kind", ["code"], registry=here)
        self._doors = Counter(
            "homeroom_doors", "Codes that led to a document, by its locale", ["locale"], registry=here
        )
        self._documents = Counter(
            "homeroom_documents", "Documents sent by us and not from a cache in front", ["locale"], registry=here
        )

    def count(self, seen: Answered) -> None:
        """Note one request."""
        self._seconds.labels(kind_of(seen.endpoint)).observe(seen.seconds)
        if seen.wait is not None:
            self._waits.observe(seen.wait)
        if seen.kept:
            (self._saves if seen.kept is Kept.SAVE else self._submissions).inc()
        if seen.problem:
            self._refusals.labels(seen.problem).inc()
        elif seen.locale:
            (self._doors if seen.endpoint == "respond.enter" else self._documents).labels(seen.locale).inc()


class Now(Collector):
    """Figures that are looked up when they are read."""

    def __init__(self, figures: Iterable[tuple[str, str, float]]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, meaning, value in self._figures:
            yield GaugeMetricFamily(name, meaning, value=value)


def kind_of(endpoint: str) -> str:
    """The class of a request: what a student does, or whom the page is for."""
    return KINDS.get(endpoint) or endpoint.partition(".")[0] or "none"


def exposed(meters: Meters, folder: Path | None, figures: Iterable[tuple[str, str, float]]) -> bytes:
    """All counters and figures; those of every process that counted in the folder, where there is one."""
    together = CollectorRegistry()
    if folder:
        MultiProcessCollector(together, str(folder))  # type: ignore[no-untyped-call]  # it carries no types
    now = CollectorRegistry()
    now.register(Now(figures))
    return generate_latest(together if folder else meters.registry) + generate_latest(now)
