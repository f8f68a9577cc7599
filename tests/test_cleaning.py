"""Cleaning: what a terminal, a log or a table did to a message is undone, and every offset leads back to the paste."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_doctor.cleaning import clean
from lambda_doctor.text import decode

MESSAGE = "The role defined for the function cannot be assumed by Lambda."


@pytest.mark.parametrize(
    "paste",
    [
        "\x1b[31mThe role\x1b[0m defined for the function cannot be assumed by Lambda.",
        "50%\r75%\rThe role defined for the function cannot be assumed by Lambda.",
        "> The role defined for the function\n> cannot be assumed by Lambda.",
        "\u2502 The role defined for the function\n\u2502 cannot be assumed by Lambda.",
        '{"message": "The role defined for the function\\ncannot be assumed by Lambda."}',
        '"{\\"message\\": \\"The role defined for the function\\\\ncannot be assumed by Lambda.\\"}"',
        "The\u00a0role defined for the\u200b function cannot be assumed by Lambda.",
        "2026-11-03T10:15:30.123Z The role defined for the function\n2026-11-03T10:15:30.123Z cannot be assumed by Lambda.",
        "[Container] 2026/11/03 10:15:30.123456 The role defined for the function cannot be assumed by Lambda.",
        "The role defined for the function can\nnot be assumed by Lambda.\n".replace("can\nnot", "cannot"),
        "The role defined for the &#102;unction cannot be assumed by Lambda.",
        "web-1  | The role defined for the function\nweb-1  | cannot be assumed by Lambda.",
        "^[[31mThe role^[[0m defined for the function cannot be assumed by Lambda.",
        "[31mThe role[0m defined for the function cannot be assumed by Lambda.",
        '{"m": "\\u001b[31mThe role\\u001b[0m defined for the function cannot be assumed by Lambda."}',
        "\\033[31mThe role\\033[0m defined for the function cannot be assumed by Lambda.",
        "\x1b_bk;t=1793700930123\x07The role defined for the function cannot be assumed by Lambda.",
        "::error::The role defined for the function%0Acannot be assumed by Lambda.",
        "?message=The%20role%20defined%20for%20the%20function%20cannot%20be%20assumed%20by%20Lambda.",
        "<p>The role <code>defined</code> for the function<br>\ncannot be assumed by Lambda.</p>",
        "2026-11-03T10:15:30.123456789Z stderr F The role defined for the function\n2026-11-03T10:15:30.123456789Z stderr F cannot be assumed by Lambda.",
        "deploy\tRun sam deploy\t2026-11-03T10:15:30.1234567Z The role defined for the function\ndeploy\tRun sam deploy\t2026-11-03T10:15:30.1234567Z cannot be assumed by Lambda.",
        "10:15:30.123 STDERR terraform: \u2502 The role defined for the function\n10:15:30.123 STDERR terraform: \u2502 cannot be assumed by Lambda.",
        "Nov  3 10:15:30 build deploy[17]: The role defined for the function\nNov  3 10:15:30 build deploy[17]: cannot be assumed by Lambda.",
        "2026/11/03 10:15:30 The role defined for the function\n2026/11/03 10:15:30 cannot be assumed by Lambda.",
        "reason: >-\n  The role which was defined and is defined: The role defined for the func-\n  tion".replace(
            "func-\n  tion", "function cannot be assumed by Lambda."
        ),
    ],
)
def test_the_message_is_read(paste: str) -> None:
    assert MESSAGE in " ".join(clean(paste).text.split())


def test_a_word_cut_at_the_terminals_edge_is_joined_in_a_second_reading() -> None:
    line = "An error occurred while creating the function: " + MESSAGE
    paste = "\n".join(line[i : i + 60] for i in range(0, len(line), 60))
    assert MESSAGE in clean(paste).text


TABLE = """\
CloudFormation events from stack operations (refresh every 5.0 seconds)
-------------------------------------------------------------------------------------------------
ResourceStatus           ResourceType             LogicalResourceId        ResourceStatusReason
-------------------------------------------------------------------------------------------------
CREATE_FAILED            AWS::Lambda::Function    OrdersFunction           The role defined for the
                                                                           function cannot be
                                                                           assumed by Lambda.
ROLLBACK_IN_PROGRESS     AWS::CloudFormation::S   orders                   -
                         tack
-------------------------------------------------------------------------------------------------
"""


def test_the_cells_of_a_table_are_joined() -> None:
    cleaned = clean(TABLE)
    assert MESSAGE in cleaned.text
    assert "AWS::CloudFormation::Stack" in cleaned.text
    start = cleaned.text.index("assumed by", cleaned.text.index(MESSAGE))
    begin, end = cleaned.origin(start, start + len("assumed by"))
    assert TABLE[begin:end] == "assumed by"


def test_a_cell_pasted_without_its_table_is_joined() -> None:
    pad = " " * 75
    paste = f"The role defined for{' ' * 10}\n{pad}the function cannot \n{pad}be assumed by Lambda\n{pad}.\n"
    assert "The role defined for the function cannot be assumed by Lambda" in clean(paste).text


def test_what_only_looks_like_a_disguise_stays() -> None:
    for text in ("rate(x[5m]) > 1", "100%", 'name = ""', "List<T> of Class<?>", "a = [31, 0m]"):
        assert clean(text).text == text


def test_a_word_broken_after_a_hyphen_is_joined_also_where_lines_are_indented() -> None:
    paste = "reason: >-\n  The stack arn:aws:cloudformation:us-east-\n  1:123456789012:stack/orders does not exist"
    assert "us-east-1:123456789012:stack/orders does not exist" in clean(paste).text


def test_a_quote_doubled_in_a_cell_of_a_csv_file_is_one() -> None:
    assert clean('1793700930123,"no ""handler"" here"').text == '1793700930123,"no "handler" here"'


@pytest.mark.parametrize("caret", ["^", ""])
def test_the_minified_source_that_node_shows_above_an_error_is_left_out(caret: str) -> None:
    source = '"use strict";throw new Error("Function name can not be longer than 64 characters");' * 9
    error = (
        "Error: Unable to add layer: this lambda function already uses 5 layers.\n    at new S (/home/dev/app.js:1:157)"
    )
    shown = f"/home/dev/aws-cdk-lib/aws-lambda/lib/function.js:1\n{{}}\n{' ' * 500}{caret}\n\n{error}"
    cleaned = clean(shown.format(source))
    assert "can not be longer" not in cleaned.text
    start = cleaned.text.index("Unable")
    begin, end = cleaned.origin(start, start + 6)
    assert shown.format(source)[begin:end] == "Unable"
    assert "const x = ;" in clean(shown.format("const x = ;")).text


def test_a_windows_path_keeps_its_backslashes() -> None:
    assert clean(r"C:\new\table.txt").text == r"C:\new\table.txt"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("aB \n\r\t\\\"'nux0041\x1b[m|-\u2502\u2019&#;>`{}\u200b2026:TZ")))
def test_every_offset_leads_into_the_paste(paste: str) -> None:
    cleaned = clean(paste)
    for start in range(len(cleaned.text)):
        begin, end = cleaned.origin(start, start + 1)
        assert 0 <= begin <= end <= len(paste)
    for position, char in enumerate(cleaned.text):
        begin, end = cleaned.origin(position, position + 1)
        if end - begin == 1 and paste[begin].isalnum() and char.isalnum():
            assert paste[begin] == char or paste[begin] in "nrtbfux"


@given(st.text(max_size=200))
def test_cleaning_plain_text_changes_nothing(text: str) -> None:
    plain = "".join(char for char in text if char.isascii() and (char.isalnum() or char == " "))
    assert clean(plain).text == plain


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        ("caf\u00e9".encode(), "caf\u00e9"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("wide text".encode("utf-16"), "wide text"),
        ("wide text".encode("utf-16-le"), "wide text"),
        (b"bad \xff byte", "bad \ufffd byte"),
    ],
)
def test_bytes_become_text(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_a_log_s_own_columns_are_no_prefix() -> None:
    """`NAME | LEVEL | message` is a line that the program wrote so; docker compose puts only the name in front."""
    line = "DD_EXTENSION | ERROR | the key is missing"
    assert clean(f"{line}\n{line}").text.startswith(f"{line}\n{line}")
    assert clean("web-1  | ERROR the key is missing\nweb-1  | x").text.startswith("ERROR the key is missing\nx")
