"""The occurrences of known errors in a chunk of a log, each at its own place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lambda_doctor.blocks import SECONDS, Block, automata, find_by_terms
from lambda_doctor.catalog import Catalog
from lambda_doctor.chunks import AROUND, HEAD, Chunk
from lambda_doctor.grouping import Occurrence
from lambda_doctor.match import Budget, Hit, find_forms
from lambda_doctor.observe import observe
from lambda_doctor.rank import Finding, answers, findings, unbeaten
from lambda_doctor.report import Context

NEAR = 2_048  # bytes between errors that may be one chain
TIME_MAX = 1_024  # characters of a passage in which its time is looked for
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|(?<=\"timestamp\":)\d{10,13}"
)


class Scanner:
    """Finds the occurrences of a catalog's errors in chunks of one log."""

    def __init__(self, catalog: Catalog, context: Context | None) -> None:
        self.catalog = catalog
        self.known = {name: value for name, value in context or () if value and name != "shell"}
        self.signs: frozenset[str] | None = None
        self._automata = automata(catalog.layers)

    def look_at_head(self, head: bytes) -> None:
        """Learn from a log's beginning what it is a log of."""
        self.signs = self._signs_of(head)

    def _signs_of(self, data: bytes, telling: Iterable[str] = ()) -> frozenset[str]:
        forms = find_forms(data.decode("utf-8", "replace"), self.catalog, Budget(SECONDS), telling)
        return frozenset(observe(forms, self.known, self.catalog).signs)

    def occurrences(self, chunk: Chunk) -> tuple[list[Occurrence], int]:
        """The occurrences that begin in the chunk, lines counted from its own first, and how many lines it has."""
        if self.signs is None:
            self.look_at_head(chunk.data[:HEAD])
        block = Block(chunk.data)
        hits = [hit for hit in self._hits(block) if chunk.begin <= hit.start < chunk.end]
        found: list[Occurrence] = []
        line, counted = 1, chunk.begin
        for group in _neighbours(sorted(hits, key=lambda hit: hit.start)):
            places = [place for finding in self._answers(group, block) for place in _places(finding, group)]
            for finding in sorted(places, key=lambda finding: finding.start):
                if finding.start >= counted:
                    line += chunk.data.count(b"\n", counted, finding.start)
                    counted = finding.start
                found.append(_occurrence(finding, chunk, line))
        return found, chunk.data.count(b"\n", chunk.begin, chunk.end)

    def _answers(self, hits: list[Hit], block: Block) -> list[Finding]:
        """What is to be told of some hits near each other, each place for itself."""
        signs = self.signs or frozenset()
        needs = {need for hit in hits if signs.isdisjoint(hit.record.needs) for need in hit.record.needs}
        if needs:
            signs |= self._signs_of(block.data[max(hits[0].start - NEAR, 0) : hits[-1].end + NEAR], needs)
        left = unbeaten(findings(hits, signs, block.text))
        told = {finding.id for finding in answers(left)}
        return [finding for finding in left if finding.id in told]

    def _hits(self, block: Block) -> Iterator[Hit]:
        """Where patterns stand in a block, offsets in bytes."""
        for layer, automaton in zip(self.catalog.layers, self._automata):
            for record, pieces in automaton.find(block) if automaton else find_by_terms(layer, block):
                if record.owner >= 0 and self.catalog.owns(layer, layer.ids[record.owner]):
                    for (start, end), captures in block.matches(record, pieces).items():
                        yield Hit(layer, record, start, end, captures)


def _occurrence(finding: Finding, chunk: Chunk, line: int) -> Occurrence:
    data = chunk.data
    start = data.rfind(b"\n", max(finding.start - AROUND, 0), finding.start) + 1 or max(finding.start - AROUND, 0)
    end = data.find(b"\n", finding.end, finding.end + AROUND)
    text = data[start : end if end >= 0 else finding.end + AROUND].decode("utf-8", "replace")
    time = _TIME.search(text, 0, TIME_MAX)
    return Occurrence(
        finding.id, finding.captures, finding.kind, finding.confidence,
        chunk.offset + finding.start, line, time[0] if time else None, text,
    )  # fmt: skip


def _neighbours(hits: Iterable[Hit]) -> Iterator[list[Hit]]:
    """Hits near each other, which are ranked together."""
    group: list[Hit] = []
    reach = 0
    for hit in hits:
        if group and hit.start > reach + NEAR:
            yield group
            group = []
        group.append(hit)
        reach = max(reach, hit.end)
    if group:
        yield group


def _places(finding: Finding, hits: list[Hit]) -> Iterator[Finding]:
    """A finding at each of its places: in a log every repeat counts, and may name something else."""
    if finding.count == 1:
        yield finding
        return
    first, last = finding.span
    by_pattern: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.layer is finding.layer and hit.record.owner == finding.number and first <= hit.start < last:
            by_pattern.setdefault(hit.record.number, []).append(hit)
    # The pattern that is found most often counts; what others found goes with the nearest of its matches.
    counting = max(by_pattern.values(), key=lambda same: (len(same), len(same[0].captures), same[0].record.literal))
    starts = [hit.start for hit in counting]
    places: list[list[Hit]] = [[] for _ in counting]
    for same in by_pattern.values():
        for hit in same:
            number = bisect_left(starts, hit.start)
            near = min((number - 1, number), key=lambda n: abs(starts[n] - hit.start) if 0 <= n < len(starts) else last)
            places[near].append(hit)
    for place in places:
        yield _at(finding, place)


def _at(finding: Finding, hits: list[Hit]) -> Finding:
    best = max(hits, key=lambda hit: (hit.record.confidence, len(hit.captures), hit.record.literal))
    return replace(finding, start=best.start, end=best.end, captures=best.captures, count=1)
