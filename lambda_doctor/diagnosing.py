"""From a paste to a report: clean, observe, match, rank, fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_doctor.catalog import Catalog
from lambda_doctor.incoming import Incoming, read
from lambda_doctor.match import Budget, find_hits
from lambda_doctor.observe import observe
from lambda_doctor.rank import Finding, findings, rank
from lambda_doctor.report import Context, Diagnosis, DocLink, Evidence, Fix, Observation, Report, Snippet
from lambda_doctor.template import fill, fill_command, tame
from lambda_doctor.text import clean

if TYPE_CHECKING:
    from lambda_doctor.signature import Signature

PAGES = "https://lambda-doctor.readthedocs.io/signatures/"
_BLANK = re.compile(r"\s*")


def diagnose(
    error: str | bytes | BaseException | Mapping[str, Any],
    *,
    context: Context | None = None,
    catalog: Catalog | None = None,
    budget: float = 1.0,
) -> Report:
    """Say what an error means and what to do about it.

    `error` is the pasted text (str, or bytes in UTF-8 or UTF-16), an exception, or a mapping (an API's error body, the
    `errorType` and `errorMessage` that Lambda answers with, a CloudWatch log event). `context` is what the caller
    knows; it wins over what the text shows. `budget` is the time to spend at the most, in seconds.

    Returns a Report: empty, and false, when nothing is known of the text. Raises TypeError for anything else, such as
    None or a list; no text raises.

    >>> report = diagnose("Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: "
    ...                   "The bucket is in this region: us-east-2. Please use this region to retry the request")
    >>> report.best.id
    'deployment.s3-wrong-region'
    >>> report.best.captures
    {'bucket_region': 'us-east-2'}
    """
    incoming = read(error)
    catalog = Catalog.default() if catalog is None else catalog
    if _BLANK.fullmatch(incoming.text):
        return Report.model_construct(catalog_version=catalog.version)
    time = Budget(budget)
    cleaned = clean(incoming.text)
    hits = find_hits(cleaned.text, catalog, time)
    forms = [hit for hit in hits if hit.record.owner < 0]
    observation = observe(forms, _merged(incoming, context))
    found = rank(
        findings((hit for hit in hits if hit.record.owner >= 0), observation.signs, cleaned.origin)
    )
    diagnoses = tuple(_diagnosis(finding, observation, incoming.text, context) for finding in found)
    return Report.model_construct(
        diagnoses=diagnoses,
        observation=observation,
        incomplete=tuple(dict.fromkeys(time.skipped)),
        catalog_version=catalog.version,
    )


def _merged(incoming: Incoming, context: Context | None) -> Context | None:
    """The caller's context, and under it what an exception or mapping says for certain."""
    if not incoming.known:
        return context
    given = {} if context is None else {k: v for k, v in context.model_dump().items() if v}
    return Context.model_construct(**{**incoming.known, **given})


def _diagnosis(finding: Finding, observation: Observation, paste: str, context: Context | None) -> Diagnosis:
    entry = finding.entry
    captures = {name: tame(value) for name, value in finding.captures.items()}
    values = {
        **{name: tame(str(value)) for name, value in observation.model_dump(exclude={"signs"}).items() if value},
        **captures,
    }
    shell = context.shell if context else "posix"
    return Diagnosis.model_construct(
        id=finding.id,
        title=entry["title"],
        cause=fill(entry["cause"], values),
        confidence=finding.confidence,
        evidence=Evidence.model_construct(
            start=finding.start,
            end=finding.end,
            line=paste.count("\n", 0, finding.start) + 1,
            text=paste[finding.start : finding.end],
        ),
        count=finding.count,
        captures=captures,
        confirm=fill(entry["confirm"], values) if entry.get("confirm") else None,
        fixes=fixes_for(entry["fixes"], values, observation, shell),
        avoid=fill(entry["avoid"], values) if entry.get("avoid") else None,
        retryable=entry.get("retryable", False),
        docs=tuple(DocLink.model_construct(**link) for link in entry["docs"]),
        symptoms=tuple(finding.symptoms),
        url=f"{PAGES}{finding.id.replace('.', '/')}/",
        revision=entry["revision"],
        source=entry["source"],
    )


def fixes_for(
    steps: list[dict[str, Any]], values: Mapping[str, str], observation: Observation, shell: str
) -> tuple[Fix, ...]:
    """The steps filled in: those that the text or context agrees with first, those for others last."""
    filled = [(_fit(step.get("when", {}), values, observation), _fix(step, values, shell)) for step in steps]
    filled.sort(key=lambda pair: pair[0])
    return tuple(fix for _, fix in filled)


def _fix(step: dict[str, Any], values: Mapping[str, str], shell: str) -> Fix:
    code = step.get("code")
    return Fix.model_construct(
        do=fill(step["do"], values),
        run=fill_command(step["run"], values, shell) if step.get("run") else None,
        code=Snippet.model_construct(language=code["language"], text=fill(code["text"], values)) if code else None,
        when={name: tuple(wanted) for name, wanted in step.get("when", {}).items()},
        see=step.get("see"),
    )


def _fit(when: Mapping[str, list[str]], values: Mapping[str, str], observation: Observation) -> int:
    """0: agrees with what is known; 1: fits all, or nothing is known; 2: is for another tool, runtime or value."""
    if not when:
        return 1
    known = 0
    for name, wanted in when.items():
        value = values.get(name)
        if value is None:
            continue
        if not any(_same(name, item, value) for item in wanted):
            return 2
        known += 1
    return 0 if known == len(when) else 1


def _same(name: str, wanted: str, value: str) -> bool:
    wanted, value = wanted.lower(), value.lower()
    if name == "runtime":
        return value.startswith(wanted) or wanted.startswith(value)
    if name == "tool":
        return value == wanted
    return value == wanted


def explain(identifier: str, *, catalog: Catalog | None = None) -> Signature:
    """The signature with this id: cause, fixes, patterns, links, as the catalog has it. Raises KeyError.

    >>> explain("deployment.s3-wrong-region").title
    "The package's bucket is in another Region than the function"
    """
    return (Catalog.default() if catalog is None else catalog)[identifier]
