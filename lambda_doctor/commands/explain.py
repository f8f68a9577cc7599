"""`lambda-doctor explain ID`: a signature as the catalog has it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from lambda_doctor.cli import KNOWN, Misuse, terminal, write


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the arguments."""
    parser.add_argument("id", help="such as deployment.s3-wrong-region; lambda-doctor list has them all")
    parser.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    return run


def run(options: argparse.Namespace) -> int:
    """Show the signature."""
    from lambda_doctor.diagnosing import explain
    from lambda_doctor.render import signature

    try:
        entry = explain(options.id)
    except KeyError as error:
        raise Misuse(str(error.args[0])) from None
    if options.format == "json":
        write(entry.model_dump_json(indent=2, by_alias=True, exclude_defaults=True))
    elif options.format == "markdown":
        write(signature.markdown(entry).rstrip("\n"))
    else:
        write(signature.text(entry, **terminal()))
    return KNOWN
