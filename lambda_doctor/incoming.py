"""What can be diagnosed: text, bytes, exceptions and mappings, each made into one text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from lambda_doctor.text import decode

ITEMS_MAX, DEPTH_MAX = 100_000, 20  # of a mapping that are looked at


class Incoming(NamedTuple):
    """The text to diagnose, and what is known for certain besides."""

    text: str
    known: dict[str, Any]


def read(error: object) -> Incoming:
    """Make one text of what was given; raises TypeError saying what is accepted."""
    if isinstance(error, str):
        return Incoming(error, {})
    if isinstance(error, (bytes, bytearray, memoryview)):
        return Incoming(decode(bytes(error)), {})
    if isinstance(error, BaseException):
        return _from_exception(error)
    if isinstance(error, Mapping):
        return _from_mapping(error)
    raise TypeError(
        f"diagnose() takes the error's text (str or bytes), an exception, or a mapping such as an API's error body, "
        f"not {type(error).__name__}"
    )


def _from_exception(error: BaseException) -> Incoming:
    known: dict[str, Any] = {}
    lines = []
    for link in _chain(error):
        name = f"{type(link).__module__}.{type(link).__qualname__}".removeprefix("builtins.")
        try:
            message = str(link)
        except Exception:  # an exception that cannot say its own message still has a name
            message = ""
        lines.append(f"{name}: {message}")
        notes = _attribute(link, "__notes__")
        if isinstance(notes, (list, tuple)):
            lines += [note for note in notes if isinstance(note, str)]
        response = _attribute(link, "response")
        if isinstance(response, Mapping) and not known:
            known = _from_response(response)
            operation = _attribute(link, "operation_name")
            if isinstance(operation, str):
                known["operation"] = operation
    return Incoming("\n".join(lines), known)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it came from, the cause first, as a traceback shows them; each only once."""
    links: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and all(current is not link for link in links) and len(links) < 50:
        links.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    for link in reversed(links):
        yield link
        members = _attribute(link, "exceptions")
        if isinstance(members, (list, tuple)):
            yield from [member for member in members if isinstance(member, BaseException)][:20]


def _attribute(error: BaseException, name: str) -> Any:
    try:
        return getattr(error, name, None)
    except Exception:  # a property of somebody's own class may raise anything
        return None


def _from_response(response: Mapping[str, Any]) -> dict[str, Any]:
    """A botocore response: the error's code, the HTTP status and the request id."""
    known: dict[str, Any] = {}
    fields = response.get("Error")
    metadata = response.get("ResponseMetadata")
    if isinstance(fields, Mapping) and isinstance(fields.get("Code"), str):
        known["error_code"] = fields["Code"]
    if isinstance(metadata, Mapping):
        if isinstance(metadata.get("HTTPStatusCode"), int):
            known["http_status"] = metadata["HTTPStatusCode"]
        if isinstance(metadata.get("RequestId"), str):
            known["request_id"] = metadata["RequestId"]
    return known


def _from_mapping(event: Mapping[Any, Any]) -> Incoming:
    known = _from_response(event)
    for name, field in (("logGroup", "function_name"), ("log_group", "function_name")):
        group = event.get(name)
        if isinstance(group, str) and group.startswith("/aws/lambda/"):
            known[field] = group.removeprefix("/aws/lambda/")
    return Incoming("\n".join(islice(_lines(event, [ITEMS_MAX]), ITEMS_MAX)), known)


def _lines(value: Any, left: list[int], depth: int = 0) -> Iterator[str]:
    """The strings of a mapping as lines, so that an error in a field reads as it would in a log.

    `left` is how many items may still be looked at: lists that hold each other have no end.
    """
    left[0] -= 1
    if depth > DEPTH_MAX or left[0] < 0:
        return
    if isinstance(value, Mapping):
        kind = value.get("errorType") or value.get("__type") or value.get("Code") or value.get("code")
        message = next(
            (value[k] for k in ("errorMessage", "message", "Message") if isinstance(value.get(k), str)), None
        )
        if isinstance(kind, str) and message:
            yield f"{kind}: {message}"
        for key, item in value.items():
            if key == "Environment" and isinstance(item, Mapping):
                yield f"{key}: {_text(item)}"  # in one piece, as redaction knows it
            elif isinstance(item, (Mapping, list, tuple)):
                yield f"{key}:"
                yield from _lines(item, left, depth + 1)
            elif item is not None:
                yield f"{key}: {_text(item)}"
    elif isinstance(value, (list, tuple)):
        for item in value:
            if left[0] < 0:
                return
            yield from _lines(item, left, depth + 1)
    elif value is not None:
        yield _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return decode(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        pass
    try:
        return str(value)
    except Exception:  # a value that cannot say what it is has nothing to tell
        return ""
