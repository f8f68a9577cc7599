"""Candidates: of the patterns filed under a text's terms those of which all that was written out stands in the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from lambda_doctor.compiled import PatternRecord
from lambda_doctor.words import encoded, squeeze

PIECE = 512  # characters, or bytes, within which it does not matter where a run stands
Places = dict[int, int]  # by piece the first place, in a squeezed text, of a run that begins in it


class Squeezed:
    """A text without spaces and quotes, where runs are found, and what piece of the text each of its places is from."""

    __slots__ = ("_ends", "text")

    def __init__(self, text: str | bytes) -> None:
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
        squeezed = [squeeze(piece if isinstance(piece, bytes) else encoded(piece)) for piece in pieces]
        self.text = b"".join(squeezed).decode("latin-1")  # `in` takes twice as long for bytes
        self._ends = list(accumulate(map(len, squeezed)))

    def places_of(self, run: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """The pieces in which the run begins, each with where it does so first; of a stretch that is cut at pieces."""
        place, last = self._place(start), len(self.text) if end is None else self._place(end)
        while (place := self.text.find(run, place, last + len(run) - 1)) >= 0:
            piece = self.piece_of(place)
            yield piece, place
            place = self._ends[piece]

    def between(self, start: int, end: int) -> str:
        """A stretch of the text that is cut at pieces, squeezed."""
        return self.text[self._place(start) : self._place(end)]

    def _place(self, start: int) -> int:
        """Where the piece that begins there begins in the squeezed text."""
        return self._ends[min(start // PIECE, len(self._ends)) - 1] if start >= PIECE else 0

    def near(self, record: PatternRecord, keys: Places, slack: int = 0) -> list[int]:
        """Of pieces in which a pattern's key begins those that have all its runs near by, in order.

        `slack` is how many more bytes than a match has characters may stand in between.
        """
        text, ends = self.text, self._ends
        before, after = record.lead + slack, record.span + slack
        runs = record.runs[::-1]  # the rarest, of which a part is the key, is the likeliest here
        found = []
        for piece in sorted(keys):
            begin, end = max(keys[piece] - before, 0), ends[piece] + after
            for run in runs:
                if text.find(run, begin, end) < 0:
                    break
            else:
                for group in record.options:
                    for option in group:
                        if text.rfind(option, begin, end) >= 0:  # half as dear as `find` where it is not there
                            break
                    else:
                        break
                else:
                    found.append(piece)
        return found

    def piece_of(self, place: int) -> int:
        """The number of the piece that a place of the squeezed text is from."""
        return bisect_right(self._ends, place)


def candidates(filed: Iterable[PatternRecord], terms: set[bytes], squeezed: str) -> Iterable[PatternRecord]:
    """Of the patterns filed under a text's terms those of which all words and stretches stand in the text, once."""
    found = {}
    for record in with_terms(filed, terms):
        for run in record.runs:
            if run not in squeezed:
                break
        else:
            found[id(record)] = record
    return found.values()


def with_terms(filed: Iterable[PatternRecord], terms: set[bytes]) -> Iterator[PatternRecord]:
    """Those of which all words stand there; one may come twice."""
    for record in filed:
        if record.must <= terms:
            for choice in record.choices:
                if choice.isdisjoint(terms):
                    break
            else:
                yield record


def has_options(record: PatternRecord, squeezed: str) -> bool:
    """Whether of each choice in a pattern one way stands in a text."""
    for group in record.options:
        for option in group:
            if option in squeezed:
                break
        else:
            return False
    return True
