"""Diagnoses in SARIF 2.1.0, the format of findings that GitHub, GitLab, Azure DevOps and editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from lambda_doctor.render import Found, verdict
from lambda_doctor.render.markdown import render as to_markdown
from lambda_doctor.report import Diagnosis, Report

LEVELS = {"this is it": "error", "likely": "warning", "might be": "note"}


def render(found: Iterable[Found]) -> str:
    """A log of one run: a rule for each signature, a result for each diagnosis, placed where it came from a file."""
    from lambda_doctor import __version__

    items = list(found)
    rules = {item.diagnosis.id: item.diagnosis for item in items}
    driver = {
        "name": "lambda-doctor",
        "semanticVersion": __version__,
        "informationUri": "https://lambda-doctor.readthedocs.io/",
        "rules": [_rule(diagnosis) for diagnosis in rules.values()],
    }
    results = [_result(item, list(rules).index(item.diagnosis.id)) for item in items]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=2)


def _rule(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "id": diagnosis.id,
        "shortDescription": {"text": diagnosis.title},
        "helpUri": diagnosis.docs[0].url if diagnosis.docs else diagnosis.url,
    }


def _result(found: Found, rule: int) -> dict[str, Any]:
    diagnosis = found.diagnosis
    report = Report(diagnoses=(diagnosis,))
    result: dict[str, Any] = {
        "ruleId": diagnosis.id,
        "ruleIndex": rule,
        "level": LEVELS[verdict(diagnosis.confidence)],
        "rank": round(diagnosis.confidence * 100, 1),
        "message": {"text": report.to_text(), "markdown": to_markdown(report)},
        "occurrenceCount": diagnosis.count,
    }
    if found.file:
        artifact = {"uri": quote(PurePath(found.file).as_posix(), safe="/:")}
        result["locations"] = [
            {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": found.line}}}
        ]
    return result
