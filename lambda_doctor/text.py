"""Cleaning: what a terminal, a log shipper, a chat or a table did to a message is undone, with a map back to the paste.

Each step is guarded by a probe for a character that it needs, so that plain text costs next to nothing. Steps that can
only guess (a word broken at the edge of a table's cell or of a terminal) do not change the text: they append a second
reading of the place, mapped to the same spot in the paste.
"""

from __future__ import annotations

import html
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import pairwise
from re import MULTILINE, VERBOSE, Match, Pattern, compile

# Beyond this many characters no second readings are made.
READING_MAX = 65_536


class CleanText:
    """A text and, for each stretch of it, where it stood in the text that it was made from."""

    __slots__ = ("_origins", "_parent", "_starts", "text")

    def __init__(self, text: str, parent: CleanText | None = None) -> None:
        self.text = text
        self._parent = parent
        self._starts: list[int] = [0]
        self._origins: list[tuple[int, int]] = [(0, len(text))]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the stretch stood in the paste: start and end in code points, the end excluded."""
        if self._parent is None:
            return start, end
        first = self._one(start)[0]
        last = self._one(max(start, end - 1))[1] if end > start else first
        return self._parent.origin(min(first, last), max(first, last))

    def _one(self, place: int) -> tuple[int, int]:
        """The stretch of the parent that one character came from."""
        number = max(bisect_right(self._starts, place) - 1, 0)
        start = self._starts[number]
        begin, end = self._origins[number]
        length = (self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)) - start
        if end - begin == length:
            return begin + place - start, begin + place - start + 1
        return begin, end

    def assemble(self, pieces: Iterable[tuple[str, int, int]]) -> CleanText:
        """A text of pieces, each with the stretch of this text that it stands for."""
        parts: list[str] = []
        starts: list[int] = []
        origins: list[tuple[int, int]] = []
        length = 0
        for text, begin, end in pieces:
            if text:
                parts.append(text)
                starts.append(length)
                origins.append((begin, end))
                length += len(text)
        result = CleanText("".join(parts), self)
        if starts:
            result._starts, result._origins = starts, origins
        return result

    def substitute(self, pattern: Pattern[str], replacement: Callable[[Match[str]], str]) -> CleanText:
        """The text with each match replaced; a replacement equal to the match changes nothing."""
        text = self.text
        pieces: list[tuple[str, int, int]] = []
        done = 0
        for match in pattern.finditer(text):
            new = replacement(match)
            start, end = match.span()
            if new == match[0]:
                continue
            if start > done:
                pieces.append((text[done:start], done, start))
            pieces.append((new, start, end))
            done = end
        if not done:
            return self
        if done < len(text):
            pieces.append((text[done:], done, len(text)))
        return self.assemble(pieces)


def clean(paste: str) -> CleanText:
    """Undo what was done to the message on its way.

    >>> cleaned = clean("\\x1b[31mError\\x1b[0m: no \\u2018x\\u2019")
    >>> cleaned.text
    "Error: no 'x'"
    >>> cleaned.origin(0, 5)
    (5, 10)
    """
    current = CleanText(paste)
    if "\x1b" in paste or "\x9b" in paste:
        current = current.substitute(_ANSI, _nothing)
    if "\r" in paste:
        current = current.substitute(_RETURN, lambda match: "\n")
    if not paste.isascii():
        current = current.substitute(_ODD, lambda match: _PLAIN.get(match[0], ""))
    if "&" in paste and ";" in paste:
        current = current.substitute(_ENTITY, lambda match: html.unescape(match[0]))
    if "\\" in paste:
        for _ in range(3):
            before = current.text
            current = current.substitute(_ESCAPE, _unescape)
            if current.text == before or "\\" not in current.text:
                break
    if "\n" in current.text:
        if _has_prefixes(current.text):
            current = current.substitute(_PREFIX, _nothing)
        if len(current.text) <= READING_MAX:
            current = _with_second_readings(current)
    return current


def decode(data: bytes) -> str:
    """Bytes as text: UTF-8, UTF-16 by its mark or its zero bytes, and for what is neither a replacement character."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    head = data[:400]
    if len(head) >= 8 and b"\0" in head:
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros.count(0) > len(zeros) * 0.4:
                return data.decode(encoding, "replace")
    return data.decode("utf-8-sig", "replace")


def _nothing(match: Match[str]) -> str:
    return ""


# Colours and cursor moves, operating system commands (titles, hyperlinks) with their end, other two-byte sequences.
_ANSI = compile(r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x9b[0-?]{0,64}[@-~]|\x1b\][^\x07\x1b]{0,2048}(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_RETURN = compile(r"\r+\n?")
_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013", "-"),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\u2026": "...",
    "\uff1a": ":",
}
_ODD = compile("[" + "".join(_PLAIN) + "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffd]")
_ENTITY = compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#x?[0-9A-Fa-f]{1,6});")
# A Windows path keeps its backslashes: C:\new is no line break.
_ESCAPE = compile(r"\b[A-Za-z]:\\(?:[\w .()$+-]{0,64}\\){0,20}[\w.()$+-]{0,64}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([nrtbf\"'`/\\])")
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "\n"}


def _unescape(match: Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        char = chr(int(code, 16))
        return "" if "\ud800" <= char <= "\udfff" or (char < " " and char not in "\n\t") else _PLAIN.get(char, char)
    return _ESCAPED.get(match[3], match[3]) if match[3] else match[0]


_PREFIX = compile(
    r"""
    ^(?:
        (?:[ \t]{0,3}>[ \t]?){1,5}(?=\S|$)                                    # quoted in a chat, a mail or an issue
      | [ \t]{0,12}[\u2502\u2503\u2551\u2575\u2577\u250c-\u251f][ \t]?        # Terraform's border
      | \[Container\][ ]\d{4}/\d\d/\d\d[ ]\d\d:\d\d:\d\d(?:\.\d{1,9})?[ ]     # CodeBuild
      | \[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]?\d{0,9}(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]{1,4}    # a time stamp
          (?:\d\d[OE][+ ]?[ ]?)?                                              #   GitLab's stream mark
          (?:\(\+\d\d:\d\d\)[ \t])?                                           #   Serverless
          (?:\d{4}/\d\d/\d\d/\[[\w$.-]{1,64}\][0-9a-f]{32}[ ])?               #   aws logs tail: the stream
      | \d{4}/\d\d/\d\d/\[[\w$.-]{1,64}\][0-9a-f]{32}[ ]                      # a log stream's name
      | [a-zA-Z][\w.-]{0,60}[ ]{1,20}\|[ ]                                    # docker compose
      | \[[\w ./:-]{1,40}\][ ]?(?=\[|\d{4}-\d\d-\d\d)                         # a stage in front of another prefix
      | ```[\w-]{0,20}$                                                       # a code fence
    ){1,4}
    """,
    MULTILINE | VERBOSE,
)


def _has_prefixes(text: str) -> bool:
    return (
        "\n2" in text
        or "\n>" in text
        or "\n[" in text
        or "\n```" in text
        or " | " in text
        or not text.isascii()
        or text[:1] in "2>[`"
    )


def _with_second_readings(current: CleanText) -> CleanText:
    readings = []
    text = current.text
    if "---" in text or "|" in text or "\u2500" in text:
        readings += _table_rows(text)
    readings += _unwrapped(text)
    if not readings:
        return current
    pieces = [(text, 0, len(text))]
    for reading in readings:
        begin = reading[0][1]
        pieces += [("\n", begin, begin), *reading]
    return current.assemble(pieces)


_Reading = list[tuple[str, int, int]]


def _lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line."""
    ends = []
    start = 0
    while True:
        end = text.find("\n", start)
        if end < 0:
            ends.append((start, len(text)))
            return ends
        ends.append((start, end))
        start = end + 1


WRAP_MIN, WRAP_MAX = 40, 260


def _unwrapped(text: str) -> list[_Reading]:
    """Lines that a terminal cut at its edge, or that were broken after a hyphen, joined again."""
    lines = _lines(text)
    lengths = [end - start for start, end in lines]
    width = max(lengths)
    if width > WRAP_MAX or (len(lines) > 3 and lengths.count(width) < 2):
        width = 0  # no terminal's edge: the longest line stands alone
    readings: list[_Reading] = []
    reading: _Reading = []
    glued = False

    def close() -> None:
        nonlocal reading, glued
        if glued:
            readings.append(reading)
        reading, glued = [], False

    for number, (start, end) in enumerate(lines):
        following = text[end + 1 : end + 2]
        full = end - start == width >= WRAP_MIN
        hyphen = end - start >= WRAP_MIN and text[end - 1 : end] in "-/" and text[end - 2 : end - 1].isalnum()
        cut = number + 1 < len(lines) and not following.isspace() and following != "" and end > start
        joined = cut and not text[end - 1].isspace() and (full or (hyphen and following.isalnum()))
        if not reading and not joined and not (cut and number + 2 < len(lines) and _joins(text, lines, number + 1, width)):
            continue
        reading.append((text[start:end], start, end))
        if joined:
            glued = True
        elif cut and len(reading) < 60:
            reading.append((" ", end, end + 1))
        else:
            close()
    close()
    return readings


def _joins(text: str, lines: list[tuple[int, int]], number: int, width: int) -> bool:
    start, end = lines[number]
    return end - start == width >= WRAP_MIN and not text[end - 1].isspace()


_RULE = compile(r"^[ \t]*[-=+|\u2500-\u257f\s]{12,}$", MULTILINE)
_BAR = compile(r"[|\u2502\u2503]")
_COLUMN = compile(r"\S+(?: \S+)*")


def _table_rows(text: str) -> list[_Reading]:
    """The rows of tables, each cell's broken lines joined again."""
    lines = _lines(text)
    rows: list[_Reading] = []
    number = 0
    while number < len(lines):
        start, end = lines[number]
        if _RULE.match(text, start, end) and number + 2 < len(lines):
            header, rule = lines[number + 1], lines[number + 2]
            if _RULE.match(text, *rule) and header[1] > header[0]:
                starts = [m.start() - header[0] for m in _COLUMN.finditer(text, *header)]
                bars = [m.start() - header[0] for m in _BAR.finditer(text, *header)]
                edges = bars if len(bars) > 1 else starts
                if len(edges) > 1:
                    number = _table_body(text, lines, number + 3, edges, len(bars) > 1, rows)
                    continue
        number += 1
    return rows


def _table_body(
    text: str, lines: list[tuple[int, int]], number: int, edges: list[int], bars: bool, rows: list[_Reading]
) -> int:
    """Read the lines of a table's body into rows; returns the number of the first line after it."""
    cells: list[list[tuple[int, int]]] = [[] for _ in edges]

    def close() -> None:
        if any(cells):
            rows.append([piece for cell in cells if cell for piece in [*_join_cell(text, cell, widths), ("  ", cell[-1][1], cell[-1][1])]])
        for cell in cells:
            cell.clear()

    widths = [right - left - 2 for left, right in pairwise(edges)]
    widths.append(max(widths, default=0))
    while number < len(lines):
        start, end = lines[number]
        ruled = bool(_RULE.match(text, start, end))
        if end == start or (ruled and not bars):
            break
        if ruled:
            close()
            number += 1
            continue
        line = [(start + left, min(start + right, end)) for left, right in pairwise([*edges, max(end - start, edges[-1])])]
        spans = [_strip(text, left + bars, right) for left, right in line if left < end]
        if not spans or (bars and not _BAR.search(text, start, end)):
            break
        if spans[0][1] > spans[0][0] and cells[0] and not (cells[0][-1][1] - cells[0][-1][0] >= widths[0] > 0):
            close()
        for cell, span in zip(cells, spans):
            if span[1] > span[0]:
                cell.append(span)
        number += 1
    close()
    return number


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t|\u2502\u2503":
        start += 1
    while end > start and text[end - 1] in " \t|\u2502\u2503":
        end -= 1
    return start, end


def _join_cell(text: str, spans: list[tuple[int, int]], widths: list[int]) -> _Reading:
    """A cell's lines as one: a word longer than the column was cut where the column ends, others were moved whole."""
    width = max(end - start for start, end in spans)
    pieces: _Reading = []
    for (start, end), following in zip(spans, [*spans[1:], None]):
        pieces.append((text[start:end], start, end))
        if following is None:
            break
        word = text[start:end].split(" ")[-1]
        rest = text[following[0] : following[1]].split(" ")[0]
        cut = end - start == width and len(word) + len(rest) > width
        hyphen = word.endswith("-") and rest[:1].isalnum()
        if not (cut or hyphen):
            pieces.append((" ", end, end))
    return pieces
