"""What can be said of an error that no signature knows: its line, a stable fingerprint, guesses."""

from __future__ import annotations

import hashlib
import re
from re import Match

from lambda_doctor.lazy import compile
from lambda_doctor.text import CleanText

LINE_MAX = 2_000
# Words of which one is in any text that shows an error.
_PROBES = ("error", "exception", "fail", "fatal", "denied", "cannot", "could not", "unable", "invalid", "not found", "traceback", "panic", "abort", "refused", "timed out", "exit code", "exit status", "exited")  # fmt: skip
# An error's own name before its message, then anything that sounds like one.
_NAMES = ("Error", "Exception", "Fault", "Failure")
_NAMED = compile(rf"(?<![\w.])(?!0 )[\w.:]{{0,100}}(?:{'|'.join(_NAMES)})\b[\])'\"]{{0,2}}\s?[:(-]", re.ASCII)
_WORDS = ("error", "fatal", "failed", "failure", "exception", "denied", "cannot", "could not", "unable to", "invalid", "not found", "panic", "aborted", "refused", "timed out", "exited")  # fmt: skip
_EXITS = ("exit code ", "exit status ")
_TELLING = frozenset(word.split()[0].encode() for word in (*_WORDS, *_EXITS))
_LOUD = compile(
    rf"(?<![\w-])(?<!no )(?<!0 )(?:{'|'.join(_WORDS)}|(?:{'|'.join(_EXITS)})[1-9])(?![\w-])(?! ?[:=] ?(?:0|null|none|false)\b)",
    re.IGNORECASE,
)
_VARIABLE = compile(
    r"""
    arn:[^\s"',]{5,600}
  | https?://[^\s"'<>]{3,600}
  | (?<![\w])[/~.]{0,3}/[^\s"',:;()]{2,400}        # a path
  | [A-Za-z]:\\[^\s"',:;()]{2,400}
  | "[^"\n]{0,300}" | (?<!\w)'[^'\n]{0,300}' | `[^`\n]{0,300}`
  | [0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}
  | (?<![A-Za-z])[\w.:-]{0,120}\d[\w.:-]{0,120}    # anything with a digit: times, ids, versions
    """,
    re.VERBOSE | re.ASCII,
)


def error_line(cleaned: CleanText) -> str:
    r"""The line of a text that tells its error, or nothing where no line sounds like one.

    >>> error_line(CleanText("starting\nValueError: bad input 17\nstopped"))
    'ValueError: bad input 17'
    >>> error_line(CleanText("0 errors, all well"))
    ''
    """
    text = cleaned.text
    named = None
    if text.rfind("Error") >= 0 or text.rfind("Exception") >= 0 or text.rfind("Fa") >= 0:
        named = _NAMED.search(text)
    if named is None and not _TELLING.isdisjoint(cleaned.words):
        named = _last_loud(text, text.lower())  # what ends a run comes at its end
    if named is None:
        return ""
    start = text.rfind("\n", 0, named.start()) + 1
    end = text.find("\n", named.end())
    line = text[max(start, named.start() - LINE_MAX) : end if end >= 0 else len(text)]
    return line[:LINE_MAX].strip()


def _last_loud(text: str, lowered: str) -> Match[str] | None:
    """The last words that sound like an error; tried only where one of them stands."""
    if len(lowered) != len(text):
        return max(_LOUD.finditer(text), key=Match.start, default=None)
    last = None
    for word in (*_WORDS, *_EXITS):
        place = lowered.rfind(word)
        while place > (last.start() if last else -1):
            if match := _LOUD.match(text, place):
                last = match
            place = lowered.rfind(word, 0, place)
    return last


def may_tell_error(lowered: str) -> bool:
    """Whether a text in lower case has any word that errors are told with."""
    return any(probe in lowered for probe in _PROBES)


def fingerprint(line: str) -> str:
    """Twelve hexadecimal digits: the same for the same message with other ids, names in quotes, paths and times.

    >>> fingerprint("Job 17 failed at /tmp/a: 'x'") == fingerprint("Job 42 failed at /srv/b: 'y'")
    True
    """
    plain = " ".join(_VARIABLE.sub(" _ ", line).lower().split())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12]
