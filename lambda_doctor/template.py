"""Filling values into prose, commands and snippets. Nothing is evaluated; values come from hostile text.

A placeholder is `{name}` or `{name|default}`; all other braces (JSON, awk, `${VAR}`) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from lambda_doctor.lazy import compile

PLACEHOLDER = compile(
    r"(?<![$\\{])\{(?P<name>[a-z][a-z0-9_]*)(?:\|(?P<default>[^{}]*))?\}(?!\})|\{(?P<literal>\{[a-z][a-z0-9_]*\})\}"
)
VALUE_MAX = 300  # characters
# Control characters, and those that turn the direction of text or hide it.
_UNSAFE = compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)


def tame(value: str) -> str:
    r"""A captured value made fit to show: on one line, no control or bidirectional characters, not too long.

    >>> tame("my\x1b[31m-bucket\u202e")
    'my [31m-bucket'
    """
    value = _UNSAFE.sub(" ", value).strip()
    return value if len(value) <= VALUE_MAX else value[: VALUE_MAX - 1] + "\u2026"


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill prose or a snippet; a value that is missing shows as its default, or as <name>.

    >>> fill("The bucket is in {region|another Region}.", {"region": "us-east-2"})
    'The bucket is in us-east-2.'
    """
    parts = _parsed(template)
    if len(parts) == 1:
        return parts[0].text
    shown = []
    for text, name, default, _ in parts:
        shown.append(text)
        if name:
            shown.append(values.get(name) or (f"<{name}>" if default is None else default))
    return "".join(shown)


class _Part(NamedTuple):
    """A stretch of a template, and the placeholder after it; `state` is the quote that is open there."""

    text: str
    name: str
    default: str | None
    state: str


@lru_cache(maxsize=4096)
def _parsed(template: str) -> tuple[_Part, ...]:
    parts = []
    text, state, done = "", "", 0
    for match in PLACEHOLDER.finditer(template):
        piece = template[done : match.start()]
        state = _quote_state(piece, state)
        done = match.end()
        text += piece
        if match["literal"]:
            text += match["literal"]
            continue
        parts.append(_Part(text, match["name"], match["default"], state))
        text = ""
    return (*parts, _Part(text + template[done:], "", None, ""))


def fill_command(template: str, values: Mapping[str, str], shell: str = "posix") -> str:
    """Fill a shell command; each value is quoted for the place where it stands, bare or inside quotes.

    >>> fill_command("aws s3 ls s3://{bucket|BUCKET}/", {"bucket": "a; rm -rf ~"})
    "aws s3 ls s3://'a; rm -rf ~'/"
    """
    parts: list[str] = []
    for text, name, default, state in _parsed(template):
        parts.append(text)
        if not name:
            continue
        value = values.get(name)
        # A value that a program would take for an option is left out.
        if value and not (value.startswith("-") and text[-1:] in ("", " ", "\n")):
            parts.append(_QUOTES[shell](value, state))
        else:
            parts.append(name.upper() if default is None else default)
    command = "".join(parts).rstrip("\n")
    if shell == "powershell":
        command = re.sub(r"\\\n", "`\n", command)
    elif shell == "cmd":
        command = re.sub(r"\\\n", "^\n", command)
    return command


def placeholders(template: str) -> dict[str, str | None]:
    """The names in a template with their defaults (None: none given)."""
    return {m["name"]: m["default"] for m in PLACEHOLDER.finditer(template) if m["name"]}


_PLAIN = compile(r"[\w@%+=:,./-]+", re.ASCII)


def _quote_state(text: str, state: str) -> str:
    r"""What is open after the text in a POSIX shell, the innermost last: quotes, `(` of a `$(...)`, a here-document.

    >>> _quote_state('curl "$(aws s3 presign ', "")
    '"('
    """
    position = 0
    while position < len(text):
        char = text[position]
        if "<<" in state:
            end = text.find("\n" + state.partition("<<")[2] + "\n", position)
            if end < 0:
                return state
            position, state = end + len(state.partition("<<")[2]) + 1, state.partition("<<")[0]
        elif state.endswith("'"):
            state = state[:-1] if char == "'" else state
        elif char == "\\":
            position += 1
        elif char == '"':
            state = state[:-1] if state.endswith('"') else state + '"'
        elif char == "(" and (not state.endswith('"') or text[position - 1 : position] == "$"):
            state += "("
        elif char == ")" and state.endswith("("):
            state = state[:-1]
        elif char == "'" and not state.endswith('"'):
            state += "'"
        elif not state.endswith('"') and (here := _HERE.match(text, position)):
            line = text.find("\n", position)
            position, state = (line if line >= 0 else len(text)) - 1, f"{state}<<{here[1]}"
        position += 1
    return state


_HERE = compile(r"<<-?'(\w+)'")


def _posix(value: str, state: str) -> str:
    if "<<" in state:
        return value
    if state.endswith("'"):
        return value.replace("'", "'\\''")
    if state.endswith('"'):
        # An exclamation mark recalls history even between double quotes, where a backslash before it would stay.
        return re.sub(r'([\\"$`])', r"\\\1", value).replace("!", "\"'!'\"")
    return value if _PLAIN.fullmatch(value) else "'" + value.replace("'", "'\\''") + "'"


def _powershell(value: str, state: str) -> str:
    inner = value.replace("'", "''")
    if state.endswith("'"):
        return inner
    if state.endswith('"'):
        return re.sub(r'([`"$])', r"`\1", value)
    return value if _PLAIN.fullmatch(value) and "@" not in value else f"'{inner}'"


def _cmd(value: str, state: str) -> str:
    # Inside double quotes cmd expands only %; a quote itself cannot be kept, so it goes.
    inner = value.replace('"', "").replace("%", "%%")
    if state.endswith(("'", '"')):
        return inner
    return value if _PLAIN.fullmatch(value) and "%" not in value else f'"{inner}"'


_QUOTES: dict[str, Callable[[str, str], str]] = {"posix": _posix, "powershell": _powershell, "cmd": _cmd}
