"""Prose, commands and snippets: placeholders that can be filled, commands that can be pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_doctor.lint import LintFinding, Subject
from lambda_doctor.render import RUNTIME_NAMES, TOOL_NAMES
from lambda_doctor.report import Observation
from lambda_doctor.source import Entry
from lambda_doctor.template import placeholders

ALWAYS = frozenset(Observation.model_fields) - {"signs"}


def check(subject: Subject) -> Iterator[LintFinding]:
    """Every placeholder has a value or a default; commands hold nothing that a shell would take amiss."""
    for _identifier, entry in subject.entries():
        captured = [set(compiled.captures) for compiled in entry.patterns]
        everywhere, anywhere = set.intersection(*captured), set.union(*captured)
        for path, text, kind in _texts(entry):
            for name, default in placeholders(text).items():
                if name in everywhere or (default is not None and (name in anywhere or name in ALWAYS)):
                    continue
                if name not in anywhere and name not in ALWAYS:
                    message, advice = (
                        f"{{{name}}} is captured by no pattern",
                        f"Write {default or name.upper()} itself, capture it in a pattern, or double the braces.",
                    )
                elif kind == "run" and name in ALWAYS | anywhere:
                    message, advice = (
                        f"{{{name}}} has no default",
                        f"Write {{{name}|{name.upper()}}}: not every pattern captures it.",
                    )
                else:
                    message, advice = f"{{{name}}} has no default", f"Write {{{name}|words to show without it}}."
                yield subject.finding(entry, path, "placeholder", message, advice)
            if kind == "run" and (
                bad := re.search(r"(?<![<\w-])<(?![<(])[A-Za-z_][\w -]*>|(?<![.\w*/\"'`])\.\.\.(?![.\w/])", text)
            ):
                yield subject.finding(
                    entry,
                    path,
                    "not-pasteable",
                    f"the command holds {bad[0]!r}, which a shell would not take",
                    "Write a placeholder with a default in capitals, {name|NAME}, and every argument in full.",
                )
            if kind == "run" and re.search(r"<<-?\s*\w|`|\$\(\([^)]*\{", re.sub(r"'[^']*'|\\`", "", text)):
                yield subject.finding(
                    entry,
                    path,
                    "not-pasteable",
                    "the shell would look for commands in what a value holds",
                    "Write <<'EOF' with quotes for a here-document, $(...) for backticks, $(expr ...) for $((...)).",
                )
            if kind == "run" and (line := re.search(r"\\[ \t]+$", text, re.MULTILINE)):
                yield subject.finding(
                    entry, path, "not-pasteable", f"blank after a backslash {line[0]!r}", "Remove it."
                )
        yield from _when(subject, entry, anywhere)
        if entry.signature.title.endswith("."):
            yield subject.finding(entry, ["title"], "title", "the title ends with a full stop", "Leave it out.")
        if placeholders(entry.signature.title):
            yield subject.finding(
                entry, ["title"], "title", "the title holds a placeholder", "Keep captures to the cause."
            )
        if not entry.signature.confirm:
            yield subject.finding(entry, [], "confirm", "no `confirm`", "Say what proves this cause.", "warning")
        if entry.signature.checked is None:
            yield subject.finding(entry, [], "checked", "no `checked`", "Write the month, such as 2026-11.", "warning")


def _when(subject: Subject, entry: Entry, captured: set[str]) -> Iterator[LintFinding]:
    for number, step in enumerate(entry.signature.fixes):
        for name, values in step.when.items():
            path = ["fixes", number, "when", name]
            if name == "tool":
                unknown = [value for value in values if value not in TOOL_NAMES]
            elif name == "runtime":
                unknown = [value for value in values if not value.startswith(tuple(RUNTIME_NAMES))]
            elif name in ALWAYS or name in captured:
                unknown = []
            else:
                yield subject.finding(
                    entry, path, "when", f"`{name}` is neither tool, runtime nor a capture", "Name one of these."
                )
                continue
            if unknown:
                known = ", ".join(TOOL_NAMES if name == "tool" else RUNTIME_NAMES)
                yield subject.finding(entry, path, "when", f"no {name} {', '.join(unknown)}", f"Known are {known}.")


def _texts(entry: Entry) -> Iterator[tuple[list[str | int], str, str]]:
    signature = entry.signature
    for name in ("cause", "confirm", "avoid"):
        if text := getattr(signature, name):
            yield [name], text, "prose"
    for number, step in enumerate(signature.fixes):
        yield ["fixes", number, "do"], step.do, "prose"
        if step.run:
            yield ["fixes", number, "run"], step.run, "run"
        if step.code:
            yield ["fixes", number, "code"], step.code.text, "code"
