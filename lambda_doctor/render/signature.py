"""A signature by itself, as `lambda-doctor explain` shows it: no text was given, so holes show their defaults."""

from __future__ import annotations

from lambda_doctor.render import markdown as md
from lambda_doctor.render import text as plain
from lambda_doctor.report import Fix
from lambda_doctor.signature import Signature
from lambda_doctor.template import fill, fill_command


def steps(signature: Signature) -> list[Fix]:
    """All steps, with the placeholders' defaults."""
    return [
        Fix(
            do=fill(step.do, {}),
            run=fill_command(step.run, {}) if step.run else None,
            code=step.code.model_copy(update={"text": fill(step.code.text, {})}) if step.code else None,
            when=step.when,
            see=step.see,
        )
        for step in signature.fixes
    ]


def wordings(signature: Signature, limit: int = 3) -> list[str]:
    """How the error reads, from the entry's own examples."""
    return [" ".join(example.text.split()) for example in signature.examples[:limit]]


def text(signature: Signature, *, width: int = 100, color: bool = False, links: bool = False) -> str:
    """For a terminal."""
    style = plain.Style(width, color, links)
    lines = [style.paint(signature.title, plain.BOLD), style.paint(signature.id, plain.DIM), ""]
    lines += [style.paint("Reads like", plain.BOLD)]
    lines += [style.prose(wording, "    ", "  > ") for wording in wordings(signature)]
    lines += ["", style.paint("What happened", plain.BOLD), style.prose(fill(signature.cause, {}))]
    lines += ["", style.paint("What to do", plain.BOLD)]
    lines += [plain.step(fix, number, style) for number, fix in enumerate(steps(signature), 1)]
    for title, prose in (("How to check", signature.confirm), ("What does not help", signature.avoid)):
        if prose:
            lines += ["", style.paint(title, plain.BOLD), style.prose(fill(prose, {}))]
    lines += ["", style.prose("Worth retrying unchanged: " + ("yes." if signature.retryable else "no."))]
    lines += ["", style.paint("Read more", plain.BOLD)]
    lines += [f"  {link.title}\n    {style.paint(style.link(link.url), plain.CYAN)}" for link in signature.docs]
    return "\n".join(lines)


def markdown(signature: Signature) -> str:
    """In Markdown."""
    lines = [f"## {md.prose(signature.title)}", "", f"`{signature.id}`", "", "**Reads like**", ""]
    lines += [md.fenced(wording, "text") + "\n" for wording in wordings(signature)]
    lines += ["**What happened.** " + md.prose(fill(signature.cause, {})), "", "**What to do**", ""]
    lines += [md.fix_lines(fix, number) for number, fix in enumerate(steps(signature), 1)]
    for title, prose in (("How to check", signature.confirm), ("What does not help", signature.avoid)):
        if prose:
            lines += ["", f"**{title}.** {md.prose(fill(prose, {}))}"]
    lines += ["", "**Read more:** " + ", ".join(f"[{md.prose(link.title)}]({link.url})" for link in signature.docs)]
    return "\n".join(lines) + "\n"
