"""Authoring: from an error that the catalog does not know to the draft of an entry."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from lambda_doctor.catalog import Catalog
from lambda_doctor.cleaning import clean
from lambda_doctor.diagnosing import diagnose
from lambda_doctor.redact import Redactor
from lambda_doctor.report import Report
from lambda_doctor.signature import SCHEMA_URL
from lambda_doctor.unknown import error_line

ACCOUNT = "123456789012"
NAME_WORDS = 4
API_PAGE = "https://docs.aws.amazon.com/lambda/latest/api/API_{}.html"
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_ACCOUNT = re.compile(rf"({_UUID})|(?<!\d)\d{{12}}(?!\d)", re.ASCII)
# Words that neither name an entry nor a value.
_FILLERS = frozenset(
    "a after an and are as at be been by can cannot could did do does error exception failed fatal for from had has"
    " have in info into is it its least may more most must no not of on only or our out over should so than that the"
    " their then this to under until was were when which will with you your warning".split()
)

# What varies in a message, with the hole that stands for it; the first that fits is taken.
_VARIES = re.compile(
    r"""
    (?P<arn>arn:aws[a-z-]{0,16}:[A-Za-z0-9-]{1,40}:[A-Za-z0-9-]{0,24}:[A-Za-z0-9*]{0,12}:[\w+=,.@/*$:{}-]{0,400}[\w/*$}])
  | (?P<url>https?://[^\s"'`<>)]{1,400}[^\s"'`<>).,;:])
  | (?P<uuid>"""
    + _UUID
    + r""")
  | (?P<time>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-]))
  | (?P<ip>(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.-]))
  | (?P<action>\b[a-z][a-z0-9-]{1,30}:[A-Z][A-Za-z]{2,60}\b)
  | (?P<region>\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-[a-z]{3,12}){1,2}-\d\b)
  | (?P<quoted>(?<!\w)'[^'\n]{1,200}'(?!\w)|"[^"\n]{1,200}"|`[^`\n]{1,200}`)
  | (?P<path>(?<![\w.])(?:[A-Za-z]:)?[~.]{0,2}[/\\][^\s"'`<>|:;,()\[\]]{2,300})
  | (?P<account>(?<![\w.-])\d{12}(?![\w.-]))
  | (?P<size>(?<![\w.-])\d{1,12}(?:[.,]\d{1,6})?\s(?:bytes|[KMG]i?B)\b)
  | (?P<number>(?<![\w.-])-?\d{1,15}(?:[.,]\d{1,9}){0,3}(?=(?:ms|s|m|h)?(?![\w-])))
  | (?P<word>(?<![\w.-])(?=[A-Za-z0-9_.-]{6,})(?=[A-Za-z0-9_.-]{0,60}\d)[A-Za-z0-9_.-]{6,120}(?![\w-]))
    """,
    re.VERBOSE | re.ASCII,
)
_PLAIN_HOLES = {"uuid", "time"}  # they tell a person nothing, so they are not captured
_OWN_NAMES = {"url", "ip", "action", "region", "account"}  # others are named after the word before them
# Wrappings that every tool puts around a message; the pattern begins after them.
_WRAPPER = re.compile(
    rf"^(?:\d{{4}}-\d\d-\d\d[T ]\S+\s+)?(?:{_UUID}\s+)?(?:(?:ERROR|FATAL|CRITICAL|WARN|WARNING|INFO)[\s:]+)?(?!$)"
    r"(?:.{0,300}?(?:when calling the \w{3,80} operation(?: \(reached max retries: \d+\))?: "
    r"|https response error StatusCode: \d+, RequestID: [\w-]+, (?:api error )?"
    r"|Resource handler returned message: [\"']?|\[ERROR\] |Serverless Error: |errorMessage[\"']?: [\"']?))?",
    re.DOTALL,
)
_TAIL = re.compile(
    r"\s*(?:\((?:Service: |RequestToken: |Service |status code: ).*|, HandlerErrorCode: .*|[\"'}\s,]+)$", re.DOTALL
)


@dataclass(frozen=True)
class Draft:
    """A proposed entry: where it belongs, its YAML, and what already answers the text."""

    id: str
    yaml: str
    known: Report


def draft(text: str, catalog: Catalog, *, identifier: str | None = None, schema: str = SCHEMA_URL) -> Draft:
    """Propose an entry for the error in a text.

    `identifier` is `area.name` where the author already knows it, `schema` the address that editors check the file by.
    Raises ValueError when no line of the text sounds like an error.
    """
    line = error_line(clean(text)) or _only_line(clean(text).text)
    if not line:
        raise ValueError("no line of this text sounds like an error; give the error message itself")
    report = diagnose(text, catalog=catalog)
    message = _message(line)
    pattern, captures = generalise(message)
    hide = Redactor(text)

    def redacted(value: str) -> str:
        return _ACCOUNT.sub(lambda match: match[1] or ACCOUNT, hide(value))

    near = catalog.search(message, 3)
    area = near[0].id.partition(".")[0] if near else "execution"
    words = re.findall(r"[a-z][a-z0-9]+", re.sub(r"\{[^}]*\}", " ", pattern).lower())
    name = "-".join([word for word in words if word not in _FILLERS][:NAME_WORDS]) or "new-error"
    url, title = _link(report)
    lines = [
        f"# yaml-language-server: $schema={schema}",
        'title: "TODO: what is wrong, in plain words"',
        "cause: >-",
        "  TODO: why it happens, two sentences: who refuses what, and which of the usual reasons is likely.",
        "patterns:",
        f"  - {_quoted(pattern)}",
        'confirm: "TODO: the command that proves this cause, and what it shows."',
        "fixes:",
        '  - do: "TODO: the likeliest fix first, in one sentence; add `run:` with the exact command."',
        'avoid: "TODO: what people try that does not help."',
        "retryable: false",
        "docs:",
        f"  - url: {url}",
        f"    title: {_quoted(title)}",
        f"checked: {date.today():%Y-%m}",
        "examples:",
        f"  - text: {_quoted(redacted(line))}",
    ]
    if captures:
        values = ", ".join(f"{key}: {_quoted(redacted(value))}" for key, value in captures.items())
        lines.append(f"    captures: {{{values}}}")
    lines += [
        "near_misses:",
        '  - text: "TODO: a text that looks alike but is not this; name its id, if any, under `is:`"',
    ]
    return Draft(identifier or f"{area}.{name}", "\n".join(lines) + "\n", report)


def generalise(message: str) -> tuple[str, dict[str, str]]:
    """A message as a pattern with typed holes, and the values that its holes take from this message.

    A hole is named after the word before it, where that says something.

    >>> generalise("Bucket 'my-data' has 17 objects")
    ('Bucket {bucket:quoted} has {number:number} objects', {'bucket': 'my-data', 'number': '17'})
    """
    parts: list[str] = []
    captures: dict[str, str] = {}
    done = 0
    for match in _VARIES.finditer(message):
        kind = match.lastgroup or "word"
        value = match[0]
        before = message[done : match.start()]
        parts.append(_literal(before))
        done = match.end()
        if kind in _PLAIN_HOLES:
            hole = "word" if kind == "time" else kind
            parts.append(" ".join(f"{{:{hole}}}" for _ in value.split()))
            continue
        word = re.search(r"\b([A-Za-z][A-Za-z0-9]{1,30})[\s:=(#]*$", before)
        says = word is not None and kind not in _OWN_NAMES and word[1].lower() not in _FILLERS
        base = word[1].lower() if word and says else "value" if kind in {"quoted", "word"} else kind
        name = base
        number = 2
        while name in captures:
            name, number = f"{base}_{number}", number + 1
        captures[name] = value[1:-1] if kind == "quoted" else value
        parts.append(f"{{{name}:{kind}}}")
    parts.append(_literal(message[done:]))
    return " ".join("".join(parts).split()), captures


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _quoted(value: str) -> str:
    """A value in double quotes, which YAML reads as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _message(line: str) -> str:
    message = _WRAPPER.sub("", line, count=1)
    message = _TAIL.sub("", message)
    return " ".join(message.split()) or line


def _only_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if len(lines) == 1 else ""


def _link(report: Report) -> tuple[str, str]:
    seen = report.observation
    if seen.operation and seen.service == "lambda":
        return API_PAGE.format(seen.operation), f"{seen.operation} in the Lambda API reference"
    return "https://TODO.example.com/", "TODO: the page that says it, with its address"
