"""paste() and last_error() at a real prompt in a pseudo-terminal."""

from __future__ import annotations

import os
import sys

import pytest

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are not to be had on Windows")
ERROR = (
    'it\'s "quoted" C:\\x\nS3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2'
)


@pytest.fixture
def prompt(tmp_path):
    environment = {**os.environ, "TERM": "dumb", "PYTHON_BASIC_REPL": "1", "PYTHON_COLORS": "0", "PYTHONSTARTUP": ""}
    child = pexpect.spawn(
        sys.executable, ["-q"], encoding="utf-8", timeout=30, cwd=str(tmp_path), env=environment, dimensions=(50, 200)
    )
    child.expect_exact(">>> ")
    child.sendline("from lambda_doctor import *")
    child.expect_exact(">>> ")
    yield child
    child.close(force=True)


def test_paste_takes_quotes_and_backslashes(prompt) -> None:
    prompt.sendline("report = paste()")
    prompt.expect_exact("Ctrl-D:")
    prompt.send(ERROR + "\n\x04")
    prompt.expect_exact("deployment.s3-wrong-region")
    prompt.expect_exact(">>> ")
    prompt.sendline("print(report.best.captures)")
    prompt.expect_exact("{'bucket_region': 'us-east-2'}")
    prompt.sendline("report")
    prompt.expect_exact("What to do now")


def test_paste_takes_lines_longer_than_a_terminal_holds(prompt) -> None:
    prompt.sendline("report = paste()")
    prompt.expect_exact("Ctrl-D:")
    prompt.send("x" * 6_000 + " " + ERROR.splitlines()[1] + "\n\x04")
    prompt.expect_exact("deployment.s3-wrong-region")


def test_last_error_diagnoses_what_was_just_shown(prompt) -> None:
    prompt.sendline("raise RuntimeError('S3 Error Code: PermanentRedirect')")
    prompt.expect_exact("RuntimeError")
    prompt.expect_exact(">>> ")
    prompt.sendline("last_error()")
    prompt.expect_exact("What happened")


def test_last_error_without_an_error(prompt) -> None:
    prompt.sendline("len(last_error())")
    prompt.expect_exact("No exception has been shown")
    prompt.expect_exact("0")
