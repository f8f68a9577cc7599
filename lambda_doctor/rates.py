"""How common words are, and so what a pattern is filed under: chosen when a catalog is compiled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from lambda_doctor.words import FLEXIBLE, encoded, squeeze

if TYPE_CHECKING:
    from lambda_doctor.pattern import CompiledPattern, Run
    from lambda_doctor.source import Source


_WORD = re.compile(r"[a-z0-9]+")
_BEGINNING = re.compile(r"\b[A-Za-z0-9]|^")


class Rates:
    """How common words are in healthy logs and in the catalog, from which the keys of patterns are chosen."""

    LINE = 4  # a line of a healthy log weighs as much as so many patterns of
    CATALOG = 3_000
    FEW = 1_000  # patterns; a smaller catalog does not tell what is common, for each word stands in a large part of it
    NUMBER = 1_200  # what a number weighs, which may be anything anywhere
    ALL = 10_000  # what a word weighs that is everywhere
    RUN = 1  # what a further run weighs, for it makes the index larger
    LENGTH = 16  # characters of a run by which it is filed

    def __init__(self, source: Source) -> None:
        patterns = [compiled for entry in source.entries.values() for compiled in entry.patterns]
        words = ({word for way in compiled.ways for run in way for word in run.words} for compiled in patterns)
        self._patterns = Counter(chain.from_iterable(words))
        self._share = self.CATALOG / max(len(patterns), self.FEW)
        self._lines = source.common_words
        self._healthy = "\n".join(["", *(f"{word} {lines}" for word, lines in source.common_words.items()), ""])
        self._known: dict[str, float] = {}
        self._runs: dict[str, float] = {}
        self._parts: dict[str, int] = {}
        self._cuts: dict[str, tuple[int, int]] = {}

    def word(self, word: str) -> float:
        """How bad a key a word is."""
        weight = self._known.get(word)
        if weight is None:
            weight = self._known[word] = self._weight(word, self._lines.get(word, 0))
        return weight

    def _weight(self, word: str, lines: int) -> float:
        return self.LINE * lines + self._share * self._patterns[word] + self.NUMBER * word.isdigit()

    def _lines_with(self, part: str) -> int:
        """How many lines of healthy logs have a word with this part; a line end or a space is an edge of the word."""
        if part in self._parts:
            return self._parts[part]
        lines, place = 0, self._healthy.find(part)
        while place >= 0:
            end = self._healthy.find("\n", place + 1)
            space = self._healthy.rfind(" ", 0, end)
            if place < space or part[-1] == " ":  # else it is a part of the number
                lines += int(self._healthy[space:end])
            place = self._healthy.find(part, end)
        self._parts[part] = lines
        return lines

    def way(self, way: Iterable[Run]) -> float:
        """How bad a way of a choice is to look for: all of its stretches are."""
        return sum(map(self.run, way))

    def run(self, run: Run) -> float:
        """How bad a key a stretch is: as its rarest word, each further word halves it; short ones are everywhere."""
        return self._stretch(run.text)

    def _stretch(self, text: str) -> float:
        if text in self._runs:
            return self._runs[text]
        weights = [self._weight_within(match, text) + 1 for match in _WORD.finditer(text.lower())]
        everywhere: float = self.ALL * 50 * 20.0 ** -len(squeeze(encoded(text)))
        rarest = min(weights, default=self.ALL if text.isascii() else 1)
        self._runs[text] = weight = float(rarest / 2 ** len(weights) + everywhere)
        return weight

    def _weight_within(self, word: re.Match[str], text: str) -> float:
        """How bad a word of a stretch is, which where the stretch ends may be a part of a longer one."""
        start = "\n" if word.start() else ""
        end = " " if word.end() < len(text) else ""
        return self._weight(word[0], self._lines_with(f"{start}{word[0]}{end}"))

    def best_terms(self, compiled: CompiledPattern) -> set[str]:
        """The terms under which a pattern is filed: one that each match has, or of a choice one for each way."""
        ways = [self.terms(way) for way in compiled.ways if all(run.words for run in way)]
        return min(ways, key=lambda way: max((self.term(term), -len(term)) for term in way))

    def terms(self, way: Iterable[Run]) -> set[str]:
        """Of each run the best term."""
        terms = ([*run.words, *map(" ".join, pairwise(run.words))] for run in way)
        return {min(terms_, key=lambda term: (self.term(term), -len(term))) for terms_ in terms}

    def term(self, term: str) -> float:
        """How bad a key a term is: two words as half of the rarer one, but never better than a rare word."""
        words = term.split()
        return self.word(term) if len(words) == 1 else min(map(self.word, words)) / 2 + 1

    def runs(self, compiled: CompiledPattern) -> tuple[Run, ...]:
        """The same for runs."""
        ways = [way for way in compiled.ways if all(squeezed_text(run.text) for run in way)]
        return min(ways, key=lambda way: sum(self.run(self._cut(run)) + self.RUN for run in way))

    def keys(self, compiled: CompiledPattern) -> dict[str, Run]:
        """The same runs, cut, by how they read when squeezed."""
        runs = sorted(map(self._cut, self.runs(compiled)), key=lambda run: run.lead)
        return {squeezed_text(run.text): run for run in runs}

    def _cut(self, run: Run) -> Run:
        """The rarest part of a run that is not long, so that an automaton of all keys stays small."""
        text = run.text
        if text not in self._cuts:
            self._cuts[text] = min(_short_parts(text, self.LENGTH), key=lambda part: self._stretch(text[slice(*part)]))
        start, end = self._cuts[text]
        return run if end - start == len(text) else run.part(start, end)


def _short_parts(text: str, length: int) -> list[tuple[int, int]]:
    """The parts of a stretch that begin with a word and are not longer than this when squeezed; or the whole."""
    lengths = [0 if char in FLEXIBLE else len(encoded(char)) for char in text]
    if sum(lengths) <= length:
        return [(0, len(text))]
    parts = []
    for match in _BEGINNING.finditer(text):
        end, left = match.start(), length
        while end < len(lengths) and lengths[end] <= left:
            left -= lengths[end]
            end += 1
        if squeezed_text(text[match.start() : end]):
            parts.append((match.start(), end))
    return parts or [(0, len(text))]


def squeezed_text(text: str) -> str:
    """A stretch of a pattern as it reads in a squeezed text."""
    return squeeze(encoded(text)).decode("utf-8", "surrogatepass")
