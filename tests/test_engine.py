"""The engine on catalogs of one or two made-up entries."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_doctor import Context, Report, diagnose

BROKEN = {"patterns": ["widget {name:name} is broken"]}


def ids(report: Report) -> list[str]:
    return [diagnosis.id for diagnosis in report]


def test_a_capture_and_its_evidence_point_into_the_paste(tiny) -> None:
    text = "line one\nthe WIDGET   gear-7 is\n broken now"
    best = diagnose(text, catalog=tiny(BROKEN)).best
    assert best.captures == {"name": "gear-7"}
    assert text[best.evidence.start : best.evidence.end] == best.evidence.text == "WIDGET   gear-7 is\n broken"
    assert best.evidence.line == 2


def test_the_evidence_survives_colours_escapes_and_borders(tiny) -> None:
    text = "\u2577\n\u2502 \x1b[31mwidget\x1b[0m gear-7\n\u2502 is broken\n\u2575"
    evidence = diagnose(text, catalog=tiny(BROKEN)).best.evidence
    assert text[evidence.start : evidence.end] == "widget\x1b[0m gear-7\n\u2502 is broken"
    assert evidence.line == 2


def test_words_match_whole(tiny) -> None:
    assert not diagnose("my subwidget x is broken", catalog=tiny(BROKEN))
    assert not diagnose("widget x is brokenhearted", catalog=tiny(BROKEN))


def test_the_same_hole_twice_must_hold_the_same(tiny) -> None:
    catalog = tiny({"patterns": ["Memory Size: {m:int} MB Max Memory Used: {m:int} MB"]})
    assert diagnose("Memory Size: 128 MB Max Memory Used: 128 MB", catalog=catalog)
    assert not diagnose("Memory Size: 128 MB Max Memory Used: 64 MB", catalog=catalog)


def test_needs_that_are_not_met_leave_a_doubt_or_nothing(tiny) -> None:
    doubt = tiny({"patterns": ["connection to {host:host} refused"], "needs": "lambda"})
    drop = tiny({"patterns": ["connection to {host:host} refused"], "needs": "lambda", "without": "drop"})
    text = "connection to db.example.com refused"
    assert diagnose(text, catalog=doubt).best.confidence == 0.49
    assert diagnose(text, catalog=doubt, context=Context(function_name="orders")).best.confidence == 0.95
    assert not diagnose(text, catalog=drop)
    assert diagnose(f"/var/task/app.js: {text}", catalog=drop).best.confidence == 0.95


def test_a_doubt_about_words_that_a_line_only_speaks_of_is_none(tiny) -> None:
    catalog = tiny({"patterns": ["connection refused"], "needs": "lambda"})
    assert not diagnose("* Fix `connection refused` after a restart", catalog=catalog)
    assert diagnose("```\nError: connection refused\n```", catalog=catalog).best.confidence == 0.49
    assert diagnose("In Lambda: `connection refused` (/var/task/app.js)", catalog=catalog).best.confidence == 0.95


def test_a_doubt_is_none_where_another_platform_speaks(tiny) -> None:
    catalog = tiny({"patterns": ["connection refused"], "needs": "lambda"})
    assert not diagnose("firebase deploy: connection refused", catalog=catalog)
    assert diagnose("kubectl logs: connection refused /var/task/app.js", catalog=catalog).best.confidence == 0.95


def test_what_beats_another_at_one_place_is_the_answer(tiny) -> None:
    general = {"patterns": ["value is wrong"]}
    precise = {"patterns": ["the colour value is wrong"], "beats": ["made.entry-1"]}
    assert ids(diagnose("the colour value is wrong", catalog=tiny(general, precise))) == ["made.entry-2"]


def test_what_is_beaten_at_one_place_may_stand_at_another(tiny) -> None:
    general = {"patterns": ["value is wrong"]}
    precise = {"patterns": ["the colour value is wrong"], "beats": ["made.entry-1"]}
    text = f"the colour value is wrong\n{'x' * 500}\nvalue is wrong"
    report = diagnose(text, catalog=tiny(general, precise))
    assert sorted(ids(report)) == ["made.entry-1", "made.entry-2"]
    assert {d.id: (d.evidence.line, d.count) for d in report} == {"made.entry-2": (1, 1), "made.entry-1": (3, 1)}


def test_one_line_is_one_place_however_long(tiny) -> None:
    catalog = tiny({"patterns": ["parameter rejected"], "kind": "fallback"}, {"patterns": ["colour is not known"]})
    line = f"parameter rejected {'x' * 1000} colour is not known"
    assert ids(diagnose(line, catalog=catalog)) == ["made.entry-2"]
    assert len(diagnose(line.replace(" x", "\nx"), catalog=catalog)) == 2


def test_a_cause_explains_the_end_of_its_own_request_only(tiny) -> None:
    catalog = tiny({"patterns": ["the cache refused"], "explains": ["made.entry-2"]}, {"patterns": ["request ran out"]})
    one, two = "0f1e2d3c-0000-4000-8000-00000000000a", "0f1e2d3c-0000-4000-8000-00000000000b"
    same = f"START {one}\n{one} WARN the cache refused\nfiller\n{one} request ran out\nEND"
    report = diagnose(same, catalog=catalog)
    assert (ids(report), report.best.symptoms) == (["made.entry-1"], ("made.entry-2",))
    other = same.replace(f"{one} request", f"{two} request")
    assert sorted(ids(diagnose(other, catalog=catalog))) == ["made.entry-1", "made.entry-2"]


def test_a_cause_comes_before_a_fallback_and_explains_a_symptom(tiny) -> None:
    catalog = tiny(
        {"patterns": ["parameter rejected"], "kind": "fallback"},
        {"patterns": ["colour is not known"]},
        {"patterns": ["process exited"], "kind": "symptom"},
    )
    report = diagnose("parameter rejected: colour is not known\nprocess exited", catalog=catalog)
    assert ids(report) == ["made.entry-2"]
    assert report.best.symptoms == ("made.entry-3",)
    assert ids(diagnose("process exited", catalog=catalog)) == ["made.entry-3"]


def test_independent_errors_are_several_diagnoses_and_repeats_are_counted(tiny) -> None:
    catalog = tiny(BROKEN, {"patterns": ["the cat is asleep"]})
    text = "widget a is broken\n" * 3 + "x" * 500 + "\nthe cat is asleep"
    report = diagnose(text, catalog=catalog)
    assert sorted(ids(report)) == ["made.entry-1", "made.entry-2"]
    assert {d.id: d.count for d in report} == {"made.entry-1": 3, "made.entry-2": 1}


def test_an_error_that_two_patterns_know_counts_once(tiny) -> None:
    catalog = tiny({"patterns": ["the gear is stuck", "turn it later"]})
    assert diagnose("the gear is stuck, turn it later", catalog=catalog).best.count == 1
    assert diagnose("the gear is stuck, turn it later. " * 3, catalog=catalog).best.count == 3


def test_the_step_that_fits_the_context_comes_first(tiny) -> None:
    steps = [
        {"do": "For all."},
        {"do": "For SAM.", "when": {"tool": "sam"}},
        {"do": "For CDK.", "when": {"tool": "cdk"}},
    ]
    catalog = tiny({**BROKEN, "fixes": steps})
    best = diagnose("widget a is broken", catalog=catalog, context=Context(tool="sam")).best
    assert [fix.do for fix in best.fixes] == ["For SAM.", "For all.", "For CDK."]


def test_a_command_quotes_the_value(tiny) -> None:
    catalog = tiny(
        {"patterns": ["widget {name:quoted} is broken"], "fixes": [{"do": "Mend.", "run": "mend --name {name}"}]}
    )
    best = diagnose("widget 'a; rm -rf ~ $(id)' is broken", catalog=catalog).best
    assert best.fixes[0].run == "mend --name 'a; rm -rf ~ $(id)'"


@pytest.mark.parametrize("nothing", ["", "   \n\t ", b"", {}, "all is well"])
def test_a_text_without_an_error_gives_an_empty_report(nothing, tiny) -> None:
    report = diagnose(nothing, catalog=tiny(BROKEN))
    assert not report
    assert len(report) == 0
    assert report.best is None


@pytest.mark.parametrize("wrong", [None, 0, 1.5, ["text"], object()])
def test_anything_else_is_a_type_error_that_says_what_is_accepted(wrong) -> None:
    with pytest.raises(TypeError, match=r"str or bytes.*exception.*mapping"):
        diagnose(wrong)


def test_a_report_pickles_compares_and_has_a_schema(tiny) -> None:
    catalog = tiny(BROKEN)
    report = diagnose("widget a is broken", catalog=catalog)
    assert pickle.loads(pickle.dumps(report)) == report == diagnose("widget a is broken", catalog=catalog)
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert "diagnoses" in Report.model_json_schema()["properties"]
    with pytest.raises(ValueError, match="frozen"):
        report.best.id = "x"


def test_an_unknown_error_says_what_it_shows_and_what_to_fetch(catalog) -> None:
    text = "An error occurred (FrobnicationException) when calling the Invoke operation: frobnicator 17 jammed"
    report = diagnose(text, catalog=catalog)
    assert report.observation.error_code == "FrobnicationException"
    assert report.observation.operation == "Invoke"
    other = diagnose(text.replace("17", "18"), catalog=catalog)
    assert report.fingerprint == other.fingerprint != ""


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_raises_and_every_report_is_json(text: str) -> None:
    report = diagnose(text)
    json.loads(report.model_dump_json())
    for diagnosis in report:
        assert 0 <= diagnosis.evidence.start <= diagnosis.evidence.end <= len(text)
    report.to_text(), report.to_markdown(), report.to_html(), report.to_slack(), report.to_adaptive_card()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    diagnose(data)
