"""Out of the noise: a documented error in 500 lines of healthy log of every kind is found, on its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_documented import DOCUMENTED

from lambda_doctor import diagnose, scan
from lambda_doctor.catalog import Catalog

HEALTHY = Path(__file__).parent / "data" / "healthy"
LINES = 500
# How a line of the kind of log carries a message.
FORMS = {
    "cloudwatch-text.log": "2026-11-03T10:59:59.999Z\t0f1e2d3c-0000-4000-8000-000000000000\tERROR\t{}",
    "cloudwatch-python.log": "[ERROR]\t2026-11-03T10:59:59.999Z\t0f1e2d3c-0000-4000-8000-000000000000\t{}",
    "codebuild.log": "[Container] 2026/11/03 10:59:59.999999 {}",
}
LOGS = [path for path in sorted(HEALTHY.iterdir()) if path.suffix == ".log"]


def healthy_lines(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8").splitlines()
    return (lines * (LINES // len(lines) + 1))[:LINES]


@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.stem)
def test_a_documented_error_in_a_log_is_found_on_its_line(log: Path, catalog: Catalog) -> None:
    lines = healthy_lines(log)
    place = lines.index(lines[LINES // 2], LINES // 2)
    wrong = []
    for text, accepted in DOCUMENTED:
        alone = diagnose(text, catalog=catalog).best
        assert alone is not None
        message = FORMS.get(log.name, "{}").replace("{}", text)
        best = diagnose("\n".join([*lines[:place], message, *lines[place:]]), catalog=catalog, budget=10).best
        ids = {alone.id, *accepted}
        if best is None or best.id not in ids or best.evidence.line - 1 - place not in range(message.count("\n") + 1):
            wrong.append((text, best and (best.id, best.evidence.line - 1 - place)))
    assert wrong == []


CHAINS = {
    "a stack's events": (
        """\
CREATE_FAILED        AWS::Lambda::Function     OrdersFunction     Resource handler returned message: "The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400)" (RequestToken: 1a2b3c4d-0000-4000-8000-000000000000, HandlerErrorCode: InvalidRequest)
CREATE_FAILED        AWS::IAM::Role            OtherRole          Resource creation cancelled
CREATE_FAILED        AWS::SQS::Queue           Queue              Resource creation cancelled
CREATE_FAILED        AWS::DynamoDB::Table      Table              Resource creation cancelled
ROLLBACK_IN_PROGRESS AWS::CloudFormation::Stack orders            The following resource(s) failed to create: [OrdersFunction, OtherRole, Queue, Table]. Rollback requested by user.
Error: Failed to create/update the stack: orders, Waiter StackCreateComplete failed: Waiter encountered a terminal failure state: For expression "Stacks[].StackStatus" we matched expected path: "ROLLBACK_COMPLETE" at least once
""",
        "permissions.role-not-assumable",
    ),
    "an import error and the runtime's end": (
        """\
[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'
Traceback (most recent call last):
INIT_REPORT Init Duration: 312.44 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError
RequestId: 0f1e2d3c-0000-4000-8000-000000000000 Error: Runtime exited with error: exit status 1
Runtime.ExitError
""",
        "dependency.module-missing",
    ),
}


@pytest.mark.parametrize("what", CHAINS)
def test_a_chain_is_one_diagnosis_with_its_symptoms(what: str, catalog: Catalog) -> None:
    text, cause = CHAINS[what]
    report = diagnose(text, catalog=catalog)
    assert [diagnosis.id for diagnosis in report] == [cause]
    assert report.best is not None
    assert report.best.symptoms


WRAPPERS = [
    "CREATE_FAILED",
    "Internal server error",
    "Error: Process completed with exit code 1.",
    "Process exited with code 1",
    "exit status 1",
    "make: *** [deploy] Error 1",
]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_wrapper_alone_says_what_to_fetch_and_how(wrapper: str, catalog: Catalog) -> None:
    report = diagnose(wrapper, catalog=catalog)
    assert [diagnosis.id for diagnosis in report if diagnosis.confidence >= 0.9] == []
    assert report.next_steps
    assert report.next_steps[0].run


COUNTERS = [
    "INFO AccessDenied metric published: 0",
    "INFO lambda metrics AccessDenied=0 Throttles=0 Timeouts=0.0",
    "INFO lambda ECONNREFUSED count: 0",
    "[INFO]\t2026-11-03T10:15:30.123Z\t0f1e2d3c\tTooManyRequestsException: 0, ResourceNotFoundException: 0",
    "lambda stats: 0 OutOfMemoryError, 0 AccessDenied, 0 ETIMEDOUT",
    "INFO aws lambda no AccessDenied errors found",
    '{"level":"INFO","counters":{"NoSuchKey":0,"SlowDown": 0,"ExpiredToken":0},"service":"aws lambda"}',
    '{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"AccessDeniedException","Unit":"Count"}]}]},"AccessDeniedException":0,"service":"lambda"}',
    '"MetricName": "AccessDenied", "Statistic": "Sum" of AWS/Lambda',
]


@pytest.mark.parametrize("line", COUNTERS)
def test_a_counter_that_stands_at_zero_is_no_error(line: str, catalog: Catalog) -> None:
    """But the same name is one as soon as it counts something, or is followed by what only begins with a zero."""
    assert list(diagnose(line, catalog=catalog)) == []
    assert list(scan([line], catalog=catalog)) == []
    assert diagnose(f"{line}\nERROR aws lambda AccessDenied: 0f1e2d3c", catalog=catalog)
    assert list(scan([f"{line}\n", "ERROR aws lambda AccessDenied: 0f1e2d3c"], catalog=catalog))
