"""Examples and near misses: what an entry says it answers it answers, first, with just these values."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_doctor.cleaning import clean
from lambda_doctor.diagnosing import diagnose
from lambda_doctor.lint import LintFinding, Subject
from lambda_doctor.match import compiled

HALF = 0.5


def check(subject: Subject) -> Iterator[LintFinding]:
    """Each pattern has an example, each example is owned by its entry, each near miss goes where it says."""
    for identifier, entry in subject.entries():
        signature = entry.signature
        if not signature.near_misses:
            level = "error" if len(subject.catalog.layers) == 1 else "warning"
            advice = "Add a look-alike to `near_misses`, and what it is instead."
            yield subject.finding(entry, [], "near-miss", "no near miss", advice, level)
        proven = set()
        for number, example in enumerate(signature.examples):
            path = ["examples", number, "text"]
            text = clean(example.text).text
            proven |= {n for n, p in enumerate(entry.patterns) if compiled(p.regex).search(text)}
            report = diagnose(example.text, catalog=subject.catalog, budget=10)
            mine = next((d for d in report.diagnoses if d.id == identifier), None)
            if mine is None:
                others = ", ".join(f"{d.id} {d.confidence:.2f}" for d in report.diagnoses) or "nothing"
                symptom = next((d.id for d in report.diagnoses if identifier in d.symptoms), None)
                yield subject.finding(
                    entry,
                    path,
                    "example-missed",
                    f"the example is not found as this entry; found: {others}",
                    f"It is explained by {symptom}."
                    if symptom
                    else "Mend the patterns, or the relations: `beats` of the other, or a narrower pattern there.",
                )
                continue
            if report.diagnoses[0].id != identifier:
                first = report.diagnoses[0]
                yield subject.finding(
                    entry,
                    path,
                    "confusion",
                    f"{first.id} ({first.confidence:.2f}, {first.evidence.text!r}) precedes ({mine.confidence:.2f})",
                    "Declare `beats` here, or narrow the other's pattern, or take the second error out of the example.",
                )
            if mine.captures != example.captures:
                yield subject.finding(
                    entry,
                    path,
                    "captures",
                    f"captures are {mine.captures}, the example says {example.captures}",
                    "Mend the holes, or the example.",
                )
        for number, pattern in enumerate(signature.patterns):
            if number not in proven:
                yield subject.finding(
                    entry,
                    ["patterns", number],
                    "unproven",
                    f"no example for the pattern {pattern.text or pattern.regex!r}",
                    "Add a real text that it matches, or remove it.",
                )
        yield from _near_misses(subject, identifier)


def _near_misses(subject: Subject, identifier: str) -> Iterator[LintFinding]:
    entry = subject.source.entries[identifier]
    for number, miss in enumerate(entry.signature.near_misses):
        path = ["near_misses", number, "text"]
        report = diagnose(miss.text, catalog=subject.catalog, budget=10)
        sure = [d for d in report.diagnoses if d.confidence >= HALF]
        best = report.best.id if report.best else None
        if miss.is_ is None:
            if sure:
                yield subject.finding(
                    entry,
                    path,
                    "near-miss",
                    f"is diagnosed as {sure[0].id} ({sure[0].evidence.text!r})",
                    "Narrow that entry's pattern, or name it with `is`.",
                )
        elif miss.is_ not in subject.catalog:
            yield subject.finding(
                entry, path, "near-miss", f"no signature {miss.is_}", "Name an id that exists.", "note"
            )
        elif best != miss.is_:
            yield subject.finding(
                entry,
                path,
                "near-miss",
                f"goes to {best or 'nothing'}, not to {miss.is_}",
                "Mend the patterns or relations of the two.",
                "error" if best == identifier else "warning",
            )
