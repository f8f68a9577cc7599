"""The HTTP API, asked over a real connection: answers, limits, headers, and nothing of a text kept."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Served, served

pytest.importorskip("fastapi", reason="needs the extra serve")
TEXT = "Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests' SECRET-WORDS-OF-A-PASTE"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served("--rate", "100000/minute") as running:
        yield running


def ask(
    address: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    """Status, headers and the answer's body."""
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/json", **names})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            status, told, text = reply.status, dict(reply.headers), reply.read().decode()
    except urllib.error.HTTPError as error:
        status, told, text = error.code, dict(error.headers), error.read().decode()
    return status, told, json.loads(text) if "json" in told.get("content-type", "") else text


def test_an_error_is_diagnosed(server: Served) -> None:
    status, _, answer = ask(server.address, "/diagnose", {"text": TEXT, "context": {"function_name": "orders"}})
    assert status == 200
    assert answer["report"]["diagnoses"][0]["id"] == "dependency.module-missing"
    assert answer["report"]["observation"]["function_name"] == "orders"
    assert "requests" in answer["html"]


def test_a_signature_is_data_for_programs_and_a_page_for_people(server: Served) -> None:
    status, _, entry = ask(server.address, "/signatures/execution.timeout")
    assert (status, entry["id"]) == (200, "execution.timeout")
    status, headers, page = ask(server.address, "/signatures/execution.timeout", Accept="text/html")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>" in page
    for wrong in ("nothing.here", "..%2f..%2fetc", "a" * 3_000):
        assert ask(server.address, f"/signatures/{wrong}")[0] == 404


def test_it_says_that_it_is_well(server: Served) -> None:
    assert ask(server.address, "/healthz")[2]["status"] == "ok"


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"{", 422), (b"[]", 422), (b'{"text": 7}', 422), (b'{"text": "x", "more": 1}', 422)],
    ids=["broken", "a list", "a number", "an unknown field"],
)
def test_a_wrong_question_is_refused_and_says_why(server: Served, raw: bytes, status: int) -> None:
    told, _, answer = ask(server.address, "/diagnose", raw=raw)
    assert told == status
    assert answer["detail"]


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(server: Served) -> None:
    connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/diagnose")
    connection.putheader("Content-Length", str(4 * 1024 * 1024 + 1))
    connection.endheaders()
    reply = connection.getresponse()
    assert (reply.status, json.loads(reply.read())["detail"][:32]) == (413, "the body may have 4,194,304 byte")
    connection.close()


def test_every_answer_has_the_headers_of_a_strict_page(server: Served) -> None:
    for path in ("/", "/healthz", "/page.js", "/signatures/execution.timeout", "/nothing"):
        headers = ask(server.address, path)[1]
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


def test_a_client_that_asks_too_often_has_to_wait() -> None:
    with served("--rate", "3/minute") as strict:
        answers = [ask(strict.address, "/diagnose", {"text": "x"}) for _ in range(5)]
        assert [status for status, _, _ in answers] == [200, 200, 200, 429, 429]
        assert "3/minute" in answers[-1][2]["detail"]
        assert ask(strict.address, "/healthz")[0] == 200


def test_no_text_is_logged() -> None:
    with served() as running:
        ask(running.address, "/diagnose", {"text": TEXT})
        ask(running.address, "/diagnose", {"text": TEXT, "wrong": TEXT})
        ask(running.address, "/diagnose?q=SECRET-WORDS-OF-A-PASTE", raw=TEXT.encode())
        assert "SECRET-WORDS" not in running.stop()


def test_a_wrong_rate_is_one_line() -> None:
    command = [sys.executable, "-m", "lambda_doctor", "serve", "--rate", "often"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "write such as 120/minute" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_keeps_to_its_own_description(server: Served, tmp_path: Path) -> None:
    """Schemathesis asks whatever the OpenAPI description allows, and much that it does not."""
    pytest.importorskip("schemathesis")
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{server.address}/openapi.json",
        "--max-examples", "12", "--checks", "all", "--seed", "7",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 3" in done.stdout
