"""The compiled catalog: one block of bytes in which the index and each entry are found by offset.

Only what a text asks for is ever parsed, so a fresh process pays the same for 250 entries as for 5,000.

    header line (JSON) | index by term | index by run | pattern records | entry records | extras

Numbers are little-endian 32-bit unsigned; records are JSON.

A pattern is filed twice. Under a *term*, a word or two neighbours that each of its matches has, the one that healthy
logs and other patterns have least; so a set of the text's terms is all that it takes to find it. And under a *run*, the
rarest stretch that its author wrote out, without spaces and quotes; so an automaton finds it in a text that is squeezed
in the same way.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, compress, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_doctor.calibration import calibrated

if TYPE_CHECKING:
    from mmap import mmap

    from lambda_doctor.pattern import CompiledPattern, Run
    from lambda_doctor.source import Source

FORMAT = 3
OPTIONS_MAX = 16  # of a choice that are looked for one by one

# Bytes to words: letters lowered, digits kept, all else (what is beyond ASCII too) a gap.
_WORDS = bytes(
    code + 32 if 65 <= code <= 90 else code if 97 <= code <= 122 or 48 <= code <= 57 else 32 for code in range(256)
)
_LOWER = bytes(range(256)).lower()
# A pattern's spaces and quotes stand for several of any kind, so they are left out.
_FLEXIBLE = " \t\n\r\f\v'\"`\\"
_LEFT_OUT = _FLEXIBLE.encode()


def encoded(text: str) -> bytes:
    """A text as the functions below take it; it may hold halves of surrogate pairs."""
    return text.encode("utf-8", "surrogatepass")


def words_in(data: bytes) -> list[bytes]:
    """The words of a text as they follow each other, in lower case.

    >>> words_in(b"Runtime.ExitError: 137")
    [b'runtime', b'exiterror', b'137']
    """
    return data.translate(_WORDS).split()


def words_of(data: bytes) -> set[bytes]:
    """The same, each once."""
    return set(words_in(data))


def terms_of(data: bytes) -> set[bytes]:
    """The words of a text, and each two that are neighbours.

    >>> sorted(terms_of(b"Task: timed out"))
    [b'out', b'task', b'task timed', b'timed', b'timed out']
    """
    words = words_in(data)
    return {*words, *map(b" ".join, pairwise(words))}


def squeeze(data: bytes) -> bytes:
    """A text in lower case, without spaces, quotes and backslashes.

    >>> squeeze(b"Function not found: 'x'")
    b'functionnotfound:x'
    """
    return data.translate(_LOWER, _LEFT_OUT)


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
        keys, starts, postings = (self._part(f"{kind}{part}") for part in _INDEX)
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
        pairs = compress(pairwise(words), map(self._firsts.__contains__, words))
        return {*words, *map(b" ".join, pairs)}

    def filed_under(self, terms: set[bytes]) -> Iterator[PatternRecord]:
        """The patterns that are filed under any of the terms; one may come twice."""
        filed = self._filed
        known = self.terms.numbers.keys() & terms
        return chain.from_iterable([filed.get(term) or self._filed_under(term) for term in known])

    def _filed_under(self, term: bytes) -> tuple[PatternRecord, ...]:
        records = self._filed[term] = tuple(map(self.pattern, self.terms.patterns(self.terms.numbers[term])))
        return records

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


_INDEX = ("s", "_starts", "_postings")  # the sections of an index, after its kind


def compile_source(source: Source, *, name: str, version: str) -> bytes:
    """Compile what was read from a catalog folder."""
    ids = sorted(source.entries)
    rates = Rates(source)
    patterns: list[list[Any]] = []
    by_term: dict[bytes, list[int]] = {}
    by_run: dict[bytes, list[int]] = {}
    firsts: set[str] = set()  # words with which a term of two begins

    def add(
        owner: int, place: int, compiled: CompiledPattern, confidence: float, needs: Iterable[str], drop: bool
    ) -> None:
        number = len(patterns)
        for term in rates.best_terms(compiled):
            by_term.setdefault(term.encode(), []).append(number)
            firsts.update(term.split()[:-1])
        keys = rates.keys(compiled)
        if owner >= 0:
            for run in keys:
                by_run.setdefault(run.encode(), []).append(number)
        runs = sorted((way[0] for way in compiled.ways if len(way) == 1), key=rates.run)
        choices = [way for way in compiled.ways if len(way) > 1]
        choices_of_terms = [rates.terms(way) for way in choices if all(run.words for run in way)]
        firsts.update(word for terms in choices_of_terms for term in terms for word in term.split()[:-1])
        options = ([_squeezed(run.text) for run in way] for way in choices if len(way) <= OPTIONS_MAX)
        patterns.append(
            [
                owner,
                place,
                compiled.regex,
                " ".join(sorted(compiled.words)),
                ["\n".join(sorted(terms)) for terms in choices_of_terms],
                " ".join(filter(None, (_squeezed(run.text) for run in runs))),
                [" ".join(group) for group in options if all(group)],
                " ".join(keys),
                max(run.lead for run in keys.values()),
                compiled.span,
                compiled.loops,
                compiled.lines,
                compiled.literal,
                calibrated(confidence, source.calibration),
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
    extras = {
        "types": {name: list(kind) for name, kind in source.types.items()},
        "common_words": source.common_words,
        "next_steps": source.next_steps,
        "retired": source.retired,
        "releases": source.releases,
    }
    sections = {
        **_index_sections("term", by_term),
        "firsts": " ".join(sorted(firsts)).encode(),
        **_index_sections("run", by_run),
        **_record_sections("pattern", "patterns", patterns),
        "ids": "\n".join(ids).encode(),
        **_record_sections("entry", "entries", entries),
        "extras": _json(extras),
    }
    header = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "problems": [list(problem) for problem in source.problems],
        "disabled": sorted(source.disabled),
        "forms": [_form(form) for form in source.forms],
        "sections": {section: len(data) for section, data in sections.items()},
    }
    return _json(header) + b"\n" + b"".join(sections.values())


def _form(form: dict[str, Any]) -> dict[str, Any]:
    gives, captures = form["gives"], form["compiled"].captures
    tells = {*form["signs"], *([gives["tool"]] if "tool" in gives else [])}
    if "service" in {*gives, *captures}:
        tells |= {"aws", "lambda"}
    return {
        **{key: form[key] for key in ("gives", "signs", "weight")},
        "tells": sorted(tells),  # the signs that it may add
        "plain": not (gives or captures),
    }


class Rates:
    """How common words are in healthy logs and in the catalog, from which the keys of patterns are chosen."""

    LINE = 4  # a line of a healthy log weighs as much as so many patterns of
    CATALOG = 3_000
    FEW = 1_000  # patterns; a smaller catalog does not tell what is common, for each word stands in a large part of it
    NUMBER = 1_200  # what a number weighs, which may be anything anywhere
    ALL = 10_000  # what a word weighs that is everywhere
    RUN = 1  # what a further run weighs, for it makes the index larger
    LENGTH = 16  # characters of a run by which it is filed

    def __init__(self, source: Source) -> None:
        patterns = [compiled for entry in source.entries.values() for compiled in entry.patterns]
        words = ({word for way in compiled.ways for run in way for word in run.words} for compiled in patterns)
        self._patterns = Counter(chain.from_iterable(words))
        self._share = self.CATALOG / max(len(patterns), self.FEW)
        self._healthy = "".join(f"{word} {lines}\n" for word, lines in source.common_words.items())
        self._known: dict[str, float] = {}
        self._runs: dict[str, float] = {}

    def word(self, word: str) -> float:
        """How bad a key a word is; within other words it is counted too."""
        weight = self._known.get(word)
        if weight is None:
            weight = self.LINE * self._lines(word) + self._share * self._patterns[word] + self.NUMBER * word.isdigit()
            self._known[word] = weight
        return weight

    def _lines(self, word: str) -> int:
        """How many lines of the healthy logs have the word, or one that it is a part of; at the most."""
        lines, place = 0, self._healthy.find(word)
        while place >= 0:
            end = self._healthy.find("\n", place)
            space = self._healthy.rfind(" ", 0, end)
            if place < space:  # else it is a part of the number
                lines += int(self._healthy[space:end])
            place = self._healthy.find(word, end)
        return lines

    def run(self, run: Run) -> float:
        """How bad a key a stretch is: as its rarest word, each further word halves it; short ones are everywhere."""
        if run.text in self._runs:
            return self._runs[run.text]
        weights = [self.word(word.decode()) + 1 for word in words_of(run.text.encode())]
        everywhere: float = self.ALL * 50 * 20.0 ** -len(squeeze(encoded(run.text)))
        rarest = min(weights, default=self.ALL if run.text.isascii() else 1)
        self._runs[run.text] = weight = float(rarest / 2 ** len(weights) + everywhere)
        return weight

    def best_terms(self, compiled: CompiledPattern) -> set[str]:
        """The terms under which a pattern is filed: one that each match has, or of a choice one for each way."""
        ways = [self.terms(way) for way in compiled.ways if all(run.words for run in way)]
        return min(ways, key=lambda way: max((self.term(term), -len(term)) for term in way))

    def terms(self, way: Iterable[Run]) -> set[str]:
        """Of each run the best term."""
        terms = ([*run.words, *map(" ".join, pairwise(run.words))] for run in way)
        return {min(terms_, key=lambda term: (self.term(term), -len(term))) for terms_ in terms}

    def term(self, term: str) -> float:
        """How bad a key a term is: two words as half of the rarer one, but never better than a rare word."""
        words = term.split()
        return self.word(term) if len(words) == 1 else min(map(self.word, words)) / 2 + 1

    def runs(self, compiled: CompiledPattern) -> tuple[Run, ...]:
        """The same for runs."""
        ways = [way for way in compiled.ways if all(_squeezed(run.text) for run in way)]
        return min(ways, key=lambda way: sum(self.run(self._cut(run)) + self.RUN for run in way))

    def keys(self, compiled: CompiledPattern) -> dict[str, Run]:
        """The same runs, cut, by how they read when squeezed."""
        return {
            _squeezed(run.text): run for run in sorted(map(self._cut, self.runs(compiled)), key=lambda run: run.lead)
        }

    def _cut(self, run: Run) -> Run:
        """The rarest part of a run that is not long, so that an automaton of all keys stays small."""
        lengths = [0 if char in _FLEXIBLE else len(encoded(char)) for char in run.text]
        if sum(lengths) <= self.LENGTH:
            return run
        parts = []
        for match in re.finditer(r"\b[A-Za-z0-9]|^", run.text):
            end, left = match.start(), self.LENGTH
            while end < len(lengths) and lengths[end] <= left:
                left -= lengths[end]
                end += 1
            parts.append(run.part(match.start(), end))
        return min((part for part in parts if _squeezed(part.text)), key=self.run, default=run)


def _squeezed(text: str) -> str:
    return squeeze(encoded(text)).decode("utf-8", "surrogatepass")


def _index_sections(kind: str, index: dict[bytes, list[int]]) -> dict[str, bytes]:
    keys = sorted(index)
    parts = (
        b"\n".join(keys),
        _starts(len(index[key]) for key in keys),
        _pack(number for key in keys for number in index[key]),
    )
    return {f"{kind}{part}": data for part, data in zip(_INDEX, parts)}


def _record_sections(kind: str, name: str, records: Iterable[Any]) -> dict[str, bytes]:
    encoded = [_json(record) for record in records]
    return {f"{kind}_starts": _starts(map(len, encoded)), name: b"".join(encoded)}


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


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
