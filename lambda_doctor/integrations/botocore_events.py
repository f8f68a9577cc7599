"""Diagnoses of failed AWS calls, from botocore's own events: for a client, a botocore or a boto3 session."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from lambda_doctor.report import Context, Report

_log = logging.getLogger("lambda_doctor")


def watch(client_or_session: Any, callback: Callable[[Report], None] | None = None) -> None:
    """Call `callback` with the report of each failed call; without one the diagnosis is logged as a warning.

    The call's own exception is raised as ever. Raises TypeError for what has no botocore events.
    """
    events = getattr(client_or_session, "events", None) or getattr(
        getattr(client_or_session, "meta", None), "events", None
    )
    if events is None:
        raise TypeError(f"watch() takes a botocore client or session, not {type(client_or_session).__name__}")
    tell = callback or _warn

    def after_call(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if isinstance(parsed, dict) and "Error" in parsed:
            failed(parsed, str(model.service_model.service_name), model.name)

    def after_call_error(exception: Exception, event_name: str, **_: Any) -> None:
        """There was no answer: the host was not found, did not answer in time, ..."""
        service, operation = event_name.split(".")[1:3]
        failed(exception, service, operation)

    def failed(error: dict[str, Any] | Exception, service: str, operation: str) -> None:
        try:
            from lambda_doctor.diagnosing import diagnose

            report = diagnose(error, context=Context(operation=operation, service=service, tool="boto3"))
        except Exception:  # a diagnosis that fails must not change the call
            return
        if report:
            tell(report)

    events.register("after-call", after_call)
    events.register("after-call-error", after_call_error)


def _warn(report: Report) -> None:
    best = report.best
    if best is not None:
        _log.warning("%s (%s): %s", best.title, best.id, " ".join(best.cause.split()))
