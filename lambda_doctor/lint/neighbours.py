"""Neighbours: a private layer leaves the answers of the catalogs below it as they are, or says that it means to."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_doctor.catalog import Catalog
from lambda_doctor.diagnosing import diagnose
from lambda_doctor.lint import LintFinding, Subject
from lambda_doctor.match import Budget, find_hits


def check(subject: Subject) -> Iterator[LintFinding]:
    """No example of an entry below is answered by one of this layer that neither `beats` nor replaces it."""
    *below, layer = subject.catalog.layers
    if not below:
        return
    alone = Catalog([layer])
    entries = dict(subject.entries())
    told = set()
    for identifier in subject.catalog.ids:
        if identifier in layer.ids:
            continue
        for example in subject.catalog.data(identifier).get("examples", ()):
            text = example["text"]
            if not any(hit.record.owner >= 0 for hit in find_hits(text, alone, Budget(10))):
                continue
            best = diagnose(text, catalog=subject.catalog, budget=10).best
            if best is None or best.id not in entries or (best.id, identifier) in told:
                continue
            entry = entries[best.id]
            if identifier not in entry.signature.beats:
                told.add((best.id, identifier))
                yield subject.finding(
                    entry,
                    ["patterns"],
                    "takes-over",
                    f"answers an example of {identifier}: {best.evidence.text!r}",
                    f"Narrow the pattern, or say that it is meant: `beats: [{identifier}]`.",
                    "warning",
                )
