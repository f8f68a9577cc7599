"""Fill the table of how fast lambda-doctor is, from a clean install of the wheel: `python benchmarks/run.py`.

Needs ripgrep (`rg`), pip's access to a package index, and about a gigabyte of temporary space. Ratios are compared with
those of `benchmarks/recorded.json`; what became a quarter worse is told as a warning, never as a failure: a machine is
not another. `--record` writes the new ones there, and the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "benchmarks" / "recorded.json"
PAGE = ROOT / "docs" / "performance.md"
WORSE = 1.25
MB = 1_000_000


class Row(NamedTuple):
    """A line of the table; `more`: the larger the better."""

    key: str
    what: str
    least: float
    aim: float
    more: bool


ROWS = [
    Row("scan/rg", "`scan` of a 50 MB log, [fast] / `rg -j1 -F -f keys`, throughput", 0.25, 0.50, True),
    Row("scan/rg without fast", "the same without [fast]", 0.08, 0.15, True),
    Row("scan/loop", "`scan` / loop of regex searches over all patterns, throughput", 100, 500, True),
    Row("diagnose/loop: no match", "loop of regex searches / warm `diagnose`: no match", 100, 300, True),
    Row("diagnose/loop: match", "match", 20, 80, True),
    Row("diagnose/loop: Java trace", "Java trace", 15, 50, True),
    Row("diagnose 5000/250", "warm `diagnose`, 5,000 signatures / 250, the worst paste", 1.5, 1.2, False),
    Row("scan 5000/250", "`scan`, 5,000 / 250", 2, 1.3, False),
    Row("first diagnose/models", "first `diagnose` / pydantic, regex, importlib_resources, models", 1.25, 1.10, False),
    Row("import/import pydantic", "`import lambda_doctor` / `import pydantic`", 0.25, 0.10, False),
    Row("first diagnose 5000/250", "first `diagnose`, 5,000 / 250", 1.3, 1.1, False),
    Row("hostile/healthy", "worst hostile 1 MB / healthy 1 MB", 5, 2, False),
    Row("memory", "peak memory of `scan` on 500 MB above its start, MiB", 64, 32, False),
]


def prepare(work: Path, large: int) -> None:
    """Write the inputs: they are made by the checkout, which has the catalog's sources."""
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
    import inputs

    from lambda_doctor.installed import COMPILED
    from lambda_doctor.source import read_folder

    source = read_folder(ROOT / "knowledge")
    errors = [example.text for _, entry in sorted(source.entries.items()) for example in entry.signature.examples]
    inputs.write_log(work / "log.txt", 50 * MB, errors)
    inputs.write_log(work / "large.txt", large * MB, errors)
    keys = inputs.keys(source)
    (work / "keys.txt").write_text("\n".join(keys) + "\n")
    (work / "pastes.json").write_text(json.dumps(inputs.pastes()))
    texts = {"healthy": inputs.healthy_text(MB), **inputs.hostile(keys, MB)}
    (work / "hostile.json").write_text(json.dumps(texts))
    (work / "models").mkdir(exist_ok=True)
    shutil.copy(ROOT / "lambda_doctor" / "report.py", work / "models" / "models.py")
    for count in (250, 5000):
        data = inputs.resized(source, count)
        (work / f"{count}.bin").write_bytes(data)
        (installed,) = (work / "venv").rglob("site-packages/lambda_doctor")
        copy = work / f"install-{count}" / "lambda_doctor"
        shutil.copytree(installed, copy, dirs_exist_ok=True)
        (copy / COMPILED).write_bytes(data)


def install(work: Path) -> str:
    """Build the wheel, install it with [fast] into an environment of its own; returns its interpreter."""
    shutil.rmtree(work / "wheel", ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", work / "wheel", ROOT], check=True)
    subprocess.run([sys.executable, "-m", "venv", work / "venv"], check=True)
    python = str(work / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    (wheel,) = (work / "wheel").glob("*.whl")
    command = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", f"{wheel}[fast]"]
    subprocess.run(command, check=True)
    subprocess.run([*command, "--force-reinstall", "--no-deps"], check=True)  # where the folder is used again
    return python


def machine(python: str) -> dict[str, Any]:
    """What the figures were measured on."""
    cpu = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.partition(":")[2].strip() for line in information.read_text().splitlines() if "model name" in line
        ]
        cpu = names[0] if names else cpu
    code = "import importlib.metadata as m, json; print(json.dumps({p: m.version(p) for p in ('lambda-doctor', 'pydantic', 'regex', 'ahocorasick_rs')}))"
    versions = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout
    rg = subprocess.run(["rg", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return {"cpu": cpu, "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version(), "ripgrep": rg, **json.loads(versions)}  # fmt: skip


def table(results: dict[str, float]) -> str:
    """The results in Markdown."""
    lines = ["| measured | here | at least | aim | |", "|---|---|---|---|---|"]
    for row in ROWS:
        if row.key in results:
            value = results[row.key]
            sign = 1 if row.more else -1
            verdict = (
                "aim" if sign * value >= sign * row.aim else "ok" if sign * value >= sign * row.least else "**no**"
            )
            lines.append(f"| {row.what} | {value:.3g} | {row.least:g} | {row.aim:g} | {verdict} |")
    notes = [f"{key.removeprefix('note: ')}: {value:.3g}" for key, value in results.items() if key.startswith("note: ")]
    return "\n".join([*lines, "", *notes])


def page(text: str, document: dict[str, Any]) -> str:
    """The page with the table of what was recorded, and the machine, between its marks."""
    before, mark, rest = text.partition("<!-- table -->\n")
    rows = table({row.key: document["ratios"][row.key] for row in ROWS if row.key in document["ratios"]})
    where = ", ".join(f"{key} {value}" for key, value in document["machine"].items())
    return f"{before}{mark}\n{rows}\nMeasured on: {where}.\n\n<!-- /table -->{rest.partition('<!-- /table -->')[2]}"


def warnings(results: dict[str, float], recorded: dict[str, float]) -> list[str]:
    """The rows that are worse than they were recorded by more than chance."""
    worse = []
    for row in ROWS:
        now, before = results.get(row.key), recorded.get(row.key)
        if now and before and (before / now if row.more else now / before) > WORSE:
            worse.append(f"{row.what}: {now:.3g}, was {before:.3g}")
    return worse


def main() -> None:
    """Measure, show, compare, record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="cold, pastes, logs, hostile, memory; all where none is named")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--large", type=int, default=500, metavar="MB", help="the log whose memory is measured")
    parser.add_argument("--json", type=Path, help="write results and machine here")
    parser.add_argument("--record", action="store_true", help="write the ratios into benchmarks/recorded.json")
    parser.add_argument("--work", type=Path, help="keep inputs and install here, and use them again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(exist_ok=True)
        python = install(work)
        prepare(work, options.large)
        command = [python, ROOT / "benchmarks" / "measure.py", work, str(options.rounds), *options.parts]
        # Without the caller's PYTHONPATH, on which the checkout may stand before the install.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(command, cwd=work, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        results = json.loads(done.stdout)
        document = {"machine": machine(python), "ratios": results}
    print(table(results))
    print("\n" + ", ".join(f"{key} {value}" for key, value in document["machine"].items()))
    if options.json:
        options.json.write_text(json.dumps(document, indent=1) + "\n")
    recorded = json.loads(RECORDED.read_text())["ratios"] if RECORDED.exists() else {}
    for warning in warnings(results, recorded):
        print(f"::warning title=slower::{warning}" if os.environ.get("GITHUB_ACTIONS") else f"slower: {warning}")
    if options.record:
        RECORDED.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), document), encoding="utf-8")


if __name__ == "__main__":
    main()
