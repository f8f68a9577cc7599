"""Findings for people and machines: text, JSON, GitHub annotations, SARIF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from lambda_doctor.lint import LintFinding

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def text(findings: Sequence[LintFinding]) -> str:
    """One finding in two lines, and a sum; errors last, where a terminal still shows them."""
    levels = Counter(finding.level for finding in findings)
    counted = [f"{n} {level}{'' if n == 1 else 's'}" for level in _GITHUB if (n := levels[level])]
    gravest_last = sorted(findings, key=lambda finding: [*_GITHUB].index(finding.level), reverse=True)
    return "\n".join([*map(str, gravest_last), ", ".join(counted) or "nothing to mend"])


def as_json(findings: Sequence[LintFinding]) -> str:
    """A list of objects."""
    return json.dumps([finding._asdict() for finding in findings], indent=2)


def github(findings: Sequence[LintFinding]) -> str:
    """Workflow commands that GitHub Actions shows at the line in a pull request."""

    def escape(value: str) -> str:
        return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def attribute(value: str) -> str:
        return escape(value).replace(":", "%3A").replace(",", "%2C")

    return "\n".join(
        f"::{_GITHUB[f.level]} file={attribute(f.file)},line={f.line},col={f.column},title={attribute(f.rule)}"
        f"::{escape(f'{f.message}. {f.advice}')}"
        for f in findings
    )


def sarif(findings: Sequence[LintFinding]) -> str:
    """SARIF 2.1.0, for code scanning."""
    from lambda_doctor import __version__

    results = [
        {
            "ruleId": finding.rule,
            "level": finding.level,
            "message": {"text": f"{finding.message}. {finding.advice}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(finding.file)},
                        "region": {"startLine": finding.line, "startColumn": finding.column},
                    }
                }
            ],
        }
        for finding in findings
    ]
    rules = [{"id": rule} for rule in sorted({finding.rule for finding in findings})]
    driver = {"name": "lambda-doctor", "version": __version__, "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, indent=2)


def _uri(file: str) -> str:
    """A path within the repository as it is, any other as a file's address."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(file)


FORMATS: dict[str, Callable[[Sequence[LintFinding]], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}
