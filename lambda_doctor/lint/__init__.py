"""Checks of a catalog: one small function a check, each finding with file, line and advice.

python -m lambda_doctor.lint knowledge/            # the same as: lambda-doctor catalog lint knowledge/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast

from lambda_doctor.catalog import Catalog, catalog_below
from lambda_doctor.compiled import Layer
from lambda_doctor.compiling import compile_source
from lambda_doctor.source import OWN_FILES, Entry, Source, read_folder


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
        self, entry: Entry, path: Sequence[object], rule: str, message: str, advice: str, level: str = "error"
    ) -> LintFinding:
        """A finding at the place of a value in the entry's file."""
        line, column = entry.document.place(cast(Sequence[str | int], path))
        return LintFinding(self.prefix + entry.file, line, column, level, rule, message, advice)


Check = Callable[[Subject], Iterable[LintFinding]]


def all_checks() -> tuple[Check, ...]:
    """All checks, in the order in which their findings help."""
    from lambda_doctor.lint import examples, keys, links, neighbours, patterns, prose, relations, upkeep

    return (
        patterns.check,
        keys.check,
        prose.check,
        links.check,
        relations.check,
        upkeep.check,
        examples.check,
        neighbours.check,
    )


def read_path(path: Path) -> Subject:
    """What a path names, to be linted: a catalog folder, one area of it or one file; in its place among the others."""
    folder = path
    only: Callable[[str], bool] | None = None
    if path.is_file():
        folder = path.parent if path.name in OWN_FILES else path.parent.parent
        only = None if path.name in OWN_FILES else f"{path.parent.name}.{path.stem}".__eq__
    elif not _is_catalog(path) and any(path.glob("*.y*ml")):
        area = f"{path.name}."
        folder, only = path.parent, lambda identifier: identifier.startswith(area)
    return read_subject(folder, base=None if _is_builtin(folder) else catalog_below(folder), only=only)


def lint_path(path: Path, *, checks: tuple[Check, ...] | None = None) -> list[LintFinding]:
    """Check what a path names, alone and in its place among the other catalogs."""
    return run(read_path(path), checks)


def _is_catalog(path: Path) -> bool:
    return any((path / name).exists() for name in OWN_FILES)


def _is_builtin(folder: Path) -> bool:
    return (folder / "_observations.yaml").exists() and not (folder / "catalog.yaml").exists()


def read_subject(folder: Path, *, base: Catalog | None = None, only: Callable[[str], bool] | None = None) -> Subject:
    """Read a catalog folder, on top of `base` where it is a private layer."""
    from lambda_doctor import __version__
    from lambda_doctor.layering import finish, types_of

    source = read_folder(folder, builtin_types=types_of(base) if base is not None else None)
    name = source.meta.name or folder.name
    if base is not None:
        finish(source, base, name)
    version = __version__ if base is None else f"{name}@{source.meta.version}"
    layer = Layer(compile_source(source, name=name if base else "builtin", version=version))
    catalog = Catalog([*(base.layers if base else ()), layer])
    relative = _relative(folder).as_posix()
    prefix = "" if relative == "." else f"{relative}/"
    return Subject(source, catalog, prefix, only or (lambda identifier: True))


def lint(folder: Path, *, base: Catalog | None = None) -> list[LintFinding]:
    """Check a catalog folder, on top of `base` where it is a private layer."""
    return run(read_subject(folder, base=base))


def run(subject: Subject, checks: tuple[Check, ...] | None = None) -> list[LintFinding]:
    """All findings, in the order of files and lines."""
    found = []
    for problem in subject.source.problems:
        identifier = problem.file.rsplit(".", 1)[0].replace("/", ".")
        if problem.file in OWN_FILES or subject.only(identifier):
            message = f"{problem.field}: {problem.message}" if problem.field else problem.message
            place = (f"{subject.prefix}{problem.file}", problem.line, problem.column)
            found.append(LintFinding(*place, "error", "schema", message, problem.advice))
    if not (any(subject.entries()) or subject.source.problems or subject.source.disabled):
        message, advice = "no entry here", "Give the folder that holds <area>/<name>.yaml."
        found.append(LintFinding(subject.prefix or ".", 1, 1, "error", "empty", message, advice))
    for check in checks or all_checks():
        found.extend(check(subject))
    return sorted(found, key=lambda item: (item.file, item.line, item.rule))


def _relative(folder: Path) -> Path:
    try:
        return folder.resolve().relative_to(Path.cwd())
    except ValueError:
        return folder
