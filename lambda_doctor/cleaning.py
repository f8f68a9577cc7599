"""Cleaning: what a terminal, a log shipper, a chat or a table did to a message is undone, with a map back to the paste.

Each step is guarded by a probe for a character that it needs, so that plain text costs next to nothing. Steps that can
only guess (a word broken at the edge of a table's cell or of a terminal) do not change the text: they append a second
reading of the place, mapped to the same spot in the paste.
"""

from __future__ import annotations

from functools import lru_cache
from re import MULTILINE, VERBOSE, Match

from lambda_doctor.layout import second_readings
from lambda_doctor.lazy import compile
from lambda_doctor.text import CleanText

# Beyond this many characters no second readings are made.
READING_MAX = 65_536
# Stands on a line of its own before each second reading: of Unicode's private use, and taken out of the paste itself.
READING = "\ue000"


@lru_cache(maxsize=2)  # matching, redaction and the unknown look at the same text
def clean(paste: str) -> CleanText:
    r"""Undo what was done to the message on its way.

    >>> cleaned = clean("\x1b[31mError\x1b[0m: no \u2018x\u2019")
    >>> cleaned.text
    "Error: no 'x'"
    >>> cleaned.origin(0, 5)
    (5, 10)
    """
    current = CleanText(paste)
    # One character is looked for ten times as fast as two, and what is not there from the end twice as fast.
    if "\x1b" in paste or "\x9b" in paste or ("[" in paste and _has_colour(paste)):
        current = current.substitute(_ANSI, _nothing)
    if "\r" in paste:
        current = current.substitute(_RETURN, lambda match: "\n")
    if len(paste) > MINIFIED and (current.text.rfind("js:") >= 0 or current.text.rfind("ts:") >= 0):
        current = current.substitute(_MINIFIED, lambda match: match[1])
    if not paste.isascii():
        current = current.substitute(_ODD, lambda match: _plain(match[0]))
    if "&" in paste and ";" in paste:
        current = current.substitute(_ENTITY, _character)
    if "<" in paste and (paste.rfind("</") >= 0 or paste.rfind("<br") >= 0):
        current = current.substitute(_TAG, lambda match: "\n" if match[1] else "")
    if "%" in paste and (paste.rfind("%20") >= 0 or paste.rfind("%0A") >= 0):
        current = current.substitute(_PERCENT, lambda match: chr(int(match[1], 16)))
    if '"' in paste and paste.rfind('""') >= 0:
        current = current.substitute(_CSV_QUOTE, lambda match: '"')
    if "\\" in paste:
        for _ in range(3):
            before = current.text
            current = current.substitute(_ESCAPE, _unescape)
            if current.text == before or "\\" not in current.text:
                break
    if "\n" in current.text:
        current = _without_prefixes(current)
        if len(current.text) <= READING_MAX:
            current = _with_second_readings(current)
    if _WIDE_GAP in current.text:
        current = current.substitute(_GAP, lambda match: " ")
    return current


def _has_colour(paste: str) -> bool:
    return paste.rfind("[0m") >= 0 or paste.rfind("[39m") >= 0 or ("^" in paste and "^[[" in paste)


def has_prefix(line: str) -> bool:
    """Whether a line begins with what a terminal, a log or a chat puts before the lines of others."""
    return bool(_PREFIX.match(line))


def _character(match: Match[str]) -> str:
    from html import unescape

    return unescape(match[0])


def _nothing(match: Match[str]) -> str:
    return ""


# Colours and cursor moves, operating system commands (titles, hyperlinks) and such with their end, other two-byte
# sequences. The escape character may be lost, written as `^[` or escaped in JSON; a colour's numbers stand there still.
_ANSI = compile(
    r"(?:\x1b|\^\[|\\{1,8}(?:u001[bB]|x1[bB]|033|e))\[[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|\x9b[0-?]{0,64}[@-~]|\x1b[\]_P^X][^\x07\x1b]{0,2048}(?:\x07|\x1b\\)"
    r"|\x1b[@-Z\\-_]|\[\d{1,3}(?:;\d{1,3}){0,8}m(?!\])"
)
_RETURN = compile(r"\r+\n?")
# Node.js shows the line of source that threw, with a caret below or, where that is too far to the right, blanks. A
# bundle's or a minified library's is the whole program, with every message that it could print.
MINIFIED = 300  # characters of a line that nobody wrote
_MINIFIED = compile(rf"([jt]sx?:\d{{1,6}}\n)[^\n]{{{MINIFIED},}}(?=\n[ \t]*(?:\^+[ \t]*)?$)", MULTILINE)
_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict.fromkeys("\u2010\u2011\u2012\u2013", "-"),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\u2026": "...",
}
_HIDDEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffd" + READING
_WIDE = "\uff01-\uff5e"  # the ASCII characters again, as wide as Chinese ones
_ODD = compile("[" + "".join(_PLAIN) + _HIDDEN + _WIDE + "]")


def _plain(char: str) -> str:
    """An odd character as ASCII has it; nothing for one that cannot be seen."""
    return chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else _PLAIN.get(char, "")


_ENTITY = compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#x?[0-9A-Fa-f]{1,6});")
_TAG = compile(r"</?(?:(br|p|div|li|tr|pre)|code|span|b|i|em|strong|td|th|ul|ol)(?:\s[^<>]{0,300})?/?>")
_PERCENT = compile(r"%(0[9Aa]|[2-7][0-9A-Fa-f])")
# A quote within a quoted cell of a CSV file is doubled; an empty string is not.
_CSV_QUOTE = compile(r"(?<!\")\"\"(?=[\w'<$/.@])|(?<=[\w'>.)\]])\"\"(?!\")")
# A Windows path keeps its backslashes: C:\new is no line break.
_ESCAPE = compile(
    r"\b[A-Za-z]:\\(?:[\w .()$+-]{0,64}\\){0,20}[\w.()$+-]{0,64}"
    r"|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([nrtbf\"'`/\\])"
)
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "\n"}


def _unescape(match: Match[str]) -> str:
    code = match[1] or match[2]
    if not code:
        return _ESCAPED.get(match[3], match[3]) if match[3] else match[0]
    char = chr(int(code, 16))
    if "\ud800" <= char <= "\udfff" or (char < " " and char not in "\n\t"):
        return ""
    return _plain(char) if _ODD.match(char) else char


_WIDE_GAP = " " * 40
_GAP = compile(r"[ \t]{40,}")
_PREFIX = compile(
    r"""
    ^(?:
        (?:[ \t]{0,3}>[ \t]?){1,5}(?=\S|$)                                    # quoted in a chat, a mail or an issue
      | [ \t]{0,12}[\u2502\u2503\u2551\u2575\u2577\u250c-\u251f][ \t]?        # Terraform's border
      | \[Container\][ ]\d{4}/\d\d/\d\d[ ]\d\d:\d\d:\d\d(?:\.\d{1,9})?[ ]     # CodeBuild
      | (?:[\w .()/-]{1,60}\t){1,3}(?=\d{4}-\d\d-)                            # gh run view: the job and its step
      | \[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[.,]?\d{0,9}(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]{1,4}    # a time stamp
          (?:std(?:out|err)[ ][FP][ ])?                                       #   Kubernetes
          (?:\#\#\[\w{3,9}\])?                                                #   GitHub's and Azure's levels
          (?:\d\d[OE][+ ]?[ ]?)?                                              #   GitLab's stream mark
          (?:\(\+\d\d:\d\d\)[ \t])?                                           #   Serverless
          (?:\d{4}/\d\d/\d\d/\[[\w$.-]{1,64}\][0-9a-f]{32}[ ])?               #   aws logs tail: the stream
      | \d\d:\d\d:\d\d(?:\.\d{1,6})?[ ]{1,4}(?![AP]M)                         # the time of day: Jenkins, Terragrunt
          (?:STD(?:ERR|OUT)[ ](?:\[[^\]\n]{1,80}\][ ])?(?:terraform|tofu):[ ])?
      | [A-Z][a-z]{2}[ ]{1,2}\d{1,2}[ ]\d\d:\d\d:\d\d[ ][\w.-]{1,64}[ ][\w./-]{1,64}(?:\[\d{1,9}\])?:[ ]   # syslog
      | (?:/aws/[\w/.-]{1,300}[ ])?\d{4}/\d\d/\d\d/\[[\w$.-]{1,64}\][0-9a-f]{32}[ ]   # a log stream's name
      | [a-zA-Z][\w.-]{0,60}[ ]{1,20}\|[ ](?![ \d/]{3,9}\||[A-Z]{4,8}[ ]\|)  # docker compose, not columns
      | \[[\w ./:-]{1,40}\][ ]?(?=\[|\d{4}-\d\d-\d\d)                         # a stage in front of another prefix
      | ```[\w-]{0,20}$                                                       # a code fence
    ){1,4}
    """,
    MULTILINE | VERBOSE,
)
_NEVER_FIRST = frozenset("{}\"'")  # no line with a prefix begins so


def _without_prefixes(current: CleanText) -> CleanText:
    text = current.text
    named = ("|" in text and " | " in text) or ("\t" in text and "\t2" in text)  # a container or a job before each line
    pieces = []
    done = start = 0
    while True:
        first = text[start : start + 1]
        if first not in _NEVER_FIRST and (named or not first.isalpha() or text[start + 3 : start + 4] == " "):
            match = _PREFIX.match(text, start)
            if match and match.end() > start:
                pieces.append((text[done:start], done, start))
                done = match.end()
        start = text.find("\n", start) + 1
        if not start:
            break
    return current.assemble([*pieces, (text[done:], done, len(text))]) if pieces else current


def _with_second_readings(current: CleanText) -> CleanText:
    readings = list(second_readings(current.text))
    if not readings:
        return current
    pieces = [(current.text, 0, len(current.text))]
    for reading in readings:
        begin = reading[0][1]
        pieces += [(f"\n{READING}\n", begin, begin), *reading]
    return current.assemble(pieces)
