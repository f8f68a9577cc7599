"""Suggestions: entries whose words are near to a description, by SQLite's full-text search. Guesses, not diagnoses."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from weakref import WeakKeyDictionary, finalize

from lambda_doctor.catalog import Catalog
from lambda_doctor.report import Suggestion
from lambda_doctor.words import split

# How much a word counts in each column: id, title, keywords, patterns, cause.
_WEIGHTS = "4.0, 8.0, 8.0, 2.0, 1.0"
_EMPTY_WORDS = frozenset(
    "and the for not are was were with that this from has have had you your can cannot could will would when then than "
    "after before into its our but all any does did how why what which who error errors failed failure exception "
    "an as at be by do if in is it me my no of on or so to up we there they just still again try trying get gets "
    "getting got someone something because since even though always never keeps "
    "lambda aws amazon function message code request type null true false line file info warn warning debug".split()
)
WORDS_MAX = 24
_indexes: WeakKeyDictionary[Catalog, _Index] = WeakKeyDictionary()
_lock = threading.Lock()


class _Index:
    """A full-text index of a catalog, in memory."""

    def __init__(self, catalog: Catalog) -> None:
        self.database = sqlite3.connect(":memory:", check_same_thread=False)
        finalize(self, self.database.close)
        self.database.execute(
            "CREATE VIRTUAL TABLE entries USING fts5 (id, title, keywords, patterns, cause, tokenize='porter ascii')"
        )
        rows = (row for layer in catalog.layers for row in layer.wordings() if catalog.owns(layer, row[0]))
        self.database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)

    def find(self, words: Iterable[str], limit: int) -> list[tuple[str, str]]:
        query = " OR ".join(f'"{word}"' for word in words)
        found = self.database.execute(
            f"SELECT id, title FROM entries WHERE entries MATCH ? ORDER BY bm25(entries, {_WEIGHTS}), id LIMIT ?",
            (query, limit),
        )
        return list(found)


def search(catalog: Catalog, text: str, limit: int) -> tuple[Suggestion, ...]:
    """The entries nearest to the text's words, best first; none where SQLite comes without full-text search."""
    words = [word for word in dict.fromkeys(split(text)) if word not in _EMPTY_WORDS][:WORDS_MAX]
    if not words:
        return ()
    try:
        with _lock:
            index = _indexes.get(catalog)
            if index is None:
                index = _indexes[catalog] = _Index(catalog)
            found = index.find(words, limit)
    except sqlite3.OperationalError:
        return ()
    return tuple(Suggestion(id=identifier, title=title) for identifier, title in found)
