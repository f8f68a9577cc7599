"""A team's own catalog, on top of ours: through every way of layering, and with everything that can be wrong in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from lambda_doctor import Catalog, CatalogError, diagnose
from lambda_doctor.lint import lint_path

ENTRY = """\
title: The deploy role may only touch our own stacks
cause: The platform team's deploy role is limited to stacks whose names begin with the team's name.
patterns:
  - "house rule {rule:int}: stack {stack_name:name} is not yours"
confirm: "`make whose STACK` names another team."
fixes:
  - do: Ask the owners of {stack_name}.
docs:
  - {url: "https://wiki.example.com/house-rules", title: House rules}
examples:
  - text: "house rule 7: stack billing-prod is not yours"
    captures: {rule: 7, stack_name: billing-prod}
near_misses:
  - text: house rule 7 was changed
"""
TEXT = "ERROR house rule 7: stack billing-prod is not yours"
REDIRECT = "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    folder = tmp_path / "team"
    (folder / "house").mkdir(parents=True)
    (folder / "catalog.yaml").write_text("schema: 1\nname: platform\nversion: 3\n")
    (folder / "house" / "rule-seven.yaml").write_text(ENTRY)
    return folder


def test_with_layer(team: Path) -> None:
    best = diagnose(TEXT, catalog=Catalog.builtin().with_layer(team)).best
    assert (best.id, best.source, best.captures["stack_name"]) == ("house.rule-seven", "platform", "billing-prod")


def test_entries_as_mappings() -> None:
    entry = {
        "id": "house.rule-eight",
        "title": "House rule eight was broken",
        "cause": "Somebody broke house rule eight again.",
        "patterns": ["house rule eight"],
        "fixes": [{"do": "Do not."}],
        "docs": [{"url": "https://wiki.example.com/", "title": "Wiki"}],
    }
    assert diagnose("house rule eight!", catalog=Catalog.builtin().with_layer([entry])).best.id == "house.rule-eight"


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


SHOW = f"from lambda_doctor import diagnose; print(diagnose({TEXT!r}).best.id)"


def test_the_environment_variable(team: Path) -> None:
    assert run(SHOW, LAMBDA_DOCTOR_CATALOGS=str(team)) == "house.rule-seven"


def test_an_installed_package(team: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    package = site / "platform_errors"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    team.rename(package / "catalog")
    metadata = site / "platform_errors-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: platform-errors\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[lambda_doctor.catalogs]\nplatform = platform_errors:catalog\n")
    assert run(SHOW, PYTHONPATH=str(site)) == "house.rule-seven"


def test_a_layer_replaces_an_entry_by_id(team: Path) -> None:
    (team / "deployment").mkdir()
    (team / "deployment" / "s3-wrong-region.yaml").write_text(
        ENTRY.replace("house rule {rule:int}: stack {stack_name:name} is not yours", "PermanentRedirect {stack_name:/[a-z]{0,1}/}")
        .replace("{rule: 7, stack_name: billing-prod}", "{}")
    )  # fmt: skip
    catalog = Catalog.builtin().with_layer(team)
    assert catalog["deployment.s3-wrong-region"].source == "platform over builtin"


def test_a_layer_extends_an_entry_with_a_first_step(team: Path) -> None:
    (team / "deployment").mkdir()
    (team / "deployment" / "s3-wrong-region.yaml").write_text(
        "extends: deployment.s3-wrong-region\n"
        "patterns: ['our artifact bucket lives elsewhere']\n"
        "fixes:\n  - do: Use the bucket artifacts-{bucket_region|REGION} of the data team.\n"
    )
    catalog = Catalog.builtin().with_layer(team)
    best = diagnose(REDIRECT, catalog=catalog).best
    assert best.fixes[0].do == "Use the bucket artifacts-us-east-2 of the data team."
    assert len(best.fixes) > 1
    assert diagnose("our artifact bucket lives elsewhere", catalog=catalog).best.id == "deployment.s3-wrong-region"


@pytest.mark.parametrize("what", ["deployment.s3-wrong-region", "deployment"])
def test_a_layer_disables_an_entry_or_an_area(team: Path, what: str) -> None:
    (team / "catalog.yaml").write_text(f"schema: 1\ndisable: [{what}]\n")
    catalog = Catalog.builtin().with_layer(team)
    assert "deployment.s3-wrong-region" not in catalog
    assert "deployment.s3-wrong-region" not in [found.id for found in diagnose(REDIRECT, catalog=catalog)]


def test_a_layers_entry_beats_a_builtin_one(team: Path) -> None:
    (team / "house" / "rule-seven.yaml").write_text(
        ENTRY.replace("fixes:", "beats: [deployment.s3-wrong-region]\nfixes:").replace(
            "{rule:int}: stack {stack_name:name}", "{rule:int}: bucket {stack_name:name}"
        )
    )
    catalog = Catalog.builtin().with_layer(team)
    report = diagnose(f"{REDIRECT}: house rule 7: bucket data is not yours", catalog=catalog)
    assert [diagnosis.id for diagnosis in report] == ["house.rule-seven"]


@pytest.mark.parametrize(
    ("meta", "advice"),
    [("schema: 2", "pip install --upgrade"), ("schema: 0", "schema: 1"), ("requires: '99.0'", "pip install --upgrade")],
)
def test_a_layer_for_another_version_is_refused_with_what_to_do(team: Path, meta: str, advice: str) -> None:
    (team / "catalog.yaml").write_text(meta + "\n")
    with pytest.raises(CatalogError, match=advice):
        Catalog.builtin().with_layer(team)


def write(name: str, content: str | bytes) -> Callable[[Path], None]:
    def change(team: Path) -> None:
        path = team / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def unreadable(team: Path) -> None:
    (team / "house" / "broken.yaml").mkdir()


def symlink_loop(team: Path) -> None:
    (team / "house" / "loop").symlink_to(team, target_is_directory=True)
    (team / "house" / "broken.yaml").symlink_to(team / "house" / "broken.yaml")


def huge(team: Path) -> None:
    with (team / "house" / "broken.yaml").open("wb") as file:
        file.truncate(100_000_000)


BROKEN = {
    "bad YAML": (write("house/broken.yaml", "title: [unclosed\npatterns:"), "house/broken.yaml:2"),
    "a duplicate key": (write("house/broken.yaml", ENTRY + "title: Again\n"), "stands twice"),
    "an unknown field": (write("house/broken.yaml", ENTRY + "colour: red\n"), "colour: is no field of an entry"),
    "a missing field": (write("house/broken.yaml", ENTRY.replace("title:", "tilte:")), "title: is missing"),
    "a wrong type": (write("house/broken.yaml", ENTRY + "confidence: high\n"), "confidence"),
    "an unknown capture type": (write("house/broken.yaml", ENTRY.replace("{rule:int}", "{rule:integer}")), "no capture type 'integer'"),
    "a pattern without a word": (write("house/broken.yaml", ENTRY.replace("house rule {rule:int}: stack {stack_name:name} is not yours", "{rule:int}{stack_name:name}")), "no whole word"),
    "a wrong brace": (write("house/broken.yaml", ENTRY.replace("{rule:int}", "{rule}")), "column"),
    "no mapping": (write("house/broken.yaml", "- one\n- two\n"), "not a mapping"),
    "not UTF-8": (write("house/broken.yaml", ENTRY.encode() + b"# caf\xe9\n"), "not UTF-8"),
    "aliases": (write("house/broken.yaml", "a: &a [x]\nb: [*a, *a]\n"), "anchors and aliases"),
    "a tag that runs code": (write("house/broken.yaml", "title: !!python/object/apply:os.system [echo]\n"), "tag"),
    "nested without end": (write("house/broken.yaml", "[" * 5000), "house/broken.yaml:1"),
    "a wrong path": (write("house/Broken Name.yaml", ENTRY), "gives no id"),
    "extends nothing": (write("house/broken.yaml", "extends: house.broken\n"), "no signature house.broken to extend"),
    "disables nothing": (write("catalog.yaml", "disable: [deployment.s3-wrong-regoin]\n"), "did you mean deployment.s3-wrong-region"),
    "too large": (huge, "larger than"),
    "a folder for a file": (unreadable, ""),
    "a loop of links": (symlink_loop, "house/broken.yaml"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_layer_is_told_and_the_rest_works(team: Path, what: str) -> None:
    breakage, told = BROKEN[what]
    if sys.platform == "win32" and what == "a loop of links":
        pytest.skip("links need a privilege on Windows")
    breakage(team)
    catalog = Catalog.builtin().with_layer(team)
    assert diagnose(TEXT, catalog=catalog).best.id == "house.rule-seven"
    assert diagnose(REDIRECT, catalog=catalog).best.id == "deployment.s3-wrong-region"
    if told:
        assert told in "\n".join(map(str, catalog.problems))
        for problem in catalog.problems:
            assert problem.line >= 1
            assert problem.message


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be read"):
        Catalog.builtin().with_layer(tmp_path / "missing")


def test_a_folder_that_cannot_be_used_does_not_take_ours_away(team: Path, tmp_path: Path) -> None:
    paths = os.pathsep.join([str(tmp_path / "missing"), str(team)])
    assert run(SHOW, LAMBDA_DOCTOR_CATALOGS=paths) == "house.rule-seven"
    told = run(
        "from lambda_doctor import Catalog; print(*Catalog.default().problems)",
        LAMBDA_DOCTOR_CATALOGS=str(tmp_path / "missing"),
    )
    assert told.startswith(f"{tmp_path / 'missing'}/.:1:1: cannot be read")
    done = subprocess.run(
        [sys.executable, "-m", "lambda_doctor", REDIRECT],
        capture_output=True, text=True, timeout=60, cwd=ROOT,
        env={**os.environ, "LAMBDA_DOCTOR_CATALOGS": str(tmp_path / "missing")},
    )  # fmt: skip
    assert done.returncode == 0
    assert "deployment.s3-wrong-region" in done.stdout
    assert done.stderr.startswith(f"lambda-doctor: {tmp_path / 'missing'}/.:1:1: cannot be read")


def broken_variable(tmp_path: Path) -> tuple[dict[str, str], str]:
    missing = tmp_path / "missing"
    return {"LAMBDA_DOCTOR_CATALOGS": str(missing)}, f"lambda-doctor: {missing}/.:1:1: cannot be read"


def broken_package(tmp_path: Path) -> tuple[dict[str, str], str]:
    metadata = tmp_path / "site" / "platform_errors-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: platform-errors\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[lambda_doctor.catalogs]\nplatform = gone_from_here:catalog\n")
    told = (
        "lambda-doctor: platform/entry point:1:1: lambda_doctor.catalogs: platform = gone_from_here:catalog cannot be"
    )
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(ROOT)])}, told


@pytest.mark.parametrize("command", [[], ["search"], ["catalog", "explain"], ["catalog", "new"]])
@pytest.mark.parametrize("breakage", [broken_variable, broken_package])
def test_every_command_that_answers_tells_of_a_broken_catalog(
    command: list[str], breakage: Callable[[Path], tuple[dict[str, str], str]], tmp_path: Path
) -> None:
    environment, told = breakage(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "lambda_doctor", *command, REDIRECT],
        capture_output=True, text=True, timeout=60, cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0
    assert "deployment.s3-wrong-region" in done.stdout
    assert done.stderr.startswith(told)
    assert done.stderr.count("lambda-doctor:") == 1


def test_the_authors_way_from_an_error_to_an_answer(tmp_path: Path) -> None:
    """Draft, fill in, lint, and it is found."""
    folder = tmp_path / "team"
    error = (
        "An error occurred (ValidationException) when calling the CreateFunction operation: widget 'w-12' holds 17 cogs"
    )
    command = [sys.executable, "-m", "lambda_doctor", "catalog"]

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *arguments], input=error, capture_output=True, text=True, timeout=60)

    made = call("new", "--id", "house.too-many-cogs", "--into", str(folder))
    assert made.returncode == 0, made.stderr
    path = folder / "house" / "too-many-cogs.yaml"
    draft = path.read_text()
    findings = json.loads(call("lint", str(folder), "--format", "json").stdout)
    assert {finding["rule"] for finding in findings} == {"todo"}
    lines = [line.replace("TODO: ", "Well: ").replace("TODO", "Well") for line in draft.splitlines()]
    path.write_text("\n".join(lines).replace("Well: what is wrong, in plain words", "The widget holds too many cogs"))
    done = call("lint", str(folder))
    assert done.returncode == 0, done.stdout
    assert diagnose(error, catalog=Catalog.builtin().with_layer(folder)).best.id == "house.too-many-cogs"


def test_a_lint_finding_in_each_format(team: Path) -> None:
    (team / "house" / "rule-seven.yaml").write_text(ENTRY.replace("stacks\n", "stacks.\n", 1))
    command = [sys.executable, "-m", "lambda_doctor", "catalog", "lint", str(team), "--format"]

    def call(name: str) -> str:
        return subprocess.run([*command, name], capture_output=True, text=True, timeout=60).stdout

    assert "rule-seven.yaml:1: error: the title ends with a full stop" in call("text")
    assert "::error file=" in call("github")
    run_ = json.loads(call("sarif"))["runs"][0]
    assert run_["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
    fixed = subprocess.run([*command, "text", "--fix"], capture_output=True, text=True, timeout=60)
    assert "full stop" not in fixed.stdout


def test_the_schema_of_an_entry_fits_every_entry() -> None:
    import jsonschema
    import yaml

    from lambda_doctor.signature import file_schema

    validator = jsonschema.Draft202012Validator(file_schema())
    for path in sorted((ROOT / "knowledge").glob("*/*.yaml")):
        errors = [error.message for error in validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))]
        assert errors == [], path


def test_five_thousand_private_entries_change_no_builtin_answer(tiny) -> None:
    entries = [
        {"id": f"made.entry-{n}", "patterns": [f"frobnicator {n}x jammed at {{place:name}}"]} for n in range(5000)
    ]
    made = tiny(*entries)
    catalog = Catalog([*Catalog.builtin().layers, *made.layers])
    assert diagnose(REDIRECT, catalog=catalog).best.id == "deployment.s3-wrong-region"
    assert diagnose("frobnicator 4711x jammed at noon", catalog=catalog).best.id == "made.entry-4711"


PRIVATE = ROOT / "examples" / "private_catalog"


def test_the_example_of_a_private_catalog_has_nothing_to_mend_and_answers() -> None:
    folder = PRIVATE / "platform_errors" / "catalog"
    assert [str(finding) for finding in lint_path(folder)] == []
    text = "ERROR deploy-guard: stack billing-prod may not be changed by team orders"
    best = diagnose(text, catalog=Catalog.builtin().with_layer(folder)).best
    assert (best.id, best.source, best.captures["team"]) == ("house.deploy-guard", "platform", "orders")


@pytest.mark.parametrize(
    "check",
    [
        ["pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")],
        ["pre_commit", "validate-config", str(PRIVATE / ".pre-commit-config.yaml")],
        ["check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(PRIVATE / ".github" / "workflows" / "catalog.yml")],
    ],
    ids=["hook", "hook's use", "workflow"],
)  # fmt: skip
def test_what_runs_the_lint_elsewhere_is_what_its_runner_takes(check: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *check], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
