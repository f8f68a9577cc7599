"""`lambda-doctor [TEXT | FILE | -]`: the report of one text."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Callable

from lambda_doctor.cli import KNOWN, UNKNOWN, Misuse, add_context, add_format, context_of, show

# An argument of this form is meant as a file, so a missing one is a mistake and no error text.
_FILE_NAME = re.compile(r"[\w.~:/\\ -]*[/\\][\w./\\ -]*|[\w.-]+\.(?:log|txt|json|out|err|md|gz)", re.ASCII)


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the arguments."""
    parser.add_argument(
        "error", nargs="*", help="the error's text, or a file that holds it; `-` or nothing reads standard input"
    )
    parser.add_argument(
        "--budget", type=seconds, default=1.0, metavar="SECONDS", help="time to spend at the most (1.0)"
    )
    add_format(parser)
    add_context(parser)
    return run


def seconds(word: str) -> float:
    """A time from the command line; a ValueError, which argparse tells, where it is none."""
    time = float(word)
    if not 0 < time < float("inf"):
        raise ValueError(word)
    return time


def run(options: argparse.Namespace) -> int:
    """Diagnose and show; 0 when something is known."""
    from lambda_doctor.diagnosing import diagnose

    report = diagnose(read(options.error), context=context_of(options), budget=options.budget)
    file = file_named(options.error)
    show(report, options, file=file)
    if options.error not in ([], ["-"]) and file is None and not (report or report.suggestions or report.next_steps):
        print("A symptom told in your own words? Try: lambda-doctor search WORDS", file=sys.stderr)
    return KNOWN if report else UNKNOWN


def file_named(arguments: list[str]) -> str | None:
    """The file that the arguments name, if they name one and not an error's text."""
    if len(arguments) != 1 or arguments == ["-"]:
        return None
    (argument,) = arguments
    try:
        is_there = os.path.exists(argument)
    except ValueError:  # a null character
        is_there = False
    if is_there:
        return argument
    if _FILE_NAME.fullmatch(argument):
        raise Misuse(f"no such file: {argument} (to diagnose these very words, pipe them in)")
    return None


def read(arguments: list[str]) -> str | bytes:
    """The text that the arguments name: a file's, standard input's, or themselves."""
    if (file := file_named(arguments)) is not None:
        if file.endswith((".gz", ".zst")):
            raise Misuse(f"{file} is packed; read it with: lambda-doctor scan {shlex.quote(file)}")
        with open(file, "rb") as opened:
            return opened.read()
    if arguments and arguments != ["-"]:
        return " ".join(arguments)
    if sys.stdin is None:
        raise Misuse("nothing to read: give the error's text or a file")
    if sys.stdin.isatty():
        print("Paste the error, then press Enter and Ctrl-D:", file=sys.stderr)
    return sys.stdin.buffer.read()
