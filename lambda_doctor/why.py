"""Why this diagnosis and not that one: every candidate of a text, what hit, what was missing, what beat it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lambda_doctor.catalog import Catalog
from lambda_doctor.cleaning import clean
from lambda_doctor.compiled import PatternRecord
from lambda_doctor.diagnosing import diagnose
from lambda_doctor.layering import types_of
from lambda_doctor.match import Budget, Hit, compiled, find_hits
from lambda_doctor.notation import PatternError
from lambda_doctor.pattern import CaptureType, compile_pattern
from lambda_doctor.rank import DOUBT, Finding, findings, rank, reason
from lambda_doctor.redact import Redactor
from lambda_doctor.template import tame
from lambda_doctor.words import encoded, terms_of, words_of

SECONDS = 10  # an author waits; a diagnosis gets one second
NEAREST = 5  # entries without a match that are shown
NEAR = 0.6  # the share of a pattern's words that make it worth showing
OTHERS = 6  # entries that are named besides
WIDTH = 100  # characters of a pattern or text that are shown
_HOLE = re.compile(r"\{[a-z0-9_]*:(?:/(?:[^/\\]|\\.)+/|[a-z0-9-]+)\}")
_HEADS = {
    "answer": "ANSWER",
    "beaten": "BEATEN",
    "explained": "EXPLAINED",
    "dropped": "DROPPED",
    "missed": "NOT FOUND",
}


class Why(NamedTuple):
    """A candidate and what became of it: an answer, beaten, explained, dropped or missed; `details` say why, in lines.

    `near` is the share of the pattern's words outside its holes that stand in the text.
    """

    id: str
    outcome: str
    details: tuple[str, ...]
    near: float = 1.0


def why(text: str, catalog: Catalog) -> list[Why]:
    """Each signature of which a key word stands in the text: the answers, then what matched, then the nearest."""
    report = diagnose(text, catalog=catalog, budget=SECONDS)
    signs = report.observation.signs
    hits = [hit for hit in find_hits(text, catalog, Budget(SECONDS)) if hit.record.owner >= 0]
    found = findings(hits, signs, text)
    answers = rank(found)
    explained = {symptom: finding.id for finding in answers for symptom in finding.symptoms}
    hide = Redactor(text, [(finding.start, finding.end) for finding in found])
    beaten = {finding.id: finding for finding in found if all(finding.id != answer.id for answer in answers)}
    best = [*answers, *(beaten[identifier] for identifier in sorted(beaten))]
    result: list[Why] = []
    for finding in best:
        matched = _matched(finding, hits, hide.cut(text, finding.start, finding.end))
        if finding in answers:
            result.append(Why(finding.id, "answer", (*matched, *_doubt(finding, hits, signs))))
        elif finding.id in explained:
            result.append(Why(finding.id, "explained", (*matched, f"a consequence of {explained[finding.id]}")))
        else:
            result.append(Why(finding.id, "beaten", (*matched, _beaten(finding, found))))
    named = {finding.id for finding in found}
    for hit in hits:
        identifier = hit.layer.ids[hit.record.owner]
        if identifier not in named:
            named.add(identifier)
            said = f"matched {tame(hide.cut(text, hit.start, hit.end))!r}, but {_needs(hit.record, signs)}"
            result.append(Why(identifier, "dropped", (said,)))
    return result + _missed(clean(text).text, catalog, named)


def show(candidates: Sequence[Why], only: str | None = None) -> str:
    """The candidates as text; of those that did not match the nearest, or of one id all patterns."""
    lines: list[str] = []
    shown: list[str] = []
    left: set[str] = set()
    for candidate in candidates:
        if only is not None:
            if candidate.id != only:
                continue
        elif candidate.outcome == "missed":
            if candidate.id in shown:
                continue
            if len(shown) == NEAREST or candidate.near < NEAR:
                left.add(candidate.id)
                continue
            shown.append(candidate.id)
        lines.append(f"{_HEADS[candidate.outcome]:<10} {candidate.id}")
        lines += [f"           {detail}" for detail in candidate.details]
    if left:
        more = "more share" if lines else "share"
        names = [*sorted(left)[:OTHERS], *(["..."] if len(left) > OTHERS else [])]
        lines.append(f"{len(left)} {more} a rare word with the text: {', '.join(names)}")
        lines.append("(--id ID tells what one of them lacks)")
    if not lines:
        lines.append(f"{only or 'no entry'}: none of its rare words stands in the text")
    return "\n".join(lines)


def _matched(finding: Finding, hits: Sequence[Hit], evidence: str) -> Iterator[str]:
    places = sorted({hit.record.number + 1 for hit in hits if hit.layer.ids[hit.record.owner] == finding.id})
    patterns = f"{'patterns' if len(places) > 1 else 'pattern'} {', '.join(map(str, places))}"
    yield f"{finding.confidence:.2f} by {patterns}: {tame(' '.join(evidence.split()))!r}"


def _doubt(finding: Finding, hits: Sequence[Hit], signs: Sequence[str]) -> Iterator[str]:
    records = [hit.record for hit in hits if hit.layer.ids[hit.record.owner] == finding.id]
    if finding.confidence <= DOUBT and all(record.needs for record in records):
        yield f"doubtful: {_needs(records[0], signs)}"


def _needs(record: PatternRecord, signs: Sequence[str]) -> str:
    seen = f"signs of {', '.join(signs)}" if signs else "none"
    return f"it needs a sign of {' or '.join(record.needs)}, and the text shows {seen}"


def _beaten(finding: Finding, found: Sequence[Finding]) -> str:
    for winner in found:
        if winner is not finding and (said := reason(winner, finding)):
            declared = finding.id in winner.entry.get("beats", ())
            return f"by {winner.id}{f', which says `beats: {finding.id}`' if declared else f': {said}'}"
    return "by an entry at the same place"


def _missed(text: str, catalog: Catalog, named: set[str]) -> list[Why]:
    """Patterns of which the rarest word stands in the text, the nearest first."""
    words = terms_of(encoded(text))
    types = types_of(catalog)
    result = []
    for layer in catalog.layers:
        for record in sorted(set(layer.filed_under(words)), key=lambda record: (record.owner, record.number)):
            if record.owner < 0 or (identifier := layer.ids[record.owner]) in named:
                continue
            if not catalog.owns(layer, identifier):
                continue
            pattern = layer.entry(record.owner)["patterns"][record.number]
            source = pattern.get("text") or pattern.get("regex", "")
            lacks = sorted(word.decode() for word in record.must - words)
            own = words_of(_HOLE.sub(" ", source).encode())
            details = [f"pattern {record.number + 1}: {_short(source)}"]
            if lacks:
                details.append(f"the text lacks: {', '.join(lacks)}")
            else:
                details += _stops(source, text, types)
            result.append(Why(identifier, "missed", tuple(details), len(own & words) / max(len(own), 1)))
    return sorted(result, key=lambda why: (-why.near, why.id, why.details))


def _stops(source: str, text: str, types: Mapping[str, CaptureType]) -> tuple[str, ...]:
    """Up to where a text follows a pattern, and how it goes on."""
    for end in reversed([match.start() for match in re.finditer(" ", source)]):
        try:
            expression = compile_pattern(source[:end], types).regex
        except PatternError:
            continue  # the cut is within a hole
        if match := compiled(expression).search(text, timeout=1):
            rest = " ".join(text[match.end() :].split("\n", 1)[0].split())
            return (
                f"it follows it up to: {_short(source[:end])}",
                f"then it should go on: {_short(source[end + 1 :])}",
                f"but it goes on: {_short(tame(rest)) or '(nothing)'}",
            )
    return ("the text has its words, but not in this order",)


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
