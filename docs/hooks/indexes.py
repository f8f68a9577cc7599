"""The pages that list signatures: by area, by tool, by runtime, by error code, and AWS's documented errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from signature_page import headline, outside, plain, prose
from survey import Survey

from lambda_doctor.catalog import Catalog
from lambda_doctor.render import RUNTIME_NAMES, TOOL_NAMES

# A list has the words of every error in it, and would come before the error's own page in the search.
_HEAD = "---\nsearch:\n  exclude: true\n---\n\n"
AREAS = {
    "cdk": "the Cloud Development Kit",
    "cli": "the AWS CLI and the SDKs, before a request reaches AWS",
    "cloudformation": "stacks, change sets and resources",
    "configuration": "a function's settings, as the API checks them",
    "credentials": "who calls, and whether AWS believes it",
    "dependency": "packages and libraries that the code needs",
    "deployment": "code on its way to the function",
    "events": "triggers, event source mappings and what they deliver",
    "execution": "the running code",
    "handler": "finding and loading the handler",
    "images": "functions from container images",
    "invocation": "calling a function",
    "networking": "VPC, DNS, connections and file systems",
    "permissions": "policies and roles",
    "quota": "limits, throttling and concurrency",
    "sam": "the Serverless Application Model",
    "serverless": "the Serverless Framework",
    "terraform": "Terraform and OpenTofu",
}


def areas(catalog: Catalog) -> str:
    """The first page of the list: the areas."""
    lines = [
        f"{_HEAD}# All errors",
        f"{len(catalog)} errors are known. Paste yours into the search above, or choose the area, "
        "[the tool](by-tool.md), [the runtime](by-runtime.md) or [the error code](by-error-code.md).",
        "| area | what it is about | errors |\n|---|---|---:|",
    ]
    for area in sorted({identifier.partition(".")[0] for identifier in catalog.ids}):
        number = sum(identifier.startswith(f"{area}.") for identifier in catalog.ids)
        lines[-1] += f"\n| [{plain(area)}]({area}/index.md) | {plain(AREAS.get(area, ''))} | {number} |"
    return "\n\n".join(lines) + "\n"


def area_index(catalog: Catalog, area: str) -> str:
    """An area's page."""
    ids = [identifier for identifier in catalog.ids if identifier.startswith(f"{area}.")]
    said = f"Errors of {plain(AREAS[area])}.\n\n" if area in AREAS else ""
    return f"{_HEAD}# {plain(area)}\n\n{said}{_list(catalog, ids, '../')}\n"


def by_tool(catalog: Catalog, survey: Survey) -> str:
    """Signatures under each tool that shows the error, or has a way of its own to mend it."""
    text = "Each tool with the errors that it shows, or for which there is a fix of its own."
    return _grouped(catalog, "Errors by tool", text, {TOOL_NAMES[k]: survey.tools[k] for k in TOOL_NAMES})


def by_runtime(catalog: Catalog, survey: Survey) -> str:
    """Signatures under each runtime."""
    text = "Each runtime with the errors that it shows, or for which there is a fix of its own."
    return _grouped(catalog, "Errors by runtime", text, {RUNTIME_NAMES[k]: survey.runtimes[k] for k in RUNTIME_NAMES})


def by_error_code(catalog: Catalog, survey: Survey) -> str:
    """Signatures under the error code that their texts show."""
    text = "A code alone seldom tells the cause; these are the errors that come with it."
    return _grouped(catalog, "Errors by error code", text, {code: survey.codes[code] for code in sorted(survey.codes)})


def documented_errors(catalog: Catalog, documented: Iterable[Mapping[str, str]]) -> str:
    """The table of AWS's documented errors; the tests hold every line of it."""
    lines = [
        f"{_HEAD}# AWS's documented errors, and where we answer them",
        "Every message on AWS's troubleshooting pages for Lambda. The tests check that each is answered first by the "
        "page named here, alone and in the surroundings in which tools print it.",
        "| message | answered by | AWS |\n|---|---|---|",
    ]
    for row in documented:
        answers = ", ".join(
            f"[{prose(catalog.data(identifier)['title'])}]({identifier.replace('.', '/')}.md)"
            for identifier in row["ids"].split()
            if identifier in catalog
        )
        url = row["page"] + (f"#{row['anchor']}" if row["anchor"] else "")
        lines[-1] += f"\n| <code>{plain(row['text'])}</code> | {answers} | {outside(url, 'page')} |"
    return "\n\n".join(lines) + "\n"


def _grouped(catalog: Catalog, title: str, text: str, groups: Mapping[str, Iterable[str]]) -> str:
    parts = [f"{_HEAD}# {title}", text]
    for name, ids in groups.items():
        if ids:
            parts += [f"## {plain(name)}", _list(catalog, ids, "")]
    return "\n\n".join(parts) + "\n"


def _list(catalog: Catalog, ids: Iterable[str], up: str) -> str:
    return "\n".join(
        f"- [{prose(catalog.data(identifier)['title'])}]({up}{identifier.replace('.', '/')}.md)"
        f"<br><small><code>{plain(headline(catalog[identifier]))}</code></small>"
        for identifier in sorted(ids)
    )
