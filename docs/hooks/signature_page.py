"""One signature's page, in Markdown for MkDocs. Everything of the catalog is data: it is escaped, whatever it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from html import escape
from itertools import islice, product
from typing import NamedTuple

from lambda_doctor.catalog import Catalog
from lambda_doctor.render import RUNTIME_NAMES, TOOL_NAMES, audience
from lambda_doctor.render.markdown import fenced
from lambda_doctor.render.signature import steps
from lambda_doctor.report import Fix
from lambda_doctor.signature import Pattern, Signature
from lambda_doctor.template import fill, tame

SOURCES = "https://github.com/lambda-doctor/lambda-doctor/blob/main/knowledge/"
HEADLINE_MAX, DESCRIPTION_MAX = 110, 250
WORDINGS, NEAR_MISSES = 3, 6  # shown at once
VARIANTS = 24  # of one pattern, by its alternatives
_CODE = re.compile(r"`([^`\n]{1,300})`")
# Whatever Markdown or HTML could take for its own.
_MARKUP = re.compile(r"[^\w\s,()'/]|_")
_HOLE = re.compile(r"\{\{|\}\}|\{(?P<name>[\w-]*):(?:/(?:\\.|[^/\\])*/|[\w-]+)\}|\{(?P<options>[^{}]*\|[^{}]*)\}")
_HIDDEN = "{ data-search-exclude }"  # a section that the search does not look at


class Related(NamedTuple):
    """The ids that stand in a relation to a signature."""

    mistaken_for: list[str]
    explains: list[str]
    explained_by: list[str]


def page(signature: Signature, catalog: Catalog, related: Related) -> str:
    """The whole page; links lead from `signatures/<area>/<name>.md`."""
    title = headline(signature)
    description = " ".join(f"{signature.title}. {fill(signature.cause, {})}".split())[:DESCRIPTION_MAX]
    link = _linker(catalog)
    parts = [
        f"---\ntitle: {json.dumps(escape(title))}\ndescription: {json.dumps(escape(description))}",
        "hide: [navigation]\n---",
        f"# {plain(title)}",
        f"**{prose(signature.title)}**{{ .diagnosis }}",
        _facts(signature),
        *_wordings(signature),
        "## What happened",
        prose(fill(signature.cause, {})),
        "## What to do",
        *_tabs(steps(signature)),
    ]
    for name, text in (("How to check", signature.confirm), ("What does not help", signature.avoid)):
        if text:
            parts += [f"## {name}", prose(fill(text, {}))]
    parts += ["## Worth retrying?", _retry(signature)]
    parts += _relations(signature, related, link)
    parts += ["## Read more", "\n".join(f"- {outside(doc.url, doc.title)}" for doc in signature.docs)]
    parts += _elsewhere(signature)
    return "\n".join(parts[:2]) + "\n\n" + "\n\n".join(parts[2:]) + "\n"


def retired(identifier: str, successor: str, catalog: Catalog) -> str:
    """The page at a retired id's address."""
    told = f"It is now {_linker(catalog)(successor)}." if successor in catalog else "Nothing has taken its place."
    return (
        f"---\ntitle: {json.dumps(escape(identifier) + ' (retired)')}\nsearch:\n  exclude: true\n---\n\n"
        f"# {plain(identifier)}\n\nThis signature is retired. {told}\n"
    )


def plain(text: str) -> str:
    """Text that Markdown and HTML show as it is, on one line.

    >>> plain("<b> *x*")
    '&#60;b&#62; &#42;x&#42;'
    """
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", tame(" ".join(text.split())))


def prose(text: str) -> str:
    """Prose in which `code` is code and everything else is shown as it is.

    >>> prose("Run `aws s3 ls` & wait")
    'Run <code>aws s3 ls</code> &#38; wait'
    """
    parts = _CODE.split(" ".join(text.split()))
    return "".join(f"<code>{_long(part)}</code>" if place % 2 else _long(part) for place, part in enumerate(parts))


def _long(text: str) -> str:
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)


def tame_lines(text: str) -> str:
    """A text of several lines without control characters."""
    return "\n".join(tame(line) if len(line) <= 300 else line for line in text.strip().splitlines())


def outside(url: str, title: str) -> str:
    """A link to a page elsewhere; of an address that is none, the text alone."""
    if not re.match(r"https?://", url):
        return prose(title)
    return f'<a href="{escape(url)}">{prose(title)}</a>'


def readable(pattern: Pattern) -> list[str]:
    """A pattern as a person would read it, with each of its alternatives, and an ellipsis for each hole.

    >>> readable(Pattern(text="Function{s|} {name:function} not found"))
    ['Functions … not found', 'Function … not found']
    """
    if pattern.text is None:
        return [pattern.regex or ""]
    pieces: list[list[str]] = []
    done = 0
    text = pattern.text.removeprefix("^").removesuffix("$")
    for match in _HOLE.finditer(text):
        brace = {"{{": "{", "}}": "}"}.get(match[0], "…")
        pieces += [[text[done : match.start()]], match["options"].split("|") if match["options"] else [brace]]
        done = match.end()
    pieces.append([text[done:]])
    variants = islice(product(*pieces), VARIANTS)
    return list(dict.fromkeys(re.sub(r"…(?:\s*…)+", "…", " ".join("".join(v).split())) for v in variants))


def headline(signature: Signature) -> str:
    """The message as people search for it."""
    text = readable(signature.patterns[0])[0]
    return text if len(text) <= HEADLINE_MAX else text[: HEADLINE_MAX - 1].rpartition(" ")[0] + " …"


def wordings(signature: Signature) -> list[str]:
    """How the error reads: its own examples, one of each kind."""
    shown: dict[str, str] = {}
    for example in signature.examples:
        shown.setdefault(re.sub(r"\W|\d", "", example.text).lower()[:60], example.text)
    return list(shown.values())


def _facts(signature: Signature) -> str:
    kind = {"cause": "a cause", "fallback": "true, but often not yet the cause", "symptom": "only a consequence"}
    area = signature.category
    facts = [f"<code>{plain(signature.id)}</code>", f"area [{plain(area)}](index.md)", kind[signature.kind]]
    if signature.checked:
        facts.append(f"checked {plain(signature.checked)}")
    return " · ".join(facts) + "\n{ .facts }"


def _wordings(signature: Signature) -> list[str]:
    """How the error reads. It stands before the first heading, where the search weighs words the most."""
    known = wordings(signature)
    shown, more = known[:WORDINGS], known[WORDINGS:]
    messages = "\n".join(dict.fromkeys(line for pattern in signature.patterns for line in readable(pattern)))
    needs = ", ".join(dict.fromkeys([*signature.needs, *(n for p in signature.patterns for n in p.needs or ())]))
    surroundings = f" Some count only where the text shows: {plain(needs)}." if needs else ""
    # The search takes the messages alone: whole wordings hold too many words of their surroundings.
    return [
        "It reads like:",
        '<div data-search-exclude="wordings" markdown="1">',
        *(fenced(tame_lines(wording), "text") for wording in shown),
        *(
            ['??? note "More wordings"', *(fenced(tame_lines(wording), "text", "    ") for wording in more)]
            if more
            else []
        ),
        "</div>",
        '??? note "The messages by which it is recognised"',
        f"    Any of these, with a value for each ellipsis.{surroundings}",
        fenced(tame_lines(messages), "text", "    "),
    ]


def _retry(signature: Signature) -> str:
    if signature.retryable:
        return "Yes: the same request, unchanged, may succeed later."
    return "No: the same request fails again until something is changed."


def _tabs(fixes: list[Fix]) -> list[str]:
    """Steps for one tool or one runtime in tabs, by the reader's choice; then the steps for everybody."""
    parts: list[str] = []
    shown: set[int] = set()
    for key, names in (("tool", TOOL_NAMES), ("runtime", RUNTIME_NAMES)):
        tabs: dict[str, list[Fix]] = {}
        for place, fix in enumerate(fixes):
            if place in shown and key == "runtime":
                continue
            for value in fix.when.get(key, ()):
                tabs.setdefault(names.get(value, value), []).append(fix)
                shown.add(place)
        for label in sorted(tabs, key=[*names.values(), *sorted(tabs)].index):
            body = "\n\n".join(_step(fix, number, key) for number, fix in enumerate(tabs[label], 1))
            indented = "\n".join(f"    {line}" if line else "" for line in body.split("\n"))
            named = re.sub(r"[^\w .#+-]", "", label)
            parts.append(f'=== "{named}"\n\n{indented}')
        if tabs:
            parts.append("<!-- the tabs end here -->")
    rest = [fix for place, fix in enumerate(fixes) if place not in shown]
    if parts and rest:
        parts.append("**With any tool**" if any("tool" in fix.when for fix in fixes) else "**With any runtime**")
    return [*parts, "\n\n".join(_step(fix, number) for number, fix in enumerate(rest, 1))]


def _step(fix: Fix, number: int, tab: str = "") -> str:
    """A step as an item of a numbered list."""
    whom = audience(Fix(do="", when={key: value for key, value in fix.when.items() if key != tab}))
    where = f"({plain(whom)}) " if whom else ""
    for name, values in fix.when.items():
        if name not in ("tool", "runtime"):
            where += f"Where {plain(name.replace('_', ' '))} is {plain(' or '.join(values))}: "
    lines = [f"{number}. {where}{prose(fix.do)}"]
    if fix.run:
        lines += ["", fenced(fix.run, "sh", "    ")]
    if fix.code:
        lines += ["", fenced(fix.code.text, re.sub(r"[^\w-]", "", fix.code.language), "    ")]
    if fix.see:
        lines += ["", f"    {outside(fix.see, fix.see)}"]
    return "\n".join(lines)


def _linker(catalog: Catalog) -> Callable[[str], str]:
    def link(identifier: str) -> str:
        area, _, name = identifier.partition(".")
        return f"[{prose(catalog.data(identifier)['title'])}](../{area}/{name}.md) (<code>{plain(identifier)}</code>)"

    return link


def _relations(signature: Signature, related: Related, link: Callable[[str], str]) -> list[str]:
    parts: list[str] = []
    told = {near.is_ for near in signature.near_misses}
    others = [identifier for identifier in related.mistaken_for if identifier not in told]
    near_misses = signature.near_misses[:NEAR_MISSES]
    if near_misses or others:
        parts.append(f"## What it is mistaken for {_HIDDEN}")
        for near in near_misses:
            whose = link(near.is_) if near.is_ else "Not this error, and not one of Lambda's"
            parts.append(f"{whose}:\n\n{fenced(tame_lines(near.text), 'text')}")
        if others:
            parts.append(_list("Its message reads much like these:", others, link))
    if related.explains:
        text = "When one of these stands in the same output, it is only a consequence of this error:"
        parts += [f"## What it explains {_HIDDEN}", _list(text, related.explains, link)]
    if related.explained_by:
        text = "Look for one of these in the same output; it is the reason for this error:"
        parts += [f"## What explains it {_HIDDEN}", _list(text, related.explained_by, link)]
    return parts


def _list(text: str, ids: Iterable[str], link: Callable[[str], str]) -> str:
    return text + "\n\n" + "\n".join(f"- {link(identifier)}" for identifier in ids)


def _elsewhere(signature: Signature) -> list[str]:
    source = f"{SOURCES}{signature.id.replace('.', '/')}.yaml"
    return [
        "The same in a terminal:",
        fenced(f"lambda-doctor explain {signature.id}", "sh"),
        f"Something wrong or missing? {outside(source, 'This entry is one file')}: mend it, or tell us.",
    ]
