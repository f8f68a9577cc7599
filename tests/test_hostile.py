"""Hostile text: a call costs no more than its budget, grows no faster than its text, and never says a wrong "nothing".

Cost is counted, not timed: the interpreter's own count of steps (lines and calls that a trace sees) does not depend on
the machine. What C code does between two steps is held down by expressions that are bounded, which is tested too.
"""

from __future__ import annotations

import json
import re
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambda_doctor import Catalog, diagnose, match
from lambda_doctor.cleaning import _ANSI, _ESCAPE, _PREFIX, clean
from lambda_doctor.detectors import _BLOCK, _BLOCK_VALUE, _LINE_VALUE, _LINES, DETECTORS, STRICT
from lambda_doctor.expression import Expression
from lambda_doctor.layout import _RULE
from lambda_doctor.match import TEXT_MAX
from lambda_doctor.pattern import compile_pattern
from lambda_doctor.source import Source
from lambda_doctor.text import CleanText
from lambda_doctor.unknown import _LOUD, _NAMED, _VARIABLE, error_line, fingerprint

TIMED_OUT = "Task timed out after 3.00 seconds"

# Texts of any length, each of one kind of malice.
MALICE: dict[str, Callable[[int], str]] = {
    **{f"nothing but {char!r}": lambda n, char=char: char * n for char in "x0A {[(<\\'\"`|-=_/.:@&;#%\t\n\x1b\x9b\u2502\u202e"},
    "near misses": lambda n: "Task timed out after " * (n // 21),
    "a symptom without end": lambda n: "Runtime.ExitError: " * (n // 19),
    "nested quotes": lambda n: '\\"' * (n // 2),
    "quotes escaped again and again": lambda n: '\\\\\\"' * (n // 4),
    "deep JSON": lambda n: '{"error":[' * (n // 10),
    "short lines": lambda n: "ab\n" * (n // 3),
    "lines of an error": lambda n: (TIMED_OUT + "\n") * (n // 34),
    "full lines": lambda n: ("error:" + "x" * 74 + "\n") * (n // 81),
    "table borders": lambda n: "+-----+-----+\n| a   | b   |\n+-----+-----+\n" * (n // 42),
    "hanging cells": lambda n: ("error x\n" + " " * 30 + "y\n") * (n // 40),
    "log prefixes": lambda n: "[Container] 2026/11/24 10:10:10 " * (n // 32),
    "quoted mail": lambda n: ("> " * 9 + "x\n") * (n // 20),
    "colours": lambda n: "\x1b[" * (n // 2),
    "links of a terminal": lambda n: "\x1b]8;;" * (n // 5),
    "entities": lambda n: "&#x41;" * (n // 6),
    "Windows paths": lambda n: "C:\\a b" * (n // 6),
    "keys of secrets": lambda n: "secret_" * (n // 7),
    "passwords": lambda n: "password=hunter22 error " * (n // 24),
    "half a URL": lambda n: "://a:" * (n // 5),
    "half a JWT": lambda n: "eyJaaaaaaaa." * (n // 12),
    "private keys without end": lambda n: "-----BEGIN PRIVATE KEY-----" * (n // 27),
    "environment blocks without end": lambda n: 'String measured: {"a":"' * (n // 23),
    "addresses": lambda n: ("a" * 60 + "@" + "b." * 30) * (n // 121),
    "names of errors": lambda n: "a.b:" * (n // 4) + "Error:",
    "paths": lambda n: "/a" * (n // 2) + " error",
}  # fmt: skip


def steps(call: Callable[[], object], most: int) -> int:
    """How many lines of Python a call runs; stops at `most`."""
    count = 0

    class Enough(Exception):
        pass

    def tracer(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        if count > most:
            raise Enough
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        call()
    except Enough:
        pass
    finally:
        sys.settrace(before)
    return count


def test_cleaning_takes_steps_in_proportion_to_the_text() -> None:
    """Cleaning lies outside the budget, block by block; so it must be linear itself."""
    for name, make in MALICE.items():
        one, four = (steps(lambda n=n, make=make: clean(make(n)), 3_000_000) for n in (2_000, 8_000))
        assert four <= 5 * one + 2_000, name


@pytest.mark.parametrize("what", ["error_line", "fingerprint"])
def test_what_is_said_of_an_unknown_error_takes_steps_in_proportion(what: str) -> None:
    function = {"error_line": lambda text: error_line(CleanText(text)), "fingerprint": fingerprint}[what]
    for name, make in MALICE.items():
        one, four = (steps(lambda n=n, make=make: function(make(n)), 1_000_000) for n in (2_000, 8_000))
        assert four <= 5 * one + 500, name


OURS = {
    "redaction": [detector.expression for detector in (*DETECTORS, *STRICT)] + [_BLOCK, _BLOCK_VALUE, _LINES, _LINE_VALUE],
    "cleaning": [_ANSI, _ESCAPE, _PREFIX, _RULE],
    "the unknown": [_NAMED, _LOUD, _VARIABLE],
}  # fmt: skip


def seconds(call: Callable[[], object]) -> float:
    """The best of five by the processor's own count, so that a busy machine is no slow expression."""
    best = 9.0
    for _ in range(5):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("part", OURS)
def test_no_expression_of_ours_takes_longer_than_in_proportion(part: str) -> None:
    """An eight times longer text may take thirty times as long, not sixty-four: a ratio, whatever the machine."""
    slow = []
    for number, expression in enumerate(OURS[part]):
        for name, make in MALICE.items():
            short, long = make(1_500), make(12_000)
            quick = seconds(lambda e=expression, t=long: sum(1 for _ in e.finditer(t)))
            if quick < 0.02:
                continue  # nothing to measure: sixty-four times as long would be a second
            if quick > 30 * seconds(lambda e=expression, t=short: sum(1 for _ in e.finditer(t))) + 0.02:
                slow.append((number, name))
    assert slow == []


@pytest.mark.parametrize("name", MALICE)
def test_a_call_ends_soon_after_its_budget(name: str, catalog: Catalog) -> None:
    """Half a megabyte each; a call that does not stop would take minutes, not seconds."""
    start = time.perf_counter()
    report = diagnose(MALICE[name](524_288), catalog=catalog, budget=0.2)
    assert time.perf_counter() - start < 5
    assert report.diagnoses or report.incomplete or not report


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that goes on by its first value at each look; the second is what it shows."""
    hands = [0.0, 0.0]

    def look() -> float:
        hands[1] += hands[0]
        return hands[1]

    monkeypatch.setattr(match, "perf_counter", look)
    return hands


@pytest.mark.parametrize("budget", [0.0, 5.0, 50.0, 500.0])
def test_when_the_budget_is_spent_the_report_says_what_was_skipped(
    budget: float, clock: list[float], catalog: Catalog
) -> None:
    clock[0] = 1.0
    text = f"{TIMED_OUT}\nTraceback: ModuleNotFoundError: Runtime.ImportModuleError: No module named 'requests'"
    report = diagnose(text, catalog=catalog, budget=budget)
    whole = diagnose(text, catalog=catalog, budget=1e9)
    assert whole.incomplete == ()
    if len(report) < len(whole):
        assert report.incomplete
        assert "Not complete" in report.to_text()
        assert "Not complete" in report.to_markdown()
        assert "Not complete" in report.to_html()
        assert "Not complete" in json.dumps(report.to_slack())
        assert "Not complete" in json.dumps(report.to_adaptive_card())


def test_what_was_found_before_the_budget_was_spent_is_told(clock: list[float], tiny: Callable[..., Catalog]) -> None:
    catalog = tiny({"patterns": ["widget {name:name} is broken"]})
    text = "widget a is broken\n" + "nothing here\n" * 30_000 + "error\n" + "widget a is broken\n" * 9_000
    clock[0] = 0.2
    report = diagnose(text, catalog=catalog, budget=1.0)
    assert report.best.id == "made.entry-1"
    assert report.incomplete


def test_of_a_very_long_text_both_ends_are_looked_at(tiny: Callable[..., Catalog]) -> None:
    catalog = tiny(
        {"patterns": ["the first error"]}, {"patterns": ["the middle error"]}, {"patterns": ["the last error"]}
    )
    filler = "all is well\n" * (TEXT_MAX // 12)
    text = "the first error\n" + filler + "the middle error\n" + filler + "the last error"
    report = diagnose(text, catalog=catalog, budget=1e9)
    assert {found.id for found in report} == {"made.entry-1", "made.entry-3"}
    assert "characters in the middle" in report.incomplete[0]
    assert "scan" in report.incomplete[0]


def test_four_megabytes_in_one_line(catalog: Catalog) -> None:
    text = "x" * (TEXT_MAX - 100) + " " + TIMED_OUT
    report = diagnose(text, catalog=catalog, budget=1e9)
    assert report.best.id == "execution.timeout"
    assert report.best.evidence.line == 1
    assert text[report.best.evidence.start : report.best.evidence.end] == report.best.evidence.text


def test_memory_is_bounded_by_the_text(catalog: Catalog) -> None:
    diagnose(TIMED_OUT, catalog=catalog)
    for name in ("lines of an error", "short lines", "nested quotes", "passwords"):
        text = MALICE[name](1_048_576)
        tracemalloc.start()
        diagnose(text, catalog=catalog, budget=0.3)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40 * len(text), name


def test_every_example_and_prefixes_of_it_in_one_text(catalog: Catalog) -> None:
    """The worst that a catalog can be given: everything that it knows, and everything that nearly is."""
    examples = [example.text for signature in catalog for example in signature.examples]
    text = "\n".join(text[:end] for text in examples[::3] for end in (len(text) // 3, len(text) // 2, len(text)))
    report = diagnose(text, catalog=catalog)
    assert report
    assert len(report) <= 50
    assert any("further diagnoses" in skipped or "pattern" in skipped for skipped in report.incomplete)


def test_a_mapping_that_holds_itself_ends() -> None:
    event: dict[str, Any] = {"message": TIMED_OUT}
    loop: list[Any] = []
    for _ in range(18):
        loop = [loop, loop, loop]
    event |= {"loop": loop, "self": event}
    assert diagnose(event).best.id == "execution.timeout"


WINDOW = 2_048  # characters; twice as many are looked at around a pattern's words at the most


def generated(expression: str) -> Iterator[str]:
    """Texts that nearly match an expression: each repeat as long as it may be, then a character that fits nothing."""
    from re import _parser  # type: ignore[attr-defined]

    def text(items: Any, times: int) -> str:
        return "".join(one(str(op), value, times) for op, value in items)

    def one(op: str, value: Any, times: int) -> str:
        if op == "LITERAL":
            return chr(value)
        if op == "NOT_LITERAL":
            return "x" if chr(value) != "x" else "y"
        if op == "ANY":
            return "x"
        if op == "IN":
            return member(value)
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, items = value
            return text(items, times) * max(min(int(most), times), int(least))
        if op == "SUBPATTERN":
            return text(value[-1], times)
        if op == "BRANCH":
            return text(value[1][-1], times)
        if op == "ATOMIC_GROUP":
            return text(value, times)
        return ""

    def member(items: Any) -> str:
        negated = str(items[0][0]) == "NEGATE"
        for char in "a0-_./: A\"'\n{":
            if any(fits(str(op), value, char) for op, value in items) != negated:
                return char
        return chr(items[-1][1]) if str(items[-1][0]) == "LITERAL" else "\u00e9"

    def fits(op: str, value: Any, char: str) -> bool:
        if op == "LITERAL":
            return ord(char) == value
        if op == "RANGE":
            return bool(value[0] <= ord(char) <= value[1])
        if op == "CATEGORY":
            kind = str(value)
            tests = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}
            wanted = tests[kind.rsplit("_", 1)[-1]]
            return not wanted if "_NOT_" in kind else wanted
        return False

    tree = _parser.parse(expression)
    whole = text(tree, 400)[:WINDOW]
    yield whole
    yield whole[:-1] + "\u00ac"
    yield (whole[: max(len(whole) * 3 // 4, 1)] + "\u00ac") * 3


needs_parser = pytest.mark.skipif(sys.version_info < (3, 11), reason="the parser of expressions moved in Python 3.11")


@needs_parser
def test_no_pattern_backtracks_on_its_worst_text(source: Source) -> None:
    """Each pattern of the catalog against texts made from it to be nearly right, under the engine's own timeout."""
    slow = []
    for identifier, entry in source.entries.items():
        for pattern in entry.patterns:
            expression = match.compiled(pattern.regex)
            plain = re.sub(r"\(\?-i:", "(?:", pattern.regex)
            for text in generated(plain):
                try:
                    for _ in expression.finditer((text * (1 + WINDOW // (len(text) + 1)))[:WINDOW], timeout=2):
                        pass
                except TimeoutError:
                    slow.append((identifier, pattern.regex))
                    break
    assert slow == []


@needs_parser
def test_the_generator_finds_a_pattern_that_does_backtrack() -> None:
    import regex

    expression = r"jam(?:(?:a{1,40}){1,40}){1,40}z"
    with pytest.raises(TimeoutError):
        [list(regex.finditer(expression, text, timeout=0.1)) for text in generated(expression)]


def test_every_pattern_is_bounded(source: Source) -> None:
    for identifier, entry in source.entries.items():
        for pattern in entry.patterns:
            assert Expression(pattern.regex).width <= 4_096, identifier
            assert pattern.span <= 4_096, identifier


REGEX_ENTRY = """\
title: A pattern that may grow without bound
cause: It was made up to see whether the linter notices what it does.
patterns:
  - {regex: '%s'}
fixes: [{do: Nothing at all.}]
docs: [{url: "https://docs.aws.amazon.com/lambda/", title: Lambda}]
"""


@pytest.mark.parametrize("chain", ["jammed .*at", "jammed .+at", "jammed (a+)+b", "jammed \\S{3,}at", "jammed (?:x*)*"])
def test_a_regex_with_an_unbounded_chain_is_a_finding(chain: str, tmp_path: Path) -> None:
    from lambda_doctor.lint import read_subject
    from lambda_doctor.lint.patterns import check

    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "entry.yaml").write_text(REGEX_ENTRY % rf"\bfrobnicator {chain}")
    subject = read_subject(tmp_path, base=Catalog.builtin())
    assert "made.entry" in subject.source.entries, subject.source.problems
    found = [finding.rule for finding in check(subject)]
    assert "unbounded" in found


def test_a_pattern_of_the_catalogs_own_notation_cannot_be_unbounded(source: Source) -> None:
    for name in source.types:
        compiled = compile_pattern(f"jammed at {{x:{name}}} again", source.types)
        assert compiled.span < 4_096, name
