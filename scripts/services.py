"""Runs a command beside servers of its own: `scripts/services.py postgres redis -- command ...`.

Each server listens on a free loopback port, keeps its data in a temporary folder and is stopped at the end. The
command finds them in HOMEROOM_TEST_DATABASE_URL and HOMEROOM_TEST_REDIS_URL."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

SECONDS_TO_START = 60
POSTGRES_SETTINGS = {  # a database that lives for one test run need not survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


@contextmanager
def temporary_folder(owner: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="homeroom-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_user(user: str | None, command: list[str]) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command] if user else command


@contextmanager
def running(command: list[str], log: Path, user: str | None, stop: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    """The server while the block lasts; then it is asked to stop, and killed when it does not."""
    with log.open("wb") as out:
        server = subprocess.Popen(as_user(user, command), stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/")
    try:
        yield server
    finally:
        server.send_signal(stop)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(answers: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; say what it logged when it ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{server.args!r} did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)


def postgres_programs() -> Path:
    """The newest PostgreSQL of Debian's packages."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise SystemExit("PostgreSQL is not installed; run scripts/setup --check")
    return found[-1].parent


@contextmanager
def postgres(settings: Mapping[str, str] = POSTGRES_SETTINGS) -> Iterator[tuple[str, str]]:
    programs, port = postgres_programs(), str(free_port())
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    with temporary_folder(user) as folder, temporary_folder() as logs:
        data, log = folder / "data", logs / "log"
        make = [str(programs / "initdb"), "-D", str(data), "-U", "homeroom", "--auth=trust", "--no-sync"]
        make += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(as_user(user, make), check=True, stdout=subprocess.DEVNULL, cwd="/")
        given = [f"-c{name}={value}" for name, value in settings.items()]
        command = [str(programs / "postgres"), "-D", str(data), "-p", port, "-k", str(folder), *given]
        ask = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", port]
        with running(command, log, user, signal.SIGINT) as server:
            wait_for(lambda: subprocess.run(ask, check=False).returncode == 0, server, log)
            yield "HOMEROOM_TEST_DATABASE_URL", f"postgresql+psycopg://homeroom@127.0.0.1:{port}/postgres"


def redis_answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


@contextmanager
def redis() -> Iterator[tuple[str, str]]:
    port = free_port()
    with temporary_folder() as folder:
        log = folder / "log"
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        with running(command, log, None, signal.SIGTERM) as server:
            wait_for(lambda: redis_answers(port), server, log)
            yield "HOMEROOM_TEST_REDIS_URL", f"redis://127.0.0.1:{port}/0"


SERVICES = {"postgres": postgres, "redis": redis}


def main(arguments: list[str]) -> int:
    split = arguments.index("--") if "--" in arguments else 0
    names, command = arguments[:split], arguments[split + 1 :]
    if not names or not command or not set(names) <= set(SERVICES):
        print(f"usage: scripts/services.py {'|'.join(SERVICES)} ... -- command ...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped then, too
    with ExitStack() as servers:
        urls = dict(servers.enter_context(SERVICES[name]()) for name in names)
        return subprocess.run(command, env={**os.environ, **urls}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
