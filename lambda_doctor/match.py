"""Matching: from the words of a text to the places where patterns stand in it, inside one budget of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any, AnyStr, NamedTuple

from lambda_doctor.candidates import PIECE, Squeezed, candidates, has_options
from lambda_doctor.cleaning import clean
from lambda_doctor.compiled import Layer, PatternRecord
from lambda_doctor.notation import LINE_START
from lambda_doctor.text import CleanText
from lambda_doctor.unknown import may_tell_error
from lambda_doctor.words import encoded, squeeze, words_in

if TYPE_CHECKING:
    import regex

    from lambda_doctor.catalog import Catalog

HITS_MAX = 1_000  # of one pattern in one block
FORM_HITS_MAX = 3  # of an observation form, which tells the same each time
BLOCK = 65_536  # characters that are cleaned and matched at once
TEXT_MAX = 4_194_304  # characters of a text that are looked at, half from each end
OVERLAP = 8_192  # characters by which blocks overlap; a match is shorter
STEADY = 8_192  # characters in which a pattern with one repeat needs no clock
SHORT = 2_048  # characters that are searched as a whole


class Hit(NamedTuple):
    """A pattern found: whose it is, where in the text as it was given, and the values in its holes."""

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


def find_hits(text: str, catalog: Catalog, budget: Budget) -> list[Hit]:
    """All places where patterns of the catalog stand in a text, in no order.

    The text is cleaned for it, block by block where it is long; offsets are of the text as it was given.
    """
    if len(text) <= BLOCK:
        return _find(clean(text), catalog, budget, 0)
    hits: list[Hit] = []
    if len(text) > TEXT_MAX:
        budget.skipped.append(f"{len(text) - TEXT_MAX:,} characters in the middle; scan() takes whole logs")
    for start in range(0, len(text), BLOCK):
        end = min(start + BLOCK, len(text))
        if len(text) > TEXT_MAX and TEXT_MAX // 2 <= start < len(text) - TEXT_MAX // 2:
            continue
        begin, stop = max(start - OVERLAP, 0), min(end + OVERLAP, len(text))
        block = text[begin:stop]
        edge = start == 0 or end == len(text)  # the first and the last block are read for what they tell besides
        if not (edge or _has_candidate(encoded(block), catalog) or may_tell_error(block.lower())):
            continue
        if budget.spent:
            budget.skipped.append(f"characters {start:,} to {len(text):,}")
            break
        hits += [hit for hit in _find(clean(block), catalog, budget, begin) if start <= hit.start < end]
    return hits


def find_forms(text: str, catalog: Catalog, budget: Budget, telling: Iterable[str] = ()) -> list[Hit]:
    """Where forms of the observation stand in a text that is not long; only those telling one of the signs, if any."""
    signs = frozenset(telling)

    def wanted(layer: Layer, record: PatternRecord) -> bool:
        return record.owner < 0 and not (signs and signs.isdisjoint(layer.forms[~record.owner]["tells"]))

    return _find(clean(text), catalog, budget, 0, wanted)


def _has_candidate(data: bytes, catalog: Catalog) -> bool:
    words, squeezed = words_in(data), squeeze(data).decode("latin-1")
    for layer in catalog.layers:
        terms = layer.terms_in(words)
        filed = (record for record in layer.filed_under(terms) if record.owner >= 0)
        if any(has_options(record, squeezed) for record in candidates(filed, terms, squeezed)):
            return True
    return False


def _find(
    cleaned: CleanText,
    catalog: Catalog,
    budget: Budget,
    offset: int,
    wanted: Callable[[Layer, PatternRecord], bool] | None = None,
) -> list[Hit]:
    text = cleaned.text
    words, pieces = cleaned.words, Squeezed(text) if len(text) > SHORT else None
    squeezed = pieces.text if pieces else squeeze(encoded(text)).decode("latin-1")
    hits: list[Hit] = []
    signs: set[str] = set()
    whole = [(0, len(text))]
    for layer in catalog.layers:
        terms = layer.terms_in(words)
        filed: Iterable[PatternRecord] = layer.filed_under(terms)
        if wanted:
            filed = [record for record in filed if wanted(layer, record)]
        # Forms that only tell signs come last: others may have told these by then.
        for record in sorted(candidates(filed, terms, squeezed), key=layer.only_tells_signs):
            most = HITS_MAX
            if record.owner < 0:
                form = layer.forms[~record.owner]
                most = FORM_HITS_MAX
                if form["plain"]:
                    if signs.issuperset(form["signs"]):
                        continue
                    most = 1
            elif not catalog.owns(layer, layer.ids[record.owner]):
                continue
            if record.options and not has_options(record, squeezed):
                continue
            if budget.spent:
                budget.skipped.append(_name(layer, record))
                continue
            matches: list[regex.Match[str]] = []
            try:
                for window in windows(record, pieces, len(text)) if pieces else whole:
                    matches += islice(find_all(compiled(record.regex), record, text, *window, budget), most)
            except TimeoutError:
                budget.skipped.append(_name(layer, record))
            for match in matches[:most]:
                start, end = cleaned.origin(*match.span())
                hits.append(Hit(layer, record, start + offset, end + offset, captures_of(match)))
            if matches and record.owner < 0:
                signs.update(form["signs"])
    return hits


def find_all(
    expression: regex.Pattern[str], record: PatternRecord, text: str, start: int, end: int, budget: Budget
) -> Iterator[regex.Match[str]]:
    """The matches in a window; raises TimeoutError while they are taken."""
    # A clock for each step costs more than a short search; one repeat in a short window cannot take long.
    matches: Iterator[regex.Match[str]]
    if record.loops > 1 or end - start > STEADY:
        matches = expression.finditer(text, start, end, timeout=budget.left())
    elif end - start == len(text) <= SHORT and record.regex.startswith(LINE_START):
        matches = _at_line_starts(expression, text)
    else:
        matches = expression.finditer(text, start, end)
    return matches


def _at_line_starts(expression: regex.Pattern[str], text: str) -> Iterator[regex.Match[str]]:
    """The same for a pattern that begins with a line: the engine would try it at each character."""
    start = 0
    while True:
        match = expression.match(text, start)
        if match:
            yield match
            start = match.end() - 1
        start = text.find("\n", start) + 1
        if not start:
            return


def windows(record: PatternRecord, squeezed: Squeezed, size: int) -> list[tuple[int, int]]:
    """Where a match can lie in a text of this size: around the runs under which the pattern is filed."""
    if size <= record.span:
        return [(0, size)]
    return around(record, sorted({piece for run in record.keys for piece, _ in squeezed.places_of(run)}), size)


def around(record: PatternRecord, pieces: Iterable[int], size: int) -> list[tuple[int, int]]:
    """Where a match can lie that has a run of the pattern's keys in one of the pieces, which are in order."""
    joined: list[tuple[int, int]] = []
    for piece in pieces:
        start, end = max(piece * PIECE - record.lead - 1, 0), min((piece + 1) * PIECE + record.span + 1, size)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def captures_of(match: regex.Match[str]) -> dict[str, str]:
    """The values in the holes that took part in the match."""
    return {name: value for name, value in match.groupdict().items() if value is not None} if match.re.groups else {}


_compiled: dict[Any, Any] = {}


def compiled(source: AnyStr) -> regex.Pattern[AnyStr]:
    """The expression for text or for bytes, compiled when first a candidate."""
    expression = _compiled.get(source)
    if expression is None:
        import regex

        expression = regex.compile(source, regex.ASCII | regex.IGNORECASE | regex.MULTILINE)
        _compiled[source] = expression
    return expression


def _name(layer: Layer, record: PatternRecord) -> str:
    return f"pattern {record.number + 1} of {layer.ids[record.owner]}" if record.owner >= 0 else "an observation"
