"""`lambda-doctor search WORDS`: signatures for a symptom told in words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from lambda_doctor.cli import KNOWN, UNKNOWN, write


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the arguments."""
    parser.add_argument("words", nargs="+", help="what you see, in your words")
    parser.add_argument("--limit", type=int, default=10)
    return run


def run(options: argparse.Namespace) -> int:
    """Print the nearest signatures, best first."""
    from lambda_doctor.catalog import Catalog

    found = Catalog.default().search(" ".join(options.words), options.limit)
    for guess in found:
        write(f"{guess.id}  {guess.title}")
    if not found:
        print("Nothing found; say it in other words, or see `lambda-doctor list`.", file=sys.stderr)
    return KNOWN if found else UNKNOWN
