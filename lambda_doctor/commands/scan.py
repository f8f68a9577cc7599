"""`lambda-doctor scan FILE...`: the known errors of whole logs."""

from __future__ import annotations

import argparse
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from lambda_doctor.cli import (
    KNOWN,
    MACHINE_FORMATS,
    MISUSE,
    UNKNOWN,
    Misuse,
    add_context,
    add_to_job_summary,
    complain,
    context_of,
    in_words,
    terminal,
    write,
)
from lambda_doctor.report import LogFinding, Report

POLL = 0.5  # seconds between looks at a file that grows


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the arguments."""
    parser.add_argument(
        "file", nargs="*", default=["-"], help="logs, also .gz and .zst; `-` or nothing reads standard input"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that share the work")
    parser.add_argument(
        "--follow", action="store_true", help="tell each problem when it first shows, in a file that grows or in a pipe"
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", *MACHINE_FORMATS),
        default="text",
        help="text (the default); json, a line each; github: annotations and a job summary; junit; sarif",
    )
    parser.add_argument("--no-progress", action="store_true")
    add_context(parser)
    return run


def run(options: argparse.Namespace) -> int:
    """Print each problem once, with its count and places."""
    if options.jobs < 1:
        raise Misuse("--jobs takes a number from 1")
    if options.follow and len(options.file) != 1:
        raise Misuse("--follow takes one file, or `-` for standard input")
    if options.follow and options.format in MACHINE_FORMATS:
        raise Misuse(f"--follow does not end, so it cannot give {options.format}; it takes text and json")
    known: list[tuple[str, LogFinding]] = []
    unread: list[str] = []
    for name, finding in _follow(options) if options.follow else _scan(options, unread):
        if options.format not in MACHINE_FORMATS:
            _show(finding, name, options)
            sys.stdout.flush()
            known = known or [(name, finding)]
        else:
            known.append((name, finding))
    if options.format in MACHINE_FORMATS:
        _show_together(known, options.format)
    return MISUSE if unread else KNOWN if known else UNKNOWN


def _scan(options: argparse.Namespace, unread: list[str]) -> Iterator[tuple[str, LogFinding]]:
    """Each problem of each file; a file that cannot be read to its end is told, and the next one begun."""
    from lambda_doctor.scanning import scan

    for name in options.file:
        bar = _Bar(name) if sys.stderr.isatty() and not options.no_progress else None
        source = sys.stdin.buffer if name == "-" else name
        error = None
        try:
            for finding in scan(source, context=context_of(options), jobs=options.jobs, progress=bar):
                if bar:
                    bar.clear()
                yield name, finding
        except (OSError, ImportError) as caught:
            error = caught
        if bar:
            bar.clear()
        if error:
            unread.append(name)
            complain(in_words(error))


def _follow(options: argparse.Namespace) -> Iterator[tuple[str, LogFinding]]:
    """Each problem when it is first seen; ends with the pipe or with Ctrl-C."""
    from lambda_doctor.catalog import Catalog
    from lambda_doctor.scanning import follow

    (name,) = options.file
    pieces = _pieces_of_pipe() if name == "-" else _pieces_of_file(Path(name))
    for finding in follow(pieces, catalog=Catalog.default(), context=context_of(options)):
        yield name, finding


def _show(finding: LogFinding, name: str, options: argparse.Namespace) -> None:
    if options.format == "json":
        write(finding.model_dump_json())
        return
    from lambda_doctor.render.text import Style, log_finding

    write(log_finding(finding, name, Style(**terminal())))


def _show_together(findings: list[tuple[str, LogFinding]], format: str) -> None:
    from lambda_doctor.render import Found

    found = [Found(finding.diagnosis, None if name == "-" else name, finding.first.line) for name, finding in findings]
    write(import_module(f"lambda_doctor.render.{format}").render(found))
    if format == "github":
        add_to_job_summary(Report(diagnoses=tuple(item.diagnosis for item in found)).to_markdown())


def _pieces_of_pipe() -> Iterator[bytes]:
    """What comes through standard input, as it comes; an empty piece while nothing does, and at the end."""
    pieces: queue.Queue[bytes] = queue.Queue(maxsize=64)

    def read() -> None:
        while piece := os.read(0, 65_536):
            pieces.put(piece)
        pieces.put(b"")

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            piece = pieces.get(timeout=POLL)
        except queue.Empty:
            yield b""
            continue
        if not piece:
            break
        yield piece
    yield b"\n"
    yield b""


def _pieces_of_file(path: Path) -> Iterator[bytes]:
    """A file's lines, and for ever those that are added; an empty piece while nothing comes."""
    with open(path, "rb") as file:
        while True:
            piece = file.read(65_536)
            yield piece
            if not piece:
                if path.stat().st_size < file.tell():  # it was truncated: begin again
                    file.seek(0)
                time.sleep(POLL)


class _Bar:
    """A progress bar on standard error."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.shown = 0.0

    def __call__(self, done: int, size: int) -> None:
        now = time.monotonic()
        if now - self.shown < 0.1:
            return
        self.shown = now
        share = f"{done / size:4.0%} " if size else ""
        full = int(30 * done / size) if size else 0
        bar = f"[{'#' * full}{'.' * (30 - full)}] " if size else ""
        print(f"\r\x1b[K{bar}{share}{done / 1_048_576:,.0f} MiB {self.name[-40:]}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the bar away."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self.shown = 0.0
