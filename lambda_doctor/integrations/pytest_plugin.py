"""A pytest plugin: a failing test that shows a known AWS error gets a section with its diagnosis."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

SURE = 0.5
TEXT_MAX = 200_000  # characters of what a test printed


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """Add the section to the report of the failed phase."""
    outcome = yield
    result = outcome.get_result()
    if not result.failed or call.excinfo is None:
        return
    from lambda_doctor.diagnosing import diagnose

    report = diagnose(call.excinfo.value)
    if not report:
        report = diagnose("\n".join(text for _, text in result.sections)[-TEXT_MAX:])
    if report.best is not None and report.best.confidence >= SURE:
        result.sections.append(("lambda-doctor", report.to_text()))
