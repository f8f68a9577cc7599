"""Many at once: threads, processes and event loops get the answers that one thread gets, on the first call too."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import pickle
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from conftest import ROOT

from lambda_doctor import Catalog, diagnose
from lambda_doctor.source import Source

TEXTS = [
    "Task timed out after 3.00 seconds",
    "Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'",
    "An error occurred (AccessDeniedException) when calling the Invoke operation: not authorized",
    "all is well",
    "FrobnicationError: the flux is jammed",
]


def answer(text: str) -> bytes:
    return diagnose(text, budget=60).model_dump_json().encode()


FIRST_CALLS = """
import sys, threading
from lambda_doctor import diagnose
TEXTS = {texts!r}
start = threading.Barrier(32)
answers = [None] * 32
def work(n):
    start.wait()
    answers[n] = [diagnose(text, budget=60).model_dump_json() for text in TEXTS]
threads = [threading.Thread(target=work, args=(n,)) for n in range(32)]
[t.start() for t in threads]; [t.join() for t in threads]
assert all(a == answers[0] for a in answers), "threads differ"
assert answers[0] == [diagnose(text, budget=60).model_dump_json() for text in TEXTS], "alone differs"
print("same")
"""


def test_thirty_two_threads_on_the_first_call() -> None:
    code = FIRST_CALLS.format(texts=TEXTS)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("same", "")


def test_threads_on_many_texts(source: Source) -> None:
    texts = [example.text for entry in source.entries.values() for example in entry.signature.examples[:1]][::3]
    alone = [answer(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answer, texts)) == alone


@pytest.mark.parametrize("how", [m for m in multiprocessing.get_all_start_methods() if m != "forkserver"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # a fork of a process with threads, which xdist has
def test_processes(how: str) -> None:
    alone = [answer(text) for text in TEXTS]
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context(how)) as pool:
        assert list(pool.map(answer, TEXTS * 2)) == alone * 2


def test_an_event_loop_gets_the_same_answers_from_its_threads() -> None:
    async def both() -> list[object]:
        return await asyncio.gather(*(asyncio.to_thread(answer, text) for text in TEXTS))

    assert asyncio.run(both()) == [answer(text) for text in TEXTS]


def test_a_catalog_and_its_reports_pickle() -> None:
    catalog = pickle.loads(pickle.dumps(Catalog.builtin()))
    report = diagnose(TEXTS[0], catalog=catalog)
    assert pickle.loads(pickle.dumps(report)) == report == diagnose(TEXTS[0])


def test_memory_stays_flat() -> None:
    """Texts of which no two are the same leave nothing behind."""

    def calls(numbers: range) -> None:
        for number in numbers:
            diagnose(f"order {number}: Task timed out after {number}.00 seconds in job-{number}")
            diagnose(f"FrobnicationError: widget-{number} is jammed", budget=60)

    calls(range(150))
    gc.collect()
    tracemalloc.start()
    try:
        calls(range(150, 300))
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        calls(range(300, 800))
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 50_000, f"{grown} bytes more after 1,000 calls"


def test_nothing_global_is_written_after_the_first_calls() -> None:
    """What a call keeps is bounded: compiled expressions and parsed entries of the catalog, nothing of the text."""
    import lambda_doctor.match as match

    for text in TEXTS:
        diagnose(text)
    before = len(match._compiled)
    for number in range(50):
        for text in TEXTS:
            diagnose(f"{text} {number}")
    assert len(match._compiled) == before
    assert threading.active_count() < 50
