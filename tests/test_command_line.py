"""The command line, as a person or a script runs it."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REDIRECT = "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2."
COMMAND = [sys.executable, "-m", "lambda_doctor"]


def run(*arguments: str, text: str | None = None, **options) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *arguments], input=text, capture_output=True, text=True, encoding="utf-8", timeout=60, **options
    )
    assert "Traceback" not in done.stderr
    return done


def test_text_from_an_argument_standard_input_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "error.log"
    file.write_text(REDIRECT)
    shown = [run(REDIRECT), run(text=REDIRECT), run("-", text=REDIRECT), run(str(file)), run(*REDIRECT.split())]
    assert [done.returncode for done in shown] == [0] * 5
    assert len({done.stdout for done in shown}) == 1
    assert "us-east-2" in shown[0].stdout
    assert "\x1b" not in shown[0].stdout


def test_markdown_and_json() -> None:
    assert run(REDIRECT, "--format", "markdown").stdout.startswith("### ")
    report = json.loads(run("--format", "json", text=REDIRECT).stdout)
    assert report["diagnoses"][0]["id"] == "deployment.s3-wrong-region"


def test_a_file_named_like_a_command_needs_a_path(tmp_path: Path) -> None:
    (tmp_path / "list").write_text(REDIRECT)
    assert "us-east-2" in run("./list", cwd=tmp_path).stdout


def test_nothing_known_is_status_1() -> None:
    done = run(text="all is well")
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.log"], "no such file: missing.log"),
        (["explain", "deployment.s3-wrong-regoin"], "did you mean deployment.s3-wrong-region"),
        (["--format", "yaml", "x"], "invalid choice"),
        (["--nonsense"], "unrecognized arguments"),
        (["explain"], "required"),
        (["."], "lambda-doctor: .: is a directory"),
        (["scan", "missing.log"], "lambda-doctor: missing.log: no such file or directory"),
        (["--budget", "-1", "x"], "invalid seconds value: '-1'"),
        (["run"], "no command"),
    ],
)
def test_wrong_use_is_status_2_and_one_line(arguments: list[str], said: str) -> None:
    done = run(*arguments, text="")
    assert done.returncode == 2
    assert said in done.stderr.lower() or said in done.stderr
    assert done.stderr.startswith("lambda-doctor: ")


def test_a_packed_log_is_sent_to_scan(tmp_path: Path) -> None:
    packed = tmp_path / "orders.log.gz"
    packed.write_bytes(gzip.compress(REDIRECT.encode()))
    done = run(str(packed))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"lambda-doctor scan {packed}" in done.stderr
    packed.write_bytes(packed.read_bytes()[:40])
    done = run("scan", str(packed))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{packed} is cut off" in done.stderr


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_logs_that_cannot_be_read_to_their_end_take_nothing_away(format: str, tmp_path: Path) -> None:
    cut, whole = tmp_path / "cut.log.gz", tmp_path / "whole.log"
    cut.write_bytes(gzip.compress(f"{REDIRECT}\n".encode())[:-8])
    whole.write_text("Task timed out after 3.00 seconds\n")
    done = run("scan", "--format", format, str(cut), str(tmp_path / "missing.log"), str(whole))
    assert done.returncode == 2
    assert "deployment.s3-wrong-region" in done.stdout
    assert "execution.timeout" in done.stdout
    first, second = done.stderr.splitlines()
    assert first.startswith(f"lambda-doctor: {cut} is cut off")
    assert second == f"lambda-doctor: {tmp_path / 'missing.log'}: No such file or directory"


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_closed_streams_are_no_traceback() -> None:
    command = f"'{sys.executable}' -m lambda_doctor 'Task timed out after 3.00 seconds'"
    for closed, status in ((">&-", 0), ("2>&-", 0), ("<&-", 0), ("<&- >&-", 0)):
        done = subprocess.run(f"{command} {closed}", shell=True, capture_output=True, text=True, timeout=60)
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), (closed, done.stderr)


def test_explain_and_list() -> None:
    assert "get-bucket-location" in run("explain", "deployment.s3-wrong-region").stdout
    assert json.loads(run("explain", "deployment.s3-wrong-region", "--format", "json").stdout)["patterns"]
    listed = run("list", "deployment").stdout.splitlines()
    assert any(line.startswith("deployment.s3-wrong-region") for line in listed)
    assert all(line.startswith("deployment.") for line in listed)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGPIPE, no such pipes")
def test_a_reader_that_goes_away_is_no_error() -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m lambda_doctor explain deployment.s3-wrong-region | head -n 1",
        shell=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_is_no_traceback() -> None:
    # A job in the background of a shell script ignores Ctrl-C, and so would the program: it would never end.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdin is not None
    try:
        process.stdin.write("waiting for more")
        process.stdin.flush()
        # A program that cannot be interrupted yet is one that has not begun to read: ask until it ends.
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                continue
        errors = process.stderr.read() if process.stderr else ""
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
    assert process.returncode in (130, -signal.SIGINT)
    assert "lambda_doctor/cli" not in errors
