"""Whole logs: one answer however a log comes and whoever shares the work, in memory that does not grow with it."""

from __future__ import annotations

import gzip
import io
import random
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from lambda_doctor import Catalog, chunks, diagnose, scan
from lambda_doctor.blocks import Block
from lambda_doctor.occurrences import Scanner
from lambda_doctor.render.text import Style, log_finding
from lambda_doctor.report import LogFinding
from lambda_doctor.scanning import follow

HEALTHY = sorted((ROOT / "tests" / "data" / "healthy").glob("cloudwatch-*.log"))
SMALL = 8_192  # bytes of a chunk, so that a short log has many
MESSAGES = [
    "Task timed out after 3.00 seconds",
    "Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'",
    "An error occurred (AccessDeniedException) when calling the Invoke operation: User: arn:aws:iam::123456789012:user/ci is not authorized to perform: lambda:InvokeFunction",
    "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2",
    '{"errorMessage":"Task timed out after 6.01 seconds","note":"it\\u2019s \\"slow\\"\\n"}',
    "\x1b[31mTask timed out after 9.00 seconds\x1b[0m",
    "\u2502 Error: creating Lambda Function (orders): operation error Lambda:\n\u2502 CreateFunction, https response error StatusCode: 400, ValidationException: grüße",
]  # fmt: skip


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of some fifteen chunks: healthy lines of many kinds, now and then an error, one just at the end."""
    rng = random.Random(7)
    healthy = [line for path in HEALTHY for line in path.read_text(encoding="utf-8").splitlines()]
    lines = []
    for _ in range(700):
        lines.append(rng.choice(healthy))
        if rng.random() < 0.05:
            lines.append(f"ERROR {rng.choice(MESSAGES)}")
    path = tmp_path_factory.mktemp("logs") / "orders.log"
    path.write_bytes("\n".join([*lines, f"ERROR {MESSAGES[0]}"]).encode())
    return path


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", SMALL)


def told(findings: Iterator[LogFinding]) -> list[Any]:
    """All that a scan says, to be compared."""
    return [
        (finding.diagnosis.model_dump(), finding.count, finding.first, finding.last, finding.samples)
        for finding in findings
    ]


def test_every_error_is_counted_on_its_line(log: Path) -> None:
    lines = log.read_text(encoding="utf-8").split("\n")
    timeouts = [number for number, line in enumerate(lines, 1) if "timed out after" in line]
    found = [finding for finding in scan(log) if finding.diagnosis.id == "execution.timeout"]
    assert sum(finding.count for finding in found) == len(timeouts)
    assert min(finding.first.line for finding in found) == timeouts[0]
    assert max(finding.last.line for finding in found) == timeouts[-1] == len(lines)
    for finding in found:
        start = finding.first.offset
        assert b"timed out after" in log.read_bytes()[start : start + 60]


def test_the_answer_is_the_same_with_and_without_the_extra_fast(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ahocorasick_rs")
    fast = told(scan(log))
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    assert told(scan(log)) == fast


def test_the_answer_is_the_same_for_any_number_of_jobs(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # other processes have chunks of the usual size, a mebibyte
    big = log.with_name("big.log")
    big.write_bytes((log.read_bytes() + b"\n") * 30)
    one = told(scan(big))
    assert one
    assert told(scan(big, jobs=2)) == one
    assert told(scan(big, jobs=3)) == one


def test_a_file_a_stream_lines_and_packed_files_give_one_answer(log: Path, tmp_path: Path) -> None:
    data = log.read_bytes()
    answer = told(scan(log))
    packed = tmp_path / "orders.log.gz"
    packed.write_bytes(gzip.compress(data))
    pieces = [data[start : start + 777] for start in range(0, len(data), 777)]
    assert told(scan(str(log))) == answer
    assert told(scan(packed)) == answer
    assert told(scan(io.BytesIO(data))) == answer
    assert told(scan(data.splitlines(keepends=True))) == answer
    assert told(scan(data.decode().splitlines(keepends=True))) == answer
    assert told(scan(pieces)) == answer


def zstandard(data: bytes) -> bytes:
    try:
        from compression.zstd import compress
    except ImportError:
        compress = pytest.importorskip("zstandard").compress
    return compress(data)


def test_zstandard_files_are_read(log: Path, tmp_path: Path) -> None:
    packed = tmp_path / "orders.log.zst"
    data = log.read_bytes()
    half = len(data) // 2
    for parts in ([data], [data[:half], data[half:]]):  # one frame or several
        packed.write_bytes(b"".join(map(zstandard, parts)))
        assert told(scan(packed)) == told(scan(log))


def until_error(findings: Iterator[LogFinding], kind: type[Exception]) -> list[LogFinding]:
    """What comes before the error that must come."""
    found: list[LogFinding] = []
    with pytest.raises(kind):
        found.extend(iter(lambda: next(findings), None))
    return found


@pytest.mark.parametrize("packing", [gzip.compress, zstandard])
def test_a_packed_file_that_is_cut_off_gives_what_is_before_the_cut_and_then_the_error(
    packing: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    rng = random.Random(7)
    noise = "".join(f"all is well with {rng.getrandbits(200):x}\n" for _ in range(6_000))  # hard to pack
    first = packing(f"Task timed out after 3.00 seconds\n{noise}{MESSAGES[1]}\n".encode())
    data = first + packing(noise.encode())
    path = tmp_path / f"orders.log.{'gz' if packing is gzip.compress else 'zst'}"
    for size, before in ((len(data) - 9, 2), (len(first) // 2, 1), (3, 0)):
        path.write_bytes(data[:size])
        found = until_error(scan(path), OSError)
        assert [finding.first.line for finding in found] == [1, 6_002][:before]
    path.write_bytes(b"no such packing")
    assert until_error(scan(path), OSError) == []


def test_what_a_stream_gave_before_it_broke_is_told() -> None:
    def lines() -> Iterator[str]:
        yield "Task timed out after 3.00 seconds\n"
        raise TimeoutError("the log service does not answer")

    (finding,) = until_error(scan(lines()), TimeoutError)
    assert finding.diagnosis.id == "execution.timeout"


def test_a_log_that_is_followed_tells_each_problem_once(log: Path) -> None:
    data = log.read_bytes()
    pieces = [piece for start in range(0, len(data), 5_000) for piece in (data[start : start + 5_000], b"")]
    followed = [finding.diagnosis.id for finding in follow([*pieces, b"\n", b""])]
    assert set(followed) == {finding.diagnosis.id for finding in scan(log)}
    assert followed.count("deployment.s3-wrong-region") == 1


@pytest.mark.parametrize("shift", range(0, 160, 13))
def test_an_error_that_chunks_cut_is_found_once(shift: int, tmp_path: Path) -> None:
    """A message at every place around the border of two chunks, on a line, and in a line without end."""
    for filling in (b"all is well\n", b"all is well "):
        before = (filling * SMALL)[: SMALL - shift]
        path = tmp_path / "cut.log"
        path.write_bytes(before + b" Task timed out after 3.00 seconds at last; " + filling * 2_000)
        (finding,) = scan(path)
        assert (finding.diagnosis.id, finding.count) == ("execution.timeout", 1)
        assert finding.first.offset == len(before) + 1


ODD = {
    "colours": "\x1b[31mTask\x1b[0m \x1b[1mtimed out\x1b[0m after 3.00 seconds",
    "JSON": '{"message": "nothing\\nTask timed out\\tafter 3.00 seconds"}',
    "JSON in JSON": '{"body": "{\\"message\\": \\"x\\\\nTask timed out after 3.00 seconds\\"}"}',
    "HTML": "<pre>Task timed out&#32;after 3.00 seconds</pre>",
    "a non-breaking space": "Task\u00a0timed out after 3.00 seconds",
    "Windows": "Task timed out after 3.00 seconds\r",
    "upper case": "TASK TIMED OUT AFTER 3.00 SECONDS",
    "other alphabets": "ошибка: Task timed out after 3.00 seconds 失敗",
    "half a character": "\udcc3Task timed out after 3.00 seconds",
    "a column": "Task timed out     after\t3.00   seconds",
}


@pytest.mark.parametrize("what", ODD)
def test_what_a_log_did_to_a_message_is_undone(what: str) -> None:
    line = ODD[what].encode("utf-8", "surrogateescape") + b"\n"
    (finding,) = scan([b"all is well\n" * 300, line, b"all is well\n" * 300])
    assert finding.diagnosis.id == "execution.timeout"
    assert finding.first.line == 301


def test_a_message_over_lines_that_each_have_a_prefix_is_found() -> None:
    """As in GitHub Actions: each line begins with a time, and Terraform breaks its messages at 78 columns."""
    message = "Error: creating Lambda Function (orders): operation error Lambda: CreateFunction, https response error StatusCode: 403, RequestID: 0f1e2d3c-0000-4000-8000-000000000000, api error AccessDeniedException: User: arn:aws:iam::123456789012:user/ci is not authorized to perform: lambda:CreateFunction on resource: arn:aws:lambda:eu-west-1:123456789012:function:orders"
    words, lines = message.split(), [""]
    for word in words:
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < 70 else [*lines, word]
    boxed = [
        "2026-11-03T10:00:00.0000000Z " + line for line in ["\u2577", *("\u2502 " + line for line in lines), "\u2575"]
    ]
    alone = diagnose(message).best
    assert alone is not None
    found = list(scan(["2026-11-03T10:00:00.0000000Z all is well\n"] * 300 + [line + "\n" for line in boxed]))
    assert [finding.diagnosis.id for finding in found] == [alone.id]


def test_repeats_that_name_something_else_are_told_apart() -> None:
    message = "Runtime.ImportModuleError: Unable to import module 'app': No module named 'module_{}'\n"
    found = list(scan([message.format("abc"[number % 3]) for number in range(9)]))
    assert [(finding.count, finding.diagnosis.captures["module"]) for finding in found] == [
        (3, "module_a"),
        (3, "module_b"),
        (3, "module_c"),
    ]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["2026-11-01T10:00:00Z Task timed out after 3.00 seconds", "Task timed out after 3.00 seconds"], "line 1 to 2, 2026-11-01T10:00:00Z"),
        (["2026-11-01T10:00:00Z Task timed out after 3.00 seconds", "2026-11-01T10:00:05Z Task timed out after 3.00 seconds"], "line 1 to 2, 2026-11-01T10:00:00Z to 2026-11-01T10:00:05Z"),
        (["Task timed out after 3.00 seconds"], "line 1"),
    ],
)  # fmt: skip
def test_the_times_that_a_log_tells_are_shown(lines: list[str], shown: str) -> None:
    (finding,) = scan([f"{line}\n" for line in lines])
    assert log_finding(finding, "x", Style(100, color=False, links=False)).splitlines()[1].endswith(f" \u00b7 {shown}")


def test_memory_does_not_grow_with_the_log(log: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.log"
    sizes = []
    for times in (2, 12):
        long.write_bytes((log.read_bytes() + b"\n") * times)
        list(scan(long))
        tracemalloc.start()
        list(scan(long))
        sizes.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert sizes[1] < sizes[0] * 1.5 + 200_000


def test_nobody_can_make_a_chunk_cost_without_end(catalog: Catalog) -> None:
    """All keys of the catalog in one chunk, their words glued together: few patterns are tried."""
    layer = catalog.layers[0]
    glued = b"\n".join(run for run in layer.runs.numbers if run.isalpha())
    scanner = Scanner(catalog, None)
    tried = []
    block = Block(glued)
    for automaton in filter(None, scanner._automata):
        tried = [record for record, _ in automaton.find(block)]
        assert len(tried) < layer.pattern_count / 20


def test_progress_is_told_in_bytes(log: Path) -> None:
    steps: list[tuple[int, int]] = []
    list(scan(log, progress=lambda done, size: steps.append((done, size))))
    size = log.stat().st_size
    assert steps[-1] == (size, size)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(scan(tmp_path / "none.log"))
    (tmp_path / "empty.log").write_bytes(b"")
    assert list(scan(tmp_path / "empty.log")) == []
