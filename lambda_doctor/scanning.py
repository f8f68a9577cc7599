"""Scanning: the known errors of whole logs, of any size, in constant memory.

A log is read in chunks. Each is squeezed once, and what patterns are filed under is found in it at the speed of a
string search; only around these places is a pattern tried, on text as it stands or, where it needs it, cleaned.
"""

from __future__ import annotations

import gzip
import os
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NamedTuple

from lambda_doctor.catalog import Catalog
from lambda_doctor.compiled import Layer, PatternRecord, squeeze, words_in, words_of
from lambda_doctor.diagnosing import diagnose
from lambda_doctor.match import (
    PIECE,
    Budget,
    Hit,
    Squeezed,
    around,
    candidates,
    captures_of,
    compiled,
    find_all,
    find_forms,
)
from lambda_doctor.observe import observe
from lambda_doctor.rank import Finding, answers, findings, unbeaten
from lambda_doctor.redact import Redactor
from lambda_doctor.report import Context, LogFinding, Place
from lambda_doctor.text import CleanText, clean, has_prefix

CHUNK = 1_048_576  # bytes
AROUND = 4_096  # bytes before and after a chunk or a key that a match may reach into
SECONDS = 2.0  # that a chunk's patterns may take
SAMPLES, SAMPLE_MAX = 3, 500
PART = 65_536  # bytes whose terms are looked at together
MANY = 500  # keys in a chunk, for more of which its terms are looked at
TIME_MAX = 1_024  # characters of a passage in which its time is looked for
NEAR = 2_048  # bytes between errors that may be one chain
HEAD = 65_536  # bytes of a log's beginning that say what it is a log of
GROUPS_MAX = 2_000
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
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|(?<=\"timestamp\":)\d{10,13}"
)
_VARIABLE = re.compile(r"[\d.,:+-]+|[0-9a-fA-F-]{32,36}")
Progress = Callable[[int, int], None]


def scan(
    log: str | os.PathLike[str] | IO[bytes] | Iterable[str | bytes],
    *,
    catalog: Catalog | None = None,
    context: Context | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[LogFinding]:
    r"""Find the known errors of a whole log: one finding a problem, in the order in which they first appear.

    `log` is a file's path (`.gz` and `.zst` are unpacked), an open binary file, or lines. `jobs` processes share the
    ranges of a plain file; the answer is the same for any number. `progress` is called with the bytes done and the
    bytes in all (0 where unknown). Places are counted in bytes and lines, lines from 1.

    Raises OSError for a file that cannot be read.

    >>> log = ["START\n", "Task timed out after 3.00 seconds\n", "Task timed out after 3.00 seconds\n"]
    >>> [(finding.diagnosis.id, finding.count, finding.last.line) for finding in scan(log)]
    [('execution.timeout', 2, 3)]
    """
    catalog = Catalog.default() if catalog is None else catalog
    groups = Groups()
    if isinstance(log, (str, os.PathLike)):
        path = Path(log)
        if path.suffix in (".gz", ".zst"):
            with open_packed(path) as file:
                _scan_stream(iter(lambda: file.read(CHUNK), b""), catalog, groups, context, progress)
        else:
            _scan_file(path, catalog, groups, context, jobs, progress)
    elif hasattr(log, "read"):
        _scan_stream(iter(lambda: log.read(CHUNK), b""), catalog, groups, context, progress)
    else:
        lines = (line.encode("utf-8", "replace") if isinstance(line, str) else line for line in log)
        _scan_stream(lines, catalog, groups, context, progress)
    yield from groups.results(catalog, context)


def open_packed(path: Path) -> IO[bytes]:
    """Open a `.gz` or `.zst` file for reading its contents."""
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        try:
            import zstandard
        except ImportError:
            raise ImportError(
                f"reading {path} needs zstandard; install it with: pip install 'lambda-doctor[fast]'"
            ) from None
        return zstandard.open(path, "rb")  # type: ignore[no-any-return]
    return zstd.open(path, "rb")  # type: ignore[no-any-return]


@dataclass
class Occurrence:
    """One problem at one place; `text` is what stands around it."""

    id: str
    captures: dict[str, str]
    kind: str
    confidence: float
    start: int
    line: int
    time: str | None
    text: str

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two occurrences the same problem: the signature and the names in it, not numbers and ids."""
        names = (f"{name}={value}" for name, value in sorted(self.captures.items()) if not _VARIABLE.fullmatch(value))
        return (self.id, *names)


@dataclass
class _Group:
    count: int
    first: Occurrence
    last: Occurrence
    samples: dict[str, str]  # as pasted, and as shown


class Groups:
    """Occurrences grouped by problem."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], _Group] = {}

    def add(self, occurrence: Occurrence) -> bool:
        """Count an occurrence; they come in the order of the log. Returns whether the problem is new."""
        key = occurrence.key if len(self._groups) < GROUPS_MAX else (occurrence.id,)
        sample = occurrence.text[:SAMPLE_MAX]
        group = self._groups.get(key)
        if group is None:
            self._groups[key] = _Group(1, occurrence, occurrence, {sample: _shown(occurrence.text)})
            return True
        group.count += 1
        group.last = occurrence
        if len(group.samples) < SAMPLES and sample not in group.samples:
            group.samples[sample] = _shown(occurrence.text)
        return False

    def results(self, catalog: Catalog, context: Context | None) -> Iterator[LogFinding]:
        """One finding a group, consequences after causes."""
        ordered = sorted(self._groups.values(), key=lambda group: (group.first.kind == "symptom", group.first.start))
        for group in ordered:
            first, last = group.first, group.last
            report = diagnose(first.text, catalog=catalog, context=context)
            found = next((diagnosis for diagnosis in report if diagnosis.id == first.id), None)
            if found is None:
                continue  # it is explained by its neighbours, once these are looked at together
            evidence = found.evidence.model_copy(update={"line": first.line})
            update = {"confidence": first.confidence, "count": group.count, "evidence": evidence}
            yield LogFinding(
                diagnosis=found.model_copy(update=update),
                count=group.count,
                first=Place(line=first.line, offset=first.start, time=first.time),
                last=Place(line=last.line, offset=last.start, time=last.time),
                samples=tuple(group.samples.values()),
            )


def _shown(text: str) -> str:
    """A sample without secrets; these are looked for before it is cut, which could make one unrecognisable."""
    return Redactor(text).cut(text, 0, len(text))[:SAMPLE_MAX]


class Chunk(NamedTuple):
    """A stretch of a log with what stands around it: its own bytes are data[begin:end], and data[0] is at `offset`."""

    data: bytes
    begin: int
    end: int
    offset: int


class Scanner:
    """Finds the occurrences of a catalog's errors in chunks of one log."""

    def __init__(self, catalog: Catalog, context: Context | None) -> None:
        self.catalog = catalog
        self.known = {name: value for name, value in context or () if value and name != "shell"}
        self.signs: frozenset[str] | None = None
        self._automata = _automata(catalog.layers)

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
        block = _Block(chunk.data)
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

    def _answers(self, hits: list[Hit], block: _Block) -> list[Finding]:
        """What is to be told of some hits near each other, each place for itself."""
        signs = self.signs or frozenset()
        needs = {need for hit in hits if signs.isdisjoint(hit.record.needs) for need in hit.record.needs}
        if needs:
            signs |= self._signs_of(block.data[max(hits[0].start - NEAR, 0) : hits[-1].end + NEAR], needs)
        left = unbeaten(findings(hits, signs, block.text))
        told = {finding.id for finding in answers(left)}
        return [finding for finding in left if finding.id in told]

    def _hits(self, block: _Block) -> Iterator[Hit]:
        """Where patterns stand in a block, offsets in bytes."""
        for layer, automaton in zip(self.catalog.layers, self._automata):
            for record, pieces in automaton.find(block) if automaton else _find_by_terms(layer, block):
                if record.owner >= 0 and self.catalog.owns(layer, layer.ids[record.owner]):
                    for (start, end), captures in block.matches(record, pieces).items():
                        yield Hit(layer, record, start, end, captures)


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


class _Block:
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

    def matches(self, record: PatternRecord, pieces: set[int]) -> dict[tuple[int, int], dict[str, str]]:
        """The pattern's matches that have a key in the pieces: where, and the values in its holes."""
        found: dict[tuple[int, int], dict[str, str]] = {}
        windows = around(record, self.squeezed.near(record, pieces), len(self.data))
        with suppress(TimeoutError):
            for start, end in windows:
                for match in find_all(compiled(record.regex), record, self.text, start, end, self._budget):
                    if not _is_odd(self.data[match.start() : match.end()]):
                        found[match.span()] = captures_of(match)
            self._match_cleaned(record, pieces, found)
        return found

    def _match_cleaned(
        self, record: PatternRecord, pieces: set[int], found: dict[tuple[int, int], dict[str, str]]
    ) -> None:
        """What stands among odd characters, or goes over lines that may each have a prefix."""
        over_lines = record.lines and self._prefixed
        left = pieces if over_lines else pieces & self._odd
        if not left:
            return
        as_it_stands = sorted(found)
        for piece in self.squeezed.near(record, left):
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


_Found = Iterator[tuple[PatternRecord, set[int]]]


def _find_by_terms(layer: Layer, block: _Block) -> _Found:
    """The patterns that may stand in a block, each with the pieces in which a key of it begins."""
    found: dict[int, tuple[PatternRecord, set[int]]] = {}
    for start in range(0, len(block.bare), PART):
        end = start + PART
        terms = layer.terms_in(words_in(block.bare[max(start - AROUND, 0) : end + AROUND]))
        squeezed = block.squeezed.between(start - AROUND, end + AROUND)
        filed = (record for record in layer.filed_under(terms) if record.owner >= 0)
        for record in candidates(filed, terms, squeezed):
            pieces = found.setdefault(id(record), (record, set()))[1]
            for run in record.keys:
                pieces.update(block.squeezed.pieces_with(run, start, end))
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

    def find(self, block: _Block) -> _Found:
        text, piece_of = block.squeezed.text, block.squeezed.piece_of
        pieces: dict[int, set[int]] = {}
        for begin in range(0, len(text), PART):
            part = text[begin : begin + PART + self._longest].encode("latin-1")
            for run, start, _ in self._automaton.find_matches_as_indexes(part, overlapping=True):
                pieces.setdefault(run, set()).add(piece_of(begin + start))
            if len(pieces) > MANY:  # no log has so many: somebody glued the words of the catalog together
                yield from _find_by_terms(self._layer, block)
                return
        patterns: dict[int, set[int]] = {}
        for run, places in pieces.items():
            for number in self._layer.runs.patterns(run):
                patterns.setdefault(number, set()).update(places)
        for number, places in patterns.items():
            yield self._layer.pattern(number), places


def _automata(layers: Iterable[Layer]) -> list[_Automaton | None]:
    try:
        import ahocorasick_rs
    except ImportError:
        return [None for _ in layers]
    return [_Automaton(layer, ahocorasick_rs) for layer in layers]


def _bare(data: bytes) -> bytes:
    """The data with spaces in place of what stands within messages and is no part of them."""
    for probe, disguise in _DISGUISES:
        if probe in data:
            data = disguise.sub(_blank, data)
    return data


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


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


def _cut(data: bytes | bytearray, place: int) -> int:
    """The end of the line that a place is in, or the place itself where the line goes on for long."""
    end = data.find(b"\n", place, place + AROUND)
    return end + 1 if end >= 0 else min(place, len(data))


def _scan_stream(
    pieces: Iterable[bytes], catalog: Catalog, groups: Groups, context: Context | None, progress: Progress | None
) -> None:
    scanner = Scanner(catalog, context)
    buffer = bytearray()
    base = begin = 0  # where the buffer begins, and how much of it was already looked at
    line = 1

    def step(end: int) -> None:
        nonlocal base, begin, line
        found, lines = scanner.occurrences(Chunk(bytes(buffer[: end + AROUND]), begin, end, base))
        for occurrence in found:
            groups.add(replace(occurrence, line=occurrence.line + line - 1))
        line += lines
        drop = max(end - AROUND, 0)
        del buffer[:drop]
        base, begin = base + drop, end - drop
        if progress:
            progress(base + begin, 0)

    for piece in pieces:
        buffer += piece
        while len(buffer) >= begin + CHUNK + 2 * AROUND:
            # Cut where a file's chunks are cut, so that a log gives the same answer however it comes.
            step(_cut(buffer, (base + begin) // CHUNK * CHUNK + CHUNK - base))
    if len(buffer) > begin:
        step(len(buffer))


def _scan_file(
    path: Path, catalog: Catalog, groups: Groups, context: Context | None, jobs: int, progress: Progress | None
) -> None:
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            # A pipe or a device has no size, and an empty file has no errors.
            _scan_stream(iter(lambda: file.read(CHUNK), b""), catalog, groups, context, progress)
            return
    count = -(-size // CHUNK)
    share = max(-(-count // (max(jobs, 1) * 4)), 1)
    ranges = [range(start, min(start + share, count)) for start in range(0, count, share)]
    line, done = 1, 0
    for found, lines, amount in _work(path, catalog, context, ranges, jobs):
        for occurrence in found:
            groups.add(replace(occurrence, line=occurrence.line + line - 1))
        line += lines
        done += amount
        if progress:
            progress(min(done, size), size)


_Part = tuple[list[Occurrence], int, int]  # what was found, lines, bytes


def _work(path: Path, catalog: Catalog, context: Context | None, ranges: list[range], jobs: int) -> Iterator[_Part]:
    if jobs <= 1 or len(ranges) == 1:
        yield from _scan_range(path, catalog, context, range(ranges[-1].stop))
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        for parts in pool.map(_scan_range_whole, *zip(*[(path, catalog, context, numbers) for numbers in ranges])):
            yield from parts


def _scan_range_whole(*arguments: Any) -> list[_Part]:
    return list(_scan_range(*arguments))


def _scan_range(path: Path, catalog: Catalog, context: Context | None, numbers: range) -> Iterator[_Part]:
    scanner = Scanner(catalog, context)
    # Read, not mapped into memory, where the pages of a whole log would count as the process's own.
    with open(path, "rb", buffering=0) as file:
        scanner.look_at_head(_read(file, 0, HEAD))
        for number in numbers:
            chunk = _chunk(file, number)
            found, lines = scanner.occurrences(chunk)
            yield found, lines, chunk.end - chunk.begin


def _chunk(file: IO[bytes], number: int) -> Chunk:
    """The chunk with this number: it begins and ends where a line does, if lines are not very long."""
    offset = max(number * CHUNK - AROUND, 0)
    data = _read(file, offset, CHUNK + 4 * AROUND)
    begin = _cut(data, number * CHUNK - offset) if number else 0
    end = _cut(data, (number + 1) * CHUNK - offset)
    return Chunk(data[: end + AROUND], begin, end, offset)


def _read(file: IO[bytes], start: int, size: int) -> bytes:
    file.seek(start)
    data = file.read(size)
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data


def follow(
    pieces: Iterable[bytes], *, catalog: Catalog | None = None, context: Context | None = None
) -> Iterator[LogFinding]:
    """Tell each problem of a growing log when it is first seen; `pieces` gives what was added, empty while none was."""
    catalog = Catalog.default() if catalog is None else catalog
    scanner = Scanner(catalog, context)
    seen = Groups()
    buffer = b""
    base = begin = 0
    line = 1
    for piece in pieces:
        buffer += piece
        end = buffer.rfind(b"\n") + 1
        if len(buffer) - end > CHUNK:  # a line without end must not be waited for without end
            end = len(buffer)
        # An error may go on in the next lines, so the newest ones wait until nothing more comes.
        if end <= begin or (piece and end - begin < AROUND):
            continue
        found, lines = scanner.occurrences(Chunk(buffer, begin, end, base))
        fresh = Groups()
        for occurrence in found:
            placed = replace(occurrence, line=occurrence.line + line - 1)
            if seen.add(placed):
                fresh.add(placed)
        yield from fresh.results(catalog, context)
        line += lines
        drop = max(end - AROUND, 0)
        buffer, base, begin = buffer[drop:], base + drop, end - drop
