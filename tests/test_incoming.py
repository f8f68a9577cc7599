"""What can be diagnosed besides text: exceptions, mappings, bytes."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lambda_doctor import diagnose

TOO_LARGE = "Unzipped size must be smaller than 262144000 bytes"


def client_error() -> ClientError:
    return ClientError(
        {
            "Error": {"Code": "InvalidParameterValueException", "Message": TOO_LARGE},
            "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "0f1e2d3c-0000-4000-8000-000000000000"},
        },
        "UpdateFunctionCode",
    )


def test_a_client_error_gives_its_code_operation_status_and_request_id() -> None:
    report = diagnose(client_error())
    assert report.best.id == "deployment.unzipped-too-large"
    seen = report.observation
    assert (seen.error_code, seen.operation) == ("InvalidParameterValueException", "UpdateFunctionCode")
    assert (seen.http_status, seen.request_id) == (400, "0f1e2d3c-0000-4000-8000-000000000000")


def test_an_exception_gives_its_chain_of_causes() -> None:
    try:
        try:
            raise client_error()
        except ClientError as error:
            raise RuntimeError("deploy failed") from error
    except RuntimeError as error:
        report = diagnose(error)
    assert report.best.id == "deployment.unzipped-too-large"


def test_a_chain_in_a_circle_ends() -> None:
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    diagnose(one)


@pytest.mark.parametrize(
    "mapping",
    [
        {"Error": {"Code": "InvalidParameterValueException", "Message": TOO_LARGE}},
        {"errorType": "InvalidParameterValueException", "errorMessage": TOO_LARGE, "stackTrace": ["  File ..."]},
        {"logGroup": "/aws/lambda/orders", "logEvents": [{"message": f"[ERROR] {TOO_LARGE}"}]},
        {"timestamp": 1, "message": TOO_LARGE},
    ],
)
def test_a_mapping_is_read(mapping) -> None:
    assert diagnose(mapping).best.id == "deployment.unzipped-too-large"


def test_a_log_event_names_the_function() -> None:
    event = {"logGroup": "/aws/lambda/orders", "logEvents": [{"message": "nothing"}]}
    assert diagnose(event).observation.function_name == "orders"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_bytes_are_read(encoding: str) -> None:
    assert diagnose(TOO_LARGE.encode(encoding)).best.id == "deployment.unzipped-too-large"


def test_bytes_that_are_no_text_are_read() -> None:
    assert diagnose(b"\x80\x81 " + TOO_LARGE.encode()).best.id == "deployment.unzipped-too-large"
