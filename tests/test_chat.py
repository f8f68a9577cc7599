"""Reports in chats: within what Slack, Teams and GitHub take, and as harmless there as in a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt
from slack_sdk.models.blocks import Block, HeaderBlock

from lambda_doctor import diagnose
from lambda_doctor.catalog import Catalog
from lambda_doctor.report import Report

REDIRECT = "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2"
SCHEMA = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text(encoding="utf-8"))
CARDS = jsonschema.Draft6Validator(SCHEMA)


def texts(part: Any) -> Iterator[str]:
    """All texts in a message, whatever holds them."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from texts(item)


@pytest.fixture(scope="module")
def reports(catalog: Catalog) -> list[Report]:
    """A report of each signature, by its first example."""
    return [diagnose(signature.examples[0].text, catalog=catalog) for signature in catalog]


@pytest.fixture(scope="module")
def long_report(reports: list[Report]) -> Report:
    """A report with far more to say than a chat takes."""
    diagnoses = tuple(report[0] for report in reports[:50] if report)
    many = tuple(
        diagnosis.model_copy(update={"fixes": diagnosis.fixes * 10, "cause": diagnosis.cause * 40})
        for diagnosis in diagnoses
    )
    return reports[0].model_copy(update={"diagnoses": many, "incomplete": ("a line",)})


HOSTILE = "<!channel> <@U1> @here *bold* :boom: `code` [x](javascript:alert(1)) <script>alert(1)</script> ![](http://a.example)"


@pytest.fixture(scope="module")
def hostile_report() -> Report:
    """A report whose values would call everybody, were they read as markup."""
    report = diagnose(REDIRECT)
    evidence = report[0].evidence.model_copy(update={"text": HOSTILE})
    return report.model_copy(update={"diagnoses": (report[0].model_copy(update={"evidence": evidence}),)})


def slack_problems(message: dict[str, Any]) -> list[str]:
    """What Slack would refuse, told by slack_sdk's models and by the limits that they do not know."""
    problems = []
    for block, given in zip(Block.parse_all(message["blocks"]), message["blocks"], strict=True):
        block.validate_json()
        if block.to_dict() != given:
            problems.append(f"slack_sdk reads it otherwise: {given}")
        if isinstance(block, HeaderBlock) and not 1 <= len(block.text.text) <= 150:
            problems.append(f"header of {len(block.text.text)} characters")
    problems += [f"text of {len(text)} characters" for text in texts(message["blocks"]) if not 1 <= len(text) <= 3000]
    if not 1 <= len(message["blocks"]) <= 50:
        problems.append(f"{len(message['blocks'])} blocks")
    if sum(map(len, texts(message["blocks"]))) > 12_000:
        problems.append("more than 12,000 characters")
    return problems


def test_every_signature_makes_a_message_that_slack_takes(reports: list[Report]) -> None:
    assert [problem for report in reports for problem in slack_problems(report.to_slack())] == []
    assert len(reports) > 200


def test_an_unknown_text_and_an_empty_one_make_messages_too() -> None:
    assert slack_problems(diagnose("all is well, Traceback odd.Exception: widget").to_slack()) == []
    assert slack_problems(diagnose("").to_slack()) == []


def test_a_long_report_is_shortened_with_a_pointer_and_holds_whole_commands_only(long_report: Report) -> None:
    message = long_report.to_slack()
    assert slack_problems(message) == []
    assert "Shortened for Slack" in "".join(texts(message["blocks"]))
    assert "Not complete" in "".join(texts(message["blocks"][-1]))
    whole = {fix.run.rstrip("\n") for diagnosis in long_report for fix in diagnosis.fixes if fix.run}
    whole |= {fix.code.text.rstrip("\n") for diagnosis in long_report for fix in diagnosis.fixes if fix.code}
    whole |= {diagnosis.evidence.text[:299] for diagnosis in long_report}
    shown = [
        element["elements"][0]["text"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element["type"] == "rich_text_preformatted"
    ]
    assert shown
    assert [text for text in shown if text not in whole and text[:299] not in whole] == []


def test_a_command_longer_than_slack_takes_is_left_out_whole(reports: list[Report]) -> None:
    (first, *_) = (report for report in reports if report and any(fix.run for fix in report[0].fixes))
    fixes = tuple(fix.model_copy(update={"run": "echo " + "x" * 3000, "code": None}) for fix in first[0].fixes)
    message = first.model_copy(update={"diagnoses": (first[0].model_copy(update={"fixes": fixes}),)}).to_slack()
    assert slack_problems(message) == []
    assert "echo" not in "".join(texts(message["blocks"]))
    assert "too long for Slack" in "".join(texts(message["blocks"]))


def test_nothing_from_the_paste_stands_where_slack_reads_markup(hostile_report: Report) -> None:
    message = hostile_report.to_slack()
    assert HOSTILE in texts(message["blocks"])  # shown as it is, in rich text
    assert "mrkdwn" not in json.dumps(message)
    assert "<" not in message["text"]


def test_cards_are_of_the_official_schema_and_of_a_size_that_teams_takes(reports: list[Report]) -> None:
    assert max(len(json.dumps(report.to_adaptive_card())) for report in reports) < 28_000
    for report in [*reports[::8], diagnose("all is well"), diagnose("")]:
        card = report.to_adaptive_card()
        assert [error.message for error in CARDS.iter_errors(card)] == []


def test_a_card_that_breaks_the_schema_is_refused() -> None:
    card = diagnose(REDIRECT).to_adaptive_card()
    card["body"][0]["inlines"][0]["weight"] = "heavy"
    assert not CARDS.is_valid(card)


def test_a_long_card_is_shortened_and_says_so(long_report: Report) -> None:
    card = long_report.to_adaptive_card()
    assert CARDS.is_valid(card)
    assert len(json.dumps(card)) < 28_000
    shown = "".join(texts(card["body"]))
    assert "Shortened for Teams" in shown
    assert "Not complete" in shown


def test_markdown_shows_commands_in_fences_and_nothing_of_the_paste_as_markup(
    reports: list[Report], hostile_report: Report
) -> None:
    """Read by a CommonMark parser with GitHub's additions, as GitHub, GitLab and Mattermost would."""
    reader = MarkdownIt("gfm-like", {"linkify": False})
    for report in [*reports, hostile_report]:
        tokens = reader.parse(report.to_markdown())
        assert [token.content for token in tokens if "html" in token.type] == []
        fenced = [token.content.rstrip("\n") for token in tokens if token.type == "fence"]
        for diagnosis in report:
            missing = [fix.run for fix in diagnosis.fixes[:1] if fix.run and fix.run.rstrip("\n") not in fenced]
            assert missing == []
        links = [child.attrs["href"] for token in tokens for child in token.children or () if child.type == "link_open"]
        assert [link for link in links if not str(link).startswith("https://")] == []
