"""The queue between the edges and the workers: on disk, Redis or RabbitMQ; it may forget what it holds."""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from celery import Celery
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES, filesystem

SWEEP = "homeroom.sweep"  # the task that looks for pending work
# Workers take from both in turn: what somebody waits for is not behind everything else.
SOON, LATER = "homeroom", "homeroom-later"
LOOK_SECONDS = 0.05  # between looks into a folder; the other brokers wake a worker

logger = logging.getLogger(__name__)


class DiskChannel(filesystem.Channel):
    """Messages as files. Unlike kombu's own, a message appears whole or not at all, and is gone once it is taken."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # kombu's own differ
        name = f"{time.time_ns():020d}_{uuid4().hex}.{queue}.msg"
        made = Path(self.control_folder, name)
        made.write_text(json.dumps(payload))
        made.replace(Path(self.data_folder_out, name))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        waiting = self._waiting.setdefault(queue, deque())
        if not waiting:
            waiting.extend(sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")))
        while waiting:
            path = waiting.popleft()
            try:
                payload = path.read_text()
                path.unlink()
                return json.loads(payload)
            except FileNotFoundError:  # another worker took it
                continue
            except ValueError:
                logger.warning("%s: not a message; left out", path.name)
        raise Empty

    @cached_property
    def _waiting(self) -> dict[str, deque[Path]]:
        """What lay there when last looked, by queue, in order: to look again for each of thousands takes long."""
        return {}


class DiskTransport(filesystem.Transport):
    """The broker that needs no service."""

    Channel = DiskChannel


TRANSPORT_ALIASES["disk"] = f"{__name__}:{DiskTransport.__name__}"


def celery(broker_url: str) -> Celery:
    """A Celery application on a broker: filesystem:///folder, redis://... or amqp://..."""
    url, options = _broker(broker_url)
    app = Celery(SOON, broker=url, set_as_current=False)
    app.conf.update(
        broker_transport_options=options,
        broker_connection_retry_on_startup=True,
        task_default_queue=SOON,
        task_queues={SOON: {}, LATER: {}},
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=2,  # the next chunk is at hand when a process has done one
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
    )
    return app


def queue(broker_url: str) -> Callable[[str], None]:
    """Asks the workers to look for pending work in a district. When the broker is away, their sweep finds it later."""
    app = celery(broker_url)
    app.conf.broker_transport_options |= {"max_retries": 1, "interval_start": 0.1}  # a page must not wait for a broker

    def ask(district: str) -> None:
        try:
            app.send_task(SWEEP, [district], retry=False)
        except (OperationalError, OSError):
            logger.warning("the queue does not answer; the workers will find the work themselves", exc_info=True)

    return ask


def idle(app: Celery) -> bool:
    """Whether nothing waits in the queues."""
    return all(_empty(app, name) for name in (SOON, LATER))


def _empty(app: Celery, name: str) -> bool:
    with app.connection_for_write() as connection, connection.channel() as channel:
        try:
            return bool(channel.queue_declare(name, passive=True).message_count == 0)
        except connection.channel_errors:  # there is no such queue, which is how Redis says that it is empty
            return True


def _broker(url: str) -> tuple[str, dict[str, Any]]:
    """The address Celery takes, and the options that go with it."""
    if not url.startswith("filesystem:"):
        return url, {"socket_connect_timeout": 3} if url.startswith("redis") else {}
    folder = Path(urlsplit(url).path)
    messages, control = folder / "messages", folder / "control"
    for made in (messages, control):
        made.mkdir(parents=True, exist_ok=True)
    places = {"data_folder_in": str(messages), "data_folder_out": str(messages), "control_folder": str(control)}
    return "disk://localhost//", {**places, "polling_interval": LOOK_SECONDS}
