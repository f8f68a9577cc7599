"""A report as a Slack message: Block Kit within Slack's limits, shortened with a pointer and never inside a command.

What came from the paste stands in rich text only, which Slack shows as it is: no markup, mention, link or emoji is read
in it, and it is copied from there unchanged.
Limits: 50 blocks a message, 150 characters a header, 3,000 a text (https://docs.slack.dev/reference/block-kit/blocks/),
and some 12,000 in all blocks together, "with a buffer for block containers" (https://github.com/slackapi/bolt-js/issues/2509);
how that is counted is not told, so the whole JSON is counted here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lambda_doctor.render import GUESS, audience, facts, not_complete, standing, steps_to_show
from lambda_doctor.report import Diagnosis, Fix, Report
from lambda_doctor.template import tame

BLOCKS_MAX, HEADER_MAX, TEXT_MAX, MESSAGE_MAX = 50, 150, 3_000, 12_000
DIAGNOSES_MAX, STEPS_MAX, LINKS_MAX = 3, 5, 3
EVIDENCE_MAX = 300
Json = dict[str, Any]


def render(report: Report) -> Json:
    """`text` for notifications, and `blocks`; both are arguments of Slack's `chat.postMessage`."""
    last = _section(_text(not_complete(report), italic=True)) if report.incomplete else None
    blocks: list[Json] = []
    left = MESSAGE_MAX - (_size(last) if last else 0)
    for block in _blocks(report):
        left -= _size(block)
        if left < 0 or len(blocks) == BLOCKS_MAX - 2:
            blocks.append(_section(*_prose("Shortened for Slack: paste the error into `lambda-doctor` for the rest.")))
            break
        blocks.append(block)
    best = report.best
    text = f"{best.title} ({best.id})" if best else "Nothing known in this text"
    return {"text": escape(text), "blocks": [*blocks, last] if last else blocks}


def escape(text: str) -> str:
    """Text for a place where Slack reads markup: a `<!channel>` is dead.

    >>> escape("<!channel> & x")
    '&lt;!channel&gt; &amp; x'
    """
    return tame(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(report: Report) -> Iterator[Json]:
    for diagnosis in report.diagnoses[:DIAGNOSES_MAX]:
        yield from _diagnosis(diagnosis, report)
    if not report.diagnoses:
        yield _rich(*_unknown(report))
    if report.next_steps:
        yield _section(_text("What to fetch next", bold=True))
        for number, fix in enumerate(report.next_steps, 1):
            yield _step(fix, number)
    others = len(report.diagnoses) - DIAGNOSES_MAX
    if others > 0:
        yield _section(*_prose(f"{others} more: paste the error into `lambda-doctor`."))


def _diagnosis(diagnosis: Diagnosis, report: Report) -> Iterator[Json]:
    fixes, for_others = steps_to_show(diagnosis, report)
    more = for_others + max(len(fixes) - STEPS_MAX, 0)
    yield {
        "type": "header",
        "text": {"type": "plain_text", "text": _cut(diagnosis.title, HEADER_MAX), "emoji": False},
    }
    yield _section(_link(diagnosis.url, diagnosis.id), _text(f" \u00b7 {standing(diagnosis)}"))
    yield _rich(_code(_cut(tame(diagnosis.evidence.text), EVIDENCE_MAX) or " "))
    yield _section(_text("What happened\n", bold=True), *_prose(diagnosis.cause))
    for number, fix in enumerate(fixes[:STEPS_MAX], 1):
        yield _step(fix, number)
    if more:
        yield _section(*_prose(f"{more} more steps: `lambda-doctor explain {diagnosis.id}`"))
    for title, prose in (("How to check\n", diagnosis.confirm), ("What does not help\n", diagnosis.avoid)):
        if prose:
            yield _section(_text(title, bold=True), *_prose(prose))
    if diagnosis.docs:
        links = [(_link(link.url, link.title), _text("\n")) for link in diagnosis.docs[:LINKS_MAX]]
        yield _section(_text("Read more\n", bold=True), *(item for pair in links for item in pair))


def _step(fix: Fix, number: int) -> Json:
    whom = audience(fix)
    elements = [
        _inline(_text(f"{number}. ", bold=True), *([_text(f"{whom}: ", italic=True)] if whom else []), *_prose(fix.do))
    ]
    for block in (fix.run, fix.code.text if fix.code else None):
        if block and len(block) <= TEXT_MAX:
            elements.append(_code(block.rstrip("\n")))
        elif block:  # half a command is worse than none
            elements.append(_inline(_text("(too long for Slack: lambda-doctor itself shows it)", italic=True)))
    if fix.see:
        elements.append(_inline(_link(fix.see, fix.see)))
    return _rich(*elements)


def _unknown(report: Report) -> list[Json]:
    parts = [_inline(_text("Nothing known in this text", bold=True))]
    seen = ", ".join(f"{name} {tame(value)}" for name, value in facts(report))
    if seen:
        parts.append(_inline(_text(_cut(f"It shows: {seen}.", TEXT_MAX))))
    if report.suggestions:
        guesses = [_inline(_text(guess.id, code=True), _text(f": {guess.title}")) for guess in report.suggestions]
        parts += [_inline(_text(f"{GUESS}:")), {"type": "rich_text_list", "style": "bullet", "elements": guesses}]
    return parts


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _section(*inlines: Json) -> Json:
    return _rich(_inline(*inlines))


def _inline(*inlines: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(inlines)}


def _code(text: str) -> Json:
    return {"type": "rich_text_preformatted", "elements": [_text(text)]}


def _text(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _link(url: str, text: str) -> Json:
    return {"type": "link", "url": url, "text": text}


def _prose(text: str) -> list[Json]:
    """Prose in which `code` stands as code; whole, or cut where it is longer than a text can be."""
    parts = _cut(" ".join(text.split()), TEXT_MAX).split("`")
    if len(parts) % 2 == 0:  # a lone backtick
        return [_text("`".join(parts))]
    return [_text(part, **({"code": True} if number % 2 else {})) for number, part in enumerate(parts) if part]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


def _size(block: Json) -> int:
    return len(json.dumps(block, ensure_ascii=False))
