"""The index: what it finds is what a loop over all patterns finds, in any text; and it is made of what it should be."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from conftest import KNOWLEDGE, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_documented import DOCUMENTED

from lambda_doctor.catalog import Catalog
from lambda_doctor.cleaning import clean
from lambda_doctor.compiled import Layer
from lambda_doctor.compiling import compile_source
from lambda_doctor.lint import Subject, keys
from lambda_doctor.match import Budget, compiled, find_hits
from lambda_doctor.pattern import compile_pattern, compile_regex
from lambda_doctor.source import Source, read_folder
from lambda_doctor.words import squeeze, terms_of

HEALTHY = sorted((ROOT / "tests" / "data" / "healthy").iterdir())
LOGS = sorted((ROOT / "tests" / "logs").glob("*.log"))
SOURCE = read_folder(KNOWLEDGE)
EXAMPLES = [
    text.text
    for _, entry in sorted(SOURCE.entries.items())
    for text in (*entry.signature.examples, *entry.signature.near_misses)
]


def by_index(text: str, catalog: Catalog) -> set[tuple[int, int]]:
    """Entry and pattern of all that is found."""
    hits = find_hits(text, catalog, Budget(600))
    return {(hit.record.owner, hit.record.number) for hit in hits if hit.record.owner >= 0}


def by_loop(text: str, catalog: Catalog) -> set[tuple[int, int]]:
    """The same without an index: every pattern is searched for in the cleaned text."""
    (layer,) = catalog.layers
    cleaned = clean(text).text
    records = map(layer.pattern, range(layer.pattern_count))
    return {
        (record.owner, record.number)
        for record in records
        if record.owner >= 0 and compiled(record.regex).search(cleaned)
    }


@pytest.mark.parametrize("part", range(8))
def test_the_index_finds_in_every_example_what_a_loop_finds(part: int, catalog: Catalog) -> None:
    # Forty at a time, as in a log: what stands in one text is then looked for among the words of many.
    for start in range(part * 40, len(EXAMPLES), 8 * 40):
        text = "\n\n".join(EXAMPLES[start : start + 40])
        assert by_index(text, catalog) == by_loop(text, catalog), start


def test_the_index_finds_in_documented_errors_and_logs_what_a_loop_finds(catalog: Catalog) -> None:
    documented = [text for text, _ in DOCUMENTED]
    texts = ["\n\n".join(documented[start : start + 40]) for start in range(0, len(documented), 40)]
    texts += [path.read_text(encoding="utf-8") for path in [*HEALTHY, *LOGS]]
    for text in texts:
        assert by_index(text, catalog) == by_loop(text, catalog), text[:200]


LITERALS = sorted(
    {
        run.text
        for entry in SOURCE.entries.values()
        for compiled in entry.patterns
        for way in compiled.ways
        for run in way
    }
)
PIECES = (
    st.sampled_from(LITERALS)
    | st.sampled_from(EXAMPLES)
    | st.text(max_size=6)
    | st.sampled_from([" ", "\n", "  \n", "'", '\\"', "x", "é", "\u2019"])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_the_index_finds_in_made_up_texts_what_a_loop_finds(catalog: Catalog, pieces: list[str]) -> None:
    """Literal parts of patterns glued together in any way, whole messages, and anything else between them."""
    text = "".join(pieces)[:60_000]
    assert by_index(text, catalog) == by_loop(text, catalog)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abc {}|:'/1\n", min_size=1, max_size=24), st.text(alphabet="abc :'/1\n", max_size=40))
def test_any_pattern_is_found_wherever_its_expression_matches(source: Source, pattern: str, text: str) -> None:
    try:
        compiled_pattern = compile_pattern(pattern, source.types)
    except ValueError:
        return
    if not any(all(run.words for run in way) for way in compiled_pattern.ways):
        return  # refused as a pattern that no index can find
    if compiled(compiled_pattern.regex).search(text):
        data = text.encode()
        assert {word.encode() for word in compiled_pattern.words} <= terms_of(data)
        for way in compiled_pattern.ways:
            assert any(squeeze(run.text.encode()) in squeeze(data) for run in way)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("Task timed out after {:number} seconds", {"task", "timed", "out", "after", "seconds"}),
        ("{:name}Error: it failed", {"it", "failed"}),  # the error's name may go on before
        ("failed to {start|stop} now", {"failed", "to", "now"}),
        ("{Start|Stop}", set()),
        ("it {has |}failed", {"it", "failed"}),
    ],
)
def test_the_words_of_a_pattern_are_those_of_every_match(pattern: str, words: set[str], source: Source) -> None:
    assert compile_pattern(pattern, source.types).words == words


def test_a_choice_at_the_edge_of_a_pattern_keeps_words_whole(source: Source) -> None:
    expression = compiled(compile_pattern("{the |}cat {sat|lay|}", source.types).regex)
    assert expression.search("the cat sat")
    assert expression.search("cat lay")
    assert expression.search("a cat  ")
    assert not expression.search("bobcat sat")
    assert not compiled(compile_pattern("{ENOMEM|[Errno 12]}", source.types).regex).search("ENOMEMORY")


def test_words_are_read_from_expressions_too() -> None:
    assert compile_regex(r"signal: (?:killed|\w+) by (?P<who>\w{1,9}) \d again").words == {"by"}


def test_rare_words_are_keys_and_common_ones_are_not(source: Source, catalog: Catalog) -> None:
    """What a healthy line has in it costs nothing: hardly any key of a signature is in one."""
    (layer,) = catalog.layers
    lines = [line for path in HEALTHY for line in path.read_bytes().splitlines()]
    common = sum(record.owner >= 0 for line in lines for record in layer.filed_under(terms_of(line)))
    assert common < 2 * len(lines)
    assert sum(run in squeeze(line) for line in lines[::7] for run in layer.runs.numbers) < len(lines) / 7


def test_a_pattern_that_nothing_can_find_is_refused(source: Source) -> None:
    from lambda_doctor.source import read_entries

    entry = {"id": "made.up", "title": "Made-up entry", "cause": "It was made up for a test of the index.", "patterns": ["{:line}"], "fixes": [{"do": "Nothing."}], "docs": [{"url": "https://docs.aws.amazon.com/", "title": "AWS"}]}  # fmt: skip
    (problem,) = read_entries([entry], source.types).problems
    assert "no index can find" in problem.message


def test_the_lint_tells_of_keys_that_healthy_logs_have(source: Source, catalog: Catalog) -> None:
    told = list(keys.check(Subject(source, catalog)))
    assert {(finding.rule, finding.level) for finding in told} == {("common-key", "note")}
    assert any("'[ERROR]'" in finding.message for finding in told)
    assert len(told) < len(source.entries) / 4


def test_compiling_is_repeatable(source: Source) -> None:
    one, two = (compile_source(read, name="builtin", version="0") for read in (source, read_folder(KNOWLEDGE)))
    assert one == two
    assert Layer(one).ids == sorted(source.entries)


def test_the_common_words_and_healthy_logs_are_those_of_their_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    import common_words
    import healthy

    for name, lines in healthy.logs():
        written = (healthy.TARGET / f"{name}.log").read_text(encoding="utf-8")
        assert written == "\n".join(lines) + "\n", f"{name}: run benchmarks/healthy.py"
    assert Path(common_words.TARGET).read_text(encoding="utf-8") == common_words.text(), (
        "run benchmarks/common_words.py"
    )


def test_a_ratio_that_became_worse_is_warned_of_and_the_page_shows_what_was_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    import run

    document = json.loads(run.RECORDED.read_text(encoding="utf-8"))
    recorded = document["ratios"]
    assert run.warnings(recorded, recorded) == []
    slower = {**recorded, "diagnose/loop: match": recorded["diagnose/loop: match"] / 2}
    assert len(run.warnings(slower, recorded)) == 1
    shown = run.PAGE.read_text(encoding="utf-8")
    assert run.page(shown, document) == shown, "run benchmarks/run.py --record"
