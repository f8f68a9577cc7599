"""Diagnoses in tracebacks: exceptions get a note (PEP 678), are never hidden or changed, cost nothing until raised."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import ContextDecorator
from types import TracebackType
from typing import Any

from lambda_doctor.report import Report

SURE = 0.5  # below this confidence a traceback stays as it is
_HAS_NOTES = hasattr(BaseException, "add_note")
_MARK = "_lambda_doctor_note"
_installed: list[tuple[Any, str, Any]] = []


def summary(report: Report) -> str:
    """The best diagnosis in a few lines: title, cause, the first step; nothing where none is likely."""
    best = report.best
    if best is None or best.confidence < SURE:
        return ""
    lines = [f"lambda-doctor: {best.title}", f"  {' '.join(best.cause.split())}"]
    if best.fixes:
        lines.append(f"  To do: {' '.join(best.fixes[0].do.split())}")
        lines += [f"    {line}" for line in (best.fixes[0].run or "").splitlines()]
    return "\n".join([*lines, f"  More: lambda-doctor explain {best.id}"])


def annotate(error: BaseException) -> str:
    """Add the diagnosis of an exception to it as a note, once; returns the note, or nothing. Never raises."""
    try:
        known: str | None = getattr(error, _MARK, None)
        if known is not None or isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            return known or ""
        from lambda_doctor.diagnosing import diagnose

        note = summary(diagnose(error))
        setattr(error, _MARK, note)
        if note and _HAS_NOTES:
            error.add_note(note)  # type: ignore[attr-defined,unused-ignore]
        return note
    except Exception:  # somebody else's exception must go on as it was, whatever happens here
        return ""


class explaining(ContextDecorator):  # reads as a word: `with explaining():`
    """Add the diagnosis to any exception that leaves the block or the decorated function.

    >>> with explaining():  # doctest: +ELLIPSIS
    ...     raise RuntimeError("S3 Error Code: PermanentRedirect")
    Traceback (most recent call last):
        ...
    RuntimeError: S3 Error Code: PermanentRedirect...
    """

    def __enter__(self) -> explaining:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and annotate(error) and not _HAS_NOTES:
            _hook_main_thread()  # Python 3.10 prints no notes


def install() -> None:
    """Add diagnoses to the tracebacks of uncaught exceptions: of the main thread, of threads, of asyncio's tasks."""
    if _installed:
        return
    _hook_main_thread()
    before = threading.excepthook

    def in_thread(arguments: Any) -> None:
        note = annotate(arguments.exc_value) if arguments.exc_value is not None else ""
        before(arguments)
        _print_where_needed(note)

    _installed.append((threading, "excepthook", before))
    threading.excepthook = in_thread
    # What asyncio does with a lost exception is to log it.
    logging.getLogger("asyncio").addFilter(_annotate_record)


def uninstall() -> None:
    """Take the hooks of `install` away again."""
    while _installed:
        owner, name, before = _installed.pop()
        setattr(owner, name, before)
    logging.getLogger("asyncio").removeFilter(_annotate_record)


def _hook_main_thread() -> None:
    if any(owner is sys for owner, _, _ in _installed):
        return
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        note = annotate(error)
        before(kind, error, trace)
        _print_where_needed(note)

    _installed.append((sys, "excepthook", before))
    sys.excepthook = hook


def _print_where_needed(note: str) -> None:
    if note and not _HAS_NOTES:
        print(note, file=sys.stderr)


def _annotate_record(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[1] is not None:
        annotate(record.exc_info[1])
    return True
