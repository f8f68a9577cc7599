"""Measure the installed package: every row of the table, each as a ratio of things timed in turn.

Run by benchmarks/run.py with the interpreter of a clean install; it imports nothing of the checkout. What is compared
runs alternately, round by round, and the ratio is of the least times, for what others do on the machine only adds to
a time. Seconds are the processor's, not the clock's, where the system counts them for a process that has ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WITHOUT_FAST = "import sys; sys.modules['ahocorasick_rs'] = None; "
Measure = Callable[[], float]


def in_turn(rounds: int, *measures: Measure) -> list[list[float]]:
    """The seconds of each measure in each round."""
    results: list[list[float]] = [[] for _ in measures]
    for measure in measures:
        measure()
    for _ in range(rounds):
        for result, measure in zip(results, measures):
            result.append(measure())
    return results


def ratio(above: list[float], below: list[float]) -> float:
    """How often one takes as long as the other, each in its best round."""
    return min(above) / min(below)


def timed(call: Callable[[], object]) -> Measure:
    """Seconds of a call."""

    def measure() -> float:
        start = time.process_time()
        call()
        return time.process_time() - start

    return measure


def of_children() -> float:
    """Seconds that ended processes took, or what the clock says where nobody counts them."""
    try:
        from resource import RUSAGE_CHILDREN, getrusage
    except ImportError:
        return time.perf_counter()
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def process(code: str, *, path: Path | None = None, inside: bool = False) -> Measure:
    """Seconds of a fresh process that runs the code; `inside`: the seconds that it prints itself."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    if path:
        environment["PYTHONPATH"] = str(path)

    def measure() -> float:
        start = of_children()
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
        )
        seconds = of_children() - start
        if done.returncode:
            raise RuntimeError(done.stderr)
        return float(done.stdout) if inside else seconds

    return measure


def ripgrep(keys: Path, log: Path) -> Measure:
    """Seconds that ripgrep takes to count the lines with any of the keys, on one thread."""

    def measure() -> float:
        start = of_children()
        subprocess.run(["rg", "-j1", "-F", "-c", "-f", keys, log], stdout=subprocess.DEVNULL, check=True)
        return of_children() - start

    return measure


def scanning(log: Path, catalog: Path | None = None, *, fast: bool = True) -> Measure:
    """Seconds of a scan of the log in a process of its own, without the imports."""
    code = "" if fast else WITHOUT_FAST
    code += "import time; from lambda_doctor import Catalog, scan; from lambda_doctor.compiled import Layer; "
    made = f"Catalog([Layer(open({str(catalog)!r}, 'rb').read())])" if catalog else "Catalog.builtin()"
    code += f"catalog = {made}; start = time.process_time(); found = list(scan({str(log)!r}, catalog=catalog)); "
    return process(code + "assert found; print(time.process_time() - start)", inside=True)


def logs(work: Path, rounds: int) -> dict[str, float]:
    """Scanning against ripgrep, against a loop, and as the catalog grows."""
    import regex

    log, keys = work / "log.txt", work / "keys.txt"
    size = log.stat().st_size
    rg, fast, plain, few, many = in_turn(
        rounds,
        ripgrep(keys, log),
        scanning(log),
        scanning(log, fast=False),
        scanning(log, work / "250.bin"),
        scanning(log, work / "5000.bin"),
    )
    text = log.read_bytes()[:200_000].decode("utf-8", "replace")
    expressions = _expressions(regex)
    (loop,) = in_turn(1, timed(lambda: [list(expression.finditer(text)) for expression in expressions]))
    return {
        "scan/rg": ratio(rg, fast),
        "scan/rg without fast": ratio(rg, plain),
        "scan/loop": min(loop) / 200_000 * size / min(fast),
        "scan 5000/250": ratio(many, few),
        "note: scan, MB/s": size / 1e6 / min(fast),
        "note: rg, MB/s": size / 1e6 / min(rg),
    }


def _expressions(regex: Any) -> list[Any]:
    """All patterns, compiled, as a program without an index would hold them."""
    from lambda_doctor import Catalog

    layer = Catalog.builtin().layers[0]
    flags = regex.ASCII | regex.IGNORECASE | regex.MULTILINE
    return [regex.compile(layer.pattern(number).regex, flags) for number in range(layer.pattern_count)]


def pastes(work: Path, rounds: int) -> dict[str, float]:
    """A warm `diagnose` of each paste against a loop of searches, and with 5,000 signatures against 250."""
    import regex

    from lambda_doctor import Catalog, diagnose
    from lambda_doctor.compiled import Layer

    expressions = _expressions(regex)
    few, many = (Catalog([Layer((work / f"{count}.bin").read_bytes())]) for count in (250, 5000))
    results: dict[str, float] = {}
    growth = []
    for name, text in json.loads((work / "pastes.json").read_text()).items():
        # Never the same text twice, of which something might be kept.
        texts = [f"{text}\n{number}" for number in range(20)]
        loop, warm = in_turn(
            rounds * 8,
            timed(lambda text=text: [expression.search(text) for expression in expressions]),
            timed(lambda texts=texts: [diagnose(text) for text in texts]),
        )
        results[f"diagnose/loop: {name}"] = ratio(loop, warm) * len(texts)
        results[f"note: diagnose, us: {name}"] = min(warm) / len(texts) * 1e6
        small, large = in_turn(
            rounds * 5,
            timed(lambda texts=texts: [diagnose(text, catalog=few) for text in texts]),
            timed(lambda texts=texts: [diagnose(text, catalog=many) for text in texts]),
        )
        growth.append(ratio(large, small))
    results["diagnose 5000/250"] = max(growth)
    return results


DIAGNOSE = "from lambda_doctor import diagnose; diagnose('Task timed out after 3.00 seconds')"
MODELS = "import pydantic, regex, importlib_resources, models; models.Report.model_construct()"


def cold(work: Path, rounds: int) -> dict[str, float]:
    """Fresh processes, less one that does nothing; `models` are the result models alone."""
    nothing, models, first, package, pydantic, few, many = in_turn(
        rounds * 4,
        process("pass"),
        process(MODELS, path=work / "models"),
        process(DIAGNOSE),
        process("import lambda_doctor"),
        process("import pydantic"),
        process(DIAGNOSE, path=work / "install-250"),
        process(DIAGNOSE, path=work / "install-5000"),
    )
    base = min(nothing)

    def net(seconds: list[float]) -> float:
        return min(seconds) - base

    return {
        "first diagnose/models": net(first) / net(models),
        "import/import pydantic": net(package) / net(pydantic),
        "first diagnose 5000/250": net(many) / net(few),
        "note: first diagnose, ms": net(first) * 1e3,
        "note: pass, ms": base * 1e3,
    }


def hostile(work: Path, rounds: int) -> dict[str, float]:
    """The worst of the hostile texts against a healthy log of their size, for `diagnose` and for `scan`."""
    from lambda_doctor import diagnose, scan

    texts = json.loads((work / "hostile.json").read_text())
    results = {}
    for name, text in texts.items():
        (work / "hostile.txt").write_text(text)
        (work / "healthy.txt").write_text(texts["healthy"])
        for what, bad, good in (
            ("diagnose", lambda text=text: diagnose(text, budget=60), lambda: diagnose(texts["healthy"], budget=60)),
            ("scan", lambda: list(scan(work / "hostile.txt")), lambda: list(scan(work / "healthy.txt"))),
        ):
            if name != "healthy":
                above, below = in_turn(max(rounds // 2, 1), timed(bad), timed(good))
                results[f"note: hostile, {what}: {name}"] = ratio(above, below)
    results["hostile/healthy"] = max(results.values())
    return results


PEAK = """
def peak():
    try:
        with open("/proc/self/status") as status:  # what a process of the same name held before does not count here
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource, sys
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_048_576 if sys.platform == "darwin" else 1024)
"""


def memory(work: Path, rounds: int) -> dict[str, float]:
    """The peak of a scan of a large log above what the process held before, in MiB."""
    code = PEAK + "from lambda_doctor import diagnose, scan; diagnose('Task timed out after 3.00 seconds'); "
    code += f"before = peak(); found = list(scan({str(work / 'large.txt')!r})); assert found; print(peak() - before)"
    return {"memory": process(code, inside=True)()}


PARTS = {"cold": cold, "pastes": pastes, "logs": logs, "hostile": hostile, "memory": memory}


def main(work: Path, rounds: int, parts: list[str]) -> dict[str, float]:
    """All parts, or those that are named."""
    results: dict[str, float] = {}
    for name in parts or PARTS:
        results.update(PARTS[name](work, rounds))
    return results


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))
