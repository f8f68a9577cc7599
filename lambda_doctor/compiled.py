"""The compiled catalog: one block of bytes in which the index and each entry are found by offset.

Only what a text asks for is ever parsed, so a fresh process pays the same for 250 entries as for 5,000.

    header line (JSON) | key words | postings | pattern records | entry records

Numbers are little-endian 32-bit unsigned; records are JSON.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambda_doctor.pattern import CompiledPattern, Key
    from lambda_doctor.source import Source

FORMAT = 1


class StaleCatalog(ValueError):
    """The bytes are of another format, or damaged: compile the catalog anew."""


class PatternRecord(NamedTuple):
    """A pattern as the matcher needs it; lengths are in characters."""

    owner: int  # the entry's number, or ~n for the nth observation form
    number: int  # its place in the entry
    regex: str
    must: frozenset[bytes]  # words that each match has
    keys: tuple[tuple[str, int], ...]  # where to look: a word, and how far before it a match may begin
    span: int
    literal: int
    confidence: float
    needs: tuple[str, ...]
    drop: bool


class Layer:
    """A compiled catalog, opened for reading."""

    def __init__(self, data: bytes) -> None:
        end = data.find(b"\n")
        try:
            header = json.loads(data[:end])
            if header["format"] != FORMAT:
                raise StaleCatalog(f"catalog format {header['format']}, this version reads {FORMAT}")
            sections = header["sections"]
        except (ValueError, KeyError, TypeError) as error:
            raise StaleCatalog(f"not a compiled catalog: {error}") from error
        if end + 1 + sum(sections.values()) != len(data):
            raise StaleCatalog("a compiled catalog cut short")
        self.version: str = header["version"]
        self.name: str = header["name"]
        self.problems: list[list[Any]] = header["problems"]
        self.forms: list[dict[str, Any]] = header["forms"]
        self.disabled: frozenset[str] = frozenset(header["disabled"])
        self._parts: dict[str, bytes] = {}
        position = end + 1
        for section, length in sections.items():
            self._parts[section] = data[position : position + length]
            position += length
        words = self._parts["keys"].split(b" ") if self._parts["keys"] else []
        self.keys: dict[bytes, int] = dict(zip(words, range(len(words))))
        self._posting_starts = _numbers(self._parts["posting_starts"])
        self._postings = _numbers(self._parts["postings"])
        self._pattern_starts = _numbers(self._parts["pattern_starts"])
        self._entry_starts = _numbers(self._parts["entry_starts"])
        self._ids = self._parts["ids"].decode().split("\n") if self._parts["ids"] else []
        self._records: dict[int, PatternRecord] = {}
        self._entries: dict[int, dict[str, Any]] = {}

    @property
    def ids(self) -> list[str]:
        """The ids of the entries, sorted; an entry's number is its place here."""
        return self._ids

    def patterns_of(self, word: bytes) -> list[int]:
        """The numbers of the patterns whose key the word is."""
        number = self.keys[word]
        return list(self._postings[self._posting_starts[number] : self._posting_starts[number + 1]])

    @property
    def pattern_count(self) -> int:
        """How many patterns there are, observation forms included."""
        return len(self._pattern_starts) - 1

    def pattern(self, number: int) -> PatternRecord:
        """The pattern's record, parsed when first asked for."""
        record = self._records.get(number)
        if record is None:
            raw = self._parts["patterns"][self._pattern_starts[number] : self._pattern_starts[number + 1]]
            owner, place, regex, must, keys, span, literal, confidence, needs, drop = json.loads(raw)
            record = PatternRecord(
                owner,
                place,
                regex,
                frozenset(word.encode() for word in must),
                tuple((word, lead) for word, lead in keys),
                span,
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
            raw = self._parts["entries"][self._entry_starts[number] : self._entry_starts[number + 1]]
            entry = json.loads(raw)
            self._entries[number] = entry
        return entry


def compile_source(source: Source, *, name: str, version: str, disabled: Iterable[str] = ()) -> bytes:
    """Compile what was read from a catalog folder."""
    ids = sorted(source.entries)
    documents = Counter(
        word
        for identifier in ids
        for compiled in source.entries[identifier].patterns
        for word in {key.word for key in compiled.keys}
    )
    patterns: list[list[Any]] = []
    postings: dict[str, list[int]] = {}

    def add(owner: int, place: int, compiled: CompiledPattern, confidence: float, needs: Iterable[str], drop: bool) -> None:
        keys = choose_keys(compiled, source.common_words, documents)
        for word in {key.word for key in keys}:
            postings.setdefault(word, []).append(len(patterns))
        must = sorted({key.word for key in compiled.keys})
        patterns.append(
            [
                owner,
                place,
                compiled.regex,
                must,
                [[key.word, key.lead] for key in keys],
                compiled.span,
                compiled.literal,
                confidence,
                list(needs),
                drop,
            ]
        )

    for number, form in enumerate(source.forms):
        add(~number, 0, form["compiled"], 1.0, (), False)
    entries = []
    for number, identifier in enumerate(ids):
        signature, compiled_patterns = source.entries[identifier].signature, source.entries[identifier].patterns
        for place, (pattern, compiled) in enumerate(zip(signature.patterns, compiled_patterns, strict=True)):
            add(
                number,
                place,
                compiled,
                signature.confidence if pattern.confidence is None else pattern.confidence,
                signature.needs if pattern.needs is None else pattern.needs,
                (pattern.without or signature.without) == "drop",
            )
        data = signature.model_dump(mode="json", by_alias=True, exclude={"revision", "source"}, exclude_defaults=True)
        revision = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:8]
        entries.append({**data, "revision": revision, "source": signature.source or name})
    words = sorted(postings)
    sections = {
        "keys": " ".join(words).encode(),
        "posting_starts": _starts(len(postings[word]) for word in words),
        "postings": _pack(number for word in words for number in postings[word]),
        "pattern_starts": b"",
        "patterns": b"",
        "ids": "\n".join(ids).encode(),
        "entry_starts": b"",
        "entries": b"",
    }
    for section, records in (("pattern", patterns), ("entr", entries)):
        encoded = [json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode() for record in records]
        sections["patterns" if section == "pattern" else "entries"] = b"".join(encoded)
        sections["pattern_starts" if section == "pattern" else "entry_starts"] = _starts(map(len, encoded))
    header = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "problems": [list(problem) for problem in source.problems],
        "disabled": sorted(disabled),
        "forms": [{key: form[key] for key in ("gives", "signs", "weight")} for form in source.forms],
        "sections": {section: len(data) for section, data in sections.items()},
    }
    return json.dumps(header, separators=(",", ":")).encode() + b"\n" + b"".join(sections.values())


def choose_keys(
    compiled: CompiledPattern, common_words: Mapping[str, int], in_catalog: Mapping[str, int]
) -> tuple[Key, ...]:
    """The words under which the index files a pattern: one that each match has, or of a choice all.

    The rarest in healthy logs wins, then the rarest in the catalog, then the longest.
    """

    def cost(key: Key) -> tuple[int, int, int]:
        return common_words.get(key.word, 0), in_catalog.get(key.word, 1), -len(key.word)

    options = [((key,), cost(key)) for key in compiled.keys]
    options += [(group, max(cost(key) for key in group)) for group in compiled.choices]
    return min(options, key=lambda option: option[1])[0]


def _starts(lengths: Iterable[int]) -> bytes:
    positions = [0]
    for length in lengths:
        positions.append(positions[-1] + length)
    return _pack(positions)


def _pack(numbers: Iterable[int]) -> bytes:
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _numbers(data: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
