"""A fuzz target for Atheris: any text gives a sound report in bounded time.

    pip install atheris                                        # Linux and macOS
    python tests/fuzz/fuzz_diagnose.py -max_total_time=300     # seeds are made from the catalog's examples

What it finds becomes a test in tests/test_hostile.py.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from lambda_doctor import Catalog, Context, diagnose
from lambda_doctor.cleaning import clean
from lambda_doctor.redact import Redactor
from lambda_doctor.text import decode

BUDGET = 1.0  # seconds
SLACK = 4.0  # times the budget that a call may take on a busy machine


def check(data: bytes) -> None:
    """One input: every promise that holds for any text."""
    text = decode(data)
    began = time.perf_counter()
    report = diagnose(text, context=Context(shell=("posix", "powershell", "cmd")[len(data) % 3]), budget=BUDGET)
    took = time.perf_counter() - began
    assert took < BUDGET * SLACK, f"{took:.1f} s for {len(data)} bytes"
    for diagnosis in report:
        evidence = diagnosis.evidence
        assert 0 <= evidence.start <= evidence.end <= len(text)
        assert evidence.line == text.count("\n", 0, evidence.start) + 1
        assert 0 < diagnosis.confidence <= 1
    cleaned = clean(text)
    for place in range(0, len(cleaned.text), max(len(cleaned.text) // 16, 1)):
        start, end = cleaned.origin(place, place + 1)
        assert 0 <= start <= end <= len(text)
    json.loads(report.model_dump_json())
    shown = [report.to_text(color=True), report.to_markdown(), report.to_html()]
    json.dumps([report.to_slack(), report.to_adaptive_card()])
    assert not any("\x1b[2J" in page or "\u202e" in page for page in shown)
    once = Redactor(text)(text)
    assert Redactor(once)(once) == once


def seeds(folder: Path) -> None:
    """Write the catalog's examples, each as a file of its own."""
    number = 0
    for signature in Catalog.builtin():
        for example in signature.examples:
            (folder / f"{number}.txt").write_text(example.text, encoding="utf-8")
            number += 1


def main() -> None:
    """Run the fuzzer with the options of libFuzzer."""
    import atheris

    atheris.instrument_all()
    corpus = Path(tempfile.mkdtemp(prefix="lambda-doctor-fuzz-"))
    seeds(corpus)
    atheris.Setup([*sys.argv, "-max_len=8192", str(corpus)], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
