"""Patterns: bounded, findable, proven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_doctor.lint import LintFinding, Subject

WIDE_MAX = 3
_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+](?![+])|\{\d+,\})")


def check(subject: Subject) -> Iterator[LintFinding]:
    """Each pattern has a bounded width, few wide holes, and does not stand in another entry too."""
    seen: dict[str, str] = {}
    for identifier, entry in subject.entries():
        for number, (pattern, compiled) in enumerate(zip(entry.signature.patterns, entry.patterns, strict=True)):
            path = ["patterns", number]
            source = pattern.text or pattern.regex or ""
            if compiled.wide > WIDE_MAX:
                yield subject.finding(
                    entry,
                    path,
                    "wide-holes",
                    f"{compiled.wide} holes that hold nearly anything",
                    f"Use narrower types, or split the pattern; at most {WIDE_MAX}.",
                )
            for match in re.finditer(r":/((?:[^/\\]|\\.)+)/\}", pattern.text or ""):
                if _UNBOUNDED.search(re.sub(r"\[(?:[^\]\\]|\\.)*\]", "[]", match[1])):
                    yield subject.finding(
                        entry,
                        path,
                        "unbounded",
                        f"the hole /{match[1]}/ has no upper bound",
                        "Write {0,100} in place of * and {1,100} in place of +.",
                    )
            if pattern.regex and _UNBOUNDED.search(re.sub(r"\[(?:[^\]\\]|\\.)*\]", "[]", pattern.regex)):
                yield subject.finding(
                    entry,
                    path,
                    "unbounded",
                    "the expression has an unbounded repeat",
                    "Write {0,100} in place of * and {1,100} in place of +.",
                )
            if source.rstrip().endswith((":text}", ":text}$")):
                yield subject.finding(
                    entry,
                    path,
                    "open-end",
                    "a hole of type text ends the pattern, so it holds one character",
                    "Use {name:line} at the end.",
                )
            if compiled.literal < 6:
                yield subject.finding(
                    entry,
                    path,
                    "too-short",
                    f"only {compiled.literal} literal characters: {source!r}",
                    "Write more of the message; so little of it stands in healthy logs too.",
                )
            if source in seen and seen[source] != identifier:
                yield subject.finding(
                    entry,
                    path,
                    "same-pattern",
                    f"the same pattern as in {seen[source]}",
                    "One message has one owner; keep it where the cause is named.",
                )
            seen[source] = identifier
