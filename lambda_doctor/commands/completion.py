"""`lambda-doctor completion SHELL`: what a shell has to run once, so that the Tab key completes commands and ids."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from lambda_doctor.cli import COMMANDS, KNOWN, write

SHELLS = ("bash", "zsh", "fish", "powershell", "tcsh")


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the arguments."""
    parser.add_argument("shell", choices=SHELLS)
    parser.epilog = 'In ~/.bashrc: eval "$(lambda-doctor completion bash)"; needs the extra lambda-doctor[completion].'
    return run


def run(options: argparse.Namespace) -> int:
    """Print the shell's code."""
    write(_argcomplete().shellcode(["lambda-doctor"], shell=options.shell))
    return KNOWN


def complete() -> None:
    """Answer the shell that asks what may follow, and end the process."""
    parser = argparse.ArgumentParser(prog="lambda-doctor")
    commands = parser.add_subparsers()
    for name, (module, _) in COMMANDS.items():
        try:
            command = commands.add_parser(name)
            import_module(module).add(command)
        except ImportError:  # its extra is not installed
            continue
        if name == "explain":
            _ids(command)
    _argcomplete().autocomplete(parser, always_complete_options="long")


def _ids(command: argparse.ArgumentParser) -> None:
    def known(prefix: str, **_: Any) -> Iterator[str]:
        from lambda_doctor.catalog import Catalog

        return (identifier for identifier in Catalog.default().ids if identifier.startswith(prefix))

    for action in command._actions:
        if not action.option_strings:
            action.completer = known  # type: ignore[attr-defined]


def _argcomplete() -> Any:
    try:
        import argcomplete
    except ImportError:
        raise ImportError(
            "completion needs argcomplete; install it with: pip install 'lambda-doctor[completion]'"
        ) from None
    return argcomplete
