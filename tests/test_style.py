"""The code's own checks: ruff and mypy --strict, and what the house rules say of the repository."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run("ruff", "check", "--quiet", ".")


def test_the_code_is_formatted() -> None:
    run("ruff", "format", "--check", "--quiet", ".")


def test_the_types_are_right() -> None:
    run("mypy")


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys, lambda_doctor; "
        "heavy = {'pydantic', 'regex', 'yaml', 'importlib_resources', 'json', 'sqlite3'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_the_modules_import_in_one_direction() -> None:
    """Text flows one way; no module imports one that comes after it."""
    order = [
        "lazy", "words", "text", "layout", "cleaning", "unknown", "template", "expression", "notation", "pattern", "report", "signature", "document", "own_files", "source", "calibration", "compiled", "rates", "compiling", "cache", "installed", "catalog", "incoming",
        "candidates", "match", "observe", "rank", "detectors", "redact", "suggest", "layering", "diagnosing", "grouping", "chunks", "blocks", "occurrences", "scanning", "repl", "cli",
    ]  # fmt: skip
    wrong = []
    for place, name in enumerate(order):
        for line in (ROOT / "lambda_doctor" / f"{name}.py").read_text(encoding="utf-8").splitlines():
            if line.startswith("from lambda_doctor."):
                imported = line.split()[1].split(".")[1]
                if imported in order[place + 1 :]:
                    wrong.append(f"{name} imports {imported}")
    assert wrong == []
