"""What the lint can mend by itself, line by line, so that the rest of a file stays as its author wrote it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from lambda_doctor.lint import LintFinding


def fix(findings: Iterable[LintFinding]) -> list[str]:
    """Mend the files of the findings; returns one line for each mended one."""
    done = []
    by_file: dict[str, list[LintFinding]] = {}
    for finding in findings:
        if finding.rule in MENDED:
            by_file.setdefault(finding.file, []).append(finding)
    for file, found in by_file.items():
        path = Path(file)
        before = path.read_bytes().decode("utf-8")
        lines = before.splitlines()
        for finding in sorted(found, key=lambda finding: (finding.rule == "schema-line", -finding.line)):
            MENDED[finding.rule](lines, finding)
        newline = "\r\n" if "\r\n" in before else "\n"
        after = newline.join(lines) + newline
        if after != before:
            path.write_bytes(after.encode("utf-8"))
            done.append(f"{file}: mended")
    return done


def _title(lines: list[str], finding: LintFinding) -> None:
    if "full stop" in finding.message:
        lines[finding.line - 1] = re.sub(r"\.(['\"]?)\s*$", r"\1", lines[finding.line - 1])


def _checked(lines: list[str], finding: LintFinding) -> None:
    place = next((n for n, line in enumerate(lines) if line.startswith("examples:")), len(lines))
    lines.insert(place, f"checked: {date.today():%Y-%m}")


def _link(lines: list[str], finding: LintFinding) -> None:
    if "is no https link" in finding.message:
        lines[:] = [re.sub(r"(url|see): (['\"]?)http://", r"\1: \2https://", line) for line in lines]


def _blank(lines: list[str], finding: LintFinding) -> None:
    lines[:] = [re.sub(r"\\[ \t]+$", r"\\", line) for line in lines]


def _schema_line(lines: list[str], finding: LintFinding) -> None:
    lines.insert(0, finding.advice.partition(": ")[2])


_KEY = re.compile(r"(?P<indent> *)(?:- )?(?P<key>text|captures):")


def _write_captures(lines: list[str], finding: LintFinding) -> None:
    """Give an example the captures that its text really gives; `finding` stands at the example's `text`."""
    given = ast.literal_eval(finding.message.removeprefix("captures are ").partition(", the example says ")[0])
    start = next(n for n in range(finding.line - 1, -1, -1) if _KEY.match(lines[n]))
    column = lines[start].index("text:")
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > column):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    if end < len(lines) and lines[end].startswith(" " * column + "captures:"):
        last = end + 1
        while last < len(lines) and lines[last].startswith(" " * (column + 1)):
            last += 1
        del lines[end:last]
    if given:
        values = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in given.items())
        lines.insert(end, " " * column + f"captures: {{{values}}}")


MENDED: dict[str, Callable[[list[str], LintFinding], None]] = {
    "title": _title,
    "captures": _write_captures,
    "checked": _checked,
    "link": _link,
    "not-pasteable": _blank,
    "schema-line": _schema_line,
}
