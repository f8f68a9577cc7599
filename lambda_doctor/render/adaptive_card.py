"""A report as an Adaptive Card (schema 1.5) for Microsoft Teams; values of the paste stand in plain text runs only.

Teams takes messages up to 28 KB; a longer report is shortened with a pointer, between items and never inside a command.
"""

from __future__ import annotations

import json
from typing import Any

from lambda_doctor.render import GUESS, audience, facts, not_complete, standing, steps_to_show
from lambda_doctor.report import Diagnosis, Fix, Report
from lambda_doctor.template import tame

DIAGNOSES_MAX, STEPS_MAX, LINKS_MAX = 3, 5, 4
CARD_MAX = 24_000  # bytes; the rest is for the message around it
EVIDENCE_MAX = 300


def render(report: Report) -> dict[str, Any]:
    """The card, as Teams takes it in an attachment of type `application/vnd.microsoft.card.adaptive`."""
    body: list[dict[str, Any]] = []
    for diagnosis in report.diagnoses[:DIAGNOSES_MAX]:
        body += _diagnosis(diagnosis, report)
    others = len(report.diagnoses) - DIAGNOSES_MAX
    if others > 0:
        body.append(_text(f"{others} more: paste the error into lambda-doctor.", isSubtle=True))
    if not report.diagnoses:
        body.append(_text("Nothing known in this text", size="Large", weight="Bolder"))
        body.append(
            {"type": "FactSet", "facts": [{"title": name, "value": tame(value)} for name, value in facts(report)]}
        )
        if report.suggestions:
            body.append(_text(f"{GUESS}: " + ", ".join(guess.id for guess in report.suggestions)))
    if report.next_steps:
        body.append(_text("What to fetch next", weight="Bolder"))
        body += [item for number, fix in enumerate(report.next_steps, 1) for item in _step(fix, number)]
    last = [_text(not_complete(report), isSubtle=True)] if report.incomplete else []
    best = report.best
    links = [{"type": "Action.OpenUrl", "title": link.title, "url": link.url} for link in (best.docs if best else ())]
    return {
        "type": "AdaptiveCard",
        "$schema": "https://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": _fitting(body) + last,
        "actions": links[:LINKS_MAX],
    }


def _fitting(body: list[dict[str, Any]]) -> list[dict[str, Any]]:
    left = CARD_MAX
    for number, item in enumerate(body):
        left -= len(json.dumps(item))
        if left < 0:
            return [*body[:number], _text("Shortened for Teams: paste the error into lambda-doctor for the rest.")]
    return body


def _text(text: str, **style: Any) -> dict[str, Any]:
    # A RichTextBlock shows its runs as they are; a TextBlock would read Markdown in them.
    size = {"size": style.pop("size")} if "size" in style else {}
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **size, **style}]}


def _diagnosis(diagnosis: Diagnosis, report: Report) -> list[dict[str, Any]]:
    fixes, others = steps_to_show(diagnosis, report)
    evidence = tame(diagnosis.evidence.text)
    shown = evidence if len(evidence) <= EVIDENCE_MAX else evidence[: EVIDENCE_MAX - 1] + "\u2026"
    items = [
        _text(diagnosis.title, size="Large", weight="Bolder"),
        _text(f"{diagnosis.id} \u00b7 {standing(diagnosis)}", isSubtle=True),
        _text(shown, fontType="Monospace"),
        _text(" ".join(diagnosis.cause.split())),
        _text("What to do now", weight="Bolder"),
    ]
    items += [item for number, fix in enumerate(fixes[:STEPS_MAX], 1) for item in _step(fix, number)]
    more = others + max(len(fixes) - STEPS_MAX, 0)
    if more:
        items.append(_text(f"{more} more steps: lambda-doctor explain {diagnosis.id}", isSubtle=True))
    if diagnosis.confirm:
        items += [_text("How to check", weight="Bolder"), _text(" ".join(diagnosis.confirm.split()))]
    return items


def _step(fix: Fix, number: int) -> list[dict[str, Any]]:
    whom = audience(fix)
    items = [_text(f"{number}. {f'[{whom}] ' if whom else ''}{' '.join(fix.do.split())}")]
    items += [
        _text(block.rstrip("\n"), fontType="Monospace")
        for block in (fix.run, fix.code.text if fix.code else "")
        if block
    ]
    return items
