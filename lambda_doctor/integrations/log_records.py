"""Diagnoses in log records of the standard library's `logging`."""

from __future__ import annotations

import logging
import traceback

from lambda_doctor.integrations.exceptions import SURE


class DiagnosisFilter(logging.Filter):
    """Attach `record.diagnosis` (a mapping with id, title, cause, to_do; or None) to records of a level and above.

    >>> logger = logging.getLogger("deploy")
    >>> logger.addFilter(DiagnosisFilter())
    """

    def __init__(self, level: int = logging.ERROR) -> None:
        super().__init__()
        self.level = level

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if not hasattr(record, "diagnosis"):
            record.diagnosis = _diagnosis(record) if record.levelno >= self.level else None
        return True


def _diagnosis(record: logging.LogRecord) -> dict[str, str] | None:
    try:
        from lambda_doctor.diagnosing import diagnose

        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        best = diagnose(text).best
    except Exception:  # logging never raises into the program
        return None
    if best is None or best.confidence < SURE:
        return None
    return {
        "id": best.id,
        "title": best.title,
        "cause": " ".join(best.cause.split()),
        "to_do": best.fixes[0].do if best.fixes else "",
    }
