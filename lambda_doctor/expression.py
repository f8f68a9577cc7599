"""What a regular expression can match, read from the parse tree that the standard library makes of it."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any, NamedTuple

WIDTH_MAX = 4096  # beyond this a width is not told
MANY = 16  # ways of a repeat that count for its cost


class Literal(NamedTuple):
    """Literal text, and whether a word that it begins or ends with may go on beyond it."""

    text: str
    glued_before: bool
    glued_after: bool


class Expression:
    """An expression's parse tree, asked for what matching needs to know."""

    def __init__(self, source: str) -> None:
        self._items = _parser().parse(source)

    @cached_property
    def width(self) -> int:
        """The longest text in characters that it matches, at most WIDTH_MAX."""
        width: int = self._items.getwidth()[1]
        return min(width, WIDTH_MAX)

    @property
    def loops(self) -> int:
        """How many repeats may multiply each other's steps; a repeat of repeats counts for itself too."""
        return _loops(self._items)

    @property
    def may_hold_line_end(self) -> bool:
        """Whether a match may go over the end of a line."""
        return _may_hold_line_end(self._items)

    @cached_property
    def literals(self) -> list[Literal]:
        """Stretches of literal text that stand in every match."""
        return _literals(self._items)

    @cached_property
    def alternatives(self) -> list[tuple[str, ...]]:
        """Of each branch a literal text for each of its ways, one of which stands in every match."""
        found = []
        for items in _branches(self._items):
            ways = [max((literal.text for literal in _literals(way)), key=len, default="") for way in items]
            if all(ways):
                found.append(tuple(ways))
        return found


@lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """An expression's tree; the same types of holes are in many patterns."""
    return Expression(source)


def _loops(items: Any) -> int:
    loops = 0
    for op, value in items:
        name = str(op)
        if "REPEAT" in name:
            inner = _loops(value[2])
            loops += inner + (inner > 0 or value[1] - value[0] >= MANY)
        elif name == "BRANCH":
            loops += max(map(_loops, value[1]))
        elif name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
            loops += _loops(value[-1])
    return loops


def _may_hold_line_end(items: Any) -> bool:
    for op, value in items:
        name = str(op)
        if "REPEAT" in name or name == "SUBPATTERN":
            found = _may_hold_line_end(value[-1])
        elif name == "BRANCH":
            found = any(map(_may_hold_line_end, value[1]))
        elif name == "IN":
            negated = str(value[0][0]) == "NEGATE"
            found = negated != any(_is_line_end(str(kind), what) for kind, what in value[negated:])
        else:
            found = name in {"LITERAL", "NOT_LITERAL"} and (value == 10) == (name == "LITERAL")
        if found:
            return True
    return False


def _is_line_end(kind: str, what: Any) -> bool:
    if kind == "RANGE":
        return bool(what[0] <= 10 <= what[1])
    return what == 10 or str(what) in {"CATEGORY_SPACE", "CATEGORY_NOT_DIGIT", "CATEGORY_NOT_WORD"}


def _literals(tree: Any) -> list[Literal]:
    literals: list[Literal] = []
    text, glued = "", True

    def close(glued_after: bool) -> None:
        nonlocal text, glued
        if text:
            literals.append(Literal(text, glued, glued_after))
        text, glued = "", glued_after

    def walk(items: Any) -> None:
        nonlocal text
        for op, value in items:
            name = str(op)
            if name == "LITERAL":
                text += chr(value)
            elif name == "SUBPATTERN":
                walk(value[-1])
            elif name in {"AT", "ASSERT", "ASSERT_NOT"}:
                close(name != "AT")
            else:
                close(not _is_separator(name, value))

    walk(tree)
    close(True)
    return literals


def _branches(items: Any) -> list[Any]:
    """The ways of each branch that every match goes through."""
    found = []
    for op, value in items:
        if str(op) == "BRANCH":
            found.append(value[1])
        elif str(op) == "SUBPATTERN":
            found += _branches(value[-1])
    return found


def _is_separator(name: str, value: Any) -> bool:
    """Whether an element that is no literal cannot be part of a word: white space with at least one character."""
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and value[0] >= 1 and len(value[2]) == 1:
        name, value = str(value[2][0][0]), value[2][0][1]
    return name == "IN" and all(str(op) == "CATEGORY" and str(arg) == "CATEGORY_SPACE" for op, arg in value)


def _parser() -> Any:
    # The standard library's own parser of expressions; public only under its old name, which newer versions warn of.
    try:
        from re import _parser  # type: ignore[attr-defined]
    except ImportError:  # Python 3.10
        import sre_parse as _parser
    return _parser
