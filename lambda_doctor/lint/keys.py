"""Keys: what the index files a pattern under is rare in logs in which all is well."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_doctor.lint import LintFinding, Subject
from lambda_doctor.rates import Rates

COMMON = 50  # of Rates.ALL: about one line of a healthy log in two hundred


def check(subject: Subject) -> Iterator[LintFinding]:
    """Each pattern has a stretch that hardly any healthy line has; where none is, whole logs are scanned slower."""
    rates = Rates(subject.source)
    for _, entry in subject.entries():
        for number, compiled in enumerate(entry.patterns):
            common = [run.text.strip() for run in rates.keys(compiled).values() if rates.run(run) >= COMMON]
            if common:
                yield subject.finding(
                    entry,
                    ["patterns", number],
                    "common-key",
                    f"its rarest words, {common[0]!r}, stand in healthy logs too",
                    "Write more of the message, if it always has more: a word that only the error has.",
                    "note",
                )
