"""A report in Markdown (CommonMark, as GitHub, GitLab and Mattermost read it); everything from the paste is escaped."""

from __future__ import annotations

import re

from lambda_doctor.render import GUESS, audience, facts, not_complete, standing, steps_to_show
from lambda_doctor.report import Diagnosis, Fix, Report
from lambda_doctor.template import tame

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@:$^=-])")
_SAFE_CODE = re.compile(r"`[^`\n]{1,300}`")
EVIDENCE_MAX = 300


def render(report: Report) -> str:
    """The report as Markdown, ending in a line break."""
    parts = [_diagnosis(diagnosis, report, number) for number, diagnosis in enumerate(report.diagnoses)]
    if not parts:
        parts.append(_unknown(report))
    if report.next_steps:
        parts.append(
            "**What to fetch next**\n\n" + "\n".join(fix_lines(f, n) for n, f in enumerate(report.next_steps, 1))
        )
    if report.incomplete:
        parts.append(f"_{escape(not_complete(report))}_")
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    r"""Text that Markdown shows as it is: no links, mentions, HTML or emphasis.

    >>> escape("<b> [x](javascript:1)")
    '\\<b\\> \\[x\\]\\(javascript\\:1\\)'
    """
    return _SPECIAL.sub(r"\\\1", tame(text))


def prose(text: str) -> str:
    """Prose in which `code` stays code and all else is shown as it is."""
    parts = []
    done = 0
    text = " ".join(text.split())
    for match in _SAFE_CODE.finditer(text):
        parts += [_gentle(text[done : match.start()]), match[0]]
        done = match.end()
    parts.append(_gentle(text[done:]))
    return "".join(parts)


_GENTLE = re.compile(r"([\\`*_{}\[\]<>|~@#$])|(?<=[a-z])(:)(?=//)")


def _gentle(text: str) -> str:
    return _GENTLE.sub(lambda match: "\\" + match[0], text)


def code(text: str) -> str:
    """Inline code that its own backticks cannot end."""
    text = tame(text).strip() or " "
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str, language: str, indent: str = "") -> str:
    """A block of code that its own backticks cannot end."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    body = "\n".join(f"{indent}{line}" if line else "" for line in text.rstrip("\n").split("\n"))
    return f"{indent}{fence}{language}\n{body}\n{indent}{fence}"


def _diagnosis(diagnosis: Diagnosis, report: Report, number: int) -> str:
    shown = diagnosis.evidence.text
    shown = shown if len(shown) <= EVIDENCE_MAX else shown[: EVIDENCE_MAX - 1] + "\u2026"
    lines = [
        f"### {'Also found: ' if number else ''}{prose(diagnosis.title)}",
        "",
        f"[`{diagnosis.id}`]({diagnosis.url}) \u00b7 {standing(diagnosis)}",
        "",
        f"> {code(shown)}",
        "",
        f"**What happened.** {prose(diagnosis.cause)}",
        "",
        "**What to do now**",
        "",
    ]
    fixes, others = steps_to_show(diagnosis, report)
    lines += [fix_lines(fix, place) for place, fix in enumerate(fixes, 1)]
    if others:
        lines += ["", f"_{others} more steps for other tools or runtimes: `lambda-doctor explain {diagnosis.id}`_"]
    if diagnosis.confirm:
        lines += ["", f"**How to check.** {prose(diagnosis.confirm)}"]
    if diagnosis.avoid:
        lines += ["", f"**What does not help.** {prose(diagnosis.avoid)}"]
    if diagnosis.retryable:
        lines += ["", "Worth retrying unchanged: the same request may succeed later."]
    if diagnosis.symptoms:
        lines += ["", "Explains also: " + ", ".join(f"`{symptom}`" for symptom in diagnosis.symptoms)]
    lines += ["", "**Read more:** " + ", ".join(f"[{prose(link.title)}]({link.url})" for link in diagnosis.docs)]
    return "\n".join(lines)


def fix_lines(fix: Fix, number: int) -> str:
    """A step as an item of a numbered list."""
    whom = audience(fix)
    lines = [f"{number}. {f'({whom}) ' if whom else ''}{prose(fix.do)}"]
    indent = " " * (len(str(number)) + 2)
    if fix.run:
        lines.append(fenced(fix.run, "sh", indent))
    if fix.code:
        lines.append(fenced(fix.code.text, fix.code.language, indent))
    if fix.see:
        lines.append(f"{indent}<{fix.see}>")
    return "\n".join(lines)


def _unknown(report: Report) -> str:
    lines = ["### Nothing known in this text"]
    seen = ", ".join(f"{name} {code(value)}" for name, value in facts(report))
    if seen:
        lines += ["", f"It shows: {seen}."]
    if report.suggestions:
        lines += ["", f"{GUESS}:", ""]
        lines += [f"- `{guess.id}`: {prose(guess.title)}" for guess in report.suggestions]
    return "\n".join(lines)
