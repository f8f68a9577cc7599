"""The notation of patterns: a message as its program prints it, with `{name:type}` holes and `{one|two}` choices."""

from __future__ import annotations

import re

from lambda_doctor.lazy import compile

# One space in a pattern stands for any white space, a line wrap and a table's padding included.
SPACE = r"\s{1,80}"
SPACE_MAX = 80
# Tools disagree about which quote they print, and an escaped quote may keep its backslash.
QUOTE = r"\\?['\"`]"
QUOTE_MAX = 2
LINE_START = r"(?<![^\n])[ \t]{0,20}"  # as `^`, which `regex` looks for in twice the time
NOT_AFTER_WORD = r"(?<![A-Za-z0-9])"
NOT_BEFORE_WORD = r"(?![A-Za-z0-9])"

TOKEN = compile(
    r"""
    (?P<escape>\{\{|\}\})
  | \{(?P<name>[a-z][a-z0-9_]*)?:(?:/(?P<inline>(?:[^/\\]|\\.)+)/|(?P<type>[a-z][a-z0-9-]*))\}
  | \{(?P<choice>[^{}]*\|[^{}]*)\}
  | (?P<stray>[{}])
    """,
    re.VERBOSE,
)


class PatternError(ValueError):
    """A pattern that cannot be compiled; the message says what is wrong and what to write instead."""


Piece = str | list[str] | tuple[str | None, str, int]


def tokenise(body: str) -> list[Piece]:
    """A pattern's pieces: text, choices, and holes with their name, type and column."""
    pieces: list[Piece] = []
    text = ""
    position = 0
    for match in TOKEN.finditer(body):
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


def text_at(pieces: list[Piece], number: int) -> str:
    """The text of a piece that is no choice and no hole."""
    piece = pieces[number]
    return piece if isinstance(piece, str) else ""


def ways_of_piece(piece: Piece) -> list[str]:
    """How a piece that is no hole may read."""
    return [piece] if isinstance(piece, str) else piece if isinstance(piece, list) else []


def escaped(text: str) -> str:
    """The expression for text that is written out."""
    parts = []
    for char in text:
        if char == " ":
            parts.append(SPACE)
        elif char in "'\"`":
            parts.append(QUOTE)
        else:
            parts.append(re.escape(char))
    return "".join(parts)


def length_of(text: str) -> int:
    """The longest that it may be in a match."""
    return sum(SPACE_MAX if c == " " else QUOTE_MAX if c in "'\"`" else 1 for c in text)


def guards(option: str, before: str | None, after: str | None, start: bool, end: bool) -> tuple[str, str]:
    """What keeps words whole where an option is the first of a pattern, or the last: None stands there."""
    first = before is None and not start and (option or after or "")[:1].isalnum()
    last = after is None and not end and (option or before or "")[-1:].isalnum()
    return NOT_AFTER_WORD if first else "", NOT_BEFORE_WORD if last else ""


def is_apart(pieces: list[Piece], number: int, step: int) -> bool:
    """Whether a word at the beginning (step -1) or the end (1) of a piece is surely whole there."""
    beside = number + step
    if not 0 <= beside < len(pieces):
        return True  # the pattern itself sees to it
    edge = 0 if step > 0 else -1
    ways = ways_of_piece(pieces[beside])
    # Where a choice at the pattern's edge is empty, it is text beside it that is guarded, not a further choice.
    at_edge = not 0 <= beside + step < len(pieces)
    return bool(ways) and all(
        not way[edge].isalnum()
        if way
        else isinstance(pieces[number], str)
        if at_edge
        else is_apart(pieces, beside, step)
        for way in ways
    )
