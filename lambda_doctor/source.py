"""Catalog files: YAML read with the line of every value, checked, each problem told with its remedy.

Nothing in a catalog can run code, name another file or grow without bound: aliases are refused, sizes are limited.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from lambda_doctor.pattern import CaptureType, CompiledPattern, PatternError, compile_pattern, compile_regex
from lambda_doctor.signature import ID, Pattern, Signature

FILE_MAX = 1_000_000  # bytes; the largest built-in entry has about 12,000
# Values under these fields stay as they are written: a capture of 3008 is the text "3008".
_VERBATIM = {"captures", "when"}


class Problem(NamedTuple):
    """Something wrong in a catalog file: where, what, and what to do about it."""

    file: str
    line: int
    column: int
    field: str
    message: str
    advice: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        where = f" {self.field}:" if self.field else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{place}:{where} {self.message}.{advice}"


class CatalogError(ValueError):
    """A catalog that cannot be used as it is; `problems` has each with file, line, column, field and remedy."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class Traversable(Protocol):
    """What pathlib.Path and importlib_resources' paths have in common."""

    @property
    def name(self) -> str: ...
    def is_dir(self) -> bool: ...
    def iterdir(self) -> Iterator[Any]: ...
    def read_bytes(self) -> bytes: ...


@dataclass
class Document:
    """A YAML file's data, and the line and column (from 1) of each value by its path."""

    data: Any
    places: dict[tuple[str | int, ...], tuple[int, int]]

    def place(self, path: Sequence[str | int]) -> tuple[int, int]:
        """The place of a value, or of the nearest one around it."""
        key = tuple(path)
        while key and key not in self.places:
            key = key[:-1]
        return self.places.get(key, (1, 1))


@dataclass
class Entry:
    """A signature as read from its file, with its patterns compiled."""

    signature: Signature
    patterns: list[CompiledPattern]
    document: Document
    file: str


@dataclass
class Source:
    """What a catalog folder holds; good entries stay usable beside broken ones."""

    entries: dict[str, Entry] = field(default_factory=dict)
    edits: list[dict[str, Any]] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)
    types: dict[str, CaptureType] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    retired: dict[str, Any] = field(default_factory=dict)
    common_words: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse_yaml(text: str, file: str) -> Document:
    """Read one YAML document into plain data; raises CatalogError naming the line, also for duplicate keys and aliases.

    >>> parse_yaml("title: One\\nexamples:\\n  - text: x", "a.yaml").place(["examples", 0, "text"])
    (3, 11)
    """
    yaml = _yaml()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    places: dict[tuple[str | int, ...], tuple[int, int]] = {}

    def fail(mark: Any, message: str, advice: str) -> CatalogError:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return CatalogError([Problem(file, line, column, "", message, advice)])

    def build(node: Any, path: tuple[str | int, ...], verbatim: bool) -> Any:
        places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if len(path) > 20:
            raise fail(node.start_mark, "nested too deeply", "An entry needs no more than four levels.")
        if isinstance(node, yaml.MappingNode):
            result: dict[str, Any] = {}
            for key_node, value_node in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    raise fail(key_node.start_mark, "a key is not a plain word", "Write `key: value`.")
                key = key_node.value
                if key in result:
                    raise fail(key_node.start_mark, f"the key {key!r} stands twice", "Keep one of them.")
                result[key] = build(value_node, (*path, key), verbatim or key in _VERBATIM)
            return result
        if isinstance(node, yaml.SequenceNode):
            return [build(item, (*path, number), verbatim) for number, item in enumerate(node.value)]
        if verbatim:
            return node.value
        return _scalar(node)

    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise fail(event.start_mark, "anchors and aliases are not allowed", "Write the value out.")
            tag = getattr(event, "tag", None)
            if tag and not tag.startswith("tag:yaml.org,2002:"):
                raise fail(event.start_mark, f"the tag {tag} is not allowed", "A catalog holds plain data only.")
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        problem = " ".join(str(error.problem or "not valid YAML").split())
        advice = "Quote values that hold `: `, ` #`, a leading bracket, brace, quote or `*`."
        raise fail(error.problem_mark or error.context_mark, problem, advice) from None
    except yaml.YAMLError as error:
        raise CatalogError([Problem(file, 1, 1, "", f"not valid YAML: {error}", "Save it as UTF-8 text.")]) from None
    except RecursionError:
        raise CatalogError([Problem(file, 1, 1, "", "nested too deeply", "An entry needs four levels.")]) from None
    return Document(None if node is None else build(node, (), False), places)


def read_folder(folder: Traversable, *, builtin_types: Mapping[str, CaptureType] | None = None) -> Source:
    """Read a catalog folder: `<area>/<name>.yaml`, and the files whose names begin with an underscore.

    Problems are collected, not raised. The order of files never matters.
    """
    source = Source(types=dict(builtin_types or {}))
    files = dict(_walk(folder, source))
    for path in sorted(files):
        name = path.rsplit("/", 1)[-1]
        if name == "_captures.yaml":
            _read(source, path, files[path], _take_types)
        elif name == "catalog.yaml":
            _read(source, path, files[path], lambda s, d, f: s.meta.update(d.data or {}))
    for path in sorted(files):
        name = path.rsplit("/", 1)[-1]
        if name == "_observations.yaml":
            _read(source, path, files[path], _take_forms)
        elif name == "_retired.yaml":
            _read(source, path, files[path], lambda s, d, f: s.retired.update(d.data or {}))
        elif name == "_common_words.yaml":
            _read(source, path, files[path], lambda s, d, f: s.common_words.update(d.data or {}))
        elif not name.startswith("_") and name != "catalog.yaml":
            _read(source, path, files[path], _take_entry)
    return source


def read_entries(entries: Iterable[Mapping[str, Any]], types: Mapping[str, CaptureType]) -> Source:
    """The same for entries given as mappings, each with an `id`."""
    source = Source(types=dict(types))
    for number, data in enumerate(entries):
        file = f"entry {number + 1}"
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
    if "disable" in data or "extends" in data:
        source.edits.append({"id": identifier, "file": file, "document": document, **data})
        return
    try:
        signature = Signature.model_validate({**data, "id": identifier})
    except ValidationError as error:
        source.problems.extend(_validation_problems(error, document, file))
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
    if not compiled.keys and not compiled.choices:
        raise PatternError(
            "no whole word outside the holes, so no index can find this pattern; add a word that the message always has"
        )
    return compiled


def _walk(folder: Traversable, source: Source, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Traversable]]:
    try:
        children = sorted(folder.iterdir(), key=lambda child: str(child.name))
    except OSError as error:
        advice = "Give the path of a folder that holds <area>/<name>.yaml files."
        source.problems.append(
            Problem(prefix or str(folder), 1, 1, "", f"cannot be read: {error.strerror or error}", advice)
        )
        return
    for child in children:
        path = f"{prefix}{child.name}"
        if child.name.startswith("."):
            continue
        if child.name.endswith((".yaml", ".yml")):
            yield path, child
        elif depth < 2 and child.is_dir() and not os.path.islink(str(child)):
            yield from _walk(child, source, f"{path}/", depth + 1)


def _read(source: Source, path: str, file: Traversable, take: Any) -> None:
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


def _take_types(source: Source, document: Document, path: str) -> None:
    for name, value in (document.data or {}).items():
        line, column = document.place([name])
        if not isinstance(value, dict) or not isinstance(value.get("regex"), str):
            source.problems.append(Problem(path, line, column, name, "no `regex`", "Write name: {regex: '[0-9]{1,9}'}."))
            continue
        source.types[name] = CaptureType(value["regex"], value.get("open", ""), value.get("close", ""))


def _take_forms(source: Source, document: Document, path: str) -> None:
    for number, value in enumerate(document.data or []):
        pattern = ""
        try:
            for pattern in value["patterns"]:
                compiled = compile_any(Pattern(text=pattern), source.types)
                gives = {key: str(item) for key, item in (value.get("gives") or {}).items()}
                source.forms.append(
                    {"compiled": compiled, "gives": gives, "signs": value.get("signs") or [], "weight": value.get("weight", 1)}
                )
        except (PatternError, KeyError, TypeError) as error:
            line, column = document.place([number])
            advice = "Write patterns, gives, signs."
            source.problems.append(Problem(path, line, column, f"[{number}]", f"not a form: {pattern!r}: {error}", advice))


def _validation_problems(error: ValidationError, document: Document, file: str) -> Iterator[Problem]:
    known = ", ".join(name for name in Signature.model_fields if name not in {"id", "revision", "source"})
    for item in error.errors(include_url=False):
        path = [part for part in item["loc"] if part not in ("is_",)]
        line, column = document.place(path)
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        message, advice = item["msg"].removeprefix("Value error, "), ""
        if item["type"] == "missing":
            message, advice = "is missing", f"Add `{path[-1]}:`; docs/catalog-format.md says what it holds."
        elif item["type"] == "extra_forbidden":
            message, advice = "is no field of an entry", f"Fields are {known}."
        yield Problem(file, line, column, name, message.rstrip("."), advice)


def _scalar(node: Any) -> Any:
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "bool":
        return node.value.lower() in {"true", "yes", "on"}
    if kind == "null":
        return None
    if kind in {"int", "float"}:
        try:
            return float(node.value) if "." in node.value else int(node.value)
        except ValueError:
            return node.value
    return node.value


def _yaml() -> Any:
    try:
        import yaml
    except ImportError:
        raise ImportError(
            "reading a YAML catalog needs PyYAML; install it with: pip install 'lambda-doctor[yaml]'"
        ) from None
    return yaml
