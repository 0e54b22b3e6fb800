"""Kills: which process dies when, drawn by a seed and told by how far the run is, so that a run can be had again."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from scripts.load.bell import Ring
from scripts.load.cluster import Cluster
from scripts.load.site import Site

WEB_WORKER, WEB, BACKGROUND = "a web process", "all web processes", "the background worker"
BACKEND, DATABASE = "a process of PostgreSQL", "PostgreSQL"
WHOM = {"sqlite": (WEB_WORKER, WEB, BACKGROUND), "postgresql": (WEB_WORKER, DATABASE, WEB, BACKEND, BACKGROUND)}
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Kill:
    """After how many answers, whom, and which of several."""

    after: int
    whom: str
    dice: int


def drawn(answers: int, count: int, whom: Sequence[str], seed: int) -> list[Kill]:
    """`count` kills spread over a run of so many answers: each of `whom` in turn, at moments of chance."""
    dice = random.Random(seed)
    moments = sorted(dice.sample(range(answers // 20, answers * 19 // 20), count))
    return [Kill(moment, whom[number % len(whom)], dice.randrange(1 << 30)) for number, moment in enumerate(moments)]


def carry_out(planned: Sequence[Kill], ring: Ring, site: Site, cluster: Cluster | None) -> list[str]:
    """Kill as planned while the run lasts; whom it hit. A process that is just being started again is waited for."""
    done = []
    for kill in planned:
        while ring.running() and (ring.tries() < kill.after or not strike(kill, site, cluster)):
            time.sleep(LOOK_SECONDS)
        if not ring.running():
            break
        done.append(kill.whom)
    return done


def strike(kill: Kill, site: Site, cluster: Cluster | None) -> bool:
    """SIGKILL, by which nothing can be tidied up; False when there is nobody to kill just now."""
    if kill.whom in (DATABASE, BACKEND):
        if cluster is not None and kill.whom == DATABASE:
            cluster.kill()
        elif cluster is not None:
            cluster.kill_one(kill.dice)
        return cluster is not None
    leader = site.worker() if kill.whom == BACKGROUND else site.web()
    if leader is None:
        return False
    with suppress(ProcessLookupError):
        if kill.whom != WEB_WORKER:
            os.killpg(leader, signal.SIGKILL)
            return True
        found = site.web_workers()
        if found:
            os.kill(found[kill.dice % len(found)], signal.SIGKILL)
            return True
    return False
