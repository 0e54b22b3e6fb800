"""`homeroom serve`, `worker` and `db upgrade`: the processes of an installation, started and stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from surveys import worker as background
from surveys.cli import output
from surveys.cli.context import Context
from surveys.config import ROOT, Config

PATIENCE_SECONDS = 30  # for a request or a chunk of pages to end; then the process is killed
PAUSE_SECONDS = 2  # before a worker that died is started again
THREADS = 8  # requests at once in each web process
COMMAND = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from surveys.app import main; main()"


@dataclass
class Process:
    """One of the processes that serve looks after."""

    name: str
    command: list[str]
    child: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we stop the others in order.
        self.child = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 - our own commands

    def ended(self) -> int | None:
        return self.child.poll() if self.child else None

    def reload(self) -> None:
        """The web begins with new processes and lets the old ones end what they are at; the worker ends what it is at,
        and is started again."""
        if self.child:
            self.child.send_signal(signal.SIGHUP if self.name == "web" else signal.SIGTERM)

    def stop(self, until: float) -> None:
        if self.child is None or self.child.poll() is not None:
            return
        try:
            self.child.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--worker/--no-worker", default=True, help="Read scans here too, or leave that to other machines.")
@click.pass_obj
def serve(context: Context, /, host: str, port: int, worker: bool) -> int:
    """Serve the pages and read scans in the background, until stopped with Ctrl-C.

    A trial installation brings its database up to date first; a production one does so with homeroom db upgrade.
    On the signal HUP the code, the words and the surveys are loaded anew, and no request is dropped; settings are not.
    """
    config = context.config
    if not config.production:
        context.house.database.engine.dispose()
    with TemporaryDirectory(prefix="homeroom-counters-") as counters:
        processes = [Process("web", _web(config, f"{host}:{port}", Path(counters)))]
        if worker:
            processes.append(Process("worker", [sys.executable, "-c", COMMAND, "worker"]))
        output.say(f"Homeroom is at http://{host}:{port}; stop it with Ctrl-C")
        return _look_after(processes)


@click.command()
@click.option("--verbose", is_flag=True, help="Tell of every task.")
@click.pass_obj
def worker(context: Context, /, verbose: bool) -> int:
    """Read scans in the background, until stopped.

    HOMEROOM_BROKER_URL says where the work is queued: on disk if left out, else Redis or RabbitMQ. A worker may be
    killed at any moment; what it had not kept is found and read again.
    """
    return background.run(context.house, verbose)


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.pass_obj
def upgrade(context: Context, /) -> int:
    """Bring the tables to the newest version. Doing it again changes nothing."""
    context.house.database.upgrade()
    output.say("the database is up to date")
    return 0


def _web(config: Config, bind: str, counters: Path) -> list[str]:
    options = [
        f"--config={ROOT / 'surveys' / 'web' / 'server.py'}",
        f"--env=PROMETHEUS_MULTIPROC_DIR={counters}",
        f"--bind={bind}",
        f"--workers={config.processes}",
        f"--threads={THREADS}",
        "--graceful-timeout=20",
        f"--pythonpath={ROOT}",
        "--no-control-socket",
        "--log-level=warning",
    ]
    return [sys.executable, "-m", "gunicorn", *options, "--error-logfile=-", "surveys.app:create_app()"]


def _look_after(processes: list[Process]) -> int:
    """Runs the processes until a signal or until the web ends; a worker that dies is started again."""
    stopping: list[int] = []
    reloading: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: stopping.append(number))
    signal.signal(signal.SIGHUP, lambda number, _: reloading.append(number))
    for process in processes:
        process.start()
    status = 0
    while not stopping:
        time.sleep(0.2)
        if reloading:
            reloading.clear()
            _reload(processes)
        for process in processes:
            ended = process.ended()
            if ended is not None and process.name == "web":
                output.say(f"homeroom: the web server ended with {ended}; look at the lines above")
                status = 2
                stopping.append(0)
            elif ended is not None:
                output.say(f"the {process.name} ended with {ended}; starting it again")
                time.sleep(PAUSE_SECONDS)
                process.start()
    _stop(processes)
    return status


def _reload(processes: list[Process]) -> None:
    """Loads the code anew, unless it cannot be loaded: gunicorn would end, and what runs is better than nothing."""
    web = processes[0]
    if subprocess.run([*web.command, "--check-config"], check=False).returncode:  # noqa: S603 - our own command
        output.say("homeroom: the new code cannot be loaded, look at the lines above; what was there goes on")
        return
    output.say("loading anew")
    for process in processes:
        process.reload()


def _stop(processes: list[Process]) -> None:
    for process in processes:
        if process.child and process.ended() is None:
            process.child.terminate()
    until = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        process.stop(until)
