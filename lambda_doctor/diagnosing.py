"""From a paste to a report: clean, observe, match, rank, fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from lambda_doctor.catalog import Catalog
from lambda_doctor.cleaning import clean
from lambda_doctor.incoming import Incoming, read
from lambda_doctor.lazy import compile
from lambda_doctor.match import BLOCK, Budget, find_hits
from lambda_doctor.observe import observe
from lambda_doctor.rank import Finding, findings, rank
from lambda_doctor.redact import Redactor
from lambda_doctor.report import Context, Diagnosis, DocLink, Evidence, Fix, Observation, Report, Snippet, made
from lambda_doctor.template import fill, fill_command, tame
from lambda_doctor.unknown import error_line, fingerprint

if TYPE_CHECKING:
    from lambda_doctor.signature import Signature

PAGES = "https://lambda-doctor.readthedocs.io/signatures/"
SUGGESTIONS, STEPS = 3, 3
DIAGNOSES_MAX = 50
_ROLES = ("region", "account")
_BLANK = compile(r"\s*")
# Numbers, versions, Regions, actions and error codes: captures that name nobody's thing.
_PLAIN_VALUE = compile(
    r"[\d.,]*|v?\d[\w.]*|[a-z]{2}(?:-[a-z]+)+-\d|[\w-]+:[A-Z*]\w*|[A-Z]\w*(?:Exception|Error)", re.ASCII
)
_UUID = compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def diagnose(
    error: str | bytes | BaseException | Mapping[str, Any],
    *,
    context: Context | None = None,
    catalog: Catalog | None = None,
    budget: float = 1.0,
    redact: Literal["secrets", "strict"] = "secrets",
) -> Report:
    """Say what an error means and what to do about it.

    `error` is the pasted text (str, or bytes in UTF-8 or UTF-16), an exception, or a mapping (an API's error body, the
    `errorType` and `errorMessage` that Lambda answers with, a CloudWatch log event). `context` is what the caller
    knows; it wins over what the text shows. `budget` is the time to spend at the most, in seconds. Of a text longer
    than 4,194,304 characters both ends are looked at; `scan` takes any size. A report holds the 50 best diagnoses; what
    was not looked at is in its `incomplete`. Secrets never stand in the report; `redact="strict"` hides account ids,
    ARNs and names too.

    Returns a Report: empty, and false, when nothing is known of the text. Raises TypeError for anything else, such as
    None or a list; no text raises.

    >>> report = diagnose("Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: "
    ...                   "The bucket is in this region: us-east-2. Please use this region to retry the request")
    >>> report.best.id
    'deployment.s3-wrong-region'
    >>> report.best.captures
    {'bucket_region': 'us-east-2'}
    """
    catalog = Catalog.default() if catalog is None else catalog
    examined = Examined(error, context, catalog, Budget(budget), strict=redact == "strict")
    found = examined.found
    line = "" if found else error_line(clean(examined.text[-BLOCK:]))
    line = line and examined.hide(line)
    return made(
        Report,
        diagnoses=examined.diagnoses(),
        observation=examined.observation,
        suggestions=catalog.search(line, SUGGESTIONS) if line else (),
        next_steps=examined.next_steps() if line or _only_symptoms(found) else (),
        fingerprint=fingerprint(found[0].id if found else line) if found or line else "",
        incomplete=tuple(dict.fromkeys(examined.skipped)),
        catalog_version=catalog.version,
    )


class Examined:
    """A text with what was found in it, and with what of it may be told."""

    def __init__(
        self,
        error: str | bytes | BaseException | Mapping[str, Any],
        context: Context | None,
        catalog: Catalog,
        time: Budget,
        *,
        strict: bool = False,
    ) -> None:
        incoming = read(error)
        self.text = text = incoming.text
        hits = [] if _BLANK.fullmatch(text) else find_hits(text, catalog, time)
        self._known = _known(incoming, context)
        observed = observe([hit for hit in hits if hit.record.owner < 0], self._known, catalog)
        matched = [hit for hit in hits if hit.record.owner >= 0]
        found = rank(findings(matched, observed.signs, text)) if matched else []
        if len(found) > DIAGNOSES_MAX:
            time.skipped.append(f"{len(found) - DIAGNOSES_MAX} further diagnoses")
        self.found = found[:DIAGNOSES_MAX]
        self.skipped = time.skipped
        self._catalog = catalog
        self._shell = context.shell if context else "posix"
        self._strict = strict
        places = [(finding.start, finding.end) for finding in self.found]
        self._secrets = Redactor(text, places, strict=strict, names=_names(self.found, observed) if strict else ())
        told = {name: value for name, value in vars(observed).items() if value and name != "signs"}
        self._values = {name: tame(self.hide(str(value))) for name, value in told.items()}
        changed = {
            name: value for name, value in self._values.items() if isinstance(told[name], str) and value != told[name]
        }
        self.observation = observed.model_copy(update=changed) if changed else observed

    def hide(self, value: str) -> str:
        """A value without secrets."""
        if not self._strict and _UUID.fullmatch(value):
            return value
        # What is a part of a text that was looked through and holds no secret needs no second look.
        return value if self._secrets.found_nothing and not self._known else self._secrets(value)

    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """What was found, filled in, best first."""
        return tuple([self._diagnosis(finding) for finding in self.found])

    def next_steps(self) -> tuple[Fix, ...]:
        """What to fetch where the text holds too little to tell."""
        steps = self._catalog.next_steps
        agreeing = [step for step in steps if _fit(step.get("when", {}), self._values, self.observation) == 0]
        for_all = [step for step in steps if "when" not in step]
        return tuple(_fix(step, self._values, self._shell) for step in [*agreeing, *for_all][:STEPS])

    def _diagnosis(self, finding: Finding) -> Diagnosis:
        entry = finding.entry
        captures = {name: tame(self.hide(value)) for name, value in finding.captures.items()}
        # A Region or account that the message names as something else (the bucket's) is not the function's.
        other = {value for name, value in captures.items() if name not in _ROLES}
        values = {n: value for n, value in self._values.items() if n not in _ROLES or value not in other} | captures
        return made(
            Diagnosis,
            id=finding.id,
            title=entry["title"],
            cause=fill(entry["cause"], values),
            confidence=finding.confidence,
            evidence=made(
                Evidence,
                start=finding.start,
                end=finding.end,
                line=self.text.count("\n", 0, finding.start) + 1,
                text=self._secrets.cut(self.text, finding.start, finding.end),
            ),
            count=finding.count,
            captures=captures,
            confirm=fill(entry["confirm"], values) if entry.get("confirm") else None,
            fixes=fixes_for(entry["fixes"], values, self.observation, self._shell),
            avoid=fill(entry["avoid"], values) if entry.get("avoid") else None,
            retryable=entry.get("retryable", False),
            docs=_docs(tuple((link["url"], link["title"]) for link in entry["docs"])),
            symptoms=tuple(finding.symptoms),
            url=f"{PAGES}{finding.id.replace('.', '/')}/",
            revision=entry["revision"],
            source=entry["source"],
        )


def _only_symptoms(found: list[Finding]) -> bool:
    return bool(found) and all(finding.kind == "symptom" for finding in found)


def _names(found: list[Finding], observation: Observation) -> list[str]:
    """What `strict` hides besides secrets: the names of the user's things."""
    names = [observation.function_name, observation.resource, observation.stack, observation.account]
    for finding in found:
        names += [value for value in finding.captures.values() if not _PLAIN_VALUE.fullmatch(value)]
    return [name for name in names if name]


def _known(incoming: Incoming, context: Context | None) -> dict[str, Any]:
    """What an exception or a mapping says for certain, and over it the caller's context."""
    given = {} if context is None else {name: value for name, value in context if value and name != "shell"}
    return {**incoming.known, **given}


@lru_cache(maxsize=1024)
def _docs(links: tuple[tuple[str, str], ...]) -> tuple[DocLink, ...]:
    return tuple(made(DocLink, url=url, title=title) for url, title in links)


def fixes_for(
    steps: list[dict[str, Any]], values: Mapping[str, str], observation: Observation, shell: str
) -> tuple[Fix, ...]:
    """The steps filled in: those that the text or context agrees with first, those for others last."""
    filled = [(_fit(step.get("when", {}), values, observation), _fix(step, values, shell)) for step in steps]
    filled.sort(key=lambda pair: pair[0])
    return tuple(fix for _, fix in filled)


def _fix(step: dict[str, Any], values: Mapping[str, str], shell: str) -> Fix:
    code = step.get("code")
    return made(
        Fix,
        do=fill(step["do"], values),
        run=fill_command(step["run"], values, shell) if step.get("run") else None,
        code=made(Snippet, language=code["language"], text=fill(code["text"], values)) if code else None,
        when={name: tuple(wanted) for name, wanted in step.get("when", {}).items()},
        see=step.get("see"),
    )


def _fit(when: Mapping[str, list[str]], values: Mapping[str, str], observation: Observation) -> int:
    """0: agrees with what is known; 1: fits all, or nothing is known; 2: is for another tool, runtime or value."""
    if not when:
        return 1
    known = 0
    for name, wanted in when.items():
        if name == "signs":
            if not any(sign in observation.signs for sign in wanted):
                return 2
            known += 1
            continue
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
    return value == wanted


def explain(identifier: str, *, catalog: Catalog | None = None) -> Signature:
    """The signature with this id: cause, fixes, patterns, links, as the catalog has it. Raises KeyError.

    >>> explain("deployment.s3-wrong-region").title
    "The package's bucket is in another Region than the function"
    """
    return (Catalog.default() if catalog is None else catalog)[identifier]
