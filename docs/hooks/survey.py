"""What the library sees in the catalog's own texts: the facts behind the indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lambda_doctor import diagnose
from lambda_doctor.catalog import Catalog
from lambda_doctor.render import RUNTIME_NAMES, TOOL_NAMES
from lambda_doctor.report import Observation

_TOOL_OF_AREA = {"cli": "aws-cli", "images": "docker"}


class Survey:
    """Each example of a catalog, diagnosed once: the entries by the tools, runtimes and error codes that they show."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.tools: dict[str, set[str]] = defaultdict(set)
        self.runtimes: dict[str, set[str]] = defaultdict(set)
        self.codes: dict[str, set[str]] = defaultdict(set)
        for signature in catalog:
            area = _TOOL_OF_AREA.get(signature.category, signature.category)
            declared = [
                area,
                *signature.needs,
                *(need for pattern in signature.patterns for need in pattern.needs or ()),
            ]
            declared += [tool for step in signature.fixes for tool in step.when.get("tool", ())]
            self._file(self.tools, set(declared) & set(TOOL_NAMES), signature.id)
            self._file(
                self.runtimes, {r for step in signature.fixes for r in step.when.get("runtime", ())}, signature.id
            )
            for example in signature.examples:
                self._take(signature.id, diagnose(example.text, catalog=catalog, budget=10).observation)

    def _take(self, identifier: str, seen: Observation) -> None:
        if seen.tool:
            self.tools[seen.tool].add(identifier)
        if seen.runtime:
            self._file(self.runtimes, {seen.runtime}, identifier)
        if seen.error_code:
            self.codes[seen.error_code].add(identifier)

    @staticmethod
    def _file(index: dict[str, set[str]], values: Iterable[str], identifier: str) -> None:
        for value in values:
            family = next((name for name in RUNTIME_NAMES if value.startswith(name)), value)
            index[family].add(identifier)
