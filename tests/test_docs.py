"""The README and the pages of docs/: every example runs, and prints what the page shows."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(?P<language>[\w-]*)[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)[^)]*\)")


def blocks(page: Path, language: str) -> list[str]:
    return [m["body"] for m in _BLOCK.finditer(page.read_text(encoding="utf-8")) if m["language"] == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_print_what_is_shown(page: Path) -> None:
    examples = "\n".join(body for body in blocks(page, "python") if ">>>" in body)
    if "__notes__" in examples and sys.version_info < (3, 11):
        pytest.skip("exceptions have notes since Python 3.11")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest(examples, {}, page.name, str(page), 0)
    told: list[str] = []
    doctest.DocTestRunner(optionflags=flags).run(test, out=told.append)
    assert told == []


def lambda_doctor(arguments: list[str], **options) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "lambda_doctor", *arguments],
        capture_output=True, text=True, encoding="utf-8", timeout=60, env={**os.environ, "NO_COLOR": "1"}, **options,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_console_examples_print_what_is_shown(page: Path) -> None:
    for body in blocks(page, "console"):
        for part in re.split(r"(?m)^\$ ", body)[1:]:
            command, _, shown = part.partition("\n")
            words = shlex.split(command)
            if words[0] == "lambda-doctor":
                assert lambda_doctor(words[1:], cwd=ROOT).strip() == shown.strip(), command


def first_command() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    command = text.partition("<!-- first -->")[2].partition("```sh\n")[2].partition("\n```")[0]
    return shlex.split(command.rpartition(" && ")[2])


def test_the_readmes_first_command_prints_what_it_shows() -> None:
    program, *arguments = first_command()
    assert program == ".venv/bin/lambda-doctor"
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text.partition("<!-- output of the first command -->")[2].partition("```text\n")[2].partition("```")[0]
    assert lambda_doctor(arguments).strip() == shown.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    made = "signatures/"  # these pages are made when the site is built; tests/test_site.py follows their links
    dead = [link for link in links if not link.startswith(made) and not (page.parent / link).exists()]
    assert dead == []


@pytest.mark.parametrize("form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda p: p.stem)
def test_an_issue_form_is_one_that_github_takes(form: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-issue-forms", str(form)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
