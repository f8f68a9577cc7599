"""Diagnoses as annotations of a GitHub Actions run, by workflow commands.

The commands' form: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lambda_doctor.render import Found, verdict
from lambda_doctor.template import tame

LEVELS = {"this is it": "error", "likely": "warning", "might be": "notice"}
ANNOTATIONS_MAX = 10  # GitHub shows no more of one level and step


def render(found: Iterable[Found]) -> str:
    """One command a line; nothing of the paste can end one or begin another."""
    return "\n".join(_annotation(item) for item in islice(found, ANNOTATIONS_MAX))


def _annotation(found: Found) -> str:
    diagnosis = found.diagnosis
    where = {"file": found.file, "line": str(found.line)} if found.file else {}
    properties = {**where, "title": f"{diagnosis.title} ({diagnosis.id})"}
    lines = [" ".join(diagnosis.cause.split())]
    if diagnosis.fixes:
        lines += [f"To do: {' '.join(diagnosis.fixes[0].do.split())}", *(diagnosis.fixes[0].run or "").splitlines()]
    lines.append(f"More: {diagnosis.url}")
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{LEVELS[verdict(diagnosis.confidence)]} {named}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(tame(text)).replace(":", "%3A").replace(",", "%2C")
