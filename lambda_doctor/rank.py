"""Ranking: which of the signatures found is the answer, which are further errors, and which are only consequences.

Order comes from what the entries declare (kind, beats, explains), then from confidence and from how much of the message
the author wrote out; never from the order of files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lambda_doctor.compiled import Layer
from lambda_doctor.match import Hit

# Confidence where a message that is not Lambda's own stands alone: "might be".
DOUBT = 0.4
# Evidence within this many characters is at the same place: one line, or the next ones of one error.
PLACE = 250


@dataclass
class Finding:
    """A signature found in a text; `start` and `end` point into the paste."""

    id: str
    layer: Layer
    number: int
    confidence: float
    literal: int
    start: int
    end: int
    captures: dict[str, str]
    count: int = 1
    last: int = 0
    symptoms: list[str] = field(default_factory=list)

    @property
    def entry(self) -> dict[str, Any]:
        """The entry's data."""
        return self.layer.entry(self.number)

    @property
    def kind(self) -> str:
        """cause, fallback or symptom."""
        return str(self.entry.get("kind", "cause"))

    @property
    def score(self) -> float:
        """The larger, the better an answer: confidence first, a long message before a short one."""
        return self.confidence * 100 + min(self.literal, 80) / 8


def findings(
    hits: Iterable[Hit], signs: Iterable[str], origin: Callable[[int, int], tuple[int, int]]
) -> list[Finding]:
    """One finding a signature, its best evidence first chosen, repeats counted."""
    signs = frozenset(signs)
    found: dict[str, list[Finding]] = {}
    for layer, record, start, end, captures in hits:
        confidence = record.confidence
        if record.needs and signs.isdisjoint(record.needs):
            if record.drop:
                continue
            confidence = min(confidence, DOUBT)
        identifier = layer.ids[record.owner]
        place = origin(start, end)
        found.setdefault(identifier, []).append(
            Finding(identifier, layer, record.owner, confidence, record.literal, *place, captures)
        )
    return [_merge(same) for same in found.values()]


def _merge(same: list[Finding]) -> Finding:
    same.sort(key=lambda f: (-f.confidence, -len(f.captures), -f.literal, f.start))
    best = same[0]
    spans = sorted((finding.start, finding.end) for finding in same)
    count, reach = 0, -1
    for start, end in spans:
        if start >= reach:
            count += 1
        reach = max(reach, end)
    best.count = count
    best.last = spans[-1][0]
    for other in same[1:]:
        if _gap(best, other) <= PLACE:
            for name, value in other.captures.items():
                best.captures.setdefault(name, value)
    return best


def _gap(one: Finding, other: Finding) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def rank(found: list[Finding]) -> list[Finding]:
    """The findings that are answers, best first; what one explains is among its symptoms, what it beats is gone."""
    order = sorted(found, key=_order)
    beaten = {
        loser.id
        for winner in order
        for loser in order
        if loser is not winner and _beats(winner, loser)
    }
    left = [finding for finding in order if finding.id not in beaten]
    roots: list[Finding] = []
    explained: set[str] = set()
    for finding in left:
        for other in left:
            if other is not finding and other.id not in explained and _explains(finding, other):
                explained.add(other.id)
                finding.symptoms.append(other.id)
    for finding in left:
        if finding.id not in explained:
            roots.append(finding)
    return roots


def _order(finding: Finding) -> tuple[int, float, int]:
    kinds = {"cause": 0, "fallback": 1, "symptom": 2}
    doubtful = 1 if finding.confidence < 0.5 else 0
    return doubtful * 2 + kinds[finding.kind], -finding.score, -finding.last


def _beats(winner: Finding, loser: Finding) -> bool:
    if _gap(winner, loser) > PLACE:
        return False
    if winner.id in loser.entry.get("beats", ()):
        return False
    if loser.id in winner.entry.get("beats", ()):
        return True
    if loser.kind == "fallback" and winner.kind == "cause":
        return winner.confidence >= min(loser.confidence, 0.5)
    within = winner.start <= loser.start and loser.end <= winner.end
    same_kind = winner.kind == loser.kind
    return within and same_kind and winner.literal > loser.literal and winner.score > loser.score


def _explains(cause: Finding, symptom: Finding) -> bool:
    if cause.id in symptom.entry.get("explains", ()):
        return False
    if symptom.id in cause.entry.get("explains", ()):
        return True
    return symptom.kind == "symptom" and cause.kind != "symptom" and cause.confidence >= 0.5
