"""Upkeep: entries that a person should look at again, drafts that are not finished, ids that may not come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lambda_doctor.lint import LintFinding, Subject
from lambda_doctor.signature import SCHEMA_FILE, SCHEMA_URL

MONTHS_MAX = 12
OPTIONAL = ("confirm", "avoid", "near_misses")


def check(subject: Subject) -> Iterator[LintFinding]:
    """Facts checked within twelve months, nothing left to do, no retired id, a schema for editors."""
    today = date.today()
    retired = {id_: to for layer in subject.catalog.layers for id_, to in layer.extras["retired"].items()}
    schema = f"../{SCHEMA_FILE}" if len(subject.catalog.layers) == 1 else SCHEMA_URL
    given_out = {identifier for release in subject.source.releases.values() for identifier in release}
    for identifier in sorted(given_out - subject.source.entries.keys() - retired.keys()):
        yield LintFinding(
            f"{subject.prefix}_retired.yaml", 1, 1, "error", "retired", f"the id {identifier} was released and is gone",
            "Ids are promises: write it here with its successor, or null.",
        )  # fmt: skip
    for identifier, entry in subject.entries():
        signature = entry.signature
        if not entry.document.schema:
            yield subject.finding(
                entry, [], "schema-line", "no JSON Schema for editors",
                f"Begin the file with: # yaml-language-server: $schema={schema}", "note",
            )  # fmt: skip
        if signature.checked:
            year, month = map(int, signature.checked.split("-"))
            age = (today.year - year) * 12 + today.month - month
            if age > MONTHS_MAX:
                yield subject.finding(
                    entry, ["checked"], "stale", f"checked {age} months ago",
                    "Look at the facts and links again, then write this month.", "warning",
                )  # fmt: skip
            elif age < 0:
                yield subject.finding(
                    entry,
                    ["checked"],
                    "stale",
                    f"{signature.checked} is in the future",
                    "Write the month of the check.",
                )
        if identifier in retired:
            successor = retired[identifier] or "none"
            yield subject.finding(
                entry, [], "retired", f"the id {identifier} is retired (successor: {successor})",
                "Take another id: one that was given out never comes back.",
            )  # fmt: skip
        for path, text in _todo(signature.model_dump(mode="json"), []):
            advice = "Write it, or remove the field." if path[0] in OPTIONAL else "Write it."
            yield subject.finding(entry, path, "todo", f"not written yet: {text[:60]!r}", advice)


def _todo(value: object, path: list[object]) -> Iterator[tuple[list[object], str]]:
    if isinstance(value, str):
        if value.startswith(("TODO", "https://TODO")):
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _todo(item, [*path, key])
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _todo(item, [*path, number])
