"""The contract of the catalog, generated from the catalog: every entry keeps what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import KNOWLEDGE

from lambda_doctor import diagnose
from lambda_doctor.catalog import Catalog
from lambda_doctor.lint import lint
from lambda_doctor.source import Source, read_folder

DATA = Path(__file__).parent / "data"
SOURCE = read_folder(KNOWLEDGE)
EXAMPLES = [
    pytest.param(identifier, example, id=f"{identifier}-{number}")
    for identifier, entry in sorted(SOURCE.entries.items())
    for number, example in enumerate(entry.signature.examples, 1)
]
NEAR_MISSES = [
    pytest.param(identifier, miss, id=f"{identifier}-{number}")
    for identifier, entry in sorted(SOURCE.entries.items())
    for number, miss in enumerate(entry.signature.near_misses, 1)
]

# What commands call for, and how a text tells it for certain.
SAID = {
    "FUNCTION_NAME": r":lambda:[a-z0-9-]+:[0-9]{12}:function:\w",
    "LAYER_NAME": r":lambda:[a-z0-9-]+:[0-9]{12}:layer:\w",
    "TABLE_NAME|TABLE": r":dynamodb:[a-z0-9-]+:[0-9]{12}:table/\w",
    "KEY_ARN": r":kms:[a-z0-9-]+:[0-9]{12}:key/\w",
    "STACK_NAME": r":cloudformation:[a-z0-9-]+:[0-9]{12}:stack/\w",
    "FILE_SYSTEM_ID": r"\bfs-[0-9a-f]{8}",
    "DEPLOYMENT_ID": r"\bd-[A-Z0-9]{9}\b",
    "REGION": r"\b(?:af|ap|ca|eu|me|sa|us)-[a-z]{4,9}-[1-4]\.amazonaws\.com|:lambda:[a-z]{2}-[a-z]{4,9}-[1-4]:[0-9]{12}:",
}


def test_the_sources_have_no_problems(source: Source) -> None:
    assert [str(problem) for problem in source.problems] == []


@pytest.mark.parametrize(("identifier", "example"), EXAMPLES)
def test_an_example_is_owned_by_its_entry_and_gives_its_captures(identifier, example, catalog: Catalog) -> None:
    report = diagnose(example.text, catalog=catalog, budget=10)
    assert report.best is not None
    assert report.best.id == identifier, [(d.id, d.confidence, d.evidence.text) for d in report]
    assert report.best.captures == example.captures
    commands = "\n".join(fix.run or "" for fix in report.best.fixes)
    left = [
        name
        for name, said in SAID.items()
        if re.search(rf"(?<![$\w])(?:{name})\b(?!=)", commands) and re.search(said, example.text)
    ]
    assert left == [], "the text says it: capture it"


@pytest.mark.parametrize(("identifier", "miss"), NEAR_MISSES)
def test_a_near_miss_goes_where_its_entry_says(identifier, miss, catalog: Catalog) -> None:
    report = diagnose(miss.text, catalog=catalog, budget=10)
    sure = [diagnosis.id for diagnosis in report if diagnosis.confidence >= 0.5]
    if miss.is_ is None:
        assert sure == []
    else:
        assert report.best is not None
        assert report.best.id == miss.is_


def test_the_lint_finds_nothing() -> None:
    """Every pattern proven, every placeholder filled, links official, relations acyclic: see lambda_doctor/lint."""
    assert [str(finding) for finding in lint(KNOWLEDGE) if finding.level != "note"] == []


@pytest.mark.parametrize("identifier", (DATA / "ids.txt").read_text().split())
def test_the_id_is_there(identifier: str, catalog: Catalog) -> None:
    """Ids are promises: these were given out and stay."""
    assert identifier in catalog


def test_every_entry_has_examples_of_several_wordings(source: Source) -> None:
    few = [i for i, entry in source.entries.items() if len(entry.signature.examples) < min(2, len(entry.patterns))]
    assert few == []


@pytest.mark.parametrize("log", sorted((DATA / "healthy").glob("*")), ids=lambda path: path.name)
def test_a_healthy_log_is_silent(log: Path, catalog: Catalog) -> None:
    report = diagnose(log.read_bytes(), catalog=catalog, budget=10)
    assert [(d.id, d.evidence.text) for d in report] == []
