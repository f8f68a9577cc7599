"""Filling values into prose, commands and snippets. Nothing is evaluated; values come from hostile text.

A placeholder is `{name}` or `{name|default}`; all other braces (JSON, awk, `${VAR}`) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

PLACEHOLDER = re.compile(r"(?<![$\\{])\{(?P<name>[a-z][a-z0-9_]*)(?:\|(?P<default>[^{}]*))?\}(?!\})|\{(?P<literal>\{[a-z][a-z0-9_]*\})\}")
VALUE_MAX = 300  # characters
# Control characters, and those that turn the direction of text or hide it.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+")


def tame(value: str) -> str:
    """A captured value made fit to show: on one line, no control or bidirectional characters, not too long.

    >>> tame("my\\x1b[31m-bucket\\u202e")
    'my [31m-bucket'
    """
    value = _UNSAFE.sub(" ", value).strip()
    return value if len(value) <= VALUE_MAX else value[: VALUE_MAX - 1] + "\u2026"


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill prose or a snippet; a value that is missing shows as its default, or as <name>.

    >>> fill("The bucket is in {region|another Region}.", {"region": "us-east-2"})
    'The bucket is in us-east-2.'
    """

    def put(match: re.Match[str]) -> str:
        if match["literal"]:
            return match["literal"]
        value = values.get(match["name"])
        if value:
            return value
        return f"<{match['name']}>" if match["default"] is None else match["default"]

    return PLACEHOLDER.sub(put, template)


def fill_command(template: str, values: Mapping[str, str], shell: str = "posix") -> str:
    """Fill a shell command; each value is quoted for the place where it stands, bare or inside quotes.

    >>> fill_command("aws s3 ls s3://{bucket|BUCKET}/", {"bucket": "a; rm -rf ~"})
    "aws s3 ls s3://'a; rm -rf ~'/"
    """
    parts: list[str] = []
    state = ""
    done = 0
    for match in PLACEHOLDER.finditer(template):
        text = template[done : match.start()]
        state = _quote_state(text, state)
        parts.append(text)
        done = match.end()
        if match["literal"]:
            parts.append(match["literal"])
            continue
        value = values.get(match["name"])
        if value and not (value.startswith("-") and template[match.start() - 1 : match.start()] in ("", " ", "\n")):
            parts.append(_QUOTES[shell](value, state))
        else:
            parts.append(match["name"].upper() if match["default"] is None else match["default"])
    parts.append(template[done:])
    command = "".join(parts).rstrip("\n")
    if shell == "powershell":
        command = re.sub(r"\\\n", "`\n", command)
    elif shell == "cmd":
        command = re.sub(r"\\\n", "^\n", command)
    return command


def placeholders(template: str) -> dict[str, str | None]:
    """The names in a template with their defaults (None: none given)."""
    return {m["name"]: m["default"] for m in PLACEHOLDER.finditer(template) if m["name"]}


_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def _quote_state(text: str, state: str) -> str:
    """Which quote is open after the text, in a POSIX shell: none, ', \" or inside a here-document."""
    position = 0
    while position < len(text):
        char = text[position]
        if state.startswith("<<"):
            end = text.find("\n" + state[2:] + "\n", position)
            if end < 0:
                return state
            position, state = end + len(state[2:]) + 1, ""
        elif state == "'":
            state = "" if char == "'" else state
        elif char == "\\":
            position += 1
        elif char == '"':
            state = "" if state else '"'
        elif char == "'" and not state:
            state = "'"
        elif not state and (here := _HERE.match(text, position)):
            line = text.find("\n", position)
            position, state = (line if line >= 0 else len(text)) - 1, "<<" + here[1]
        position += 1
    return state


_HERE = re.compile(r"<<-?'(\w+)'")


def _posix(value: str, state: str) -> str:
    if state.startswith("<<"):
        return value
    if state == "'":
        return value.replace("'", "'\\''")
    if state == '"':
        return re.sub(r'([\\"$`!])', r"\\\1", value)
    return value if _PLAIN.fullmatch(value) else "'" + value.replace("'", "'\\''") + "'"


def _powershell(value: str, state: str) -> str:
    inner = value.replace("'", "''")
    if state == "'":
        return inner
    if state == '"':
        return re.sub(r'([`"$])', r"`\1", value)
    return value if _PLAIN.fullmatch(value) and "@" not in value else f"'{inner}'"


def _cmd(value: str, state: str) -> str:
    # Inside double quotes cmd expands only %; a quote itself cannot be kept, so it goes.
    inner = value.replace('"', "").replace("%", "%%")
    if state:
        return inner
    return value if _PLAIN.fullmatch(value) and "%" not in value else f'"{inner}"'


_QUOTES: dict[str, Callable[[str, str], str]] = {"posix": _posix, "powershell": _powershell, "cmd": _cmd}
