"""Occurrences of a log grouped by problem, and told as findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lambda_doctor.catalog import Catalog
from lambda_doctor.diagnosing import Examined
from lambda_doctor.match import Budget
from lambda_doctor.redact import Redactor
from lambda_doctor.report import Context, LogFinding, Place

SAMPLES, SAMPLE_MAX = 3, 500
GROUPS_MAX = 2_000
SECONDS = 1.0  # that a problem's diagnosis may take
_VARIABLE = re.compile(r"[\d.,:+-]+|[0-9a-fA-F-]{32,36}")


@dataclass
class Occurrence:
    """One problem at one place; `text` is what stands around it."""

    id: str
    captures: dict[str, str]
    kind: str
    confidence: float
    start: int
    line: int
    time: str | None
    text: str

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two occurrences the same problem: the signature and the names in it, not numbers and ids."""
        names = (f"{name}={value}" for name, value in sorted(self.captures.items()) if not _VARIABLE.fullmatch(value))
        return (self.id, *names)


@dataclass
class _Group:
    count: int
    first: Occurrence
    last: Occurrence
    samples: dict[str, str]  # as pasted, and as shown


class Groups:
    """Occurrences grouped by problem."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], _Group] = {}

    def add(self, occurrence: Occurrence) -> bool:
        """Count an occurrence; they come in the order of the log. Returns whether the problem is new."""
        key = occurrence.key if len(self._groups) < GROUPS_MAX else (occurrence.id,)
        sample = occurrence.text[:SAMPLE_MAX]
        group = self._groups.get(key)
        if group is None:
            self._groups[key] = _Group(1, occurrence, occurrence, {sample: _shown(occurrence.text)})
            return True
        group.count += 1
        group.last = occurrence
        if len(group.samples) < SAMPLES and sample not in group.samples:
            group.samples[sample] = _shown(occurrence.text)
        return False

    def results(self, catalog: Catalog, context: Context | None) -> Iterator[LogFinding]:
        """One finding a group, consequences after causes."""
        ordered = sorted(self._groups.values(), key=lambda group: (group.first.kind == "symptom", group.first.start))
        for group in ordered:
            first, last = group.first, group.last
            examined = Examined(first.text, context, catalog, Budget(SECONDS))
            found = next((diagnosis for diagnosis in examined.diagnoses() if diagnosis.id == first.id), None)
            if found is None:
                continue  # it is explained by its neighbours, once these are looked at together
            evidence = found.evidence.model_copy(update={"line": first.line})
            update = {"confidence": first.confidence, "count": group.count, "evidence": evidence}
            yield LogFinding(
                diagnosis=found.model_copy(update=update),
                count=group.count,
                first=Place(line=first.line, offset=first.start, time=first.time),
                last=Place(line=last.line, offset=last.start, time=last.time),
                samples=tuple(group.samples.values()),
            )


def _shown(text: str) -> str:
    """A sample without secrets; these are looked for before it is cut, which could make one unrecognisable."""
    return Redactor(text).cut(text, 0, len(text))[:SAMPLE_MAX]
