"""What was given out stays: ids never vanish or return, and every answer says which catalog it comes from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import KNOWLEDGE, ROOT

from lambda_doctor import Catalog, diagnose
from lambda_doctor.cache import compile_cached
from lambda_doctor.compiled import FORMAT, Layer, StaleCatalog
from lambda_doctor.compiling import compile_source
from lambda_doctor.lint import lint
from lambda_doctor.source import Source, read_entries

ENTRY = {
    "id": "made.entry",
    "title": "A made-up entry",
    "cause": "It was made up for a test of versions.",
    "patterns": ["widget is jammed"],
    "fixes": [{"do": "Nothing to do."}],
    "docs": [{"url": "https://docs.aws.amazon.com/lambda/", "title": "Lambda"}],
}


def compiled(entry: dict, version: str = "1") -> bytes:
    return compile_source(read_entries([entry], {}), name="made", version=version)


def test_every_id_of_the_history_is_there_or_retired(source: Source) -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("the history is in a checkout only")
    command = [git, "log", "--diff-filter=A", "--name-only", "--format=", "--", "knowledge/*/*.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ever = {path.removeprefix("knowledge/").removesuffix(".yaml").replace("/", ".") for path in done.stdout.split()}
    assert ever - source.entries.keys() - source.retired.keys() == set()


def test_a_retired_id_names_a_successor_that_is_there(source: Source) -> None:
    assert {successor for successor in source.retired.values() if successor} <= source.entries.keys()
    assert source.retired.keys() & source.entries.keys() == set()


def test_a_released_id_that_is_gone_is_a_finding(tmp_path: Path) -> None:
    shutil.copytree(KNOWLEDGE / "cdk", tmp_path / "cdk")
    (tmp_path / "_releases.yaml").write_text("0.0.1: {cdk.app-failed: abc, cdk.gone: abc}\n")
    found = [finding for finding in lint(tmp_path, base=Catalog.builtin()) if finding.rule == "retired"]
    assert [finding.message for finding in found] == ["the id cdk.gone was released and is gone"]


def test_a_diagnosis_tells_the_entrys_revision_and_the_catalogs_version() -> None:
    catalog = Catalog([Layer(compiled(ENTRY, "7"))])
    changed = Catalog([Layer(compiled({**ENTRY, "avoid": "Oil."}, "8"))])
    one, other = diagnose("widget is jammed", catalog=catalog), diagnose("widget is jammed", catalog=changed)
    assert (one.catalog_version, other.catalog_version) == ("7", "8")
    assert len(one[0].revision) == 8
    assert one[0].revision != other[0].revision
    assert one[0].revision == diagnose("widget is jammed", catalog=Catalog([Layer(compiled(ENTRY, "9"))]))[0].revision


def test_what_changed_since_a_version() -> None:
    before = Layer(compiled(ENTRY, "1"))
    now = read_entries([{**ENTRY, "avoid": "Oil."}, {**ENTRY, "id": "made.new"}], {})
    now.releases = {"1": {"made.entry": before.entry(0)["revision"]}}
    catalog = Catalog([Layer(compile_source(now, name="made", version="2"))])
    assert catalog.changed_since("1") == {"made.entry", "made.new"}
    with pytest.raises(KeyError, match=r"no record of the version 0\.5; there is one of 1"):
        catalog.changed_since("0.5")


def test_a_compiled_catalog_of_another_format_is_built_anew_not_misread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = compiled(ENTRY)
    other = data.replace(b'"format":%d' % FORMAT, b'"format":%d' % (FORMAT + 1), 1)
    with pytest.raises(StaleCatalog, match="format"):
        Layer(other)
    monkeypatch.setattr("lambda_doctor.cache._cache_folder", lambda: tmp_path)
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "catalog.yaml").write_text("schema: 1\n")
    assert compile_cached(folder, lambda: data).ids == ["made.entry"]
    (stored,) = tmp_path.glob("*.bin")
    for damaged in (stored.read_bytes()[:-5], b"", b"\0" * 200):
        stored.write_bytes(damaged)
        assert compile_cached(folder, lambda: data).ids == ["made.entry"]
