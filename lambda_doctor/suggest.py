"""Suggestions: entries whose words are near to a description, by SQLite's full-text search. Guesses, not diagnoses."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from lambda_doctor.catalog import Catalog
from lambda_doctor.report import Suggestion

# How much a word counts in each column: id, title, keywords, patterns, cause.
_WEIGHTS = "4.0, 8.0, 8.0, 2.0, 1.0"
_WORD = re.compile(r"[A-Za-z][a-z]{2,24}|[A-Z]{2,10}|[a-z]{3,24}")
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
        self.database.execute(
            "CREATE VIRTUAL TABLE entries USING fts5 (id, title, keywords, patterns, cause, tokenize='porter ascii')"
        )
        self.database.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?)", (_row(identifier, catalog) for identifier in catalog.ids)
        )

    def find(self, words: Iterable[str], limit: int) -> list[tuple[str, str]]:
        query = " OR ".join(f'"{word}"' for word in words)
        found = self.database.execute(
            f"SELECT id, title FROM entries WHERE entries MATCH ? ORDER BY bm25(entries, {_WEIGHTS}), id LIMIT ?",
            (query, limit),
        )
        return list(found)


def _row(identifier: str, catalog: Catalog) -> tuple[str, str, str, str, str]:
    data = catalog.data(identifier)
    patterns = " ".join(dict.fromkeys(_split(" ".join(item.get("text") or "" for item in data["patterns"]))))
    return (
        identifier,
        data["title"],
        " ".join(data.get("keywords", ())),
        patterns,
        data["cause"],
    )


def _split(text: str) -> list[str]:
    """The words of a text, words in CamelCase also in parts; with numbers, as people tell limits and statuses."""
    words = []
    for run in re.findall(r"[A-Za-z][A-Za-z0-9]{1,59}|[0-9]{2,5}[A-Za-z]{0,2}", text.replace("n't", " ")):
        words.append(run.lower())
        parts = _WORD.findall(run)
        if len(parts) > 1:
            words.extend(part.lower() for part in parts)
    return words


def search(catalog: Catalog, text: str, limit: int) -> tuple[Suggestion, ...]:
    """The entries nearest to the text's words, best first; none where SQLite comes without full-text search."""
    words = [word for word in dict.fromkeys(_split(text)) if word not in _EMPTY_WORDS][:WORDS_MAX]
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
