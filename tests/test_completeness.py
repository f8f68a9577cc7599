"""Nothing that Lambda itself says goes unanswered: its API's exceptions, a state's reasons, the error types in its logs."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import botocore.session
import pytest

from lambda_doctor import diagnose
from lambda_doctor.catalog import Catalog

DATA = Path(__file__).parent / "data"
REQUEST = "0f1e2d3c-0000-4000-8000-000000000000"
UNSEEN = "words that nobody has printed before"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


EXCEPTIONS = table("exceptions.tsv")
REASONS = table("state-reasons.tsv")
ERROR_TYPES = [(row["type"], row["id"]) for row in table("error-types.tsv")]


# --- the API ---------------------------------------------------------------------------------------------------------


def test_every_exception_of_the_service_model_has_its_line() -> None:
    model = botocore.session.get_session().get_service_model("lambda")
    shapes = {name for name in model.shape_names if model.shape_for(name).metadata.get("exception")}
    missing = sorted(shapes - {row["exception"] for row in EXCEPTIONS})
    assert missing == [], (
        f"botocore {botocore.__version__} knows exceptions of Lambda that the catalog has not met. For each: write the entry "
        "that answers it (or add a pattern to the one that does), with an example as the AWS CLI prints it, then a line "
        "in tests/data/exceptions.tsv: the exception, an operation that raises it, the entry's id."
    )


def cli(name: str, operation: str) -> str:
    return f"\nAn error occurred ({name}) when calling the {operation} operation: {UNSEEN}\n"


def newer_cli(name: str, operation: str) -> str:
    return f"\naws: [ERROR]: An error occurred ({name}) when calling the {operation} operation: {UNSEEN}\n"


@pytest.mark.parametrize("printed", [cli, newer_cli])
@pytest.mark.parametrize("row", EXCEPTIONS, ids=lambda row: f"{row['exception']}-{row['operation']}")
def test_an_exception_is_answered_whatever_its_message_says(
    row: dict[str, str], printed: Callable[[str, str], str], catalog: Catalog
) -> None:
    # Other services have operations of these names too; what was typed says that it was Lambda's.
    command = "aws lambda " + re.sub(r"(?<!^)(?=[A-Z])", "-", row["operation"]).lower()
    report = diagnose(
        f"$ {command} --cli-input-json file://in.json\n" + printed(row["exception"], row["operation"]),
        catalog=catalog,
        budget=10,
    )
    assert report.best is not None
    assert report.best.id == row["id"]
    assert report.best.confidence >= 0.5


SDKS: dict[str, Callable[[str], str]] = {
    "Java 1": lambda name: (
        f"com.amazonaws.services.lambda.model.{name}: {UNSEEN} (Service: AWSLambda; Status Code: 400; Error Code: {name}; "
        f"Request ID: {REQUEST})\n\tat com.amazonaws.http.AmazonHttpClient.handleErrorResponse(AmazonHttpClient.java:1712)\n"
    ),
    "Java 2": lambda name: (
        f"software.amazon.awssdk.services.lambda.model.{name}: {UNSEEN} (Service: Lambda, Status Code: 400, "
        f"Request ID: {REQUEST})\n\tat software.amazon.awssdk.core.internal.http.pipeline.stages.ApiCallStage.execute\n"
    ),
    ".NET": lambda name: (
        f"Unhandled exception. Amazon.Lambda.Model.{name}: {UNSEEN}\n   at Amazon.Runtime.Internal.Http\n"
    ),
    "Ruby": lambda name: f"deploy.rb:12:in `update': {UNSEEN} (Aws::Lambda::Errors::{name})\n",
    "Step Functions": lambda name: (
        f'{{"resourceType":"lambda","resource":"invoke","error":"Lambda.{name}","cause":"{UNSEEN}"}}'
    ),
}


@pytest.mark.parametrize("sdk", SDKS)
@pytest.mark.parametrize("name", sorted({row["exception"] for row in EXCEPTIONS}))
def test_an_exception_is_answered_as_the_sdks_print_it(name: str, sdk: str, catalog: Catalog) -> None:
    report = diagnose(SDKS[sdk](name), catalog=catalog, budget=10)
    assert report.best is not None
    assert report.best.id in {row["id"] for row in EXCEPTIONS if row["exception"] == name}


def test_every_reason_of_a_state_has_its_line() -> None:
    model = botocore.session.get_session().get_service_model("lambda")
    codes = {code for name in ("StateReasonCode", "LastUpdateStatusReasonCode") for code in model.shape_for(name).enum}
    missing = sorted(codes - {row["code"] for row in REASONS} - {"Creating"})  # a new function is Creating, and well
    assert missing == [], (
        f"botocore {botocore.__version__} knows reasons of a function's state that the catalog has not met. For each: add "
        "the pattern to the entry that answers it, with an example, then a line in tests/data/state-reasons.tsv."
    )


@pytest.mark.parametrize("row", REASONS, ids=lambda row: row["code"])
def test_the_reason_of_a_failed_state_is_answered(row: dict[str, str], catalog: Catalog) -> None:
    report = diagnose(
        '{\n    "FunctionName": "orders",\n    "Handler": "app.handler",\n    "State": "Failed",\n'
        f'    "StateReason": "{UNSEEN}",\n    "StateReasonCode": "{row["code"]}",\n    "PackageType": "Zip"\n}}\n',
        catalog=catalog,
        budget=10,
    )
    assert report.best is not None
    assert report.best.id == row["id"]


# --- the runtimes ----------------------------------------------------------------------------------------------------

LOGGED: dict[str, Callable[[str], str]] = {
    "the answer of a call": lambda type_: (
        f'{{"errorType":"{type_}","errorMessage":"RequestId: {REQUEST} Error: {UNSEEN}"}}'
    ),
    "the line REPORT": lambda type_: (
        f"START RequestId: {REQUEST} Version: $LATEST\nEND RequestId: {REQUEST}\nREPORT RequestId: {REQUEST}\tDuration: 12.30 ms\t"
        f"Billed Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 64 MB\tStatus: error\tError Type: {type_}\n"
    ),
    "a log in JSON": lambda type_: (
        f'{{"time":"2026-11-03T10:15:30.000Z","type":"platform.report","record":{{"requestId":"{REQUEST}","status":"error",'
        f'"errorType":"{type_}","metrics":{{"durationMs":12.3,"memorySizeMB":512,"maxMemoryUsedMB":64}}}}}}'
    ),
}


@pytest.mark.parametrize("form", LOGGED)
@pytest.mark.parametrize(("type_", "identifier"), ERROR_TYPES)
def test_an_error_type_is_answered_whatever_its_message_says(
    type_: str, identifier: str, form: str, catalog: Catalog
) -> None:
    report = diagnose(LOGGED[form](type_), catalog=catalog, budget=10)
    assert report.best is not None
    assert report.best.id == identifier


# What the languages make of an exception of the function's code; nothing in it says more.
RAISED = {
    "Python": (
        f"[ERROR] OutOfStock: sku 17\nTraceback (most recent call last):\n"
        f'  File "/var/task/app.py", line 9, in lambda_handler\n    raise OutOfStock(17)\nEND RequestId: {REQUEST}\n'
    ),
    "Python, JSON": (
        '{"timestamp":"2026-11-03T10:15:30Z","level":"ERROR","errorMessage":"sku 17","errorType":"OutOfStock",'
        f'"requestId":"{REQUEST}","stackTrace":["  File \\"/var/task/app.py\\", line 9, in lambda_handler\\n"]}}'
    ),
    "Node.js": (
        f'2026-11-03T10:15:30.123Z\t{REQUEST}\tERROR\tInvoke Error \t{{"errorType":"OutOfStock","errorMessage":"sku 17",'
        '"stack":["OutOfStock: sku 17","    at Runtime.handler (file:///var/task/index.mjs:9:9)"]}'
    ),
    "Java": (
        '{"errorMessage":"sku 17","errorType":"com.example.OutOfStock","stackTrace":["com.example.Handler.handleRequest(Handler'
        '.java:31)"]}'
    ),
    ".NET": (
        '{\n  "errorType": "OutOfStockException",\n  "errorMessage": "sku 17",\n  "stackTrace": [\n'
        '    "at Orders.Function.FunctionHandler(String input, ILambdaContext context)"\n  ]\n}'
    ),
    "Ruby": (
        '{"errorMessage":"sku 17","errorType":"Function<OutOfStock>","stackTrace":["/var/task/function.rb:9:in `handler\'"]}'
    ),
    "Ruby, an error of no standard class": '{"errorMessage":"sku 17","errorType":"Function<UserException>","stackTrace":[]}',
    "Go": '{"errorMessage":"sku 17","errorType":"errorString"}',
    "Go, a panic": (
        '{"errorMessage":"interface conversion: interface {} is nil, not string","errorType":"TypeAssertionError","stackTrace":'
        '[{"path":"github.com/aws/aws-lambda-go@v1.48.0/lambda/errors.go","line":39,"label":"lambdaPanicResponse"}]}\n'
        "calling the handler function resulted in a panic, the process should exit\nUnknown application error occurred\n"
        "Runtime.Unknown\n"
    ),
    "Rust": '{"errorType":"orders::OutOfStock","errorMessage":"sku 17"}',
    "Rust, a panic": (
        '{"errorType":"&alloc::boxed::Box<dyn core::any::Any + core::marker::Send>","errorMessage":"Lambda panicked: sku 17"}'
    ),
}


@pytest.mark.parametrize("runtime", RAISED)
def test_an_exception_of_the_code_is_called_one(runtime: str, catalog: Catalog) -> None:
    report = diagnose(RAISED[runtime], catalog=catalog, budget=10)
    assert [diagnosis.id for diagnosis in report] == ["execution.unhandled-exception"]


# The type alone would have another answer; the words beside it are more precise.
PRECISE = [
    (
        "dependency.module-missing",
        "INIT_REPORT Init Duration: 412.01 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n[ERROR] Runtime."
        "ImportModuleError: Unable to import module 'app': No module named 'requests'\nTraceback (most recent call last):\n",
    ),
    (
        "handler.module-not-found",
        "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'\nTraceback (most recent call last):\n",
    ),
    (
        "execution.out-of-memory",
        f"RequestId: {REQUEST} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n",
    ),
    (
        "execution.crash-signal",
        f'{{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {REQUEST} Error: Runtime exited with error: signal: '
        'segmentation fault"}',
    ),
    (
        "execution.read-only-file-system",
        f"mkdir: cannot create directory ‘/var/task/var’: Read-only file system\nEND RequestId: {REQUEST}\n"
        f"RequestId: {REQUEST} Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n",
    ),
    (
        "execution.too-many-open-files",
        '{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"SystemError [ERR_SYSTEM_ERROR]: A system error '
        'occurred: uv_os_homedir returned EMFILE (too many open files)","reason":{"errorType":"SystemError"}}',
    ),
    (
        "dependency.architecture-mismatch",
        f"RequestId: {REQUEST} Error: fork/exec /var/task/bootstrap: exec format error\nRuntime.InvalidEntrypoint\n",
    ),
    (
        "execution.extension-failed",
        f'{{"errorType":"Extension.LaunchError","errorMessage":"RequestId: {REQUEST} Error: fork/exec /opt/extensions/agent: exec '
        'format error"}',
    ),
    (
        "execution.environment-variable-missing",
        '{"errorMessage":"\'TABLE_NAME\'","errorType":"KeyError","requestId":"","stackTrace":["  File \\"/var/task/app.py\\", line 7, '
        "in <module>\\n    TABLE = os.environ['TABLE_NAME']\\n\"]}",
    ),
    (
        "execution.disk-full",
        f"START RequestId: {REQUEST} Version: $LATEST\nmodule initialization error: [Errno 28] No space left on device\n",
    ),
    (
        "execution.response-too-large",
        '{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size '
        '(6291556 bytes)."}',
    ),
]


@pytest.mark.parametrize(("identifier", "text"), PRECISE, ids=[identifier for identifier, _ in PRECISE])
def test_the_more_precise_cause_comes_first(identifier: str, text: str, catalog: Catalog) -> None:
    report = diagnose(text, catalog=catalog, budget=10)
    assert report.best is not None
    assert report.best.id == identifier
