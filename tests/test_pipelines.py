"""What pipelines read: annotations, JUnit, SARIF; logs that are followed; the examples for pipelines; the Tab key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from junitparser import JUnitXml

from lambda_doctor import diagnose, scan
from lambda_doctor.chunks import CHUNK
from lambda_doctor.render import Found, found_in, github, junit, sarif
from lambda_doctor.scanning import follow

COMMAND = [sys.executable, "-m", "lambda_doctor"]
REDIRECT = "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2"
TITLE = "The package's bucket is in another Region than the function"


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=60, **options
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "deploy, 100%.log"
    file.write_text(f"START\n{REDIRECT}\nTask timed out after 3.00 seconds\n{REDIRECT}\n", encoding="utf-8")
    return file


def hostile(text: str) -> list[Found]:
    """A finding whose every value is the given text."""
    (found, *_) = found_in(diagnose(REDIRECT))
    evidence = found.diagnosis.evidence.model_copy(update={"text": text})
    update = {"title": text, "cause": text, "evidence": evidence}
    return [Found(found.diagnosis.model_copy(update=update), text, 1)]


def test_annotations_name_the_file_the_line_and_the_level(log: Path) -> None:
    done = run(str(log), "--format", "github")
    assert done.returncode == 0
    first, *_ = done.stdout.splitlines()
    place = f"file={str(log).replace('%', '%25').replace(':', '%3A').replace(',', '%2C')},line=2"
    assert first.startswith(f"::error {place},title={TITLE} (deployment.s3-wrong-region)::Lambda reads")
    assert "%0ATo do: " in first


def test_an_annotation_cannot_be_ended_or_forged_by_what_was_pasted() -> None:
    (line,) = github.render(hostile("x\n::set-output name=a::b,c:d%0A\r")).splitlines()
    properties = line.removeprefix("::error ").partition("::")[0]
    assert "name=a%3A%3Ab%2Cc%3Ad%250A" in properties


def test_github_shows_ten_annotations_at_the_most() -> None:
    assert len(github.render(hostile("x") * 30).splitlines()) == 10


def test_junit_is_read_by_others(log: Path) -> None:
    (suite,) = JUnitXml.fromstring(run(str(log), "--format", "junit").stdout.encode())
    assert (suite.tests, suite.failures) == (2, 2)
    case = next(case for case in suite if case.name == "deployment.s3-wrong-region")
    assert case.result[0].message == TITLE
    assert "aws s3 cp" in case.result[0].text


def test_junit_holds_only_what_xml_can() -> None:
    text = "\x00\x0b\x1b[31m\ud800\ufffe <&\"']]>"
    (suite,) = JUnitXml.fromstring(junit.render(hostile(text)).encode())
    assert suite.failures == 1


def test_sarif_names_rules_levels_and_places(log: Path) -> None:
    document = json.loads(run("scan", str(log), "--format", "sarif").stdout)
    (one,) = document["runs"]
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    first = one["results"][0]
    assert rules[first["ruleIndex"]] == first["ruleId"] == "deployment.s3-wrong-region"
    assert (first["level"], first["occurrenceCount"]) == ("error", 2)
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("deploy%2C%20100%25.log")
    assert place["region"]["startLine"] == 2


def test_sarif_of_nothing_and_of_a_text_without_a_file() -> None:
    assert json.loads(sarif.render([]))["runs"][0]["results"] == []
    (result,) = json.loads(sarif.render(found_in(diagnose(REDIRECT))))["runs"][0]["results"]
    assert "locations" not in result


def test_scan_gives_one_document_for_all_files(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.log"
    other.write_text(REDIRECT, encoding="utf-8")
    (suite,) = JUnitXml.fromstring(run("scan", str(log), str(other), "--format", "junit").stdout.encode())
    assert [Path(case._elem.get("file")).name for case in suite] == [log.name, log.name, other.name]


def test_a_pipe_is_followed_live_while_it_is_still_open() -> None:
    """As `aws logs tail --follow | lambda-doctor scan --follow`."""
    with subprocess.Popen([*COMMAND, "scan", "--follow"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"START\n2026-11-24T10:00:00Z Task timed out after 3.00 seconds\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"-: The function ran longer than its timeout")
        rest, _ = process.communicate(b"Task timed out after 3.00 seconds\n" + REDIRECT.encode(), timeout=60)
    assert b"deployment.s3-wrong-region" in rest
    assert process.returncode == 0


def test_a_followed_line_without_end_is_not_waited_for_without_end() -> None:
    came = []

    def pieces() -> Iterator[bytes]:
        for piece in (REDIRECT.encode() + b" (UpdateFunctionCode) ", b"x" * CHUNK, b"x", b"x"):
            came.append(piece)
            yield piece

    assert next(follow(pieces())).diagnosis.id == "deployment.s3-wrong-region"
    assert len(came) == 2  # what is kept of a line is bounded


def test_repeats_near_each_other_are_counted_each() -> None:
    log = [REDIRECT + "\n", "Task timed out after 3.00 seconds\n", REDIRECT + "\n", REDIRECT.replace("2", "1") + "\n"]
    found = [(finding.diagnosis.id, finding.count, finding.first.line, finding.last.line) for finding in scan(log)]
    assert sorted(found) == [
        ("deployment.s3-wrong-region", 1, 4, 4),  # of another Region: another problem
        ("deployment.s3-wrong-region", 2, 1, 3),
        ("execution.timeout", 1, 2, 2),
    ]


def test_what_has_no_end_gives_no_document() -> None:
    done = run("scan", "--follow", "--format", "sarif", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--follow does not end" in done.stderr


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("lambda-doctor expl", ["explain"]),
        ("lambda-doctor explain execution.time", ["execution.timeout"]),
        ("lambda-doctor scan --fol", ["--follow"]),
        ("lambda-doctor catalog l", ["links", "lint"]),
    ],
)
def test_the_tab_key_completes(line: str, some: list[str], tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    environment = {
        **os.environ, "_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line, "COMP_POINT": str(len(line)),
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
    }  # fmt: skip
    subprocess.run([*COMMAND], env=environment, capture_output=True, timeout=60)
    assert sorted(word.strip() for word in answer.read_text().split()) == some


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_is_told_how_to_complete(shell: str) -> None:
    assert "lambda-doctor" in run("completion", shell).stdout


EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.github-workflows", "github_actions/deploy.yml"), ("vendor.gitlab-ci", "gitlab/.gitlab-ci.yml")],
)
def test_the_examples_are_what_their_pipelines_take(schema: str, file: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(EXAMPLES / file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
