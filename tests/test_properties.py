"""Properties of every text: a sound report, the same promises that the fuzz target checks, and noise that changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambda_doctor import Catalog, Report, diagnose
from lambda_doctor.redact import Redactor

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
import fuzz_diagnose

EXAMPLES = [example.text for signature in Catalog.builtin() for example in signature.examples]
DISGUISES = [
    "\x1b[31m", "\x1b[0m", "[0m", "\n", "\r\n", "\r", "\\n", '\\"', '"', "'", "`", "> ", "\u2502 ", "| ", "+-----+-----+", "-" * 40,
    "&quot;", "%20", '""', "\u201c", "\u00a0", "\u200b", "\u202e", "2026-11-03T10:15:30.123Z ", "[Container] 2026/11/03 10:15:30 ",
    "AKIAIOSFODNN7EXAMPLE", "password=hunter22hunter", "://user:secret99@", "String measured: {", "{", "}", "}}", " " * 50, "\0", "\ufffd", "REDACTED-secret-1",
]  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(DISGUISES), st.sampled_from(EXAMPLES), st.sampled_from(EXAMPLES).map(lambda text: text[:40])
)
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOWLY
@given(st.lists(PIECES, min_size=1, max_size=10).map("".join))
def test_the_fuzz_targets_promises_hold_for_texts_of_known_pieces(text: str) -> None:
    fuzz_diagnose.check(text.encode("utf-8", "replace"))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers() | st.text(max_size=40) | PIECES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@SLOWLY
@given(st.dictionaries(st.sampled_from(["errorMessage", "errorType", "Error", "message", "logEvents", "x"]), JSON))
def test_any_mapping_gives_a_report(mapping: dict[str, Any]) -> None:
    assert isinstance(diagnose(mapping), Report)


@SLOWLY
@given(st.lists(PIECES, max_size=4))
def test_any_exception_gives_a_report(messages: list[str]) -> None:
    error: Exception | None = None
    for message in messages:
        following = RuntimeError(message, {"key": message}, 7)
        following.__cause__ = error
        error = following
    assert isinstance(diagnose(error or KeyError()), Report)


@SLOWLY
@given(st.text(max_size=400) | st.lists(PIECES, max_size=6).map("".join))
def test_redaction_is_idempotent(text: str) -> None:
    once = Redactor(text)(text)
    assert Redactor(once)(once) == once


QUIET = st.text(alphabet=st.sampled_from("abcdefghijklmnopqrstuvwxyz 0123456789.,:-"), max_size=60).filter(
    lambda line: not diagnose(line)
)


@SLOWLY
@given(st.sampled_from(EXAMPLES), st.lists(QUIET, max_size=6), st.lists(QUIET, max_size=6))
def test_noise_around_a_strong_match_changes_nothing(text: str, before: list[str], after: list[str]) -> None:
    alone = diagnose(text).best
    assert alone is not None
    if alone.confidence < 0.9:
        return
    best = diagnose("\n".join([*before, text, *after])).best
    assert best is not None
    assert best.id == alone.id


@pytest.mark.parametrize("text", EXAMPLES[::40])
def test_evidence_is_a_slice_of_the_paste(text: str) -> None:
    for diagnosis in diagnose(text):
        evidence = diagnosis.evidence
        assert "REDACTED" in evidence.text or text[evidence.start : evidence.end] == evidence.text
