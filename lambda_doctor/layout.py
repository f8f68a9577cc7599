"""Layout: lines that a terminal, a mail or a table's cell broke, read again as they were before.

Where a line was broken can only be guessed, so the text stays as it is and a second reading is appended to it, mapped
to the same spot in the paste.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from re import MULTILINE

from lambda_doctor.lazy import compile

Reading = list[tuple[str, int, int]]  # pieces, each with the stretch of the text that it stands for


def second_readings(text: str) -> Iterator[Reading]:
    """The places of a text where lines may have been broken, each read as if they were not."""
    if "|" in text or "\u2500" in text or text.rfind("---") >= 0:
        yield from _table_rows(text)
    if _HANGING in text:
        yield from _hanging_cells(text)
    yield from _unwrapped(text)


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
_BREAKS = ("-", "/")  # after which a word may be broken


def _unwrapped(text: str) -> list[Reading]:
    """Lines that a terminal cut at its edge, or that were broken after a hyphen, joined again."""
    lengths = list(map(len, text.split("\n")))
    width = max(lengths)
    if width > WRAP_MAX or (len(lengths) > 3 and lengths.count(width) < 2):
        width = 0  # no terminal's edge: the longest line stands alone
    if not width and text.rfind("-\n") < 0 and text.rfind("/\n") < 0:
        return []
    lines = _lines(text)
    joined = [
        (line[1] - line[0] == width or text[line[1] - 1 : line[1]] in _BREAKS)
        and _goes_on(text, line, following, width)
        for line, following in pairwise(lines)
    ]
    if not any(joined):
        return []
    readings: list[Reading] = []
    reading: Reading = []
    glued = False
    for number, (start, end) in enumerate(lines):
        joins = number < len(joined) and joined[number]
        near = joins or (number + 1 < len(joined) and joined[number + 1] and end > start)
        if reading or near:
            indent = _indent(text, start, end) if reading else 0
            reading.append((text[start + indent : end], start + indent, end))
            if joins:
                glued = True
                continue
            if end > start and len(reading) < 60 and number + 1 < len(lines) and not text[end + 1 : end + 2].isspace():
                reading.append((" ", end, end + 1))
                continue
        if glued:
            readings.append(reading)
        reading, glued = [], False
    if glued:
        readings.append(reading)
    return readings


def _goes_on(text: str, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether a word goes on in the following line, which is as far from the edge as this one."""
    start, end = line
    if end == start or text[end - 1].isspace():
        return False
    indent = _indent(text, *line)
    if indent != _indent(text, *following) or following[1] - following[0] == indent:
        return False
    if end - start == width >= WRAP_MIN:
        return True
    first = text[following[0] + indent]
    return end - start >= WRAP_MIN and text[end - 1] in "-/" and text[end - 2].isalnum() and first.isalnum()


def _indent(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].lstrip(" "))


# A cell's further lines hang under its first one, this far from the edge.
_HANGING = "\n" + " " * 20


def _hanging_cells(text: str) -> list[Reading]:
    """The last cells of rows that were pasted without their table's head, each with its broken lines joined."""
    lines = _lines(text)
    indents = [len(text[start:end]) - len(text[start:end].lstrip(" ")) if end > start else 0 for start, end in lines]
    readings: list[Reading] = []
    number = 1
    while number < len(lines):
        column = indents[number]
        last = number
        while last < len(lines) and indents[last] == column >= len(_HANGING) - 1:
            last += 1
        if last == number:
            number += 1
            continue
        start, end = lines[number - 1]
        if end - start > column and text[start + column - 1 : start + column] == " ":
            start += column
        spans = [_strip(text, *span) for span in [(start, end), *lines[number:last]]]
        if all(right > left for left, right in spans):
            readings.append(_join_cell(text, spans))
        number = last
    return readings


_RULE = compile(r"^[ \t]*[-=+|\u2500-\u257f\s]{12,}$", MULTILINE)
_BAR = compile(r"[|\u2502\u2503]")
_COLUMN = compile(r"\S+(?: \S+)*")


def _table_rows(text: str) -> list[Reading]:
    """The rows of tables, each cell's broken lines joined again."""
    lines = _lines(text)
    rows: list[Reading] = []
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
    text: str, lines: list[tuple[int, int]], number: int, edges: list[int], bars: bool, rows: list[Reading]
) -> int:
    """Read the lines of a table's body into rows; returns the number of the first line after it."""
    cells: list[list[tuple[int, int]]] = [[] for _ in edges]

    def close() -> None:
        if any(cells):
            rows.append(
                [
                    piece
                    for cell in cells
                    if cell
                    for piece in [*_join_cell(text, cell), ("  ", cell[-1][1], cell[-1][1])]
                ]
            )
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
        line = [
            (start + left, min(start + right, end)) for left, right in pairwise([*edges, max(end - start, edges[-1])])
        ]
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


def _join_cell(text: str, spans: list[tuple[int, int]]) -> Reading:
    """A cell's lines as one: a word longer than the column was cut where the column ends, others were moved whole."""
    width = max(end - start for start, end in spans)
    pieces: Reading = []
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
