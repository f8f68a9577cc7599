"""Ranking: which of the signatures found is the answer, which are further errors, and which are only consequences.

Order comes from what the entries declare (kind, beats, explains), then from confidence and from how much of the message
the author wrote out; never from the order of files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from re import Match
from typing import Any

from lambda_doctor.compiled import Layer
from lambda_doctor.lazy import compile
from lambda_doctor.match import Hit

# Confidence where a message that is not Lambda's own stands alone: "might be". Of pasted errors more than half are so,
# but what people paste differs, so it stays below.
DOUBT = 0.49
# The sign of a text that is about another platform, where a doubt is none.
ELSEWHERE = "elsewhere"
# Evidence within this many characters is at the same place, as is all that stands in one line.
PLACE = 250
LINE_MAX = 4_096  # characters of a line, and before it, that are looked at for what belongs together
PLACES_MAX = 8  # of one signature that are told apart
RANKED_MAX = 400  # findings that are compared, each with each
_KINDS = {"cause": 0, "fallback": 1, "symptom": 2}
LINE_START = 200  # characters of a line in which its level stands
_REQUEST = compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A line's level, at its beginning or after its time stamp.
_WARNING = compile(r"(?:^|[\s\[\"|:(])(?i:warn(?:ing)?)(?:$|[\s\]\"|:)])")

# An error's bare name, and what makes it a counter that counts none, or the name of a metric.
_WORD = compile(r"[\"']?[A-Za-z][\w.]{2,79}[\"']?")
_COUNTING = (
    r"(?:[\s_-]{1,3}(?i:metrics?|count(?:er|s)?|errors?|exceptions?|events?|occurrences|total|sum|published)){0,4}"
)
_NONE_AFTER = compile(
    rf"[\"']?{_COUNTING}[\"']?\s{{0,3}}(?:[:=]|(?:was|is|x(?=0)))\s{{0,3}}[\"']?0(?:\.0{{1,6}})?(?![\w.%-]|:\d)"
    r"|[\"'],\s{0,3}[\"']Unit[\"']\s{0,3}:"
)
_NONE_BEFORE = compile(
    r"(?:(?:^|[,;:=({\[]|\b(?i:with|found|had|got|saw|counted|and|are|were))\s{0,3}0\s{1,3}|\b(?i:no|zero|without)\s{1,3}"
    r"|MetricName[\"']?\s{0,3}[:=]\s{0,3}[\"']?)$"
)
COUNTER = 60  # characters around a name in which that stands


@dataclass
class Finding:
    """A signature found at a place of a text; `start` and `end` of its evidence point into the paste."""

    id: str
    layer: Layer
    number: int
    pattern: int  # of the entry's, from 0
    confidence: float
    literal: int
    start: int
    end: int
    captures: dict[str, str]
    span: tuple[int, int] = (0, 0)  # of all its matches at this place
    count: int = 1
    last: int = 0
    warning: bool = False
    line: int | None = None  # where its line starts, if that is known
    text: str = ""  # the paste
    symptoms: list[str] = field(default_factory=list)

    @cached_property
    def entry(self) -> dict[str, Any]:
        """The entry's data."""
        return self.layer.entry(self.number)

    @cached_property
    def kind(self) -> str:
        """cause, fallback or symptom."""
        return str(self.entry.get("kind", "cause"))

    @property
    def score(self) -> float:
        """The larger, the better an answer: confidence first, a long message before a short one."""
        return self.confidence * 100 + min(self.literal, 80) / 8

    @cached_property
    def request(self) -> str:
        """The request that it happened in, by its line or else by what stands before; empty where none is named."""
        start = max(self.start - LINE_MAX, 0)
        end = self.text.find("\n", self.end, self.end + LINE_MAX)
        own = _REQUEST.search(self.text, self.line or start, end if end >= 0 else self.end)
        earlier = None if own else max(_REQUEST.finditer(self.text, start, self.start), key=Match.start, default=None)
        return (own or earlier or [""])[0]


def findings(hits: Iterable[Hit], signs: Iterable[str], text: str = "") -> list[Finding]:
    """One finding for each place of a signature, its best evidence chosen, repeats counted.

    With the `text` that the hits are of, each also knows its line: where that starts, and whether as a warning.
    """
    signs = frozenset(signs)
    found: dict[str, list[Finding]] = {}
    for layer, record, start, end, captures in hits:
        if end - start <= COUNTER and _counts_none(text, start, end):
            continue
        confidence = record.confidence
        if record.needs and signs.isdisjoint(record.needs):
            if record.drop or ELSEWHERE in signs or _is_quoted(text, start, end):
                continue
            confidence = min(confidence, DOUBT)
        identifier = layer.ids[record.owner]
        found.setdefault(identifier, []).append(
            Finding(identifier, layer, record.owner, record.number, confidence, record.literal, start, end, captures)
        )
    places = [_at_place(same) for matches in found.values() for same in _places(matches)]
    if text:
        for finding in places:
            finding.text = text
            finding.line, finding.warning = _line_of(finding, text)
    return places


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether a line only speaks of the words, in backticks after others: a change log, or the name of an issue."""
    before = text[text.rfind("\n", max(start - LINE_MAX, 0), start) + 1 : start]
    if before.count("`") % 2 == 0 or "`" not in text[end : end + LINE_MAX].partition("\n")[0]:
        return False
    return any(char.isalpha() for char in before.partition("`")[0])


def _counts_none(text: str, start: int, end: int) -> bool:
    r"""Whether a bare name is that of a counter that stands at zero, or of a metric.

    >>> _counts_none("INFO AccessDenied: 0, Throttled: 2", 5, 17), _counts_none("ERROR AccessDenied: 0f1e2d", 6, 18)
    (True, False)
    """
    while end > start and text[end - 1] in " :=":
        end -= 1
    if not _WORD.fullmatch(text, start, end):
        return False
    return bool(
        _NONE_AFTER.match(text, end, end + COUNTER) or _NONE_BEFORE.search(text, max(start - COUNTER, 0), start)
    )


def _places(matches: list[Finding]) -> list[list[Finding]]:
    """Matches of one signature by place; those in between the first places and the last one count with these."""
    if len(matches) == 1:
        return [matches]
    places: list[list[Finding]] = []
    reach = 0
    for match in sorted(matches, key=lambda match: match.start):
        if places and match.start <= reach + PLACE:
            places[-1].append(match)
        else:
            places.append([match])
        reach = max(reach, match.end)
    if len(places) > PLACES_MAX:
        places[PLACES_MAX - 2 : -1] = [[match for place in places[PLACES_MAX - 2 : -1] for match in place]]
    return places


def _at_place(same: list[Finding]) -> Finding:
    if len(same) == 1:
        same[0].span, same[0].last = (same[0].start, same[0].end), same[0].start
        return same[0]
    best = min(same, key=_better)
    # An error that several patterns know is still one: the pattern that finds it most often counts.
    counts: dict[int, int] = {}
    reaches: dict[int, int] = {}
    for match in same:
        fresh = match.start >= reaches.get(match.pattern, -1)
        counts[match.pattern] = counts.get(match.pattern, 0) + fresh
        reaches[match.pattern] = max(reaches.get(match.pattern, -1), match.end)
    captures = dict(best.captures)
    for match in sorted(same, key=_better):
        if _gap(best, match) <= PLACE:
            captures = {**match.captures, **captures}
    best.captures = captures
    best.count = max(counts.values())
    best.span = same[0].start, max(reaches.values())
    best.last = same[-1].start
    return best


def _better(finding: Finding) -> tuple[float, int, int, int]:
    return -finding.confidence, -len(finding.captures), -finding.literal, finding.start


def _line_of(finding: Finding, text: str) -> tuple[int | None, bool]:
    """Where the line of a finding starts, unless that is far, and whether it is a warning."""
    start = max(finding.start - LINE_MAX, 0)
    line = text.rfind("\n", start, finding.start) + 1
    if not line and start:
        return None, False
    head = text[max(line, finding.start - LINE_START) : finding.start + 8]
    return line, "warn" in head.lower() and bool(_WARNING.search(head))


def _gap(one: Finding, other: Finding) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _at_one_place(one: Finding, other: Finding) -> bool:
    apart = max(one.span[0] - other.span[1], other.span[0] - one.span[1])
    return apart <= PLACE or (one.line is not None and one.line == other.line)


def rank(found: list[Finding]) -> list[Finding]:
    """The findings that are answers, best first; what one explains is among its symptoms, what it beats is gone."""
    return answers(unbeaten(found))


def unbeaten(found: list[Finding]) -> list[Finding]:
    """The findings without those that others beat, best first."""
    order = sorted(found, key=_order)[:RANKED_MAX]
    return [loser for loser in order if not any(winner is not loser and _beats(winner, loser) for winner in order)]


def answers(left: list[Finding]) -> list[Finding]:
    """One finding a signature, without those that others explain, best first."""
    by_id: dict[str, list[Finding]] = {}
    for finding in left:
        by_id.setdefault(finding.id, []).append(finding)
    merged = sorted((_merge(places) for places in by_id.values()), key=_order)
    explained: set[str] = set()
    for finding in merged:
        for other in merged:
            if other is not finding and other.id not in explained and _explains(finding, other):
                explained.add(other.id)
                finding.symptoms.append(other.id)
    return [finding for finding in merged if finding.id not in explained]


def _merge(places: list[Finding]) -> Finding:
    """One signature's places as one: its evidence is the best one's, or the first of these."""
    if len(places) == 1:
        places[0].symptoms = []
        return places[0]
    best = min(places, key=_better)
    return replace(best, count=sum(f.count for f in places), last=max(f.last for f in places), symptoms=[])


def _order(finding: Finding) -> tuple[int, float, int]:
    doubtful = finding.confidence < 0.5
    return doubtful * 6 + finding.warning * 3 + _KINDS[finding.kind], -finding.score, -finding.last


def _beats(winner: Finding, loser: Finding) -> bool:
    return winner.id != loser.id and bool(reason(winner, loser))


def reason(winner: Finding, loser: Finding) -> str:
    """Why one finding beats another, or nothing where it does not."""
    if not _at_one_place(winner, loser) or winner.id in loser.entry.get("beats", ()):
        return ""
    if winner.confidence < 0.5 <= loser.confidence:
        return ""
    if loser.confidence < 0.5 <= winner.confidence and (winner.kind == "cause" or not _gap(winner, loser)):
        return "a certainty before a doubt at the same place"
    if loser.id in winner.entry.get("beats", ()):
        return f"{winner.id} says that it beats {loser.id}"
    if loser.kind == "fallback" and winner.kind == "cause":
        return "a cause before a fallback" if winner.confidence >= min(loser.confidence, 0.5) else ""
    within = winner.start <= loser.start and loser.end <= winner.end
    if within and winner.kind == loser.kind and winner.literal > loser.literal and winner.score > loser.score:
        return "its match holds the other's, and more of the message"
    return ""


def _explains(cause: Finding, symptom: Finding) -> bool:
    if cause.id in symptom.entry.get("explains", ()):
        return False
    if symptom.id in cause.entry.get("explains", ()):
        # What ended one request is no consequence of what happened in another.
        return symptom.kind == "symptom" or not (cause.request and symptom.request) or cause.request == symptom.request
    if cause.warning and not symptom.warning:
        return False
    return symptom.kind == "symptom" and cause.kind != "symptom" and cause.confidence >= 0.5
