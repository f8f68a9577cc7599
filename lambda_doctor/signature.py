"""One catalog entry as a model: this is the schema of the YAML files."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from lambda_doctor.report import DocLink, Fix, Frozen, Snippet

ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*")
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
