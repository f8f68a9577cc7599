"""IPython and notebooks: `%load_ext lambda_doctor` gives `%diagnose` and `%%diagnose`; reports show as HTML."""

from __future__ import annotations

from typing import Any

from lambda_doctor.diagnosing import diagnose
from lambda_doctor.report import Report


def load(shell: Any) -> None:
    """Register the magic in a shell."""
    shell.register_magic_function(_magic, magic_kind="line_cell", magic_name="diagnose")


def _magic(line: str, cell: str | None = None) -> Report:
    """`%%diagnose` diagnoses the cell's text, `%diagnose` alone the last error, `%diagnose TEXT` the text."""
    if cell is not None:
        return diagnose(cell)
    if line.strip():
        return diagnose(line)
    from lambda_doctor.repl import last_error

    return last_error()
