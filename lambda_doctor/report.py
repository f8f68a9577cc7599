"""What a diagnosis says: frozen models with a published JSON schema, safe to keep, compare, pickle and send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Model = TypeVar("Model", bound=BaseModel)


class Frozen(BaseModel):
    """Base of all models here: immutable, and strict about names."""

    # Built when first validated or serialised, so that a diagnosis in a fresh process does not wait for it.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def made(model: type[Model], **values: Any) -> Model:
    """A model of values for all of its fields, unchecked: as `model_construct` does it, in a fifth of the time."""
    instance = model.__new__(model)
    object.__setattr__(instance, "__dict__", values)
    object.__setattr__(instance, "__pydantic_fields_set__", set(values))
    object.__setattr__(instance, "__pydantic_extra__", None)
    object.__setattr__(instance, "__pydantic_private__", None)
    return instance


class DocLink(Frozen):
    """A page of documentation."""

    url: str
    title: str


class Snippet(Frozen):
    """A piece of code or configuration and the language it is in (`yaml`, `json`, `hcl`, `python`, ...)."""

    language: str
    text: str


class Fix(Frozen):
    """One step: what to do, and where it helps a command, a snippet, a link."""

    do: str
    run: Annotated[str | None, Field(description="a POSIX shell command with every value quoted, or None")] = None
    code: Snippet | None = None
    when: Annotated[
        dict[str, tuple[str, ...]],
        Field(description="whom the step fits: tool, runtime or a capture, and the values that it may have"),
    ] = {}
    see: str | None = None


class Evidence(Frozen):
    """The place in the pasted text that shows the error; offsets count code points, lines count from 1."""

    start: int
    end: int
    line: int
    text: str


class Observation(Frozen):
    """What the text tells without any signature; each is None where the text does not say."""

    tool: str | None = None
    runtime: str | None = None
    service: str | None = None
    operation: str | None = None
    error_code: str | None = None
    http_status: int | None = None
    request_id: str | None = None
    function_name: str | None = None
    region: str | None = None
    account: str | None = None
    resource: Annotated[str | None, Field(description="a resource's logical id or address")] = None
    resource_type: str | None = None
    stack: str | None = None
    signs: Annotated[
        tuple[str, ...], Field(description="what the text is about: aws, lambda, and the tools that it shows")
    ] = ()


class Context(Frozen):
    """What the caller knows about the text; it wins over what the text tells."""

    tool: str | None = None
    runtime: str | None = None
    service: str | None = None
    operation: str | None = None
    function_name: str | None = None
    region: str | None = None
    account: str | None = None
    stack: str | None = None
    shell: Annotated[
        Literal["posix", "powershell", "cmd"], Field(description="the shell that commands are quoted for")
    ] = "posix"


class Diagnosis(Frozen):
    """A known error found in the text, with what to do about it."""

    id: str
    title: str
    cause: str
    confidence: Annotated[float, Field(ge=0, le=1, description="measured share of such answers that are right")]
    evidence: Evidence
    count: Annotated[int, Field(ge=1, description="how often the error stands in the text")] = 1
    captures: dict[str, str] = {}
    confirm: str | None = None
    fixes: tuple[Fix, ...] = ()
    avoid: str | None = None
    retryable: bool = False
    docs: tuple[DocLink, ...] = ()
    symptoms: Annotated[tuple[str, ...], Field(description="ids of errors in the text that this one explains")] = ()
    url: Annotated[str, Field(description="the signature's page")] = ""
    revision: Annotated[str, Field(description="changes whenever the catalog's entry does")] = ""
    source: Annotated[str, Field(description="the catalog layer that the entry comes from")] = ""

    @property
    def category(self) -> str:
        """The area of the catalog, the first part of the id.

        >>> from lambda_doctor import diagnose
        >>> diagnose("Runtime.ExitError: signal: killed").best.category
        'execution'
        """
        return self.id.partition(".")[0]


class Suggestion(Frozen):
    """A guess: an entry whose words are near to the text's. Not a diagnosis."""

    id: str
    title: str


class Report(Frozen):
    """Everything said about one text; true when something was diagnosed; a sequence of its diagnoses, best first."""

    diagnoses: tuple[Diagnosis, ...] = ()
    # A factory: older pydantics cannot write the schema of a default whose class is not built yet.
    observation: Observation = Field(default_factory=Observation.model_construct)
    suggestions: Annotated[
        tuple[Suggestion, ...], Field(description="guesses for a text that no signature knows; never diagnoses")
    ] = ()
    next_steps: Annotated[
        tuple[Fix, ...], Field(description="what to fetch where the text holds too little to tell")
    ] = ()
    fingerprint: Annotated[str, Field(description="the same for the same error with other ids, names and times")] = ""
    incomplete: Annotated[
        tuple[str, ...], Field(description="what was not looked at because time or size ran out; empty when all was")
    ] = ()
    catalog_version: str = ""

    @property
    def best(self) -> Diagnosis | None:
        """The first diagnosis, or None."""
        return self.diagnoses[0] if self.diagnoses else None

    def __bool__(self) -> bool:
        return bool(self.diagnoses)

    def __len__(self) -> int:
        return len(self.diagnoses)

    def __iter__(self) -> Iterator[Diagnosis]:  # type: ignore[override]
        return iter(self.diagnoses)

    def __getitem__(self, index: int) -> Diagnosis:
        return self.diagnoses[index]

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_text(self, *, width: int = 100, color: bool = False, links: bool = False) -> str:
        """The report for a terminal: plain by default, `width` columns of prose; commands are never wrapped."""
        from lambda_doctor.render.text import render

        return render(self, width=width, color=color, links=links)

    def to_markdown(self) -> str:
        """The report in Markdown, for GitHub, GitLab, Mattermost and such."""
        from lambda_doctor.render.markdown import render

        return render(self)

    def to_html(self) -> str:
        """The report as an HTML fragment without scripts or styles of its own."""
        from lambda_doctor.render.html import render

        return render(self)

    def to_slack(self) -> dict[str, object]:
        """The report as a Slack message: `text` for notifications and `blocks` within Slack's limits."""
        from lambda_doctor.render.slack import render

        return render(self)

    def to_adaptive_card(self) -> dict[str, object]:
        """The report as an Adaptive Card for Microsoft Teams."""
        from lambda_doctor.render.adaptive_card import render

        return render(self)


class Place(Frozen):
    """Where something stands in a log: lines count from 1, offsets are in bytes; `time` is as the log writes it."""

    line: int
    offset: int
    time: str | None = None


class LogFinding(Frozen):
    """One problem of a log: its diagnosis, how often it stands there, where first and last, and up to three samples."""

    diagnosis: Diagnosis
    count: Annotated[int, Field(ge=1)]
    first: Place
    last: Place
    samples: tuple[str, ...] = ()
