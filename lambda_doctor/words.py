"""A text as the index sees it: its words, the terms that two of them make, and the text without spaces and quotes."""

from __future__ import annotations

from itertools import pairwise

from lambda_doctor.lazy import compile

# Bytes to words: letters lowered, digits kept, all else (what is beyond ASCII too) a gap.
_WORDS = bytes(
    code + 32 if 65 <= code <= 90 else code if 97 <= code <= 122 or 48 <= code <= 57 else 32 for code in range(256)
)
_LOWER = bytes(range(256)).lower()
# A pattern's spaces and quotes stand for several of any kind, so they are left out.
FLEXIBLE = " \t\n\r\f\v'\"`\\"
_LEFT_OUT = FLEXIBLE.encode()


def encoded(text: str) -> bytes:
    """A text as the functions below take it; it may hold halves of surrogate pairs."""
    return text.encode("utf-8", "surrogatepass")


def words_in(data: bytes) -> list[bytes]:
    """The words of a text as they follow each other, in lower case.

    >>> words_in(b"Runtime.ExitError: 137")
    [b'runtime', b'exiterror', b'137']
    """
    return data.translate(_WORDS).split()


def words_of(data: bytes) -> set[bytes]:
    """The same, each once."""
    return set(words_in(data))


def terms_of(data: bytes) -> set[bytes]:
    """The words of a text, and each two that are neighbours.

    >>> sorted(terms_of(b"Task: timed out"))
    [b'out', b'task', b'task timed', b'timed', b'timed out']
    """
    words = words_in(data)
    return {*words, *map(b" ".join, pairwise(words))}


def squeeze(data: bytes) -> bytes:
    """A text in lower case, without spaces, quotes and backslashes.

    >>> squeeze(b"Function not found: 'x'")
    b'functionnotfound:x'
    """
    return data.translate(_LOWER, _LEFT_OUT)


_RUN = compile(r"[A-Za-z][A-Za-z0-9]{1,59}|[0-9]{2,5}[A-Za-z]{0,2}")
_PART = compile(r"[A-Za-z][a-z]{2,24}|[A-Z]{2,10}|[a-z]{3,24}")


def split(text: str) -> list[str]:
    """The words of a text as people search for them: those in CamelCase also in parts, and numbers, which tell limits.

    >>> split("InvalidZipFile: 50 MB")
    ['invalidzipfile', 'invalid', 'zip', 'file', '50', 'mb']
    """
    words = []
    for run in _RUN.findall(text.replace("n't", " ")):
        words.append(run.lower())
        parts = _PART.findall(run)
        if len(parts) > 1:
            words.extend(part.lower() for part in parts)
    return words
