"""No secret leaves: planted ones of every kind in every outlet and disguise; and what is no secret stays."""

from __future__ import annotations

import html
import io
import json
import logging
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_doctor import Catalog, Report, diagnose, explaining, scan
from lambda_doctor.detectors import TOKEN, find_secrets
from lambda_doctor.integrations.aws_lambda import diagnosed
from lambda_doctor.integrations.log_records import DiagnosisFilter
from lambda_doctor.redact import Redactor

# Made up, every one: written in two pieces where a scanner of repositories would take it for a real one.
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SESSION = "IQoJb3JpZ2luX2VjEBQaCXVzLWVhc3QtMSJIMEYCIQDx" + "Zk3Lq9" * 12 + "=="
KEY_BODY = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7"
PRIVATE_KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n{KEY_BODY[::-1]}\n-----END RSA PRIVATE KEY-----"
HEX64 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

# What is planted: the text around it, and the words that must not be seen.
PLANTED = {
    "access key id": ("key AKIAIOSFODNN7EXAMPLE in use", ["AKIAIOSFODNN7EXAMPLE"]),
    "temporary key id": ("ASIAIOSFODNN7EXAMPLE expired", ["ASIAIOSFODNN7EXAMPLE"]),
    "secret key": (f"aws_secret_access_key = {AWS_SECRET}", [AWS_SECRET]),
    "secret key in JSON": (json.dumps({"SecretAccessKey": AWS_SECRET}), [AWS_SECRET]),
    "a pair in a table": (f"AKIAIOSFODNN7EXAMPLE,{AWS_SECRET}", ["AKIAIOSFODNN7EXAMPLE", AWS_SECRET]),
    "session token": (f"AWS_SESSION_TOKEN={SESSION}", [SESSION]),
    "session token alone": (f"got {SESSION} back", [SESSION]),
    "presigned URL": (
        f"https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101&X-Amz-Signature={HEX64}",
        ["AKIAIOSFODNN7EXAMPLE", HEX64],
    ),
    "presigned URL, quoted as HTML": (f"https://b.example.com/k?a=b&amp;X-Amz-Signature={HEX64}&amp;x=y", [HEX64]),
    "presigned URL within a URL": (f"https://x.example.com/?u=https%3A%2F%2Fb%3Fa%3Db%26X-Amz-Signature%3D{HEX64}", [HEX64]),
    "presigned URL of another cloud": (f"https://b.example.com/k?X-Goog-Signature={HEX64}", [HEX64]),
    "shared access signature": ("https://a.blob.example.com/c?sv=1&sig=abc%2Fdefghi%2BjklmnopqrstuvwxyzA%3D", ["defghi"]),
    "JWT": (f"token was {JWT}", [JWT.split(".")[1], JWT.split(".")[2]]),
    "Authorization header": (f"Authorization: Bearer {JWT}", [JWT.split(".")[1]]),
    "Authorization header, basic": ('{"authorization": "Basic dXNlcjpodW50ZXIyMg=="}', ["dXNlcjpodW50ZXIyMg"]),
    "Authorization header, bare": ("authorization: 0123456789abcdef0123", ["0123456789abcdef0123"]),
    "signed request": (
        f"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request, Signature={HEX64}",
        ["AKIAIOSFODNN7EXAMPLE", HEX64],
    ),
    "bearer token": ("curl -H bearer 8c1f5a0e9b7d4f3a2e1c", ["8c1f5a0e9b7d4f3a2e1c"]),
    "cookie": ("Set-Cookie: session=3f9c0d1e2b; HttpOnly", ["3f9c0d1e2b"]),
    "API key header": ("x-api-key: da2-0123456789abcdefghij", ["da2-0123456789abcdefghij"]),
    "password in a URL": ("postgres://app:hunter22@db.example.com:5432/x", ["hunter22"]),
    "password in a Go DSN": ("root:hunter22@tcp(127.0.0.1:3306)/shop", ["hunter22"]),
    "password in a connection string": ("Server=db;User Id=sa;Password=hunter22;Encrypt=True", ["hunter22"]),
    "account key": ("AccountName=x;AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4;EndpointSuffix=y", ["Zm9vYmFyYmF6"]),
    "password with punctuation": ('"password": "p@ss,w;rd{1}"', ["p@ss,w;rd", "w;rd{1}"]),
    "password under a glued name": ("PGPASSWORD=hunter22 psql", ["hunter22"]),
    "password in camel case": ('"dbPassword":"hunter22","clientSecret":"s3cr3tvalue"', ["hunter22", "s3cr3tvalue"]),
    "password on a command line": ("deploy --db-password hunter22 --stage prod", ["hunter22"]),
    "curl's user": ("curl -u admin:hunter22 https://example.com", ["hunter22"]),
    "named like a secret": ('"AWS_SECRET_THING": "abcd1234efgh"', ["abcd1234efgh"]),
    "private key": (PRIVATE_KEY, [KEY_BODY, KEY_BODY[::-1]]),
    "private key, cut off": (PRIVATE_KEY[:120], [KEY_BODY]),
    "GitHub": ("ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", ["a1B2c3D4e5F6g7H8"]),
    "GitLab": ("glpat-" + "x1y2z3a4b5c6d7e8f9g0", ["x1y2z3a4b5c6d7e8f9g0"]),
    "Slack": ("xoxb-" + "123456789012-abcdefghijklmnop", ["abcdefghijklmnop"]),
    "Slack webhook": ("https://hooks.slack.com/services/" + "T00000000/B00000000/abcdefgh12345678", ["abcdefgh12345678"]),
    "Stripe": ("sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", ["4eC39HqLyjWDarjtT1zdp7dc"]),
    "npm": ("npm_" + "abcdefghijklmnopqrstuvwxyz0123456789", ["abcdefghijklmnopqrstuvwxyz"]),
    "PyPI": ("pypi-" + "AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAt", ["AgEIcHlwaS5vcmcCJD"]),
    "Google": ("AIza" + "SyA1234567890abcdefghijklmnopqrstuv", ["SyA1234567890"]),
    "Terraform Cloud": ("AbCdEfGhIjKlMn.atlasv1." + "z" * 30 + "0123456789" * 3, ["0123456789" * 3]),
    "Vault": ("hvs." + "CAESIJ1234567890abcdefghij", ["CAESIJ1234567890"]),
    "e-mail address": ("User alice@example.com may not", ["alice@example.com"]),
    "e-mail address after a colon": ("email:alice@example.com", ["alice@example.com"]),
    "the 4 KB error": (
        'String measured: {"DB_HOST":"db-7f.example.com","CONFIG":"{\\"a\\":{\\"b\\":\\"deep-thing\\"}}","ZZ":"last-thing"}',
        ["db-7f.example.com", "deep-thing", "last-thing"],
    ),
    "a function's configuration": (
        '{"Environment": {"Variables": {"MODE": "blue-mode-9", "X": "plain-words"}}}',
        ["blue-mode-9", "plain-words"],
    ),
    "a template's environment": (
        "Environment:\n  Variables:\n    MODE: blue-mode-9\n    OTHER: plain-words\nTimeout: 3\n",
        ["blue-mode-9", "plain-words"],
    ),
    "Terraform's environment": ('environment {\n  variables = {\n    "MODE" = "blue-mode-9"\n  }\n}', ["blue-mode-9"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def nosy(tiny: Callable[..., Catalog]) -> Catalog:
    """A catalog whose only entry captures everything around a secret, and repeats it wherever an entry can."""
    return tiny(
        {
            "patterns": ["frobnicator says {said:/[\\s\\S]{1,3000}/} and stops", "frobnicator says {said:/[\\s\\S]{1,3000}/}$"],
            "cause": "It said {said|nothing} at length.",
            "confirm": "It says {said|nothing} again.",
            "avoid": "Do not say {said|nothing}.",
            "fixes": [{"do": "Say {said|it}.", "run": "echo {said|SAID}", "code": {"language": "text", "text": "{said|it}"}}],
        }
    )  # fmt: skip


def outlets(report: Report) -> dict[str, str]:
    """Everything that a report can become, as text."""
    return {
        "model": repr(report.model_dump()),
        "JSON": report.model_dump_json(),
        "text": report.to_text(),
        "terminal": report.to_text(color=True, links=True, width=60),
        "Markdown": report.to_markdown(),
        "HTML": report.to_html() + html.unescape(report.to_html()),
        "Slack": json.dumps(report.to_slack(), ensure_ascii=False).replace("\u200b", ""),
        "card": json.dumps(report.to_adaptive_card(), ensure_ascii=False),
    }


def leaks(report: Report, words: list[str]) -> list[tuple[str, str]]:
    def plain(text: str) -> str:
        return text.replace("\\", "").replace("\n", "").replace(" ", "").replace("\u200b", "")

    return [
        (outlet, word)
        for outlet, shown in outlets(report).items()
        for word in words
        if plain(word) in plain(shown) or word in shown
    ]


# How a text changes on its way into a paste; each must be undone before a secret is looked for.
DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "as JSON": json.dumps,
    "twice as JSON": lambda text: json.dumps(json.dumps(text)),
    "in a log message": lambda text: json.dumps({"level": "ERROR", "message": text}),
    "as Python shows it": repr,
    "coloured": lambda text: f"\x1b[31m{text}\x1b[0m",
    "coloured within": lambda text: "".join(f"{text[i : i + 11]}\x1b[1m" for i in range(0, len(text), 11)),
    "quoted in a mail": lambda text: "> " + text.replace("\n", "\n> "),
    "with a time on each line": lambda text: "2026-11-24T10:00:00Z " + text.replace("\n", "\n2026-11-24T10:00:00Z "),
    "within Terraform's border": lambda text: "\u2502 Error: x\n\u2502 " + text.replace("\n", "\n\u2502 ") + "\n\u2575",
    "as HTML": html.escape,
    "wrapped at 60": lambda text: wrap(text, 60),
    "wrapped at 97": lambda text: wrap(text, 97),
    "with zero-width spaces": lambda text: "\u200b".join(text[i : i + 7] for i in range(0, len(text), 7)),
    "with Windows' line ends": lambda text: text.replace("\n", "\r\n"),
}


def wrap(text: str, width: int) -> str:
    """As a terminal breaks it, in the middle of words."""
    return "\n".join(line[i : i + width] for line in text.split("\n") for i in range(0, len(line), width))


@pytest.mark.parametrize("disguise", DISGUISES)
def test_no_planted_secret_is_in_any_outlet(disguise: str, nosy: Catalog) -> None:
    filler = "Error lorem ipsum dolor sit " * 9
    leaked = []
    for kind, (text, words) in PLANTED.items():
        paste = DISGUISES[disguise](f"{filler}frobnicator says {text} and stops {filler}")
        report = diagnose(paste, catalog=nosy)
        assert report, (kind, paste)
        leaked += [(kind, *leak) for leak in leaks(report, words)]
    assert leaked == []


def test_no_planted_secret_is_in_a_report_of_nothing_known(catalog: Catalog) -> None:
    for kind, (text, words) in PLANTED.items():
        report = diagnose(f"FrobnicationError: frobnicator 17 jammed: {text}", catalog=catalog)
        assert leaks(report, words) == [], kind


def test_the_fingerprint_tells_nothing_of_a_secret() -> None:
    one, other = (
        diagnose(f"FrobnicationError: jammed, password={word} tried") for word in ("hunter22", "correcthorse")
    )
    assert one.fingerprint == other.fingerprint != ""


def test_a_secret_that_the_evidence_cuts_is_hidden(tiny: Callable[..., Catalog]) -> None:
    catalog = tiny({"patterns": ["jammed at {place:/[\\w.-]{1,30}/}"]})
    for text in (f"jammed at {JWT}", f"token={JWT[:20]} jammed at {JWT}", f"jammed at {SESSION}"):
        report = diagnose(text, catalog=catalog)
        assert leaks(report, [JWT[:30], SESSION[:30], JWT[5:25]]) == []


def test_a_secret_far_from_the_start_of_a_long_text_is_hidden(nosy: Catalog) -> None:
    text = (
        "all is well\n" * 20_000 + f"frobnicator says password=hunter22 and {JWT} and stops" + "\nall is well" * 20_000
    )
    assert leaks(diagnose(text, catalog=nosy), ["hunter22", JWT[40:60]]) == []


def test_each_way_in_is_redacted(nosy: Catalog) -> None:
    """Bytes, an exception, what it notes and what caused it, a mapping, an API's error body."""
    said = "frobnicator says password=hunter22 and stops"
    caused = RuntimeError("outside")
    caused.__cause__ = ValueError(said)
    body = {"Error": {"Code": "Broken", "Message": said}, "ResponseMetadata": {"RequestId": "AKIAIOSFODNN7EXAMPLE"}}
    nested = {"errorMessage": said, "Environment": {"Variables": {"MODE": "blue-mode-9"}}}
    for error in (said.encode(), said.encode("utf-16"), ValueError(said), caused, body, nested):
        report = diagnose(error, catalog=nosy)
        assert report.best.id == "made.entry-1"
        assert leaks(report, ["hunter22", "AKIAIOSFODNN7EXAMPLE", "blue-mode-9"]) == []


ENDPOINT = 'Could not connect to the endpoint URL: "https://lambda.eu-west-9.amazonaws.com/?password=hunter22"'


def test_notes_logs_and_handlers_show_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    logger = logging.Logger("deploy")
    handler = logging.StreamHandler(stream)
    handler.addFilter(DiagnosisFilter())
    handler.setFormatter(logging.Formatter("%(diagnosis)s"))
    logger.addHandler(handler)
    logger.error(ENDPOINT)
    told = stream.getvalue()
    assert "endpoint" in told
    with pytest.raises(ValueError, match="endpoint") as caught, explaining():
        raise ValueError(ENDPOINT)
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__
    told += "".join(getattr(caught.value, "__notes__", ()))

    @diagnosed
    def function(event: object, context: object) -> None:
        raise ValueError(ENDPOINT)

    with pytest.raises(ValueError, match="endpoint"):
        function({}, None)
    told += capsys.readouterr().out
    assert "hunter22" not in told


def test_the_samples_of_a_log_show_no_secret(nosy: Catalog) -> None:
    filler = b"x" * 440
    log = [
        b"INFO started\n",
        b"frobnicator says " + filler + b" " + JWT.encode() + b" and stops\n",
        b'{"m": "frobnicator says \\"password\\": \\"hunter22\\" and stops"}\n',
        b"frobnicator says password=correcthorse and stops\n",
        b"frobnicator says " + b"x" * 600 + b" and stops, " + b"y" * 9 + SESSION.encode() + b"\n",
    ]
    findings = list(scan(log, catalog=nosy))
    assert findings
    told = "".join(finding.model_dump_json() for finding in findings)
    assert not [word for word in ("hunter22", "correcthorse", JWT[:40], JWT[40:80], SESSION[:40]) if word in told]


def test_an_error_of_wrong_use_shows_nothing_of_the_value() -> None:
    with pytest.raises(TypeError) as caught:
        diagnose(["password=hunter22"])  # type: ignore[arg-type]
    assert "hunter22" not in str(caught.value)


STAYS = """\
RequestId: 8f507cfc-1d2e-4b7a-9c3d-2f1e0d9c8b7a Duration: 3.00 ms
arn:aws:iam::123456789012:user/alice@example.com
arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
123456789012.dkr.ecr.us-east-1.amazonaws.com/orders@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"body": "eyAiaGVsbG8iOiAid29ybGQiIH0gYW5kIHNvIG9uIGFuZCBvbg=="
iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4
"CodeSha256": "YFgDgEKG3ugvF1+pX64gV6tu9qNuIYNUdgJm8nCxsm4="
arn:aws:sts::123456789012:assumed-role/deploy/botocore-session-1700000000
The security token included in the request is invalid
SyntaxError: Unexpected token 'export'
SyntaxError: Unexpected token: punc (.)
secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:x
Unable to locate credentials. You can configure credentials by running "aws configure"
password: process.env.DB_PASSWORD
password = os.environ["DB_PASSWORD"]
password: field required
token: expected string, received undefined
secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:a
MasterUserPassword: '{{resolve:secretsmanager:x}}'
{"nextToken": null, "password": null}
PWD=/var/task
npm ERR! requests@2.31.0 left-pad@1.3.0 @scope/pkg@4.5.6
git clone git@github.com:example/orders.git
us-east-1_aBcDeFgHi vpc-0a1b2c3d4e5f67890 sg-0123456789abcdef0 i-0abcdef1234567890
Function code combined with layers exceeds the maximum allowed size of 262144000 bytes
https://sts.us-east-1.amazonaws.com/ https://example.com:8443/path?x=1
key: orders/2026/11/24/data.json
AIDAIOSFODNN7EXAMPLE AROAIOSFODNN7EXAMPLE:session
handler: app.lambda_handler, runtime: python3.13
10.0.0.12:5432 db.cluster-abcdefghijkl.us-east-1.rds.amazonaws.com
"""


@pytest.mark.parametrize("line", STAYS.splitlines())
def test_what_is_no_secret_stays(line: str) -> None:
    assert Redactor(line)(line) == line
    for name, disguise in DISGUISES.items():
        if name in ("coloured within", "with zero-width spaces"):
            continue  # a word that is cut into pieces is hidden rather than guessed at
        assert find_secrets(disguise(line)) == [], name


def test_the_examples_of_the_catalog_hold_few_secrets(catalog: Catalog) -> None:
    """They were redacted by their authors, so what is found in them is nearly always a false alarm."""
    examples = [example.text for signature in catalog for example in signature.examples]
    kinds = {"email", "environment-value"}  # which authors may well have left in
    hidden = [(s.kind, s.values) for text in examples for s in find_secrets(text) if s.kind not in kinds]
    assert len(hidden) < len(examples) / 100, hidden


def test_the_same_secret_is_the_same_token_and_others_are_not(nosy: Catalog) -> None:
    text = 'frobnicator says password=hunter22 "password": "hunter22" {\\"password\\": \\"hunter22\\"} token=abcd1234 and stops'
    said = diagnose(text, catalog=nosy).best.captures["said"]
    assert [match[0] for match in TOKEN.finditer(said)] == ["REDACTED-secret-1"] * 3 + ["REDACTED-secret-2"]
    assert diagnose(text, catalog=nosy) == diagnose(text, catalog=nosy)


def test_a_token_says_what_kind_of_secret_it_stands_for() -> None:
    text = f"AKIAIOSFODNN7EXAMPLE then {JWT} for alice@example.com"
    assert Redactor(text)(text) == "REDACTED-access-key-id-1 then REDACTED-jwt-1 for REDACTED-email-1"


def test_tokens_that_stand_in_a_text_keep_their_meaning() -> None:
    text = "password=REDACTED-secret-1 AKIAIOSFODNN7EXAMPLE password=hunter22 password=REDACTED-but-no-token"
    assert Redactor(text)(text) == (
        "password=REDACTED-secret-1 REDACTED-access-key-id-1 password=REDACTED-secret-2 password=REDACTED-secret-3"
    )


pieces = st.sampled_from(
    [
        *(text for text, _ in PLANTED.values()),
        *STAYS.splitlines(),
        " ",
        "\n",
        "\\n",
        '"',
        "'",
        ",",
        "=",
        ": ",
        "password",
    ]
)


@settings(deadline=None)
@given(st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=8).map("".join))
def test_redaction_is_idempotent(text: str) -> None:
    once = Redactor(text)(text)
    assert Redactor(once)(once) == once


STRICT_TEXT = (
    "frobnicator says User: arn:aws:iam::123456789012:user/alice on arn:aws:lambda:eu-west-1:123456789012:function:orders-prod "
    "at 10.1.2.3 db.internal /home/bob/x account 123456789012 and stops"
)


def test_a_block_without_an_end_does_not_reach_into_the_second_reading_of_a_wrapped_text() -> None:
    text = (
        'D: d3c-0000-4000-8000-000000000000,\x02\0\0\0\0\0\0\0ParameterValueExcresponse error\nString measured:{"A:"i'
    )
    once = Redactor(text)(text)
    assert Redactor(once)(once) == once


def test_strict_hides_accounts_arns_names_and_hosts_too(nosy: Catalog) -> None:
    words = ["123456789012", "orders-prod", "alice", "10.1.2.3", "db.internal", "/home/bob"]
    report = diagnose(STRICT_TEXT, catalog=nosy, redact="strict")
    assert report
    assert leaks(report, words) == []
    kept = diagnose(STRICT_TEXT, catalog=nosy)
    assert {word for _, word in leaks(kept, words)} == set(words)


def wordings(text: str) -> Iterator[str]:
    """What an independent detector, Yelp's detect-secrets, finds in a text."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import default_settings

    with default_settings():
        for line in textwrap.dedent(text).splitlines():
            for found in scan_line(line):
                if found.secret_value:
                    yield found.secret_value


def test_a_well_known_detector_finds_nothing_in_what_we_let_out(nosy: Catalog) -> None:
    found_before, found_after = 0, []
    for text, words in PLANTED.values():
        paste = f"frobnicator says {text} and stops"
        found_before += any(word in value for value in wordings(paste) for word in words)
        told = outlets(diagnose(paste, catalog=nosy))
        found_after += [
            value
            for shown in (told["text"], told["Markdown"], told["JSON"])
            for value in wordings(shown)
            if any(word in value or (len(value) > 5 and value in word) for word in words)
        ]
    assert found_before >= 10  # it does know many of the kinds
    assert found_after == []
