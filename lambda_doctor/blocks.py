"""A chunk of a log searched for patterns: where a key stands, on text as it is or, where it needs it, cleaned."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

from lambda_doctor.candidates import PIECE, Places, Squeezed, candidates, with_terms
from lambda_doctor.chunks import AROUND
from lambda_doctor.cleaning import clean, has_prefix
from lambda_doctor.compiled import Layer, PatternRecord
from lambda_doctor.match import Budget, around, captures_of, compiled, find_all
from lambda_doctor.text import CleanText
from lambda_doctor.words import squeeze, words_in, words_of

SECONDS = 2.0  # that a chunk's patterns may take
PART = 65_536  # bytes whose terms are looked at together
MANY = 500  # keys in a chunk, for more of which its terms are looked at
DENSE_MAX = 100_000  # bytes of keys up to which the fastest automaton is worth its memory
# What may stand within a message and is no part of it, with a character that it begins with.
_DISGUISES = (
    (b"\x1b", re.compile(rb"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]")),
    (b"\\", re.compile(rb"\\{1,4}(?:u001b\[[0-9;]{0,16}m|u[0-9a-fA-F]{4}|[nrtbf])")),
    (b"&", re.compile(rb"&(?:[a-z]{2,6}|#x?[0-9a-fA-F]{1,6});")),
    (b"%", re.compile(rb"%(?:20|0A)")),
    (b"</", re.compile(rb"</?[a-zA-Z]{1,10}>")),
    (b"\xe2", re.compile(rb"\xe2(?:\x80|[\x94\x95])[\x80-\xbf]")),  # typographic quotes, a table's borders
    (b"\xc2", re.compile(rb"\xc2\xa0")),
)
# What cleaning is for, besides what is beyond ASCII, and how it begins.
_ODD = re.compile(rb"[\\&\x1b\r]|%[20]|</|\[0m")
_MAY_BE_ODD = (b"\\", b"&", b"\x1b", b"\r", b"%", b"<")


class _Passage(NamedTuple):
    """Some lines of a chunk, cleaned, from a place on."""

    start: int
    text: str
    cleaned: CleanText
    words: set[bytes]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the cleaned text stood in the chunk, in bytes."""
        first, last = (len(self.text[:place].encode("utf-8", "replace")) for place in self.cleaned.origin(start, end))
        return self.start + first, self.start + last


class Block:
    """A chunk's bytes, squeezed, with the means to try a pattern in some of its pieces."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.bare = _bare(data)
        self.squeezed = Squeezed(self.bare)
        self._passages: dict[tuple[int, int], _Passage] = {}
        self._budget = Budget(SECONDS)

    @cached_property
    def text(self) -> str:
        """A character for each byte, so that places are the same."""
        return self.data.decode("latin-1")

    @cached_property
    def _odd(self) -> set[int]:
        """The pieces near anything that cleaning would change."""
        odd: set[int] = set()
        for mark in _MAY_BE_ODD:
            place = self.data.find(mark)
            while place >= 0:
                piece = place // PIECE
                if _is_odd(self.data[place : place + 2]):
                    odd.add(piece)
                    place = (piece + 1) * PIECE
                place = self.data.find(mark, place + 1)
        if not self.data.isascii():
            starts = range(0, len(self.data), PIECE)
            odd.update(start // PIECE for start in starts if not self.data[start : start + PIECE].isascii())
        return {near for piece in odd for near in (piece - 1, piece, piece + 1)}

    @cached_property
    def _prefixed(self) -> bool:
        """Whether most lines begin as no program's own do: with a time, a stage, a container's name."""
        lines = self.data[:AROUND].decode("utf-8", "replace").split("\n")[1:-1]
        return sum(has_prefix(line) for line in lines) * 2 > len(lines)

    def matches(self, record: PatternRecord, keys: Places) -> dict[tuple[int, int], dict[str, str]]:
        """The pattern's matches that have a key at the places: where, and the values in its holes."""
        found: dict[tuple[int, int], dict[str, str]] = {}
        windows = around(record, self.squeezed.near(record, keys), len(self.data))
        with suppress(TimeoutError):
            for start, end in windows:
                for match in find_all(compiled(record.regex), record, self.text, start, end, self._budget):
                    if not _is_odd(self.data[match.start() : match.end()]):
                        found[match.span()] = captures_of(match)
            self._match_cleaned(record, keys, found)
        return found

    def _match_cleaned(self, record: PatternRecord, keys: Places, found: dict[tuple[int, int], dict[str, str]]) -> None:
        """What stands among odd characters, or goes over lines that may each have a prefix."""
        over_lines = record.lines and self._prefixed
        left = keys if over_lines else {piece: keys[piece] for piece in self._odd.intersection(keys)}
        if not left:
            return
        as_it_stands = sorted(found)
        # Of what cleaning takes away, and of characters of several bytes, more may stand in between.
        for piece in self.squeezed.near(record, left, 2 * PIECE):
            if self._key_is_left(record, piece, as_it_stands, odd=not over_lines):
                before, after = record.lead // PIECE + 1, record.span // PIECE + 2
                passage = self._passage(max(piece - before, 0), piece + after)
                if record.must <= passage.words:
                    expression, text = compiled(record.regex), passage.cleaned.text
                    for match in find_all(expression, record, text, 0, len(text), self._budget):
                        span = passage.origin(*match.span())
                        if not _meets(span, as_it_stands):
                            found[span] = captures_of(match)

    def _passage(self, first: int, last: int) -> _Passage:
        """The lines of some pieces, cleaned; several patterns are tried on the same ones."""
        passage = self._passages.get((first, last))
        if passage is None:
            start, end = first * PIECE, last * PIECE
            begin = self.data.rfind(b"\n", max(start - AROUND, 0), start) + 1 or start
            line_end = self.data.find(b"\n", end, end + AROUND)
            text = self.data[begin : line_end if line_end >= 0 else end].decode("utf-8", "replace")
            passage = _Passage(begin, text, clean(text), words_of(self.bare[start:end]))
            self._passages[first, last] = passage
        return passage

    def _key_is_left(self, record: PatternRecord, piece: int, found: list[tuple[int, int]], *, odd: bool) -> bool:
        """Whether a line with a key of the pattern is in none of its matches, and is odd; or a key goes over lines."""
        start = self.data.rfind(b"\n", max((piece - 1) * PIECE, 0), piece * PIECE) + 1 or piece * PIECE
        end = (piece + 2) * PIECE
        goes_over_lines = True
        for line, bare in zip(self.data[start:end].split(b"\n"), self.bare[start:end].split(b"\n")):
            squeezed = squeeze(bare).decode("latin-1")
            if any(run in squeezed for run in record.keys):
                goes_over_lines = False
                if (not odd or _is_odd(line)) and not _meets((start, start + len(line)), found):
                    return True
            start += len(line) + 1
        return goes_over_lines


def _meets(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    """Whether a stretch has a part in common with one of others that are in order and apart."""
    number = bisect_left(others, span)
    return any(other[0] < span[1] and span[0] < other[1] for other in others[max(number - 1, 0) : number + 1])


def _is_odd(data: bytes) -> bool:
    return not data.isascii() or _ODD.search(data) is not None


def _bare(data: bytes) -> bytes:
    """The data with spaces in place of what stands within messages and is no part of them."""
    for probe, disguise in _DISGUISES:
        if probe in data:
            data = disguise.sub(_blank, data)
    return data


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


_Found = Iterator[tuple[PatternRecord, Places]]


def _parts(layer: Layer, block: Block) -> Iterator[tuple[int, int, set[bytes], Iterator[PatternRecord]]]:
    """The parts of a block: where each begins and ends, its terms, and the signatures' patterns filed under these."""
    for start in range(0, len(block.bare), PART):
        end = start + PART
        terms = layer.terms_in(words_in(block.bare[max(start - AROUND, 0) : end + AROUND]))
        yield start, end, terms, (record for record in layer.filed_under(terms) if record.owner >= 0)


def find_by_terms(layer: Layer, block: Block) -> _Found:
    """The patterns that may stand in a block, each with the places where a key of it begins."""
    found: dict[int, tuple[PatternRecord, Places]] = {}
    for start, end, terms, filed in _parts(layer, block):
        for record in candidates(filed, terms, block.squeezed.between(start - AROUND, end + AROUND)):
            places = found.setdefault(id(record), (record, {}))[1]
            for run in record.keys:
                _join(places, block.squeezed.places_of(run, start, end))
    yield from found.values()


class _Automaton:
    """The same by one pass for all runs: what the extra `fast` is for."""

    def __init__(self, layer: Layer, library: Any) -> None:
        self._layer = layer
        runs = list(layer.runs.numbers)
        self._longest = max(map(len, runs), default=0)
        dense = sum(map(len, runs)) <= DENSE_MAX
        kind = library.Implementation.DFA if dense else library.Implementation.ContiguousNFA
        self._automaton = library.BytesAhoCorasick(runs, implementation=kind)

    def find(self, block: Block) -> _Found:
        text, piece_of = block.squeezed.text, block.squeezed.piece_of
        keys: dict[int, Places] = {}
        for begin in range(0, len(text), PART):
            part = text[begin : begin + PART + self._longest].encode("latin-1")
            for run, start, _ in self._automaton.find_matches_as_indexes(part, overlapping=True):
                keys.setdefault(run, {}).setdefault(piece_of(begin + start), begin + start)
        patterns: dict[int, Places] = {}
        for run, places in keys.items():
            for number in self._layer.runs.patterns(run):
                _join(patterns.setdefault(number, {}), places.items())
        found = ((self._layer.pattern(number), places) for number, places in patterns.items())
        if len(keys) > MANY:  # no log has so many: somebody glued the words of the catalog together
            parts = _parts(self._layer, block)
            likely = {id(record) for _, _, terms, filed in parts for record in with_terms(filed, terms)}
            found = ((record, places) for record, places in found if id(record) in likely)
        yield from found


def _join(places: Places, more: Iterable[tuple[int, int]]) -> None:
    """Add the places of another key: of each piece the first counts."""
    for piece, place in more:
        if place < places.setdefault(piece, place):
            places[piece] = place


def automata(layers: Iterable[Layer]) -> list[_Automaton | None]:
    try:
        import ahocorasick_rs
    except ImportError:
        return [None for _ in layers]
    return [_Automaton(layer, ahocorasick_rs) for layer in layers]
