"""Patterns: an error message with typed holes, made into a bounded expression and the words it cannot do without.

The words come from the pattern itself, so the index that is built from them cannot disagree with the expression.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import NamedTuple

from lambda_doctor.expression import WIDTH_MAX, Expression, expression
from lambda_doctor.notation import (
    LINE_START,
    NOT_AFTER_WORD,
    NOT_BEFORE_WORD,
    SPACE,
    PatternError,
    Piece,
    escaped,
    guards,
    is_apart,
    length_of,
    text_at,
    tokenise,
    ways_of_piece,
)

WAYS_MAX = 16  # in which a stretch with choices is noted as a whole
SPAN_MAX = WIDTH_MAX  # no match is looked for further than this from its key
_WORD = re.compile(r"[a-z0-9]+")


class CaptureType(NamedTuple):
    """What a hole of a type matches; `open` and `close` are matched but are not part of the value."""

    regex: str
    open: str = ""
    close: str = ""


class Run(NamedTuple):
    """A stretch that the author wrote out: its whole words, and how many characters may stand before it in a match."""

    text: str
    lead: int
    words: tuple[str, ...]  # one next to the other; what may go on beyond the stretch is none

    def part(self, start: int, end: int) -> Run:
        """A part of it, whose words are not told."""
        return Run(self.text[start:end], self.lead + length_of(self.text[:start]), ())


@dataclass(frozen=True)
class CompiledPattern:
    """An expression and what the index needs to know about it; lengths are in characters."""

    regex: str
    captures: tuple[str, ...]
    ways: tuple[tuple[Run, ...], ...]  # of each at least one run stands in every match, but for its spaces and quotes
    span: int = SPAN_MAX  # the longest match
    literal: int = 0  # characters that the author wrote out: the longer, the more specific
    wide: int = 0  # holes that may hold nearly anything
    loops: int = 0  # repeats that may multiply each other's steps; white space aside, which letters always follow
    lines: bool = False  # whether a hole may hold the end of a line

    @property
    def words(self) -> set[str]:
        """Whole words that stand in every match."""
        return {word for way in self.ways for word in set(way[0].words).intersection(*(run.words for run in way))}


@dataclass
class _Builder:
    types: Mapping[str, CaptureType]
    regex: list[str] = field(default_factory=list)
    captures: list[str] = field(default_factory=list)
    ways: list[tuple[Run, ...]] = field(default_factory=list)
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
        value = expression(kind.regex)
        self.wide += value.width >= 100 and bool(re.search(r"\[\^|\\S\]", kind.regex))
        self.length += value.width + expression(kind.open).width + expression(kind.close).width
        self.ways += _ways_of(value, self.length)

    def text(self, text: str) -> None:
        self.regex.append(escaped(text))
        self.literal += len(text.replace(" ", ""))
        self.length += length_of(text)

    def choice(self, options: list[str], guards: list[tuple[str, str]]) -> None:
        guarded = (before + escaped(option) + after for option, (before, after) in zip(options, guards))
        self.regex.append(f"(?:{'|'.join(guarded)})")
        self.literal += min(len(option.replace(" ", "")) for option in options)
        self.length += max(length_of(option) for option in options)


def compile_pattern(source: str, types: Mapping[str, CaptureType]) -> CompiledPattern:
    """Compile a pattern in the catalog's own notation.

    Raises PatternError with the column (from 1) where something is wrong.

    >>> compiled = compile_pattern("Function not found: {function:name}", {"name": CaptureType("[a-z]{1,9}")})
    >>> [run.words for way in compiled.ways for run in way]
    [('function', 'not', 'found')]
    >>> compiled.captures
    ('function',)
    """
    source = source.strip()
    start = source.startswith("^")
    end = source.endswith("$") and not source.endswith("\\$")
    body = " ".join(source[start : len(source) - end].split())
    pieces = tokenise(body)
    if not pieces:
        raise PatternError("the pattern is empty; write the message as the program prints it")
    builder = _Builder(types)
    if start:
        builder.regex.append(LINE_START)
        builder.length += 20
    elif text_at(pieces, 0)[:1].isalnum():
        builder.regex.append(NOT_AFTER_WORD)
    leads = []
    for number, piece in enumerate(pieces):
        leads.append(builder.length)
        if isinstance(piece, str):
            builder.text(piece)
        elif isinstance(piece, list):
            before = text_at(pieces, number - 1) if number else None
            after = text_at(pieces, number + 1) if number + 1 < len(pieces) else None
            builder.choice(piece, [guards(option, before, after, start, end) for option in piece])
        else:
            name, kind, column = piece
            builder.hole(name, _capture_type(kind, types, column))
    builder.ways += _stretches(pieces, leads)
    if end:
        builder.regex.append(r"[ \t]{0,20}$")
        builder.length += 20
    elif text_at(pieces, -1)[-1:].isalnum():
        builder.regex.append(NOT_BEFORE_WORD)
    return _finish("".join(builder.regex), builder)


def compile_regex(source: str) -> CompiledPattern:
    r"""Compile a `regex:` pattern; its required words are read from its parse tree.

    >>> sorted(compile_regex(r"\bsignal: (?P<signal>\w{1,20}) dumped\b").words)
    ['dumped', 'signal']
    """
    builder = _Builder({})
    compiled = _parse(source, "not a regular expression")
    builder.captures = sorted(compiled.groupindex, key=compiled.groupindex.__getitem__)
    tree = Expression(source)
    builder.length = tree.width
    builder.literal = sum(len(literal.text) for literal in tree.literals)
    builder.ways = _ways_of(tree, builder.length)
    return _finish(source, builder)


def _parse(expression: str, wrong: str) -> re.Pattern[str]:
    with _told(wrong):
        return re.compile(expression, re.MULTILINE)


@contextmanager
def _told(wrong: str) -> Iterator[None]:
    """What is wrong with an expression as a PatternError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # a `[` within a class means something else in some engines
            yield
    except FutureWarning as error:
        raise PatternError(f"{wrong}: {error}; put a backslash before `[`, `--`, `&&` or `||` in a class") from error
    except re.error as error:
        raise PatternError(f"{wrong}: {error}") from error


def _finish(regex: str, builder: _Builder) -> CompiledPattern:
    with _told("the pattern gives no valid expression"):
        tree = Expression(regex.replace(SPACE, " "))
    return CompiledPattern(
        regex=regex,
        captures=tuple(builder.captures),
        ways=tuple(builder.ways),
        span=min(builder.length, SPAN_MAX),
        literal=builder.literal,
        wide=builder.wide,
        loops=tree.loops,
        lines=tree.may_hold_line_end,
    )


def _stretches(pieces: list[Piece], leads: list[int]) -> Iterator[tuple[Run, ...]]:
    """What stands between two holes, in each of the ways in which it may read; in parts where these are too many."""
    stretch: list[int] = []
    for number, piece in enumerate([*pieces, ("", "", 0)]):
        if not isinstance(piece, tuple):
            stretch.append(number)
            continue
        whole = prod(len(ways_of_piece(pieces[part])) for part in stretch) <= WAYS_MAX
        for parts in filter(None, [stretch] if whole else [[part] for part in stretch]):
            glued = not is_apart(pieces, parts[0], -1), not is_apart(pieces, parts[-1], 1)
            texts = ("".join(way) for way in product(*(ways_of_piece(pieces[part]) for part in parts)))
            yield tuple(Run(text, leads[parts[0]], tuple(_words(text, *glued))) for text in texts)
        stretch = []


def _ways_of(tree: Expression, lead: int) -> list[tuple[Run, ...]]:
    """What an expression has literally; what is beside a part of an alternative is not known, so that has no words."""
    literals = [(Run(text, lead, tuple(_words(text, *glued))),) for text, *glued in tree.literals]
    return literals + [tuple(Run(text, lead, ()) for text in texts) for texts in tree.alternatives]


def _capture_type(kind: str, types: Mapping[str, CaptureType], column: int) -> CaptureType:
    if kind.startswith("/"):
        expression = kind[1:].replace("\\/", "/")
        _parse(expression, f"column {column}: /{expression}/ is not a regular expression")
        return CaptureType(expression)
    if kind not in types:
        raise PatternError(f"column {column}: no capture type {kind!r}; known are {', '.join(sorted(types))}")
    return types[kind]


def _words(text: str, glued_before: bool, glued_after: bool) -> list[str]:
    words = []
    lowered = text.lower()
    for match in _WORD.finditer(lowered):
        if (match.start() == 0 and glued_before) or (match.end() == len(lowered) and glued_after):
            continue
        words.append(match[0])
    return words
