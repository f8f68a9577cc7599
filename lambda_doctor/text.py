"""A text with a map back to the paste that it was made from, and bytes made into text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from re import Match, Pattern

from lambda_doctor.words import encoded, words_in


class CleanText:
    """A text and, for each stretch of it, where it stood in the text that it was made from."""

    __slots__ = ("_origins", "_parent", "_starts", "_words", "text")

    def __init__(self, text: str, parent: CleanText | None = None) -> None:
        self.text = text
        self._parent = parent
        self._starts: list[int] = [0]
        self._origins: list[tuple[int, int]] = [(0, len(text))]
        self._words: list[bytes] | None = None

    @property
    def words(self) -> list[bytes]:
        """The text's words as they follow each other, found once."""
        if self._words is None:
            self._words = words_in(encoded(self.text))
        return self._words

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the stretch stood in the paste: start and end in code points, the end excluded."""
        current, parent = self, self._parent
        while parent is not None:
            first = current._one(start)[0]
            last = current._one(end - 1)[1] if end > start else first
            start, end = (first, last) if first <= last else (last, first)
            current, parent = parent, parent._parent
        return start, end

    def _one(self, place: int) -> tuple[int, int]:
        """The stretch of the parent that one character came from."""
        starts = self._starts
        after = bisect_right(starts, place)
        start = starts[after - 1]
        begin, end = self._origins[after - 1]
        length = (starts[after] if after < len(starts) else len(self.text)) - start
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
