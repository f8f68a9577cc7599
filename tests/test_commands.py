"""The AWS commands of the catalog are such as the AWS CLI takes: service, operation and options exist, none is missing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache

import pytest
from botocore import xform_name

from lambda_doctor import Catalog

clidriver = pytest.importorskip("awscli.clidriver", reason="needs awscli")

# Version 1 is on PyPI and tells what is of both; these are of version 2 only.
ONLY_IN_TWO = {
    "configure sso",
    "configure list-profiles",
    "configure export-credentials",
    "sso login",
    "sso logout",
    "logs tail",
}
OPTIONS_ONLY_IN_TWO = {"cli-binary-format", "cli-pager"}
PLACEHOLDER = re.compile(r"\{[a-z_]+(?:\|([^{}]*))?\}")
POSITIONAL = {"outfile", "paths", "path", "varname", "value"}
DRIVER = clidriver.create_clidriver()
GLOBAL = set(DRIVER._get_argument_table())


def commands(run: str) -> Iterator[list[str]]:
    """The words of each `aws` command in a piece of shell, those of substitutions too."""
    text = PLACEHOLDER.sub(lambda hole: hole[1] or "VALUE", run).replace("\\\n", " ")
    for inner in re.findall(r"\$\(([^()]*)\)", text):
        yield from commands(inner)
    lexer = shlex.shlex(re.sub(r"\$\([^()]*\)", "VALUE", text), posix=True, punctuation_chars="|&;<>\n")
    lexer.whitespace, lexer.whitespace_split = " \t", True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if not set(word) <= set("|&;<>\n"):
            words.append(word)
        else:
            if "aws" in words[:4]:
                yield words[words.index("aws") + 1 :]
            words = []


@cache
def options(service: str, operation: str) -> dict[str, bool] | None:
    """The options of an operation, and whether each is required; None where the AWS CLI has no such operation."""
    command = DRIVER._get_command_table().get(service)
    if command is None:
        return None
    below = command.subcommand_table if hasattr(command, "subcommand_table") else command._get_command_table()
    if operation not in below:
        return None
    return {name: argument.required for name, argument in below[operation].arg_table.items()}


def faults(words: list[str]) -> Iterator[str]:
    """What the AWS CLI would complain of."""
    if len(words) < 2 or words[0].startswith("-") or "help" in words or " ".join(words[:2]) in ONLY_IN_TWO:
        return
    service, operation, *rest = words
    if operation == "wait":
        waiters = DRIVER.session.get_waiter_model(service).waiter_names
        if rest[0] not in {xform_name(name, "-") for name in waiters}:
            yield f"no waiter {rest[0]}"
        return
    if operation.startswith("-"):  # aws configure --profile NAME
        return
    known = options(service, operation)
    if known is None:
        yield f"no command {service} {operation}"
        return
    given = {word[2:].removeprefix("no-").partition("=")[0] for word in rest if word.startswith("--")}
    yield from (f"no option --{name}" for name in sorted(given - set(known) - GLOBAL - OPTIONS_ONLY_IN_TWO))
    if not given & {"cli-input-json", "generate-cli-skeleton"}:
        positional = any(not word.startswith("-") for word in rest)
        yield from (
            f"--{name} is missing"
            for name, required in known.items()
            if required and name not in given and not (name in POSITIONAL and positional)
        )


def test_every_aws_command_of_a_step_is_one_that_the_aws_cli_takes() -> None:
    seen, wrong = 0, []
    catalog = Catalog.builtin()
    for identifier in catalog.ids:
        for step in catalog.data(identifier)["fixes"]:
            for words in commands(step.get("run") or ""):
                seen += 1
                wrong += [f"{identifier}: aws {' '.join(words)}: {fault}" for fault in faults(words)]
    assert not wrong, "\n".join(wrong)
    assert seen > 500


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("aws lambda get-fonction --function-name {name|NAME}", ["no command lambda get-fonction"]),
        ("aws lambda get-function --name X | jq .", ["no option --name", "--function-name is missing"]),
        ('echo "$(aws lambda wait function-awake --function-name X)"', ["no waiter function-awake"]),
        ("ls && aws sts get-caller-identity --region {region|REGION} 2> error.txt", []),
    ],
)
def test_what_it_finds(run: str, expected: list[str]) -> None:
    assert [fault for words in commands(run) for fault in faults(words)] == expected
