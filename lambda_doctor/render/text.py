"""A report for a terminal: prose is wrapped, commands never are, nothing of the paste gets there unescaped."""

from __future__ import annotations

import textwrap

from lambda_doctor.render import GUESS, audience, facts, not_complete, standing, steps_to_show, verdict
from lambda_doctor.report import Diagnosis, Fix, LogFinding, Report
from lambda_doctor.template import tame

BOLD, DIM, RED, YELLOW, GREEN, CYAN = "1", "2", "31", "33", "32", "36"
EVIDENCE_MAX = 160


class Style:
    """How wide the terminal is, and what it can show."""

    def __init__(self, width: int, color: bool, links: bool) -> None:
        self.width, self.color, self.links = max(width, 40), color, links

    def paint(self, text: str, *codes: str) -> str:
        """The text in colour, where there is colour."""
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.color and text else text

    def link(self, url: str) -> str:
        """A link that a terminal can open."""
        return f"\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\" if self.links else url

    def prose(self, text: str, indent: str = "  ", first: str | None = None) -> str:
        """Prose wrapped to the width."""
        return textwrap.fill(
            " ".join(text.split()),
            self.width,
            initial_indent=indent if first is None else first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )


def render(report: Report, *, width: int = 100, color: bool = False, links: bool = False) -> str:
    """The report as text of at most `width` columns but for commands and links."""
    style = Style(width, color, links)
    parts = [_diagnosis(report.best, report, style)] if report.best is not None else [_unknown(report, style)]
    if len(report) > 1:
        parts.append(style.paint("Also found", BOLD))
        parts += [_in_short(diagnosis, report, style) for diagnosis in report.diagnoses[1:]]
    if report.next_steps:
        parts.append(
            style.paint("What to fetch next", BOLD)
            + "\n"
            + "\n".join(step(f, n, style) for n, f in enumerate(report.next_steps, 1))
        )
    if report.incomplete:
        parts.append(style.paint(style.prose(not_complete(report), ""), YELLOW))
    return "\n\n".join(parts)


def _head(diagnosis: Diagnosis, style: Style) -> list[str]:
    """What it is, how sure that is, and the words that show it."""
    color = {"this is it": RED, "likely": YELLOW, "might be": CYAN}[verdict(diagnosis.confidence)]
    shown = tame(diagnosis.evidence.text)
    shown = shown if len(shown) <= EVIDENCE_MAX else shown[: EVIDENCE_MAX - 1] + "\u2026"
    return [
        style.paint(diagnosis.title, BOLD, color),
        style.paint(f"{diagnosis.id} \u00b7 {standing(diagnosis)}", DIM),
        style.paint(f"  > {shown}", DIM),
    ]


def _in_short(diagnosis: Diagnosis, report: Report, style: Style) -> str:
    """A further diagnosis: what it is, and the first thing to do."""
    fixes, _ = steps_to_show(diagnosis, report)
    lines = [*_head(diagnosis, style), *(step(fix, number, style) for number, fix in enumerate(fixes[:1], 1))]
    return "\n".join([*lines, style.paint(f"  more: lambda-doctor explain {diagnosis.id}", DIM)])


def _diagnosis(diagnosis: Diagnosis, report: Report, style: Style) -> str:
    lines = _head(diagnosis, style)
    lines += ["", style.paint("What happened", BOLD), style.prose(diagnosis.cause)]
    fixes, others = steps_to_show(diagnosis, report)
    lines += ["", style.paint("What to do now", BOLD)]
    lines += [step(fix, place, style) for place, fix in enumerate(fixes, 1)]
    if others:
        lines.append(
            style.paint(f"  ({others} steps for other tools or runtimes: lambda-doctor explain {diagnosis.id})", DIM)
        )
    if diagnosis.confirm:
        lines += ["", style.paint("How to check", BOLD), style.prose(diagnosis.confirm)]
    if diagnosis.avoid:
        lines += ["", style.paint("What does not help", BOLD), style.prose(diagnosis.avoid)]
    if diagnosis.retryable:
        lines += ["", style.prose("Worth retrying unchanged: the same request may succeed later.")]
    if diagnosis.symptoms:
        lines += ["", style.prose("Explains also: " + ", ".join(diagnosis.symptoms))]
    lines += ["", style.paint("Read more", BOLD)]
    lines += [f"  {link.title}\n    {style.paint(style.link(link.url), CYAN)}" for link in diagnosis.docs]
    return "\n".join(lines)


def step(fix: Fix, number: int, style: Style) -> str:
    """A numbered step; its command stands unwrapped, to be copied whole."""
    whom = audience(fix)
    lines = [style.prose((f"[{whom}] " if whom else "") + fix.do, "     ", f"  {number}. ")]
    if fix.run:
        lines += [style.paint("       " + line, GREEN) for line in fix.run.splitlines()]
    if fix.code:
        lines += ["       " + line for line in fix.code.text.rstrip("\n").splitlines()]
    if fix.see:
        lines.append("     " + style.paint(style.link(fix.see), CYAN))
    return "\n".join(lines)


def _unknown(report: Report, style: Style) -> str:
    lines = [style.paint("Nothing known in this text.", BOLD)]
    seen = ", ".join(f"{name} {tame(value)}" for name, value in facts(report))
    if seen:
        lines.append(style.prose(f"It shows: {seen}."))
    if report.suggestions:
        lines += ["", GUESS + ":"]
        lines += [f"  {guess.id}: {guess.title}" for guess in report.suggestions]
    return "\n".join(lines)


def log_finding(finding: LogFinding, name: str, style: Style) -> str:
    """A problem of a log: what, how often, where, and the first thing to do."""
    diagnosis, first, last = finding.diagnosis, finding.first, finding.last
    span = f"line {first.line:,}" + (f" to {last.line:,}" if last.line != first.line else "")
    times_known = dict.fromkeys(place.time for place in (first, last) if place.time)
    when = ", " + " to ".join(times_known) if times_known else ""
    times = f"{finding.count:,} times" if finding.count > 1 else "once"
    lines = [
        style.paint(f"{tame(name)}: {diagnosis.title}", BOLD),
        style.paint(f"  {diagnosis.id} \u00b7 {verdict(diagnosis.confidence)} \u00b7 {times} \u00b7 {span}{when}", DIM),
    ]
    for sample in finding.samples:
        shown = tame(sample)
        lines.append(
            style.paint("  > " + (shown if len(shown) <= EVIDENCE_MAX else shown[: EVIDENCE_MAX - 1] + "\u2026"), DIM)
        )
    if diagnosis.fixes:
        lines.append(step(diagnosis.fixes[0], 1, style))
    lines.append(style.paint(f"  more: lambda-doctor explain {diagnosis.id}", DIM))
    return "\n".join(lines)
