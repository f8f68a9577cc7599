"""What the files beside a catalog's entries hold, as models, and how a mistake in a file is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from lambda_doctor.document import CatalogError, Document, Problem
from lambda_doctor.report import Frozen
from lambda_doctor.signature import Signature

SCHEMA = 1


class Meta(Frozen):
    """What `catalog.yaml` says of a private layer."""

    schema_: Annotated[int, Field(alias="schema")] = SCHEMA
    name: str | None = None
    version: str = "0"
    requires: str | None = None
    disable: Annotated[
        tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
    ] = ()


class Hole(Frozen):
    """A capture type as `_captures.yaml` declares it."""

    regex: str
    open: str = ""
    close: str = ""
    example: str = ""


class Form(Frozen):
    """An observation form as `_observations.yaml` declares it."""

    patterns: tuple[str, ...]
    gives: dict[str, str] = {}
    signs: tuple[str, ...] = ()
    weight: float = 1


class Page(Frozen):
    """What was found when a linked page was asked for: `ok`, or what is wrong; and when, a year or a month."""

    status: str
    checked: str


def checked(kind: Any, document: Document, path: str, model: type[BaseModel] = Meta) -> Any:
    """The document's data as `kind`, an empty file as an empty one; raises CatalogError with every problem."""
    empty: Any = [] if getattr(kind, "__origin__", kind) is list else {}
    try:
        return TypeAdapter(kind).validate_python(empty if document.data is None else document.data)
    except ValidationError as error:
        raise CatalogError(list(validation_problems(error, model, document, path))) from None


def validation_problems(
    error: ValidationError, model: type[BaseModel], document: Document, file: str
) -> Iterator[Problem]:
    """What pydantic found wrong, at its place in the file, with a remedy."""
    fields = (item.alias or name for name, item in model.model_fields.items())
    known = ", ".join(name for name in fields if model is not Signature or name not in {"id", "revision", "source"})
    for item in error.errors(include_url=False):
        path = [part for part in item["loc"] if part != "is_"]
        line, column = document.place(path)
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        message, advice = item["msg"].removeprefix("Value error, "), ""
        if item["type"] == "missing":
            message, advice = "is missing", f"Add `{path[-1]}:`; docs/catalog-format.md says what it holds."
        elif item["type"] == "extra_forbidden":
            kind = "an entry" if model is Signature else file
            message, advice = f"is no field of {kind}", f"Fields are {known}."
        yield Problem(file, line, column, name, message.rstrip("."), advice)
