"""Diagnoses where Python programs meet errors: tracebacks, threads, tasks, logs, AWS calls, tests, handlers, notebooks."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import boto3
import pytest
from botocore.stub import Stubber

from lambda_doctor import explaining
from lambda_doctor.integrations.aws_lambda import diagnosed
from lambda_doctor.integrations.botocore_events import watch
from lambda_doctor.integrations.log_records import DiagnosisFilter

REDIRECT = "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2"
TITLE = "The package's bucket is in another Region than the function"
has_notes = pytest.mark.skipif(sys.version_info < (3, 11), reason="exception notes came with Python 3.11")


def traceback_of(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    return done.stderr


def test_a_block_adds_the_diagnosis_to_the_traceback_it_leaves() -> None:
    shown = traceback_of(
        f"from lambda_doctor import explaining\nwith explaining():\n    raise RuntimeError({REDIRECT!r})"
    )
    assert shown.index("RuntimeError: S3 Error Code") < shown.index(f"lambda-doctor: {TITLE}")


@has_notes
def test_the_exception_stays_the_same() -> None:
    error = ValueError(REDIRECT)
    with pytest.raises(ValueError, match="PermanentRedirect") as caught, explaining():
        raise error
    assert caught.value is error
    assert error.args == (REDIRECT,)
    assert len(error.__notes__) == 1
    with pytest.raises(ValueError, match="PermanentRedirect"), explaining():
        raise error
    assert len(error.__notes__) == 1


def test_an_unknown_exception_gets_no_note() -> None:
    with pytest.raises(ValueError, match="odd") as caught, explaining():
        raise ValueError("odd")
    assert not getattr(caught.value, "__notes__", [])


def test_an_exception_that_cannot_be_read_goes_on() -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    with pytest.raises(Odd), explaining():
        raise Odd


def test_a_decorated_function() -> None:
    @explaining()
    def fail() -> None:
        raise RuntimeError(REDIRECT)

    with pytest.raises(RuntimeError):
        fail()


@pytest.mark.parametrize(
    "code",
    [
        f"raise RuntimeError({REDIRECT!r})",
        f"import threading\ndef f(): raise RuntimeError({REDIRECT!r})\nt = threading.Thread(target=f); t.start(); t.join()",
        "import asyncio, gc\n"
        f"async def f(): raise RuntimeError({REDIRECT!r})\n"
        "async def main():\n    t = asyncio.ensure_future(f())\n    await asyncio.sleep(0)\n    await asyncio.sleep(0)\n    del t\n    gc.collect()\n"
        "asyncio.run(main())",
    ],
    ids=["main thread", "thread", "asyncio"],
)
def test_installed_hooks(code: str) -> None:
    if "asyncio" in code and sys.version_info < (3, 11):
        pytest.skip("logged tracebacks show notes from Python 3.11 on")
    shown = traceback_of(f"import lambda_doctor\nlambda_doctor.install()\n{code}")
    assert "RuntimeError: S3 Error Code" in shown
    assert shown.count(TITLE) == 1


def test_nothing_is_imported_until_something_is_raised() -> None:
    code = (
        "import sys, lambda_doctor\nlambda_doctor.install()\nwith lambda_doctor.explaining(): pass\n"
        "assert not {'regex', 'yaml', 'sqlite3'} & set(sys.modules), 'too much'"
    )
    assert traceback_of(code) == ""


def test_log_records_carry_the_diagnosis() -> None:
    seen: list[logging.LogRecord] = []
    logger = logging.Logger("deploy")
    logger.addFilter(DiagnosisFilter())
    handler = logging.Handler()
    handler.emit = seen.append  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.error("deploy failed: %s", REDIRECT)
    logger.error("odd")
    logger.info(REDIRECT)
    assert [record.diagnosis and record.diagnosis["id"] for record in seen] == [
        "deployment.s3-wrong-region",
        None,
        None,
    ]


def test_a_failed_aws_call_is_told_and_still_raises() -> None:
    client = boto3.client("lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    told = []
    watch(client, told.append)
    from botocore.awsrequest import AWSResponse

    body = json.dumps({"Message": REDIRECT, "__type": "InvalidParameterValueException"}).encode()

    class Raw:
        def stream(self, *_, **__):
            yield body

    headers = {
        "x-amzn-ErrorType": "InvalidParameterValueException",
        "x-amzn-RequestId": "0f1e2d3c-0000-4000-8000-000000000000",
    }
    client.meta.events.register(
        "before-send.lambda", lambda request, **_: AWSResponse(request.url, 400, headers, Raw())
    )
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.update_function_code(FunctionName="orders", S3Bucket="b-1", S3Key="k")
    (report,) = told
    assert report.best.id == "deployment.s3-wrong-region"
    assert report.observation.operation == "UpdateFunctionCode"
    assert report.observation.http_status == 400


def test_a_call_without_an_answer_is_told_and_still_raises() -> None:
    from botocore.config import Config
    from botocore.exceptions import EndpointConnectionError

    client = boto3.client(
        "lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x",
        endpoint_url="http://127.0.0.1:9", config=Config(retries={"max_attempts": 0}),
    )  # fmt: skip
    told = []
    watch(client, told.append)
    with pytest.raises(EndpointConnectionError):
        client.list_functions()
    (report,) = told
    assert report.best.id == "cli.endpoint-unreachable"
    assert (report.observation.service, report.observation.operation) == ("lambda", "ListFunctions")


def test_a_stubbed_success_is_not_told() -> None:
    client = boto3.client("lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    told = []
    watch(client, told.append)
    with Stubber(client) as stub:
        stub.add_response("list_functions", {})
        client.list_functions()
    assert told == []


def test_watch_refuses_what_has_no_events() -> None:
    with pytest.raises(TypeError, match="botocore client or session"):
        watch(object())


def test_a_handler_logs_one_line_and_raises(capsys: pytest.CaptureFixture[str]) -> None:
    @diagnosed
    def handler(event, context):
        raise RuntimeError(REDIRECT)

    with pytest.raises(RuntimeError):
        handler({}, None)
    assert json.loads(capsys.readouterr().out)["diagnosis"] == "deployment.s3-wrong-region"


def test_a_failing_test_gets_a_section(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"def test_deploy():\n    raise RuntimeError({REDIRECT!r})\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*lambda-doctor*", f"*{TITLE}*"])


def test_a_notebook() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "lambda_doctor")
    report = shell.run_cell_magic("diagnose", "", f'it\'s "quoted"\n{REDIRECT}')
    assert report.best.id == "deployment.s3-wrong-region"
    assert TITLE.replace("'", "&#x27;") in shell.display_formatter.format(report)[0]["text/html"]
