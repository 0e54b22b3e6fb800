"""The load generator asks as the student's page does, and only ever of this machine."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from scripts.load import bell
from scripts.load.bell import Ring

PLAN = 't\t0\tGET\t/r/%c\ten\t303\t\nt\t0\tGET\t@\ten\t200\t\nt\t0\tPUT\t/r/%c/%r\tar\t204\t{"sequence":1}\n'
FOUND = b"HTTP/1.1 303 SEE OTHER\r\nContent-Length: 0\r\nLocation: /s/one\r\n\r\n"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
KEPT = b"HTTP/1.1 204 NO CONTENT\r\nConnection: close\r\n\r\n"
BUSY = b"HTTP/1.1 503 BUSY\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Answer = Callable[[int, bytes], bytes]  # by how many came before, and the request; nothing hangs up


def ring(tmp_path: Path, plan: str, answer: Answer, *options: str) -> tuple[list[bytes], bell.Records]:
    """A plan run at a server that answers as told: the requests it saw, and the records."""
    (tmp_path / "plan").write_text(plan)
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(10)
        threading.Thread(target=_serve, args=(door, seen, answer), daemon=True).start()
        one = Ring(tmp_path / "plan", tmp_path / "log", door.getsockname()[1], ["--limit=15", *options])
        one.start()
        told = one.end()
    assert told["ended"] == told["journeys"]
    return seen, bell.records(tmp_path / "log")


def _serve(door: socket.socket, seen: list[bytes], answer: Answer) -> None:
    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return
        with line:
            while got := line.recv(65536):
                seen.append(got)
                said = answer(len(seen) - 1, got)
                line.sendall(said)
                if not said or b"close" in said:
                    break


def test_a_journey_goes_where_the_answer_points_and_hangs_up_after_its_last_request(tmp_path):
    seen, records = ring(tmp_path, PLAN + "j\t0\tCODE\tone\t0\t0\t0\n", lambda at, _: [FOUND, PAGE, KEPT][at])

    assert [request.split(b" HTTP")[0] for request in seen] == [b"GET /r/CODE", b"GET /s/one", b"PUT /r/CODE/one"]
    assert [b"Connection: close" in request for request in seen] == [False, False, True]
    assert records["status"].tolist() == [303, 200, 204]


def test_a_save_without_an_answer_goes_again_as_it_was(tmp_path):
    answers = [FOUND, PAGE, BUSY, b"", KEPT]
    seen, records = ring(tmp_path, PLAN + "j\t0\tCODE\tone\t0\t0\t0\n", lambda at, _: answers[at])

    assert seen[2] == seen[3] == seen[4]
    assert seen[2].endswith(b'\r\n\r\n{"sequence":1}')
    assert records["status"].tolist() == [303, 200, 503, 1, 204]


def test_a_newcomer_comes_back_when_it_was_told_to(tmp_path):
    full = b"HTTP/1.1 503 FULL\r\nContent-Length: 0\r\nRetry-After: 3\r\nConnection: close\r\n\r\n"
    plan = "t\t0\tGET\t/r/%c\ten\t303\t\nj\t0\tCODE\tone\t0\n"
    _, records = ring(tmp_path, plan, lambda at, _: [full, FOUND][at])

    assert records["status"].tolist() == [503, 303]
    assert (
        int(records["at_ms"][1]) - int(records["at_ms"][0]) >= 1500
    )  # as told, or half as long by chance; not one second


def test_a_refusal_ends_the_journey(tmp_path):
    refused = b"HTTP/1.1 410 GONE\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    seen, records = ring(tmp_path, PLAN + "j\t0\tCODE\tone\t0\t0\t0\n", lambda at, _: [FOUND, PAGE, refused][at])

    assert len(seen) == 3
    assert records["status"].tolist() == [303, 200, 410]


def test_requests_wait_for_their_moments(tmp_path):
    plan = PLAN + "j\t0\tCODE\tone\t0\t0\t400\n"
    _, records = ring(tmp_path, plan, lambda at, _: [FOUND, PAGE, KEPT][at])

    assert records["at_ms"][2] >= 400


def test_without_moments_all_are_asked_as_fast_as_they_are_answered(tmp_path):
    plan = 't\t0\tPUT\t/r/%c/%r\ten\t204\t{"sequence":1}\n' + "".join(
        f"j\t0\tCODE\tresponse-{number}\t60000\n" for number in range(20)
    )
    seen, records = ring(tmp_path, plan, lambda *_: KEPT, "--at-once=1")

    assert len(seen) == 20
    assert sorted(records["journey"].tolist()) == list(range(20))


def test_only_this_machine_is_asked(tmp_path):
    (tmp_path / "plan").write_text(PLAN + "j\t0\tCODE\tone\t0\t0\t0\n")
    command = [bell.built(), tmp_path / "plan", tmp_path / "log", "192.0.2.1", "80"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "loopback" in done.stderr
