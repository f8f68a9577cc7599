"""Checks of a catalog: one small function a check, each finding with file, line and advice.

    python -m lambda_doctor.lint knowledge/            # the same as: lambda-doctor catalog lint knowledge/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lambda_doctor.catalog import Catalog
from lambda_doctor.compiled import Layer, compile_source
from lambda_doctor.source import Entry, Source, read_folder


class LintFinding(NamedTuple):
    """Something to mend: `level` is error, warning or note."""

    file: str
    line: int
    column: int
    level: str
    rule: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.message} [{self.rule}]\n    {self.advice}"


@dataclass
class Subject:
    """What is linted: a layer's source, and the whole catalog with the layer in its place."""

    source: Source
    catalog: Catalog
    prefix: str = ""
    only: Callable[[str], bool] = field(default=lambda identifier: True)

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """The entries to check, by id."""
        for identifier in sorted(self.source.entries):
            if self.only(identifier):
                yield identifier, self.source.entries[identifier]

    def finding(
        self, entry: Entry, path: Sequence[str | int], rule: str, message: str, advice: str, level: str = "error"
    ) -> LintFinding:
        """A finding at the place of a value in the entry's file."""
        line, column = entry.document.place(path)
        return LintFinding(self.prefix + entry.file, line, column, level, rule, message, advice)


Check = Callable[[Subject], Iterable[LintFinding]]


def checks() -> tuple[Check, ...]:
    """All checks, in the order in which their findings help."""
    from lambda_doctor.lint import examples, links, patterns, prose, relations

    return (patterns.check, prose.check, links.check, relations.check, examples.check)


def lint(folder: Path, *, base: Catalog | None = None, only: Callable[[str], bool] | None = None) -> list[LintFinding]:
    """Check a catalog folder, on top of `base` where it is a private layer."""
    types = {}
    if base is not None:
        from lambda_doctor.layering import builtin_types

        types = dict(builtin_types())
    source = read_folder(folder, builtin_types=types)
    prefix = f"{folder}/"
    found = [
        LintFinding(prefix + p.file, p.line, p.column, "error", "schema", f"{p.field}: {p.message}" if p.field else p.message, p.advice)
        for p in source.problems
        if only is None or only(p.file.rsplit(".", 1)[0].replace("/", "."))
    ]
    layer = Layer(compile_source(source, name=folder.name, version="0"))
    catalog = Catalog([*(base.layers if base else ()), layer])
    subject = Subject(source, catalog, prefix, only or (lambda identifier: True))
    for check in checks():
        found.extend(check(subject))
    return sorted(found, key=lambda item: (item.file, item.line, item.rule))
