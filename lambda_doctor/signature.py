"""One catalog entry as a model: this is the schema of the YAML files."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from lambda_doctor.report import DocLink, Fix, Frozen, Snippet

ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*")
SCHEMA_FILE = "entry.schema.json"  # beside the areas' folders
SCHEMA_URL = f"https://raw.githubusercontent.com/lambda-doctor/lambda-doctor/main/knowledge/{SCHEMA_FILE}"
_Many = Annotated[tuple[str, ...], Field()]


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Pattern(Frozen):
    """An error message with typed holes, or an expression (`regex`)."""

    text: str | None = None
    regex: str | None = None
    confidence: Annotated[float | None, Field(gt=0, le=1)] = None
    needs: tuple[str, ...] | None = None
    without: Literal["doubt", "drop"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @field_validator("needs", mode="before")
    @classmethod
    def _needs_many(cls, value: Any) -> Any:
        return _many(value)

    @model_validator(mode="after")
    def _one_of(self) -> Pattern:
        if (self.text is None) == (self.regex is None):
            raise ValueError("a pattern has either `text` or `regex`")
        return self


class Step(Fix):
    """A fix as the catalog writes it: values may stand alone instead of in lists, a snippet under its language."""

    @field_validator("when", mode="before")
    @classmethod
    def _when_many(cls, value: Any) -> Any:
        return {key: _many(item) for key, item in value.items()} if isinstance(value, dict) else value

    @field_validator("code", mode="before")
    @classmethod
    def _code_by_language(cls, value: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), str):
            ((language, text),) = value.items()
            return Snippet(language=language, text=text)
        return value


class Example(Frozen):
    """A real text that must match, and every value that it must give."""

    text: str
    captures: dict[str, str] = {}


class NearMiss(Frozen):
    """A look-alike that this entry must not answer, and the id that it is instead (None: nothing is known of it)."""

    text: str
    is_: Annotated[str | None, Field(alias="is")] = None


class Signature(Frozen):
    """A known error: how it reads, why it happens, what to do. `knowledge/<area>/<name>.yaml` is `<area>.<name>`."""

    id: Annotated[str, Field(pattern=f"^{ID.pattern}$")]
    title: Annotated[str, Field(min_length=8, max_length=100)]
    kind: Literal["cause", "fallback", "symptom"] = "cause"
    cause: Annotated[str, Field(min_length=20)]
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    confidence: Annotated[float, Field(gt=0, le=1)] = 0.95
    needs: tuple[str, ...] = ()
    without: Literal["doubt", "drop"] = "doubt"
    confirm: str | None = None
    fixes: Annotated[tuple[Step, ...], Field(min_length=1)]
    avoid: str | None = None
    retryable: bool = False
    docs: Annotated[tuple[DocLink, ...], Field(min_length=1)]
    beats: _Many = ()
    explains: _Many = ()
    keywords: Annotated[_Many, Field(description="words that people use for this and that the prose lacks")] = ()
    checked: Annotated[str | None, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")] = None
    examples: tuple[Example, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    revision: str = ""
    source: str = ""

    @field_validator("needs", "beats", "explains", "keywords", mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        return _many(value)

    @property
    def category(self) -> str:
        """The area of the catalog, the first part of the id."""
        return self.id.partition(".")[0]


def file_schema() -> dict[str, Any]:
    """The JSON Schema of an entry's file, for editors: the short forms that YAML may use are in it."""
    schema = Signature.model_json_schema()
    for field in ("id", "revision", "source"):
        schema["properties"].pop(field)
    schema["required"].remove("id")
    parts = schema["$defs"]
    one_or_many = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    parts["Pattern"]["properties"]["needs"] = one_or_many
    parts["Pattern"] = {"anyOf": [{"type": "string"}, parts["Pattern"]]}
    for field in ("needs", "beats", "explains", "keywords"):
        schema["properties"][field] = {**schema["properties"][field], **one_or_many}
        schema["properties"][field].pop("type", None)
        schema["properties"][field].pop("items", None)
    step = parts["Step"]["properties"]
    step["when"] = {"type": "object", "additionalProperties": one_or_many, "description": "tool, runtime, or a capture"}
    step["code"] = {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 1}
    parts.pop("Snippet", None)
    # YAML reads an unquoted value in `captures` as its own text, whatever it looks like.
    parts["Example"]["properties"]["captures"] = {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean"]},
    }
    properties, required = schema.pop("properties"), schema.pop("required")
    for field, description in _DESCRIPTIONS.items():
        properties[field]["description"] = description
    schema.pop("additionalProperties", None)
    extends = {"type": ["string", "boolean"], "description": "the id below that this adds to"}
    whole = {"properties": properties, "required": required, "additionalProperties": False}
    addition = {"properties": {**properties, "extends": extends}, "additionalProperties": False}
    removal = {"properties": {"disable": {"const": True}}, "additionalProperties": False}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",  # the newest that all editors know
        "$id": SCHEMA_URL,
        **schema,
        "if": {"required": ["disable"]},
        "then": removal,
        "else": {"if": {"required": ["extends"]}, "then": addition, "else": whole},
    }


# What an editor shows of a field; docs/catalog-format.md says it at length.
_DESCRIPTIONS = {
    "title": "the diagnosis in one line, without captures or a full stop",
    "kind": "cause; fallback: true, but a more precise cause at the same place is better; symptom: only a consequence",
    "cause": "the mechanism in two to four sentences, never the message again",
    "patterns": "the message as its program prints it, with typed holes such as {bucket:bucket}; any one is enough",
    "confidence": "how often this answer is right where a pattern matched, 0 to 1",
    "needs": "what else the text must show because the message is not Lambda's own: lambda, aws or a tool",
    "without": "where `needs` is not met: doubt (confidence 0.49) or drop",
    "confirm": "the check that proves this cause, best a command with the output to expect",
    "fixes": "ordered steps, the likeliest first: do, and optionally run, code, when, see",
    "avoid": "what people try that does not help, or does harm",
    "retryable": "true where the same request, unchanged, may succeed later",
    "docs": "url and title of the pages that say it",
    "beats": "ids that lose where both match one place",
    "explains": "ids that are symptoms of this one anywhere in the text",
    "checked": "the month in which a person last checked the facts, such as 2026-11",
    "examples": "real texts that must match and be owned by this entry, with every value that they give",
    "near_misses": "look-alikes that must not be this; `is` names the id that it is instead",
}
