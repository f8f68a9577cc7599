"""AWS documents these errors on its troubleshooting pages: each is answered, alone and in the surroundings tools give it."""

from __future__ import annotations

import csv
import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from lambda_doctor import diagnose
from lambda_doctor.catalog import Catalog

with (Path(__file__).parent / "data" / "documented-errors.tsv").open(encoding="utf-8", newline="") as table:
    DOCUMENTED = [
        (row["text"], row["ids"].split()) for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    ]

HEALTHY = "\n".join(
    f"2026-11-03T10:15:{second:02}.123Z\t0f1e2d3c-0000-4000-8000-000000000000\tINFO\tprocessed order {second} in 12 ms"
    for second in range(60)
)
WRAPPINGS: dict[str, Callable[[str], str]] = {
    "alone": lambda text: text,
    "AWS CLI": lambda text: (
        f"\nAn error occurred (InvalidParameterValueException) when calling the UpdateFunctionCode operation: {text}\n"
    ),
    "AWS CLI, newer": lambda text: (
        f"\naws: [ERROR]: An error occurred (ValidationException) when calling the CreateFunction operation: {text}\n"
    ),
    "boto3": lambda text: (
        'Traceback (most recent call last):\n  File "deploy.py", line 12, in <module>\n    main()\n'
        '  File "/usr/lib/python3/dist-packages/botocore/client.py", line 984, in _make_api_call\n'
        "    raise error_class(parsed_response, operation_name)\nbotocore.exceptions.ClientError: An error occurred "
        f"(InvalidParameterValueException) when calling the UpdateFunctionConfiguration operation: {text}\n"
    ),
    "CloudFormation": lambda text: (
        f'Resource handler returned message: "{text} (Service: Lambda, Status Code: 400, Request ID: '
        '0f1e2d3c-0000-4000-8000-000000000000)" (RequestToken: 1a2b3c4d-0000-4000-8000-000000000000, '
        "HandlerErrorCode: InvalidRequest)"
    ),
    "Terraform": lambda text: (
        "\u2577\n\u2502 Error: creating Lambda Function (orders): operation error Lambda: CreateFunction, https response "
        "error StatusCode: 400, RequestID: 0f1e2d3c-0000-4000-8000-000000000000, InvalidParameterValueException: "
        + text.replace("\n", "\n\u2502 ")
        + "\n\u2502 \n\u2502   with aws_lambda_function.orders,\n\u2502   on main.tf line 12, in resource"
        ' "aws_lambda_function" "orders":\n\u2502   12: resource "aws_lambda_function" "orders" {\n\u2502 \n\u2575\n'
    ),
    "JSON log": lambda text: json.dumps(
        {
            "timestamp": "2026-11-03T10:15:30.123Z",
            "level": "ERROR",
            "requestId": "0f1e2d3c-0000-4000-8000-000000000000",
            "message": text,
        }
    ),
    "error JSON in a string": lambda text: json.dumps(json.dumps({"errorType": "Error", "errorMessage": text})),
    "80 columns": lambda text: "\n".join(textwrap.wrap(text, 80)),
    "a terminal's edge": lambda text: "\n".join(text[i : i + 80] for i in range(0, len(text), 80)),
    "coloured": lambda text: f"\x1b[31m{text}\x1b[0m",
    "quoted in an issue": lambda text: "> " + text.replace("\n", "\n> "),
    "in a log": lambda text: (
        f"{HEALTHY}\n2026-11-03T10:16:00.000Z\t0f1e2d3c-0000-4000-8000-000000000000\tERROR\t{text}\n{HEALTHY}"
    ),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize(("text", "accepted"), DOCUMENTED, ids=[text[:50] for text, _ in DOCUMENTED])
def test_a_documented_error_is_answered_first(text: str, accepted: list[str], wrapping: str, catalog: Catalog) -> None:
    report = diagnose(WRAPPINGS[wrapping](text), catalog=catalog, budget=10)
    assert report.best is not None
    assert report.best.id in accepted, [(d.id, d.confidence) for d in report]


def test_a_text_with_two_documented_causes_gets_both(catalog: Catalog) -> None:
    report = diagnose("cannot load such file -- function", catalog=catalog)
    assert [diagnosis.id for diagnosis in report][:2] == [
        "handler.module-not-found",
        "deployment.file-permission-denied",
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2. Please use this region to retry the request", ["us-east-2"]),
        ("'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008", ["3008"]),
        ("Handler 'handle_it' missing on module 'app'", ["handle_it", "app"]),
        ("Runtime.ImportModuleError: Unable to import module 'orders': No module named 'requests'", ["requests"]),
    ],
)  # fmt: skip
def test_the_fixes_hold_the_captured_values(text: str, values: list[str], catalog: Catalog) -> None:
    best = diagnose(text, catalog=catalog).best
    assert best is not None
    shown = best.cause + " ".join(f"{fix.do} {fix.run} {fix.code.text if fix.code else ''}" for fix in best.fixes)
    assert [value for value in values if value not in shown] == []
