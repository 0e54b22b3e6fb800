"""Run: a district founded and served, the bell rung at it, processes killed where wanted, the answers counted."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from scripts import services
from scripts.load import bell, certificate, cluster, front, kills, plan, results, tally, town
from scripts.load.bell import Ring
from scripts.load.cluster import Cluster
from scripts.load.crowd import Crowd
from scripts.load.front import Front
from scripts.load.plan import Bell, Plan
from scripts.load.processes import cpu
from scripts.load.results import Results, Spent
from scripts.load.site import Site, serving
from scripts.load.tally import Beside
from scripts.load.town import Town

SECRET = "only for this run of the load test, and no other"  # noqa: S105 - gone with the folder
GRACE_SECONDS = 120  # after the last moment of the plan, for what waits
SLOWEST = 4  # students a second, in a run without moments; slower than that is given up
CROWD = 20  # one student in so many is Locust's, where it is asked for


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    students: int
    database: str
    seconds: float = 0
    arrive: float = 0
    workers: int = 2
    at_once: int = 0
    only: tuple[str, ...] = ()
    kills: int = 0
    whom: tuple[str, ...] = ()
    seed: int = 1
    tls: bool = False
    locust: bool = False
    nginx: bool = False

    @property
    def limit(self) -> int:
        """Seconds after which the run is given up."""
        timed = self.seconds if not self.at_once else self.students / SLOWEST
        return int(timed + GRACE_SECONDS + 15 * self.kills)

    def __str__(self) -> str:
        pace = (
            f"{self.at_once} at once" if self.at_once else f"coming within {self.arrive:.0f} s of {self.seconds:.0f} s"
        )
        kinds = f", {' and '.join(self.only)} only" if self.only else ""
        beside = ", one in 20 of them Locust's" if self.locust else ""
        wire = "TLS 1.3 by nginx" if self.nginx else "TLS 1.3 by the web processes" if self.tls else "HTTP"
        return (
            f"{self.students:,} students, {pace}{kinds}{beside}; {self.database}, {self.workers} web processes, {wire}"
        )


@dataclass(frozen=True)
class Servers:
    """What runs beside each other on this machine."""

    site: Site
    database: Cluster | None
    front: Front | None

    @property
    def port(self) -> int:
        return self.front.port if self.front else self.site.port

    @property
    def address(self) -> str:
        return self.front.address if self.front else self.site.address

    def spent(self) -> tuple[float, float]:
        """CPU seconds so far: the web processes with nginx, and the database."""
        web = cpu(self.site.pid) + (cpu(self.front.pid) if self.front else 0.0)
        return web, cpu(self.database.pid) if self.database else 0.0


def run(wanted: Wanted, folder: Path) -> Results:
    """Found a district, serve it, ring the bell, count."""
    port = services.free_port()
    with _database(wanted.database) as server, _front(wanted, port, folder) as door:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("HOMEROOM_")}
        environ |= {"HOMEROOM_INSTANCE": str(folder), "HOMEROOM_SECRET": SECRET}
        environ |= {"HOMEROOM_PROCESSES": str(wanted.workers)}
        environ |= {"HOMEROOM_DATABASE_URL": server.url} if server else {}
        environ |= {"HOMEROOM_PUBLIC_URL": door.address} if door else {}
        environ |= certificate.made(folder) if wanted.tls else {}
        whole = town.found(environ, wanted.students)
        trust = certificate.path(folder) if wanted.tls else None
        with serving(Site(environ, port, kills.BACKGROUND in wanted.whom, trust)) as site:
            place, other = _parted(whole, wanted)
            drawn = plan.drawn(place, loaded(place, site), wanted.only, wanted.seed)
            return _rung(wanted, (place, drawn, other), Servers(site, server, door))


def loaded(place: Town, site: Site) -> dict[str, list[str]]:
    """The files that the document of each locale loads, asked of the server: so it has made each document once."""
    found = {}
    for locale in town.LOCALES:
        document = site.text(f"/s/{place.window.survey}/{place.window.version}/{locale}/")
        styles = {path: site.text(path) for path in plan.assets(document, {}) if path.endswith(".css")}
        found[locale] = plan.assets(document, styles)
    return found


def _parted(whole: Town, wanted: Wanted) -> tuple[Town, Town]:
    """Our generator's students, and Locust's."""
    ours = [student for number, student in enumerate(whole.students) if not wanted.locust or number % CROWD]
    theirs = whole.students[::CROWD] if wanted.locust else []
    return replace(whole, students=ours), replace(whole, students=theirs)


def _rung(wanted: Wanted, asked: tuple[Town, Plan, Town], servers: Servers) -> Results:
    place, drawn, other = asked
    folder = place.parts.config.instance
    plan.write(drawn, Bell(wanted.arrive, wanted.seconds, wanted.seed), folder / "plan")
    options = [f"--limit={wanted.limit}", f"--seed={wanted.seed}"]
    options += [f"--at-once={wanted.at_once}"] if wanted.at_once else []
    options += ["--tls"] if wanted.tls or wanted.nginx else []
    ring = Ring(folder / "plan", folder / "log", servers.port, options)
    beside = Crowd(folder, servers.address, other.students, wanted.arrive, wanted.seconds)
    answers = sum(len(drawn.templates[number].requests) for number in drawn.template)
    planned = kills.drawn(answers, wanted.kills, wanted.whom, wanted.seed)
    load, before = os.getloadavg()[0], servers.spent()
    try:
        beside.start()
        ring.start()
        done = kills.carry_out(planned, ring, servers.site, servers.database)
        told, crowd = ring.end(), beside.end()
    finally:
        ring.stop()
        beside.stop()
    after, records = servers.spent(), bell.records(folder / "log")
    if servers.database:
        servers.database.start()  # whatever befell it last, it is there to be counted
    rows = tally.rows(place.parts)
    return Results(
        what=str(wanted),
        students=len(place.students),
        told=told,
        kinds=results.kinds(drawn, records),
        other=results.other(drawn, records),
        spent=Spent(after[0] - before[0], after[1] - before[1], told["cpu"]),
        tally=tally.compare(drawn, records, rows, Beside(beside.sent(), beside.kept())),
        kills=Counter(done),
        load=load,
        crowd=crowd,
    )


@contextmanager
def _database(kind: str) -> Iterator[Cluster | None]:
    if kind == "sqlite":
        yield None
        return
    with cluster.running() as server:
        yield server


@contextmanager
def _front(wanted: Wanted, port: int, folder: Path) -> Iterator[Front | None]:
    if not wanted.nginx:
        yield None
        return
    with front.before(port, folder) as running:
        yield running
