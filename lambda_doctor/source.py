"""A catalog's folder: its files checked against their models, patterns compiled, each problem told with its remedy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from lambda_doctor.document import CatalogError, Document, Problem, parse_yaml
from lambda_doctor.notation import PatternError
from lambda_doctor.own_files import SCHEMA as SCHEMA
from lambda_doctor.own_files import Form, Hole, Meta, Page, checked, validation_problems
from lambda_doctor.pattern import CaptureType, CompiledPattern, compile_pattern, compile_regex
from lambda_doctor.signature import ID, Pattern, Signature, Step

FILE_MAX = 1_000_000  # bytes; the largest built-in entry has about 12,000


class Traversable(Protocol):
    """What pathlib.Path and importlib_resources' paths have in common."""

    @property
    def name(self) -> str: ...
    def is_dir(self) -> bool: ...
    def iterdir(self) -> Iterator[Any]: ...
    def read_bytes(self) -> bytes: ...


@dataclass
class Entry:
    """A signature as read from its file, with its patterns compiled."""

    signature: Signature
    patterns: list[CompiledPattern]
    document: Document
    file: str


class Edit(NamedTuple):
    """A file that changes an entry of a layer below: `extends` adds to it, `disable` takes it away."""

    id: str
    document: Document
    file: str


@dataclass
class Source:
    """What a catalog folder holds; good entries stay usable beside broken ones."""

    entries: dict[str, Entry] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)
    types: dict[str, CaptureType] = field(default_factory=dict)
    meta: Meta = field(default_factory=Meta)
    meta_document: Document = field(default_factory=lambda: Document({}, {}))
    retired: dict[str, str | None] = field(default_factory=dict)
    common_words: dict[str, int] = field(default_factory=dict)
    next_steps: list[dict[str, Any]] = field(default_factory=list)
    releases: dict[str, dict[str, str]] = field(default_factory=dict)
    links: dict[str, Page] = field(default_factory=dict)
    calibration: list[tuple[float, float]] = field(default_factory=list)
    sites: frozenset[str] = frozenset()  # that may be linked; any where none is named
    disabled: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


_Take = Callable[[Source, Document, str], None]


def read_folder(folder: Traversable, *, builtin_types: Mapping[str, CaptureType] | None = None) -> Source:
    """Read a catalog folder: `<area>/<name>.yaml`, and the files whose names begin with an underscore.

    Problems are collected, not raised. The order of files never matters.
    """
    source = Source(types=dict(builtin_types or {}))
    files = dict(_walk(folder, source))
    for name, take in OWN_FILES.items():
        if name in files:
            _read(source, name, files[name], take)
    for path in sorted(files):
        if path not in OWN_FILES and not path.rsplit("/", 1)[-1].startswith("_"):
            _read(source, path, files[path], _take_entry)
    return source


def read_entries(entries: Iterable[Mapping[str, Any]], types: Mapping[str, CaptureType]) -> Source:
    """The same for entries given as mappings, each with an `id`."""
    source = Source(types=dict(types))
    for number, data in enumerate(entries):
        file = f"entry {number + 1}"
        if not isinstance(data, Mapping):
            source.problems.append(Problem(file, 1, 1, "", f"{data!r} is no mapping", "Give a list of mappings."))
            continue
        identifier = str(data.get("id", ""))
        if not ID.fullmatch(identifier):
            source.problems.append(Problem(file, 1, 1, "id", f"{identifier!r} is no id", "Write area.name."))
            continue
        rest = {key: value for key, value in data.items() if key != "id"}
        add_entry(source, identifier, Document(rest, {}), f"{file} ({identifier})")
    return source


def add_entry(source: Source, identifier: str, document: Document, file: str) -> None:
    """Validate one entry and compile its patterns; problems go to `source.problems`."""
    data = document.data
    if not isinstance(data, dict):
        source.problems.append(Problem(file, 1, 1, "", "not a mapping of fields", "Begin with `title:`."))
        return
    if identifier in source.entries or any(edit.id == identifier for edit in source.edits):
        source.problems.append(Problem(file, 1, 1, "", f"a second entry {identifier}", "Keep one of them."))
        return
    if "disable" in data or "extends" in data:
        source.edits.append(Edit(identifier, document, file))
        return
    try:
        signature = Signature.model_validate({**data, "id": identifier})
    except ValidationError as error:
        source.problems.extend(validation_problems(error, Signature, document, file))
        return
    compiled = []
    for number, pattern in enumerate(signature.patterns):
        try:
            compiled.append(compile_any(pattern, source.types))
        except PatternError as error:
            line, column = document.place(["patterns", number, "text" if pattern.text else "regex"])
            source.problems.append(Problem(file, line, column, f"patterns[{number}]", str(error), ""))
    if len(compiled) == len(signature.patterns):
        source.entries[identifier] = Entry(signature, compiled, document, file)


def compile_any(pattern: Pattern, types: Mapping[str, CaptureType]) -> CompiledPattern:
    """Compile a pattern of either notation, and refuse one that nothing can find in an index."""
    compiled = compile_pattern(pattern.text, types) if pattern.text is not None else compile_regex(pattern.regex or "")
    if not any(all(run.words for run in way) for way in compiled.ways):
        raise PatternError(
            "no whole word outside the holes, so no index can find this pattern; add a word that the message always has"
        )
    return compiled


def _walk(folder: Traversable, source: Source, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Traversable]]:
    try:
        children = sorted(folder.iterdir(), key=lambda child: str(child.name))
    except OSError as error:
        advice = "Give the path of a folder that holds <area>/<name>.yaml files."
        source.problems.append(Problem(prefix or ".", 1, 1, "", f"cannot be read: {error.strerror or error}", advice))
        return
    for child in children:
        path = f"{prefix}{child.name}"
        if child.name.startswith("."):
            continue
        if child.name.endswith((".yaml", ".yml")):
            yield path, child
        elif depth < 2 and child.is_dir() and not os.path.islink(str(child)):
            yield from _walk(child, source, f"{path}/", depth + 1)


def _read(source: Source, path: str, file: Traversable, take: _Take) -> None:
    try:
        size = getattr(getattr(file, "stat", lambda: None)(), "st_size", 0)
        raw = b"" if size > FILE_MAX else file.read_bytes()
        if size > FILE_MAX or len(raw) > FILE_MAX:
            raise CatalogError(
                [Problem(path, 1, 1, "", f"larger than {FILE_MAX:,} bytes", "One file holds one entry; split it.")]
            )
        take(source, parse_yaml(raw.decode("utf-8"), path), path)
    except CatalogError as error:
        source.problems.extend(error.problems)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        source.problems.append(Problem(path, line, 1, "", "not UTF-8", "Save the file as UTF-8."))
    except OSError as error:
        advice = "Check that it is a regular file that you may read."
        source.problems.append(Problem(path, 1, 1, "", f"cannot be read: {error.strerror or error}", advice))


def _take_entry(source: Source, document: Document, path: str) -> None:
    identifier = path.rsplit(".", 1)[0].replace("/", ".")
    if not ID.fullmatch(identifier):
        advice = "Put it at <area>/<name>.yaml, in lower case with hyphens."
        source.problems.append(Problem(path, 1, 1, "", f"the path gives no id ({identifier})", advice))
        return
    add_entry(source, identifier, document, path)


def _take_meta(source: Source, document: Document, path: str) -> None:
    source.meta_document = document
    if isinstance(document.data, dict) and document.data.get("schema", SCHEMA) != SCHEMA:
        source.meta = Meta.model_construct(schema_=document.data["schema"])  # the rest may mean something else there
    else:
        source.meta = checked(Meta, document, path)


def _take_types(source: Source, document: Document, path: str) -> None:
    for name, hole in checked(dict[str, Hole], document, path, Hole).items():
        kind = CaptureType(hole.regex, hole.open, hole.close)
        try:
            compile_pattern(f"{{:{name}}}", {name: kind})
        except PatternError as error:
            place = document.place([name, "regex"])
            source.problems.append(Problem(path, *place, name, str(error), "Write name: {regex: '[0-9]{1,9}'}."))
            continue
        source.types[name] = kind


def _take_forms(source: Source, document: Document, path: str) -> None:
    for number, form in enumerate(checked(list[Form], document, path, Form)):
        for place, pattern in enumerate(form.patterns):
            try:
                compiled = compile_any(Pattern(text=pattern), source.types)
            except PatternError as error:
                at = document.place([number, "patterns", place])
                source.problems.append(Problem(path, *at, f"[{number}].patterns[{place}]", str(error), ""))
                continue
            signs, weight = list(form.signs), int(form.weight) if form.weight == int(form.weight) else form.weight
            source.forms.append({"compiled": compiled, "gives": form.gives, "signs": signs, "weight": weight})


def _take_next_steps(source: Source, document: Document, path: str) -> None:
    steps = checked(list[Step], document, path, Step)
    source.next_steps += [step.model_dump(mode="json", exclude_defaults=True) for step in steps]


def _take_sites(source: Source, document: Document, path: str) -> None:
    source.sites = frozenset(checked(list[str], document, path))


# The files beside the areas' folders, in the order in which they are read.
OWN_FILES: dict[str, _Take] = {
    "catalog.yaml": _take_meta,
    "_captures.yaml": _take_types,
    "_observations.yaml": _take_forms,
    "_next_steps.yaml": _take_next_steps,
    "_retired.yaml": lambda s, d, path: s.retired.update(checked(dict[str, str | None], d, path)),
    "_common_words.yaml": lambda s, d, path: s.common_words.update(checked(dict[str, int], d, path)),
    "_releases.yaml": lambda s, d, path: s.releases.update(checked(dict[str, dict[str, str]], d, path)),
    "_calibration.yaml": lambda s, d, path: s.calibration.extend(checked(list[tuple[float, float]], d, path)),
    "_sites.yaml": _take_sites,
    "_links.yaml": lambda s, d, path: s.links.update(checked(dict[str, Page], d, path)),
}
