"""A report as an HTML fragment: no scripts, no styles, no attribute holds anything of the paste."""

from __future__ import annotations

import re
from html import escape

from lambda_doctor.render import GUESS, audience, facts, not_complete, standing, steps_to_show, verdict
from lambda_doctor.report import Diagnosis, Fix, Report
from lambda_doctor.template import tame

_CODE = re.compile(r"`([^`\n]{1,300})`")


def render(report: Report) -> str:
    """The report as one `<div class="lambda-doctor">`."""
    parts = [_diagnosis(diagnosis, report) for diagnosis in report.diagnoses] or [_unknown(report)]
    if len(report) > 1:
        further = zip(report.diagnoses[1:], parts[1:])
        folded = (f"<details><summary>{prose(d.title)}</summary>{part}</details>" for d, part in further)
        parts = [parts[0], f"<h4>Also found</h4>{''.join(folded)}"]
    if report.next_steps:
        parts.append(f"<section><h4>What to fetch next</h4>{steps(report.next_steps)}</section>")
    if report.incomplete:
        parts.append(f"<p>{escape(not_complete(report))}</p>")
    return f'<div class="lambda-doctor">{"".join(parts)}</div>'


def prose(text: str) -> str:
    """Prose in which `code` becomes an element and all else is shown as it is."""
    return _CODE.sub(r"<code>\1</code>", escape(" ".join(text.split())))


def _diagnosis(diagnosis: Diagnosis, report: Report) -> str:
    fixes, others = steps_to_show(diagnosis, report)
    parts = [
        f'<section class="{verdict(diagnosis.confidence).replace(" ", "-")}">',
        f"<h3>{prose(diagnosis.title)}</h3>",
        f'<p><a href="{escape(diagnosis.url)}"><code>{escape(diagnosis.id)}</code></a>',
        f" \u00b7 {standing(diagnosis)}</p>",
        f"<blockquote><code>{escape(tame(diagnosis.evidence.text))}</code></blockquote>",
        f"<h4>What happened</h4><p>{prose(diagnosis.cause)}</p>",
        f"<h4>What to do now</h4>{steps(fixes)}",
    ]
    if others:
        parts.append(f"<p><small>{others} more steps are for other tools or runtimes.</small></p>")
    if diagnosis.confirm:
        parts.append(f"<h4>How to check</h4><p>{prose(diagnosis.confirm)}</p>")
    if diagnosis.avoid:
        parts.append(f"<h4>What does not help</h4><p>{prose(diagnosis.avoid)}</p>")
    if diagnosis.retryable:
        parts.append("<p>Worth retrying unchanged: the same request may succeed later.</p>")
    if diagnosis.symptoms:
        parts.append("<p>Explains also: " + ", ".join(f"<code>{escape(s)}</code>" for s in diagnosis.symptoms) + "</p>")
    links = "".join(f'<li><a href="{escape(link.url)}">{escape(link.title)}</a></li>' for link in diagnosis.docs)
    parts.append(f"<h4>Read more</h4><ul>{links}</ul></section>")
    return "".join(parts)


def steps(fixes: list[Fix] | tuple[Fix, ...]) -> str:
    """Steps as a numbered list."""
    items = []
    for fix in fixes:
        whom = audience(fix)
        item = f"<li><p>{f'<em>{escape(whom)}:</em> ' if whom else ''}{prose(fix.do)}</p>"
        if fix.run:
            item += f'<pre><code class="language-sh">{escape(fix.run)}</code></pre>'
        if fix.code:
            item += f'<pre><code class="language-{escape(fix.code.language)}">{escape(fix.code.text)}</code></pre>'
        if fix.see:
            item += f'<p><a href="{escape(fix.see)}">{escape(fix.see)}</a></p>'
        items.append(item + "</li>")
    return f"<ol>{''.join(items)}</ol>"


def _unknown(report: Report) -> str:
    parts = ["<h3>Nothing known in this text</h3>"]
    seen = ", ".join(f"{name} <code>{escape(tame(value))}</code>" for name, value in facts(report))
    if seen:
        parts.append(f"<p>It shows: {seen}.</p>")
    if report.suggestions:
        guesses = "".join(f"<li><code>{escape(g.id)}</code>: {escape(g.title)}</li>" for g in report.suggestions)
        parts.append(f"<p>{GUESS}:</p><ul>{guesses}</ul>")
    return "".join(parts)
