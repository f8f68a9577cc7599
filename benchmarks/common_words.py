"""Count the words of healthy logs: writes knowledge/_common_words.yaml, from which the index chooses rare keys.

python benchmarks/common_words.py
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from healthy import ROUNDS

from lambda_doctor.words import words_of

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "tests" / "data" / "healthy"
TARGET = ROOT / "knowledge" / "_common_words.yaml"
HEAD = """\
# How many lines of the healthy logs in tests/data/healthy have a word; written by benchmarks/common_words.py.
# A pattern is filed in the index under the rarest of its words here.
"""


def count() -> Counter[str]:
    """Lines by word; what is a number or an id is left out."""
    counts: Counter[str] = Counter()
    for log in sorted(LOGS.iterdir()):
        for line in log.read_bytes().splitlines():
            counts.update(word.decode() for word in words_of(line))
    return Counter(
        {word: lines for word, lines in counts.items() if word.isalpha() or (lines >= ROUNDS and not word[0].isdigit())}
    )


def text() -> str:
    """The file's text."""
    rows = sorted(count().items(), key=lambda row: (-row[1], row[0]))
    return HEAD + "".join(f'"{word}": {number}\n' for word, number in rows)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"{TARGET}: {len(count())} words")
