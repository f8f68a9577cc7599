"""Scanning: the known errors of whole logs, of any size, in constant memory.

A log is read in chunks. Each is squeezed once, and what patterns are filed under is found in it at the speed of a
string search; only around these places is a pattern tried, on text as it stands or, where it needs it, cleaned.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from lambda_doctor.catalog import Catalog
from lambda_doctor.chunks import (
    HEAD,
    chunks_as_they_come,
    chunks_of_file,
    chunks_of_stream,
    number_of_chunks,
    pieces_of,
    read_at,
    unpacked,
    until_broken,
)
from lambda_doctor.grouping import Groups, Occurrence
from lambda_doctor.occurrences import Scanner
from lambda_doctor.report import Context, LogFinding

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

    Raises OSError for a file that cannot be read. Where reading fails on the way, as in a packed file that is cut off,
    the problems before that place come first and the error then.

    >>> log = ["START\n", "Task timed out after 3.00 seconds\n", "Task timed out after 3.00 seconds\n"]
    >>> [(finding.diagnosis.id, finding.count, finding.last.line) for finding in scan(log)]
    [('execution.timeout', 2, 3)]
    """
    catalog = Catalog.default() if catalog is None else catalog
    groups = Groups()
    broken: list[Exception] = []
    if isinstance(log, (str, os.PathLike)):
        path = Path(log)
        if path.suffix in (".gz", ".zst"):
            _scan_stream(until_broken(unpacked(path), broken), catalog, groups, context, progress)
        else:
            _scan_file(path, catalog, groups, context, jobs, progress, broken)
    elif hasattr(log, "read"):
        _scan_stream(until_broken(pieces_of(log), broken), catalog, groups, context, progress)
    else:
        lines = (line.encode("utf-8", "replace") if isinstance(line, str) else line for line in log)
        _scan_stream(until_broken(lines, broken), catalog, groups, context, progress)
    yield from groups.results(catalog, context)
    if broken:
        raise broken[0]


def _scan_stream(
    pieces: Iterable[bytes], catalog: Catalog, groups: Groups, context: Context | None, progress: Progress | None
) -> None:
    scanner = Scanner(catalog, context)
    line = 1
    for chunk in chunks_of_stream(pieces):
        found, lines = scanner.occurrences(chunk)
        for occurrence in found:
            groups.add(replace(occurrence, line=occurrence.line + line - 1))
        line += lines
        if progress:
            progress(chunk.offset + chunk.end, 0)


def _scan_file(
    path: Path,
    catalog: Catalog,
    groups: Groups,
    context: Context | None,
    jobs: int,
    progress: Progress | None,
    broken: list[Exception],
) -> None:
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            # A pipe or a device has no size, and an empty file has no errors.
            _scan_stream(until_broken(pieces_of(file), broken), catalog, groups, context, progress)
            return
    count = number_of_chunks(size)
    share = max(-(-count // (max(jobs, 1) * 4)), 1)
    ranges = [range(start, min(start + share, count)) for start in range(0, count, share)]
    line, done = 1, 0
    for found, lines, amount in until_broken(_work(path, catalog, context, ranges, jobs), broken):
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
        scanner.look_at_head(read_at(file, 0, HEAD))
        for chunk in chunks_of_file(file, numbers):
            found, lines = scanner.occurrences(chunk)
            yield found, lines, chunk.end - chunk.begin


def follow(
    pieces: Iterable[bytes], *, catalog: Catalog | None = None, context: Context | None = None
) -> Iterator[LogFinding]:
    """Tell each problem of a growing log when it is first seen; `pieces` gives what was added, empty while none was."""
    catalog = Catalog.default() if catalog is None else catalog
    scanner = Scanner(catalog, context)
    seen = Groups()
    line = 1
    for chunk in chunks_as_they_come(pieces):
        found, lines = scanner.occurrences(chunk)
        fresh = Groups()
        for occurrence in found:
            placed = replace(occurrence, line=occurrence.line + line - 1)
            if seen.add(placed):
                fresh.add(placed)
        yield from fresh.results(catalog, context)
        line += lines
