"""The compiled catalog: one block of bytes in which the index and each entry are found by offset.

Only what a text asks for is ever parsed, so a fresh process pays the same for 250 entries as for 5,000.

    header line (JSON) | index by term | index by run | pattern records | entry records | wordings | extras

Numbers are little-endian 32-bit unsigned; records are JSON.

A pattern is filed twice. Under a *term*, a word or two neighbours that each of its matches has, the one that healthy
logs and other patterns have least; so a set of the text's terms is all that it takes to find it. And under a *run*, the
rarest stretch that its author wrote out, without spaces and quotes; so an automaton finds it in a text that is squeezed
in the same way.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, compress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mmap import mmap

FORMAT = 4
INDEX = ("s", "_starts", "_postings")  # the sections of an index, after its kind


class StaleCatalog(ValueError):
    """The bytes are of another format, or damaged: compile the catalog anew."""


class PatternRecord(NamedTuple):
    """A pattern as the matcher needs it; lengths are in characters."""

    owner: int  # the entry's number, or ~n for the nth observation form
    number: int  # its place in the entry
    regex: str
    must: frozenset[bytes]  # words that each match has
    choices: tuple[frozenset[bytes], ...]  # of each set of terms each match has one
    runs: tuple[str, ...]  # squeezed stretches that each match has, a character a byte, the rarest first
    options: tuple[tuple[str, ...], ...]  # the same of choices that are not long: of each one stands in each match
    keys: tuple[str, ...]  # where to look: parts of runs, one of which each match has
    lead: int  # how far before one of these a match may begin
    span: int
    loops: int
    lines: bool  # whether a hole may hold the end of a line
    literal: int
    confidence: float
    needs: tuple[str, ...]
    drop: bool


class Index:
    """Which patterns are filed under which key."""

    def __init__(self, keys: Iterable[bytes], starts: bytes, postings: bytes) -> None:
        self.numbers: dict[bytes, int] = {key: number for number, key in enumerate(keys)}
        self._starts = _numbers(starts)
        self._postings = _numbers(postings)

    def patterns(self, number: int) -> array[int]:
        """The patterns under the key with this number, in order."""
        return self._postings[self._starts[number] : self._starts[number + 1]]


class Layer:
    """A compiled catalog, opened for reading."""

    def __init__(self, data: bytes | mmap) -> None:
        try:
            self._open(data)
        except StaleCatalog:
            raise
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StaleCatalog(f"not a compiled catalog: {error!r}") from error

    def _open(self, data: bytes | mmap) -> None:
        end = data.find(b"\n")
        header = json.loads(data[: max(end, 0)])
        if header["format"] != FORMAT:
            raise StaleCatalog(f"catalog format {header['format']}, this version reads {FORMAT}")
        sections = header["sections"]
        if end + 1 + sum(sections.values()) != len(data):
            raise StaleCatalog("a compiled catalog cut short")
        self.version: str = header["version"]
        self.name: str = header["name"]
        self.problems: list[list[Any]] = header["problems"]
        self.forms: list[dict[str, Any]] = header["forms"]
        self._plain = frozenset(~number for number, form in enumerate(self.forms) if form["plain"])
        self.disabled: frozenset[str] = frozenset(header["disabled"])
        self._data = data
        self._parts: dict[str, tuple[int, int]] = {}
        position = end + 1
        for section, length in sections.items():
            self._parts[section] = (position, position + length)
            position += length
        self.terms = self._index("term")
        self._pattern_starts = _numbers(self._part("pattern_starts"))
        self._entry_starts = _numbers(self._part("entry_starts"))
        self._firsts = frozenset(self._part("firsts").split())
        self._ids = self._part("ids").decode().split()
        self._records: dict[int, PatternRecord] = {}
        self._filed: dict[bytes, tuple[PatternRecord, ...]] = {}
        self._entries: dict[int, dict[str, Any]] = {}

    def _part(self, section: str) -> bytes:
        start, end = self._parts[section]
        return self._data[start:end]

    def _index(self, kind: str) -> Index:
        keys, starts, postings = (self._part(f"{kind}{part}") for part in INDEX)
        return Index(keys.split(b"\n"), starts, postings)

    def _record(self, section: str, starts: array[int], number: int) -> Any:
        base = self._parts[section][0]
        return json.loads(self._data[base + starts[number] : base + starts[number + 1]])

    @cached_property
    def runs(self) -> Index:
        """The signatures' patterns by run; observation forms are not in it."""
        return self._index("run")

    @cached_property
    def extras(self) -> dict[str, Any]:
        """What only private layers, authors and suggestions need: capture types, common words, next steps, releases."""
        extras: dict[str, Any] = json.loads(self._part("extras"))
        return extras

    def wordings(self) -> Iterator[list[str]]:
        """Of each entry what a search looks at: id, title, keywords, words of its patterns, cause."""
        rows = self._part("wordings").decode()
        return (row.split("\t") for row in rows.split("\n")) if rows else iter(())

    @cached_property
    def digest(self) -> str:
        """A hash of all that is in the layer."""
        return hashlib.sha256(self._data[:]).hexdigest()

    @property
    def ids(self) -> list[str]:
        """The ids of the entries, sorted; an entry's number is its place here."""
        return self._ids

    def terms_in(self, words: list[bytes]) -> set[bytes]:
        """Of the terms of a text, given as its words, those that a pattern here may ask for."""
        pairs = compress(zip(words, words[1:]), map(self._firsts.__contains__, words))  # noqa: RUF007 (slower)
        return {*words, *map(b" ".join, pairs)}

    def filed_under(self, terms: set[bytes]) -> Iterator[PatternRecord]:
        """The patterns that are filed under any of the terms; one may come twice."""
        filed = self._filed
        known = self.terms.numbers.keys() & terms
        return chain.from_iterable([filed.get(term) or self._filed_under(term) for term in known])

    def _filed_under(self, term: bytes) -> tuple[PatternRecord, ...]:
        records = self._filed[term] = tuple(map(self.pattern, self.terms.patterns(self.terms.numbers[term])))
        return records

    def only_tells_signs(self, record: PatternRecord) -> bool:
        """Whether a pattern is of an observation form that gives no value."""
        return record.owner in self._plain

    def __reduce__(self) -> tuple[type[Layer], tuple[bytes]]:
        return Layer, (self._data[:],)

    @property
    def pattern_count(self) -> int:
        """How many patterns there are, observation forms included."""
        return len(self._pattern_starts) - 1

    def pattern(self, number: int) -> PatternRecord:
        """The pattern's record, parsed when first asked for."""
        record = self._records.get(number)
        if record is None:
            owner, place, regex, must, choices, runs, options, keys, *rest = self._record(
                "patterns", self._pattern_starts, number
            )
            lead, span, loops, lines, literal, confidence, needs, drop = rest
            record = PatternRecord(
                owner,
                place,
                regex,
                frozenset(must.encode().split()),
                tuple(frozenset(choice.encode().split(b"\n")) for choice in choices),
                _runs(runs),
                tuple(map(_runs, options)),
                _runs(keys),
                lead,
                span,
                loops,
                lines,
                literal,
                confidence,
                tuple(needs),
                drop,
            )
            self._records[number] = record
        return record

    def entry(self, number: int) -> dict[str, Any]:
        """The entry's data, parsed when first asked for; do not change it."""
        entry = self._entries.get(number)
        if entry is None:
            entry = self._entries[number] = self._record("entries", self._entry_starts, number)
        return entry


def _runs(joined: str) -> tuple[str, ...]:
    return tuple(joined.encode().decode("latin-1").split(" ")) if joined else ()


def _numbers(data: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
