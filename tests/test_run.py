"""`lambda-doctor run -- aws lambda ...`: the real AWS CLI against a stub of the Lambda API on loopback; terminals; signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from junitparser import JUnitXml
from loopback import Stub, listening

AWS = [sys.executable, "-m", "awscli"]
RUN = [sys.executable, "-m", "lambda_doctor", "run"]
PYTHON = [sys.executable, "-c"]
REDIRECT = "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2"
ROLE = "arn:aws:iam::123456789012:role/orders"
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals and signals")


class Failure(NamedTuple):
    """A call of the AWS CLI, what Lambda answers to it, and what is to be said of that."""

    command: str
    status: int
    code: str
    message: str
    diagnosis: str


CODE = "update-function-code --function-name orders --s3-bucket artifacts --s3-key k"
SETTINGS = "update-function-configuration --function-name orders --timeout 5"
MAKE = f"create-function --function-name orders --runtime python3.13 --handler a.b --role {ROLE} --code S3Bucket=artifacts,S3Key=k"
INVOKE = "invoke --function-name orders out.json"
ALLOW = (
    "add-permission --function-name orders --statement-id s --action lambda:InvokeFunction --principal s3.amazonaws.com"
)
INVALID = "InvalidParameterValueException"
CONFLICT = "ResourceConflictException"
ANSWERED = [
    Failure(CODE, 400, INVALID, f"Error occurred while GetObject. {REDIRECT}. Please use this region to retry the request", "deployment.s3-wrong-region"),
    Failure(CODE, 400, INVALID, "Could not unzip uploaded file. Please check your file, then try to upload again.", "deployment.invalid-zip"),
    Failure(CODE, 409, CONFLICT, "The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:eu-west-1:123456789012:function:orders", "deployment.update-in-progress"),
    Failure(CODE, 409, CONFLICT, "The operation cannot be performed at this time. The function is currently in the following state: 'Pending'", "deployment.function-pending"),
    Failure(CODE, 400, INVALID, "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.", "deployment.s3-object-not-found"),
    Failure(CODE, 403, "ExpiredTokenException", "The security token included in the request is expired", "credentials.expired"),
    Failure(CODE, 403, "UnrecognizedClientException", "The security token included in the request is invalid.", "credentials.invalid"),
    Failure(CODE, 403, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.", "credentials.signature-mismatch"),
    Failure(SETTINGS, 400, INVALID, "Cannot reference more than 5 layers.", "configuration.layer-limit"),
    Failure(MAKE, 400, INVALID, "The role defined for the function cannot be assumed by Lambda.", "permissions.role-not-assumable"),
    Failure(MAKE, 409, CONFLICT, "Function already exist: orders", "deployment.function-already-exists"),
    Failure(MAKE, 400, INVALID, "Unzipped size must be smaller than 262144000 bytes", "deployment.unzipped-too-large"),
    Failure(MAKE, 400, INVALID, "The runtime parameter of nodejs8.10 is no longer supported for creating or updating AWS Lambda functions. We recommend you use the new runtime (nodejs12.x) while creating or updating functions.", "configuration.runtime-deprecated"),
    Failure(MAKE, 403, "AccessDeniedException", f"User: arn:aws:iam::123456789012:user/dev is not authorized to perform: iam:PassRole on resource: {ROLE}", "permissions.pass-role-denied"),
    Failure(INVOKE, 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:orders", "deployment.function-not-found"),
    Failure(INVOKE, 429, "TooManyRequestsException", "Rate Exceeded.", "invocation.throttled"),
    Failure(INVOKE, 413, "RequestEntityTooLargeException", "Request must be smaller than 6291456 bytes for the InvokeFunction operation", "invocation.payload-too-large"),
    Failure(INVOKE, 502, "SubnetIPAddressLimitReachedException", "Lambda was not able to set up VPC access for the Lambda function because one or more configured subnets has no available IP addresses.", "networking.subnet-ip-exhausted"),
    Failure(ALLOW, 409, CONFLICT, "The statement id (s) provided already exists. Please provide a new statement id, or remove the existing statement.", "permissions.statement-already-exists"),
    Failure(ALLOW, 412, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id", "deployment.revision-mismatch"),
]  # fmt: skip
REFUSED = {
    "get-function --function-name": "cli.unknown-option",
    "update-function-code --function-name orders --zip-file function.zip": "cli.zip-file-prefix",
}


class Lambda(Stub):
    """Answers each request with the failure whose number its path begins with."""

    def answer(self) -> None:
        failure = ANSWERED[int(self.path.split("/")[1])]
        body = json.dumps({"Type": "User", "message": failure.message}).encode()
        self.send(failure.status, "x-amzn-ErrorType", failure.code, body)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with listening(Lambda) as address:
        yield address


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Nobody's own AWS configuration takes part."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GITHUB_"))}
    return own | {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "not-a-key",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_COLOR": "1",
    }


def call(command: list[str], environment: dict[str, str], **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, cwd=Path(environment["AWS_CONFIG_FILE"]).parent, capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, timeout=60, **options,
    )  # fmt: skip


@pytest.mark.parametrize("number", range(len(ANSWERED)), ids=[failure.diagnosis for failure in ANSWERED])
def test_what_lambda_refuses(number: int, endpoint: str, environment: dict[str, str]) -> None:
    failure = ANSWERED[number]
    command = [*AWS, "lambda", *failure.command.split(), "--endpoint-url", f"{endpoint}/{number}"]
    done = call([*RUN, "--", *command], environment)
    assert (done.returncode, done.stdout) == (255, "")
    told, _, diagnosis = done.stderr.partition(f"{failure.message}\n")
    assert told.startswith(f"\nAn error occurred ({failure.code}) when calling the ")
    assert diagnosis.splitlines()[2].partition(" ")[0] == failure.diagnosis


@pytest.mark.parametrize("arguments", REFUSED, ids=REFUSED.values())
def test_what_the_aws_cli_refuses_itself_and_that_nothing_else_is_changed(
    arguments: str, environment: dict[str, str]
) -> None:
    command = [*AWS, "lambda", *arguments.split()]
    alone, wrapped = call(command, environment), call([*RUN, "--", *command], environment)
    assert alone.returncode
    assert (wrapped.returncode, wrapped.stdout) == (alone.returncode, alone.stdout)
    assert wrapped.stderr.startswith(alone.stderr)
    assert f"\n{REFUSED[arguments]} " in wrapped.stderr[len(alone.stderr) :]


def test_bytes_pass_unchanged_and_success_adds_nothing(environment: dict[str, str]) -> None:
    code = "import sys; sys.stdout.buffer.write(bytes(range(256)) * 1000 + b'no end'); sys.stderr.buffer.write(b'\\xff\\r')"
    done = subprocess.run([*RUN, "--", *PYTHON, code], env=environment, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"\xff\r")
    assert done.stdout == bytes(range(256)) * 1000 + b"no end"


def test_standard_input_is_the_commands(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [*RUN, "--", *PYTHON, "print(input()[::-1])"], env=environment, input="abc\n", capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "cba\n")


def test_output_comes_through_while_the_command_still_runs(environment: dict[str, str]) -> None:
    """A prompt has no line break; the command ends only when it is answered."""
    code = "import sys; sys.stdout.write('name? '); sys.stdout.flush(); print('hello', input())"
    with subprocess.Popen(
        [*RUN, "--", *PYTHON, code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.read(6) == b"name? "
        answer, _ = process.communicate(b"you\n", timeout=60)
    assert answer.split() == [b"hello", b"you"]


def test_a_reader_that_leaves_ends_the_command(environment: dict[str, str]) -> None:
    code = "while True: print('x' * 1000)"
    with subprocess.Popen(
        [*RUN, "--", *PYTHON, code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(60) != 0


def test_only_the_end_of_a_long_output_is_kept_and_the_error_in_it_found(environment: dict[str, str]) -> None:
    code = (
        f"print('x' * 99 + chr(10), end='' * 2); [print('y' * 99) for _ in range(60_000)]; print({REDIRECT!r}); exit(3)"
    )
    done = call([*RUN, "--", *PYTHON, code], environment)
    assert done.returncode == 3
    assert "deployment.s3-wrong-region" in done.stderr


def test_a_command_that_is_not_there_is_wrong_use(environment: dict[str, str]) -> None:
    done = call([*RUN, "--", "no-such-command"], environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "lambda-doctor: cannot run no-such-command: No such file or directory\n"


def test_reports_for_pipelines_are_written_beside_what_is_shown(environment: dict[str, str], tmp_path: Path) -> None:
    failing = ["--", *PYTHON, f"print({REDIRECT!r}); exit(4)"]
    done = call([*RUN, "--report", "lambda.xml", *failing], environment)
    assert done.returncode == 4
    assert "deployment.s3-wrong-region" in done.stderr
    (suite,) = JUnitXml.fromfile(str(tmp_path / "lambda.xml"))
    assert [case.name for case in suite] == ["deployment.s3-wrong-region"]
    call([*RUN, "--report", "lambda.sarif", "--", *PYTHON, "pass"], environment)
    assert json.loads((tmp_path / "lambda.sarif").read_text())["runs"][0]["results"] == []
    wrong = call([*RUN, "--report", "lambda.doc", *failing], environment)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "lambda.doc ends in none of .sarif" in wrong.stderr
    unwritable = call([*RUN, "--report", "missing/lambda.xml", *failing], environment)
    assert unwritable.returncode == 4
    assert f"lambda-doctor: {Path('missing/lambda.xml')}: No such file" in unwritable.stderr


def test_a_github_run_gets_annotations_and_a_summary(environment: dict[str, str], tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    failing = ["--", *PYTHON, f"print({REDIRECT!r}); exit(4)"]
    done = call([*RUN, "--format", "github", *failing], environment | {"GITHUB_STEP_SUMMARY": str(summary)})
    assert done.returncode == 4
    assert "\n::error title=The package's bucket is in another Region than the function (deployment.s3-" in done.stderr
    assert summary.read_text(encoding="utf-8").startswith("### The package's bucket")


@on_posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_reaches_the_command_and_its_status_comes_back(name: str, environment: dict[str, str]) -> None:
    code = f"""
import signal, sys
signal.signal(signal.{name}, lambda *_: sys.exit(9))
print("ready", flush=True)
signal.pause()
"""
    with subprocess.Popen(
        [*RUN, "--", *PYTHON, code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:  # fmt: skip
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(getattr(signal, name))
        process.communicate(timeout=60)
    assert process.returncode == 9


@on_posix
def test_a_command_that_a_signal_ended_gives_the_shells_status(environment: dict[str, str]) -> None:
    done = call([*RUN, "--", *PYTHON, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], environment)
    assert done.returncode == 128 + signal.SIGKILL


@pytest.fixture
def terminal(environment: dict[str, str]):
    """Start a Python program under `run` at a terminal of 77 columns."""
    pexpect = pytest.importorskip("pexpect", reason="no pseudo-terminals")
    started = []

    def start(code: str, *arguments: str):
        child = pexpect.spawn(
            sys.executable, [*RUN[1:], *arguments, "--", *PYTHON, code], env={**environment, "TERM": "xterm"},
            encoding="utf-8", timeout=30, dimensions=(30, 77),
        )  # fmt: skip
        child.delaybeforesend = None
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


@on_posix
def test_at_a_terminal_the_command_has_one_too(terminal) -> None:
    child = terminal(
        "import sys, os; print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size().columns);"
        f"name = input('name? '); print('\\x1b[31mred', name); print({REDIRECT!r}); sys.exit(5)"
    )
    child.expect_exact("True True True 77\r\nname? ")
    child.sendline("you")
    child.expect_exact("\x1b[31mred you\r\n")
    child.expect_exact("deployment.s3-wrong-region")
    child.wait()
    assert child.exitstatus == 5


@on_posix
def test_ctrl_c_typed_at_a_terminal_reaches_the_command_once(terminal) -> None:
    child = terminal("""
import signal, sys
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
print("ready", flush=True)
input()
print("interrupts:", len(seen))
sys.exit(6)
""")
    child.expect_exact("ready")
    child.sendintr()
    child.expect_exact("^C")
    child.sendline("")
    child.expect_exact("interrupts: 1")
    child.wait()
    assert child.exitstatus == 6


@on_posix
def test_a_new_size_of_the_terminal_reaches_the_command(terminal) -> None:
    child = terminal("""
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])
print("ready", flush=True)
while os.get_terminal_size().columns != 99:
    signal.sigwait([signal.SIGWINCH])
print("columns:", os.get_terminal_size().columns)
""")
    child.expect_exact("ready")
    child.setwinsize(40, 99)
    child.expect_exact("columns: 99")


@on_posix
def test_the_terminal_is_left_as_it_was(environment: dict[str, str]) -> None:
    pexpect = pytest.importorskip("pexpect")
    shell = pexpect.spawn("sh", env={**environment, "PS1": "", "TERM": "xterm"}, encoding="utf-8", timeout=30)
    shell.sendline(f"stty -g; {' '.join(RUN)} -- true; stty -g; echo do''ne")
    shell.expect_exact("done")
    settings = [line for line in shell.before.splitlines() if line.count(":") > 10]
    assert len(settings) == 2
    assert len(set(settings)) == 1
    shell.close(force=True)
