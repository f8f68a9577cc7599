"""Patterns: an error message with typed holes, made into a bounded regular expression and the words it cannot do without.

The words come from the pattern itself, so the index that is built from them cannot disagree with the expression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# One space in a pattern stands for any white space, a line wrap and a table's padding included.
SPACE = r"\s{1,80}"
SPACE_MAX = 80
# Tools disagree about which quote they print, and an escaped quote may keep its backslash.
QUOTE = r"\\?['\"`]"
QUOTE_MAX = 2
NOT_AFTER_WORD = r"(?<![A-Za-z0-9])"
NOT_BEFORE_WORD = r"(?![A-Za-z0-9])"
# No match is looked for further than this from its key.
SPAN_MAX = 4096

_TOKEN = re.compile(
    r"""
    (?P<escape>\{\{|\}\})
  | \{(?P<name>[a-z][a-z0-9_]*)?:(?:/(?P<inline>(?:[^/\\]|\\.)+)/|(?P<type>[a-z][a-z0-9-]*))\}
  | \{(?P<choice>[^{}]*\|[^{}]*)\}
  | (?P<stray>[{}])
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[a-z0-9]+")


class PatternError(ValueError):
    """A pattern that cannot be compiled; the message says what is wrong and what to write instead."""


class CaptureType(NamedTuple):
    """What a hole of a type matches; `open` and `close` are matched but are not part of the value."""

    regex: str
    open: str = ""
    close: str = ""


class Key(NamedTuple):
    """A whole word that the pattern needs, and how many characters may stand before it within a match."""

    word: str
    lead: int


@dataclass(frozen=True)
class CompiledPattern:
    """An expression and what the index needs to know about it; lengths are in characters."""

    regex: str
    captures: tuple[str, ...]
    keys: tuple[Key, ...]  # each of these words stands in every match
    choices: tuple[tuple[Key, ...], ...] = ()  # of each group at least one word stands in every match
    span: int = SPAN_MAX  # the longest match
    literal: int = 0  # characters that the author wrote out: the longer, the more specific
    wide: int = 0  # holes that may hold nearly anything


@dataclass
class _Builder:
    types: Mapping[str, CaptureType]
    regex: list[str] = field(default_factory=list)
    captures: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    choices: list[tuple[Key, ...]] = field(default_factory=list)
    length: int = 0
    literal: int = 0
    wide: int = 0

    def hole(self, name: str | None, kind: CaptureType) -> None:
        if name and name in self.captures:
            self.regex.append(f"{kind.open}(?P={name}){kind.close}")
        else:
            group = f"(?P<{name}>" if name else "(?:"
            self.regex.append(f"(?-i:{kind.open}{group}{kind.regex}){kind.close})")
            if name:
                self.captures.append(name)
        width = max_width(kind.regex)
        self.wide += width >= 100 and bool(re.search(r"\[\^|\\S\]", kind.regex))
        self.length += width + max_width(kind.open or "(?:)") + max_width(kind.close or "(?:)")

    def text(self, text: str, *, glued_before: bool, glued_after: bool) -> None:
        """Add literal text; a word glued to a hole is not known to be whole, so it is no key."""
        self.regex.append(_escape(text))
        self.literal += len(text.replace(" ", ""))
        for key in _words(text, self.length, glued_before, glued_after):
            self.keys.append(key)
        self.length += _length(text)

    def choice(self, options: list[str], *, glued_before: bool, glued_after: bool, first: bool) -> None:
        group: list[Key] | None = []
        parts = []
        for option in options:
            edge = NOT_AFTER_WORD if first and option[:1].isalnum() else ""
            parts.append(edge + _escape(option))
            words = _words(option, self.length, glued_before, glued_after)
            group = [*group, max(words, key=lambda k: len(k.word))] if words and group is not None else None
        self.regex.append("(?:" + "|".join(parts) + ")")
        if group:
            self.choices.append(tuple(group))
        self.literal += min(len(option.replace(" ", "")) for option in options)
        self.length += max(_length(option) for option in options)


def compile_pattern(source: str, types: Mapping[str, CaptureType]) -> CompiledPattern:
    """Compile a pattern in the catalog's own notation.

    Raises PatternError with the column (from 1) where something is wrong.

    >>> compiled = compile_pattern("Function not found: {function:name}", {"name": CaptureType("[a-z]{1,9}")})
    >>> [key.word for key in compiled.keys]
    ['function', 'not', 'found']
    >>> compiled.captures
    ('function',)
    """
    source = source.strip()
    start = source.startswith("^")
    end = source.endswith("$") and not source.endswith("\\$")
    body = " ".join(source[start : len(source) - end].split())
    pieces = _tokenise(body)
    if not pieces:
        raise PatternError("the pattern is empty; write the message as the program prints it")
    builder = _Builder(types)
    if start:
        builder.regex.append(r"^[ \t]{0,20}")
        builder.length += 20
    elif isinstance(pieces[0], str) and pieces[0][:1].isalnum():
        builder.regex.append(NOT_AFTER_WORD)
    for number, piece in enumerate(pieces):
        before = not _gap_before(pieces, number)
        after = not _gap_after(pieces, number)
        if isinstance(piece, str):
            builder.text(piece, glued_before=before, glued_after=after)
        elif isinstance(piece, list):
            builder.choice(piece, glued_before=before, glued_after=after, first=number == 0 and not start)
        else:
            name, kind, column = piece
            builder.hole(name, _capture_type(kind, types, column))
    if end:
        builder.regex.append(r"[ \t]{0,20}$")
        builder.length += 20
    elif isinstance(pieces[-1], str) and pieces[-1][-1:].isalnum():
        builder.regex.append(NOT_BEFORE_WORD)
    elif isinstance(pieces[-1], list) and all(option[-1:].isalnum() for option in pieces[-1]):
        builder.regex.append(NOT_BEFORE_WORD)
    return _finish("".join(builder.regex), builder)


def compile_regex(source: str) -> CompiledPattern:
    """Compile a `regex:` pattern; its required words are read from its parse tree.

    >>> [key.word for key in compile_regex(r"signal: (?P<signal>\\w{1,20}) dumped").keys]
    ['signal', 'dumped']
    """
    builder = _Builder({})
    try:
        compiled = re.compile(source)
    except re.error as error:
        raise PatternError(f"not a regular expression: {error}") from error
    builder.captures = sorted(compiled.groupindex, key=compiled.groupindex.__getitem__)
    builder.length = min(max_width(source), SPAN_MAX)
    for text, glued_before, glued_after in _literal_runs(source):
        builder.literal += len(text)
        builder.keys.extend(
            Key(key.word, builder.length) for key in _words(text.lower(), 0, glued_before, glued_after)
        )
    return _finish(source, builder)


def _finish(regex: str, builder: _Builder) -> CompiledPattern:
    try:
        re.compile(regex, re.MULTILINE)
    except re.error as error:
        raise PatternError(f"the pattern gives no valid expression: {error}") from error
    return CompiledPattern(
        regex=regex,
        captures=tuple(builder.captures),
        keys=tuple(builder.keys),
        choices=tuple(builder.choices),
        span=min(builder.length, SPAN_MAX),
        literal=builder.literal,
        wide=builder.wide,
    )


_Piece = str | list[str] | tuple[str | None, str, int]


def _tokenise(body: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    text = ""
    position = 0
    for match in _TOKEN.finditer(body):
        text += body[position : match.start()]
        position = match.end()
        if match["escape"]:
            text += match["escape"][0]
            continue
        if match["stray"]:
            raise PatternError(
                f"column {match.start() + 1}: a brace that opens no hole; write {{name:type}}, {{one|two}}, "
                f"or double it to mean the brace itself"
            )
        if text:
            pieces.append(text)
            text = ""
        if match["choice"] is not None:
            pieces.append(match["choice"].split("|"))
        else:
            kind = "/" + match["inline"] if match["inline"] else match["type"]
            pieces.append((match["name"], kind, match.start() + 1))
    text += body[position:]
    if text:
        pieces.append(text)
    return pieces


def _gap_before(pieces: list[_Piece], number: int) -> bool:
    """Whether what stands before a piece surely ends no word."""
    if number == 0:
        return True
    piece = pieces[number - 1]
    if isinstance(piece, str):
        return not piece[-1].isalnum()
    if isinstance(piece, list):
        return all(not o[-1].isalnum() if o else _gap_before(pieces, number - 1) for o in piece)
    return False


def _gap_after(pieces: list[_Piece], number: int) -> bool:
    """Whether what stands after a piece surely begins no word."""
    if number + 1 == len(pieces):
        return True
    piece = pieces[number + 1]
    if isinstance(piece, str):
        return not piece[0].isalnum()
    if isinstance(piece, list):
        return all(not o[0].isalnum() if o else _gap_after(pieces, number + 1) for o in piece)
    return False


def _capture_type(kind: str, types: Mapping[str, CaptureType], column: int) -> CaptureType:
    if kind.startswith("/"):
        expression = kind[1:].replace("\\/", "/")
        try:
            re.compile(expression)
        except re.error as error:
            raise PatternError(f"column {column}: /{expression}/ is not a regular expression: {error}") from error
        return CaptureType(expression)
    if kind not in types:
        raise PatternError(f"column {column}: no capture type {kind!r}; known are {', '.join(sorted(types))}")
    return types[kind]


def _escape(text: str) -> str:
    parts = []
    for char in text:
        if char == " ":
            parts.append(SPACE)
        elif char in "'\"`":
            parts.append(QUOTE)
        else:
            parts.append(re.escape(char))
    return "".join(parts)


def _length(text: str) -> int:
    return sum(SPACE_MAX if c == " " else QUOTE_MAX if c in "'\"`" else 1 for c in text)


def _words(text: str, offset: int, glued_before: bool, glued_after: bool) -> list[Key]:
    words = []
    lowered = text.lower()
    for match in _WORD.finditer(lowered):
        if (match.start() == 0 and glued_before) or (match.end() == len(lowered) and glued_after):
            continue
        words.append(Key(match[0], offset + _length(text[: match.start()])))
    return words


def max_width(source: str) -> int:
    """The longest text in characters that a regular expression can match, at most SPAN_MAX."""
    return min(_sre().parse(source).getwidth()[1], SPAN_MAX)


def _literal_runs(source: str) -> list[tuple[str, bool, bool]]:
    """Stretches of literal text that stand in every match, each with whether a word may go on before or after it."""
    runs: list[tuple[str, bool, bool]] = []
    text, glued = "", True

    def close(glued_after: bool) -> None:
        nonlocal text, glued
        if text:
            runs.append((text, glued, glued_after))
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
                close(not (name == "AT"))
            else:
                close(not _is_separator(name, value))

    walk(_sre().parse(source))
    close(True)
    return runs


def _is_separator(name: str, value: Any) -> bool:
    """Whether an element that is no literal cannot be part of a word: white space with at least one character."""
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and value[0] >= 1 and len(value[2]) == 1:
        name, value = str(value[2][0][0]), value[2][0][1]
    return name == "IN" and all(str(op) == "CATEGORY" and str(arg) == "CATEGORY_SPACE" for op, arg in value)


def _sre() -> Any:
    # The standard library's own parser of expressions; public only under its old name, which newer versions warn of.
    try:
        from re import _parser  # type: ignore[attr-defined]
    except ImportError:  # Python 3.10
        import sre_parse as _parser
    return _parser
