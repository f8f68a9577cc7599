"""It stays at home: no network, no other program, and no file written but the cache of compiled catalogs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

# Python tells of every such act before it is done (PEP 578).
WATCH = """
import os, sys
acts = []
def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        path, mode, flags = args
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes:
            acts.append(f"writes {os.fsdecode(path)}")
    elif event.split(".")[0] in ("socket", "subprocess", "ftplib", "urllib", "http") or event in (
        "os.exec", "os.fork", "os.system", "os.posix_spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir",
        "os.link", "os.symlink", "os.truncate", "os.chmod", "shutil.rmtree",
    ):
        acts.append(f"{event} {args!r}")
sys.dont_write_bytecode = True
sys.addaudithook(watch)
"""
USE = """
from lambda_doctor import Catalog, Context, diagnose, explain, scan
text = "Task timed out after 3.00 seconds\\nSee https://example.com/x and AKIAIOSFODNN7EXAMPLE"
report = diagnose(text, context=Context(function_name="orders"))
assert report.best.id == "execution.timeout"
report.to_text(color=True), report.to_markdown(), report.to_html(), report.to_slack(), report.to_adaptive_card()
report.model_dump_json()
diagnose("FrobnicationError: jammed"), diagnose(ValueError("x")), diagnose({"errorMessage": text})
explain("execution.timeout"), Catalog.builtin().search("loses internet in VPC")
assert [finding.count for finding in scan([text])] == [1]
"""


def acts(code: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{WATCH}\n{code}\nprint(chr(10).join(acts))"],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line]


def test_the_watch_sees_what_it_should(tmp_path: Path) -> None:
    code = f"import socket\nopen({str(tmp_path / 'x')!r}, 'w').close()\nsocket.socket().close()"
    seen = acts(code)
    assert any(act.startswith("writes") for act in seen)
    assert any(act.startswith("socket") for act in seen)


@pytest.mark.skipif(os.name == "nt", reason="the cache's folder is set by XDG_CACHE_HOME")
def test_nothing_is_sent_run_or_written_but_the_cache(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    team = tmp_path / "team" / "house"
    team.mkdir(parents=True)
    (team / "rule.yaml").write_text(
        "title: The house says no to this\ncause: It is a rule of the house, made up for a test.\n"
        "patterns: [frobnicator is not allowed here]\nfixes: [{do: Ask.}]\n"
        "docs: [{url: 'https://docs.aws.amazon.com/lambda/', title: Lambda}]\n"
    )
    settings = {"XDG_CACHE_HOME": str(cache), "LAMBDA_DOCTOR_CATALOGS": str(tmp_path / "team")}
    use = USE + "assert diagnose('frobnicator is not allowed here').best.id == 'house.rule'"
    elsewhere = [act for act in acts(use, **settings) if str(cache) not in act and os.devnull not in act]
    assert elsewhere == []
    assert list(cache.rglob("*.bin")), "the compiled catalogs were kept"
    again = [act for act in acts(use, **settings) if os.devnull not in act and not act.startswith("os.mkdir")]
    assert again == [], "the second time nothing is written"
