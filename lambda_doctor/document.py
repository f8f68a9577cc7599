"""A YAML document of a catalog: its data with the line of every value, and problems told by line.

Nothing in it can run code, name another file or grow without bound: tags, anchors and aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

_SCHEMA_LINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)", re.MULTILINE)
_TAGS = {"str", "int", "float", "bool", "null", "map", "seq", "timestamp"}
# Values under these fields stay as they are written: a capture of 3008 is the text "3008", version 0.10 is not 0.1.
_VERBATIM = {"captures", "when", "version", "requires", "gives"}


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
    """A catalog that cannot be used as it is; `problems` has each with file, line, column, field and remedy.

    `where` is the catalog's folder, or what else tells it from others.
    """

    def __init__(self, problems: Sequence[Problem], where: str = "") -> None:
        self.problems, self.where = tuple(problems), where
        lead = f"{where.rstrip('/')}/" if where else ""
        super().__init__("\n".join(f"{lead}{problem}" for problem in problems))

    def __reduce__(self) -> tuple[type[CatalogError], tuple[tuple[Problem, ...], str]]:
        return CatalogError, (self.problems, self.where)


@dataclass
class Document:
    """A YAML file's data, and the line and column (from 1) of each value by its path."""

    data: Any
    places: dict[tuple[str | int, ...], tuple[int, int]]
    schema: str = ""  # the address of the JSON Schema that the file names for editors

    def place(self, path: Sequence[str | int]) -> tuple[int, int]:
        """The place of a value, or of the nearest one around it."""
        key = tuple(path)
        while key and key not in self.places:
            key = key[:-1]
        return self.places.get(key, (1, 1))


def parse_yaml(text: str, file: str) -> Document:
    r"""Read one YAML document into plain data; raises CatalogError naming the line; no duplicate keys, no aliases.

    >>> parse_yaml("title: One\nexamples:\n  - text: x", "a.yaml").place(["examples", 0, "text"])
    (3, 11)
    """
    yaml = yaml_module()
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
            if tag and tag.removeprefix("tag:yaml.org,2002:") not in _TAGS:
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
    schema = _SCHEMA_LINE.search(text)
    return Document(None if node is None else build(node, (), False), places, schema[1] if schema else "")


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


def yaml_module() -> Any:
    """PyYAML; raises ImportError saying how to install it."""
    try:
        import yaml
    except ImportError:
        raise ImportError(
            "reading a YAML catalog needs PyYAML; install it with: pip install 'lambda-doctor[yaml]'"
        ) from None
    return yaml
