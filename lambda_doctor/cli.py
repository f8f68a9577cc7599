"""The command line: `lambda-doctor [TEXT | FILE | -]` and its subcommands.

Exit status: 0 something is known, 1 nothing is, 2 wrong use or a file that cannot be read.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from lambda_doctor.report import Context, Report

KNOWN, UNKNOWN, MISUSE, INTERRUPTED, CLOSED_PIPE = 0, 1, 2, 130, 141
MACHINE_FORMATS = ("github", "junit", "sarif")  # each a module of lambda_doctor.render
FORMATS = ("text", "markdown", "json", "html", *MACHINE_FORMATS)
SHELLS = ("posix", "powershell", "cmd")
# Each command with the module that holds it: `add(parser)` declares its arguments and returns what runs it.
# They are imported when used, so that a diagnosis does not wait for a web server.
COMMANDS = {
    "diagnose": ("lambda_doctor.commands.diagnose", "say what an error means and what to do (the default)"),
    "explain": ("lambda_doctor.commands.explain", "show a signature of the catalog by its id"),
    "list": ("lambda_doctor.commands.listing", "list the signatures"),
    "search": ("lambda_doctor.commands.search", "find signatures by words, such as `loses internet in VPC`"),
    "scan": ("lambda_doctor.commands.scan", "find known errors in whole logs of any size"),
    "run": ("lambda_doctor.commands.run", "run a command, and diagnose its output when it fails"),
    "catalog": ("lambda_doctor.commands.catalog", "write and check your own catalog"),
    "completion": ("lambda_doctor.commands.completion", "print what makes the Tab key work in your shell"),
    "mcp": ("lambda_doctor.integrations.mcp", "serve assistants by the Model Context Protocol"),
    "serve": ("lambda_doctor.integrations.http", "serve diagnoses and a paste page over HTTP"),
}


# What answers from the catalog. `list --layers` tells itself what is wrong in private ones, and of the commands of
# `catalog` each that answers says so: `set_defaults(reads=True)`.
READERS = ("diagnose", "explain", "search", "scan", "run", "mcp", "serve")


class Misuse(Exception):
    """Wrong use, told in one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit status and never a traceback for what a user can do wrong."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us: nobody reads it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that cannot show a character shows a replacement
            stream.reconfigure(errors="replace")
    if "_ARGCOMPLETE" in os.environ:
        from lambda_doctor.commands.completion import complete

        complete()
    try:
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except Misuse as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # What reads our output has gone; keep Python from complaining when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except (OSError, ImportError) as error:
        return complain(in_words(error))
    except ValueError as error:
        from lambda_doctor.document import CatalogError

        if not isinstance(error, CatalogError):
            raise
        return complain(str(error))
    return status


def _run(arguments: list[str]) -> int:
    first = next((argument for argument in arguments if not argument.startswith("-")), None)
    if arguments and arguments[0] in ("-h", "--help", "--version"):
        _top().parse_args(arguments)
    if first not in COMMANDS or arguments[0] != first:
        name, rest = "diagnose", arguments
    else:
        name, rest = first, arguments[1:]
    module, help_text = COMMANDS[name]
    program = "lambda-doctor" if name == "diagnose" else f"lambda-doctor {name}"
    parser = _Parser(prog=program, description=help_text[0].upper() + help_text[1:] + ".")
    run: Callable[[argparse.Namespace], int] = import_module(module).add(parser)
    options = parser.parse_args(rest)
    if name in READERS or getattr(options, "reads", False):
        _tell_of_broken_catalogs()
    return run(options)


def _tell_of_broken_catalogs() -> None:
    """Say on standard error what is wrong in private catalogs; what is right in them, and ours, still answers."""
    from lambda_doctor.catalog import Catalog

    for problem in Catalog.default().problems:
        complain(str(problem))


def in_words(error: OSError | ImportError) -> str:
    """What the system refused, without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename is not None else error.strerror
    return str(error)


def complain(message: str) -> int:
    """Say on standard error what is wrong; returns the exit status for it."""
    from lambda_doctor.template import tame

    for line in message.splitlines() or [""]:
        print(f"lambda-doctor: {tame(line)}", file=sys.stderr)
    return MISUSE


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Misuse(f"{message}; see {self.prog} --help")


def _top() -> argparse.ArgumentParser:
    from lambda_doctor import __version__

    lines = "\n".join(f"  {name:<12}{text}" for name, (_, text) in COMMANDS.items())
    parser = _Parser(
        prog="lambda-doctor",
        usage="lambda-doctor [COMMAND] [TEXT | FILE | -] [options]",
        description="What an AWS Lambda error means, and what to type now.",
        epilog=f"commands:\n{lines}\n\nlambda-doctor COMMAND --help tells the options of each.\n"
        "Exit status: 0 something is known, 1 nothing is, 2 wrong use or a file that cannot be read.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"lambda-doctor {__version__}")
    return parser


def add_context(parser: argparse.ArgumentParser) -> None:
    """Declare the options by which a user says what the text does not."""
    group = parser.add_argument_group("what you know besides the text")
    group.add_argument("--tool", help="such as sam, terraform, aws-cli")
    group.add_argument("--runtime", help="such as python3.13, nodejs22.x")
    group.add_argument("--region", help="such as eu-west-1")
    group.add_argument("--function", metavar="NAME", help="the function's name")
    group.add_argument("--account", metavar="ID", help="the account's id")
    group.add_argument("--stack", metavar="NAME", help="the CloudFormation stack's name")
    group.add_argument("--shell", choices=SHELLS, default="posix", help="the shell that commands are quoted for")


def context_of(options: argparse.Namespace) -> Context:
    """The context that the options give."""
    from lambda_doctor.report import Context

    return Context(
        tool=options.tool,
        runtime=options.runtime,
        region=options.region,
        function_name=options.function,
        account=options.account,
        stack=options.stack,
        shell=options.shell,
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declare the options for how a report is shown."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="text (the default), markdown, json, html; github: annotations and a job summary; junit; sarif",
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def show(report: Report, options: argparse.Namespace, *, file: str | None = None, stream: TextIO | None = None) -> None:
    """Print a report in the format asked for; `file` is the name of the file that it is about."""
    stream = stream or sys.stdout
    write(rendered(report, options.format, file=file, **terminal(options.color, stream)), stream)
    if options.format == "github":
        add_to_job_summary(report.to_markdown())


def rendered(report: Report, format: str, *, file: str | None = None, **look: Any) -> str:
    """A report in one of the formats; `look` is what `terminal` says, for text."""
    if format == "json":
        return report.model_dump_json(indent=2)
    if format == "markdown":
        return report.to_markdown().rstrip("\n")
    if format == "html":
        return report.to_html()
    if format in MACHINE_FORMATS:
        from lambda_doctor.render import found_in

        return str(import_module(f"lambda_doctor.render.{format}").render(found_in(report, file)))
    return report.to_text(**look)


def add_to_job_summary(markdown: str) -> None:
    """Show it on the page of a GitHub Actions run, where this is one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with open(path, "a", encoding="utf-8", errors="replace") as summary:
            summary.write(markdown + "\n")


def write(text: str, stream: TextIO | None = None) -> None:
    """Print, whatever the console can show; nothing for nothing."""
    if text:
        print(text.encode("utf-8", "replace").decode("utf-8"), file=stream or sys.stdout)


def terminal(color: str = "auto", stream: TextIO | None = None) -> dict[str, Any]:
    """What the terminal at a stream can do: width in columns, colour, links; plain when it is none."""
    tty = (stream or sys.stdout).isatty()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    colored = color == "always" or (color == "auto" and bool((tty and not plain) or os.environ.get("FORCE_COLOR")))
    width = 100
    if tty:
        import shutil

        width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    return {"width": width, "color": colored, "links": tty and colored and _shows_links()}


def _shows_links() -> bool:
    known = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio")
    return bool(
        os.environ.get("TERM_PROGRAM") in known
        or any(os.environ.get(name) for name in ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION"))
        or (os.environ.get("VTE_VERSION", "0").isdigit() and int(os.environ.get("VTE_VERSION", "0")) >= 5000)
    )
