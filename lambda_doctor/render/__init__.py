"""A report for each medium: one file a medium, each escapes for its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lambda_doctor.report import Diagnosis, Fix, Report

SKIPPED_MAX = 5
GUESS = "Guesses by wording, not diagnoses"


class Found(NamedTuple):
    """A diagnosis with the file in which it was found, if it was one, and the line there."""

    diagnosis: Diagnosis
    file: str | None
    line: int


def found_in(report: Report, file: str | None = None) -> list[Found]:
    """The diagnoses of a report with their places."""
    return [Found(diagnosis, file, diagnosis.evidence.line) for diagnosis in report]


def verdict(confidence: float) -> str:
    """A confidence in words.

    >>> verdict(0.95), verdict(0.7), verdict(0.4)
    ('this is it', 'likely', 'might be')
    """
    if confidence >= 0.9:
        return "this is it"
    return "likely" if confidence >= 0.5 else "might be"


def standing(diagnosis: Diagnosis) -> str:
    """How sure it is and where it stands, in a few words."""
    times = f", {diagnosis.count} times" if diagnosis.count > 1 else ""
    sure = f"{verdict(diagnosis.confidence)} ({diagnosis.confidence:.0%})"
    return f"{sure} \u00b7 line {diagnosis.evidence.line}{times}"


def not_complete(report: Report) -> str:
    """What was not looked at, the first few of it; for a report whose `incomplete` is not empty."""
    more = len(report.incomplete) - SKIPPED_MAX
    return f"Not complete; not looked at: {', '.join(report.incomplete[:SKIPPED_MAX])}" + (
        f", and {more} more." if more > 0 else "."
    )


def steps_to_show(diagnosis: Diagnosis, report: Report) -> tuple[list[Fix], int]:
    """The steps that are not for another tool or runtime than the text's, and how many others there are."""
    observation = report.observation
    seen = {name: value for name, value in observation if isinstance(value, str)}
    known = {**seen, **diagnosis.captures, "tool": observation.tool, "runtime": observation.runtime}
    shown = [fix for fix in diagnosis.fixes if not _for_others(fix, known)]
    if not shown:
        return list(diagnosis.fixes), 0
    return shown, len(diagnosis.fixes) - len(shown)


def _for_others(fix: Fix, known: Mapping[str, str | None]) -> bool:
    tool, runtime = known["tool"], known["runtime"]
    if tool and "tool" in fix.when and tool not in fix.when["tool"]:
        return True
    for name, wanted in fix.when.items():
        value = known.get(name)
        if value and name not in ("tool", "runtime") and value.lower() not in map(str.lower, wanted):
            return True
    return bool(
        runtime
        and "runtime" in fix.when
        and not any(runtime.startswith(wanted) or wanted.startswith(runtime) for wanted in fix.when["runtime"])
    )


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """The observation as label and value, what is known of it."""
    for name, value in report.observation:
        if value and name != "signs":
            yield name.replace("_", " "), str(value)


def audience(fix: Fix) -> str:
    """Whom a step is for, in brackets' words: `AWS CLI`, `Python`; empty for everybody."""
    names = [TOOL_NAMES.get(value, value) for value in fix.when.get("tool", ())]
    names += [RUNTIME_NAMES.get(value, value) for value in fix.when.get("runtime", ())]
    return ", ".join(names)


TOOL_NAMES = {
    "aws-cli": "AWS CLI",
    "boto3": "boto3",
    "sdk-js": "SDK for JavaScript",
    "sdk-java": "SDK for Java",
    "sdk-go": "SDK for Go",
    "sdk-dotnet": "SDK for .NET",
    "sam": "SAM",
    "cdk": "CDK",
    "cloudformation": "CloudFormation",
    "terraform": "Terraform",
    "serverless": "Serverless Framework",
    "console": "console",
    "docker": "Docker",
}
RUNTIME_NAMES = {
    "python": "Python",
    "nodejs": "Node.js",
    "java": "Java",
    "dotnet": ".NET",
    "ruby": "Ruby",
    "go": "Go",
    "rust": "Rust",
    "powershell": "PowerShell",
    "provided": "custom runtime",
}
