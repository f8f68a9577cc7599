"""Matching: from the words of a text to the places where patterns stand in it, inside one budget of time."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from lambda_doctor.compiled import Layer, PatternRecord

if TYPE_CHECKING:
    import regex

    from lambda_doctor.catalog import Catalog

# Bytes to words: letters lowered, digits kept, all else (UTF-8's bytes beyond ASCII too) a gap.
_TABLE = bytes(
    code + 32 if 65 <= code <= 90 else code if 97 <= code <= 122 or 48 <= code <= 57 else 32 for code in range(256)
)
HITS_MAX = 1_000  # of one pattern in one text


class Hit(NamedTuple):
    """A pattern found: whose it is, where, and the values in its holes. Offsets are of the cleaned text."""

    layer: Layer
    record: PatternRecord
    start: int
    end: int
    captures: dict[str, str]


class Budget:
    """Time that a call may spend, in seconds, given out as time left."""

    __slots__ = ("deadline", "skipped")

    def __init__(self, seconds: float) -> None:
        self.deadline = perf_counter() + seconds
        self.skipped: list[str] = []

    def left(self) -> float:
        """Seconds left; at the least a moment, so that it can be passed on as a timeout."""
        return max(self.deadline - perf_counter(), 0.001)

    @property
    def spent(self) -> bool:
        """Whether the time is over."""
        return perf_counter() >= self.deadline


def words_of(data: bytes) -> set[bytes]:
    """The words of a text in UTF-8, in lower case.

    >>> sorted(words_of(b"Runtime.ExitError: 137"))
    [b'137', b'exiterror', b'runtime']
    """
    return set(data.translate(_TABLE).split())


def candidates(layer: Layer, words: set[bytes]) -> Iterator[PatternRecord]:
    """The patterns whose required words all stand in the text."""
    seen = set()
    for key in layer.keys.keys() & words:
        for number in layer.patterns_of(key):
            if number not in seen:
                seen.add(number)
                record = layer.pattern(number)
                if record.must <= words:
                    yield record


def find_hits(text: str, catalog: Catalog, budget: Budget) -> list[Hit]:
    """All places where patterns of the catalog stand in a cleaned text, in no order."""
    words = words_of(text.encode("utf-8", "surrogatepass"))
    lowered: str | None = None
    hits: list[Hit] = []
    for layer in catalog.layers:
        for record in candidates(layer, words):
            if record.owner >= 0 and not catalog.owns(layer, layer.ids[record.owner]):
                continue
            if budget.spent:
                budget.skipped.append(_name(layer, record))
                continue
            if lowered is None:
                lowered = _lower(text)
            hits.extend(_confirm(layer, record, text, lowered, budget))
    return hits


def _confirm(layer: Layer, record: PatternRecord, text: str, lowered: str, budget: Budget) -> Iterator[Hit]:
    expression = compiled(record.regex)
    count = 0
    try:
        for start, end in _windows(record, lowered):
            for match in expression.finditer(text, start, end, timeout=budget.left()):
                captures = {name: value for name, value in match.groupdict().items() if value is not None}
                yield Hit(layer, record, match.start(), match.end(), captures)
                count += 1
                if count >= HITS_MAX:
                    return
    except TimeoutError:
        budget.skipped.append(_name(layer, record))


def _windows(record: PatternRecord, lowered: str) -> list[tuple[int, int]]:
    """Where a match can lie: around each of the pattern's keys, overlapping stretches joined."""
    span = record.span + 2
    if len(lowered) <= span:
        return [(0, len(lowered))]
    places: list[tuple[int, int]] = []
    for word, lead in record.keys:
        place = lowered.find(word)
        while place >= 0:
            places.append((max(place - lead - 1, 0), min(place + span, len(lowered))))
            place = lowered.find(word, place + len(word))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _lower(text: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow when lowered; keys are ASCII, so leave them
        lowered = "".join(char.lower() if char.isascii() else char for char in text)
    return lowered


_compiled: dict[str, regex.Pattern[str]] = {}


def compiled(source: str) -> regex.Pattern[str]:
    """The expression, compiled when first a candidate."""
    expression = _compiled.get(source)
    if expression is None:
        import regex

        expression = regex.compile(source, regex.ASCII | regex.IGNORECASE | regex.MULTILINE)
        _compiled[source] = expression
    return expression


def _name(layer: Layer, record: PatternRecord) -> str:
    return f"pattern {record.number + 1} of {layer.ids[record.owner]}" if record.owner >= 0 else "an observation"
