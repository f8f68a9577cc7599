"""What the tests share: the built-in catalog, read from the sources, and a way to make a tiny one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from lambda_doctor.catalog import Catalog
from lambda_doctor.compiled import Layer
from lambda_doctor.compiling import compile_source
from lambda_doctor.source import Source, read_entries, read_folder

pytest_plugins = ["pytester"]
# The suite gives the same verdict each time; `HYPOTHESIS_PROFILE=explore pytest` looks for what nobody has seen yet.
settings.register_profile("suite", derandomize=True)
settings.register_profile("explore", max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
ROOT = Path(__file__).parent.parent
KNOWLEDGE = ROOT / "knowledge"


@pytest.fixture(scope="session")
def source() -> Source:
    """The sources of the built-in catalog."""
    return read_folder(KNOWLEDGE)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The built-in catalog, of a checkout's YAML as it is now."""
    return Catalog.builtin()


@pytest.fixture(scope="session")
def tiny(source: Source) -> Callable[..., Catalog]:
    """Make a catalog of a few entries: `tiny({"patterns": [...]}, ...)`; what a test does not say is filled in."""

    def make(*entries: Mapping[str, Any]) -> Catalog:
        made = read_entries(
            [
                {
                    "id": f"made.entry-{number}",
                    "title": f"Made-up entry {number}",
                    "cause": "It was made up for a test of the engine.",
                    "fixes": [{"do": "Nothing to do."}],
                    "docs": [{"url": "https://docs.aws.amazon.com/lambda/", "title": "Lambda"}],
                    **entry,
                }
                for number, entry in enumerate(entries, 1)
            ],
            source.types,
        )
        assert not made.problems, [str(problem) for problem in made.problems]
        made.forms = source.forms
        return Catalog([Layer(compile_source(made, name="tiny", version="0"))])

    return make


@pytest.fixture(autouse=True)
def _private_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody's own catalogs take part in a test."""
    monkeypatch.delenv("LAMBDA_DOCTOR_CATALOGS", raising=False)
