"""Nothing from a text is live where it is shown: in a shell, in HTML, in Markdown, in a terminal, in JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from itertools import cycle, islice
from pathlib import Path

import html5lib
import pytest
from markdown_it import MarkdownIt

from lambda_doctor import Report, diagnose
from lambda_doctor.source import Source
from lambda_doctor.template import fill, fill_command, placeholders, tame

SH = shutil.which("sh")
CANARY = "canary"  # the file that a live value would make
SHELL_VALUES = [
    "$(touch canary)",
    "`touch canary`",
    "'; touch canary; '",
    '"; touch canary; "',
    "x'\"$(touch canary)`touch canary`",
    "a; touch canary",
    "a && touch canary #",
    "a | touch canary",
    "a > canary",
    "a\ntouch canary\n",
    "\\",
    "\\'; touch canary; \\'",
    "${IFS}touch${IFS}canary",
    "!touch",
    "~root",
    "*",
    "-rf",
    "--output=canary",
    "EOF\ntouch canary\n",
]

NASTIEST = SHELL_VALUES[4]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `touch` only: every other program of a command is not found, so nothing else happens."""
    folder = tmp_path_factory.mktemp("programs")
    touch = shutil.which("touch")
    assert touch
    (folder / "touch").symlink_to(touch)
    return folder


def run_in_shell(script: str, programs: Path, folder: Path) -> str:
    """Run a script where it can reach nothing, and waits for nothing; returns what the shell complained of."""
    script = f"sleep() {{ exit; }}\n{script}"
    assert SH
    done = subprocess.run(
        [SH], input=script, text=True, capture_output=True, cwd=folder, timeout=60,
        env={"PATH": str(programs), "HOME": str(folder)},
    )  # fmt: skip
    return done.stderr


@pytest.mark.skipif(os.name == "nt" or SH is None, reason="needs a POSIX shell")
def test_the_canary_sings_where_a_value_is_live(programs: Path, tmp_path: Path) -> None:
    run_in_shell("aws s3 ls " + SHELL_VALUES[0], programs, tmp_path)
    assert (tmp_path / CANARY).exists()


@pytest.mark.skipif(os.name == "nt" or SH is None, reason="needs a POSIX shell")
def test_no_value_is_live_in_any_command_of_the_catalog(source: Source, programs: Path, tmp_path: Path) -> None:
    tried = 0
    values = cycle(SHELL_VALUES)  # a shell takes its time, so a command gets some of them, and each of them hundreds
    for identifier, entry in sorted(source.entries.items()):
        commands = [step.run for step in entry.signature.fixes if step.run and placeholders(step.run)]
        scripts = [
            fill_command(command, dict.fromkeys(placeholders(command), tame(value)))
            for command in commands
            for value in [NASTIEST, *islice(values, 6)]
        ]
        tried += len(scripts)
        complaints = run_in_shell("\n".join(f"(\n{script}\n)" for script in scripts), programs, tmp_path)
        assert not (tmp_path / CANARY).exists(), identifier
        assert not re.search(r"(?i)syntax error|unterminated|unexpected", complaints), (identifier, complaints)
    assert tried > 4_000


@pytest.mark.parametrize("value", SHELL_VALUES)
def test_a_value_arrives_as_it_is(value: str) -> None:
    """The shell hands to the program what the text said, no more and no less."""
    value = tame(value)
    template = "printf '%s\\n' {value} \"{value}\" '{value}' --name={value} \"$(printf '%s' {value} \"$(printf %s :{value})\")\""
    command = fill_command(template, {"value": value})
    if os.name == "nt" or SH is None:
        pytest.skip("needs a POSIX shell")
    done = subprocess.run([SH, "-c", command], capture_output=True, text=True)
    bare = "VALUE" if value.startswith("-") else value  # a program would take it for an option
    assert done.stdout.split("\n")[:-1] == [bare, value, value, f"--name={value}", f"{bare}:{value}"]


@pytest.mark.parametrize("shell", ["posix", "powershell", "cmd"])
def test_templates_never_evaluate(shell: str) -> None:
    values = {"a": "{b} {0.__class__} ${b} %s {{b}}", "b": "SECRET"}
    assert fill("{a}", values) == values["a"]
    assert "SECRET" not in fill_command("run {a} '{a}' \"{a}\"", values, shell)


def test_powershell_and_cmd_quote_in_their_own_way() -> None:
    values = {"v": 'a\'; rm -r ~; "$(x)" %PATH% & b'}
    assert fill_command("run {v}", values, "powershell") == "run 'a''; rm -r ~; \"$(x)\" %PATH% & b'"
    assert fill_command("run {v}", values, "cmd") == 'run "a\'; rm -r ~; $(x) %%PATH%% & b"'


# --- what a page, a chat or a terminal would take for its own ---------------------------------------------------------

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><a href='javascript:alert(1)'>x</a>",
    "](javascript:alert(1))",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "```\n# big\n```",
    "| a | b |",
    "<!channel> <@U123> <https://evil.example|x>",
    "@everyone @here",
    "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07\x1b[2J",
    "\u202etxt.exe\u2066",
    "&lt;b&gt;",
    "</code></pre><h1>x",
    "autolink https://evil.example/x and www.evil.example and a@evil.example",
]
ENTRY = {
    "title": "Made-up entry that shows its value everywhere",
    "cause": "The value is {value} and was {value|not there}.",
    "confirm": "It shows {value}.",
    "avoid": "Not {value}.",
    "patterns": ["jammed with {value:/[^\\n]{1,300}/}"],
    "fixes": [
        {"do": "Look at {value}.", "run": "look {value}", "see": "https://docs.aws.amazon.com/lambda/"},
        {"do": "Write {value}.", "code": {"yaml": "value: {value}\n"}},
    ],
}
OUR_LINKS = {"https://docs.aws.amazon.com/lambda/"}


@pytest.fixture(params=MARKUP)
def shown(request: pytest.FixtureRequest, tiny) -> Report:
    """A report that shows a hostile value in every one of its fields."""
    report = diagnose(f"jammed with {request.param} error", catalog=tiny(ENTRY))
    assert report.best is not None
    return report


def live(html: str) -> list[str]:
    """Whatever in a page could run, load, or lead elsewhere than to our own links."""
    found = []
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        tag = str(element.tag)
        if tag in ("script", "img", "iframe", "object", "embed", "style", "link", "meta", "svg", "form", "h1"):
            found.append(tag)
        for name, value in element.attrib.items():
            ours = value in OUR_LINKS or value.startswith("https://lambda-doctor.readthedocs.io/")
            if name.startswith("on") or name in ("src", "style") or (name == "href" and not ours):
                found.append(f"{name}={value}")
    return found


def test_html_holds_no_markup_of_the_text(shown: Report) -> None:
    assert live(shown.to_html()) == []


def test_markdown_holds_no_markup_of_the_text(shown: Report) -> None:
    for flavour in ("commonmark", "js-default"):
        assert live(MarkdownIt(flavour).render(shown.to_markdown())) == []


def test_a_terminal_gets_no_control_and_no_bidirectional_characters(shown: Report) -> None:
    ours = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
    for text in (shown.to_text(), ours.sub("", shown.to_text(color=True, links=True)), repr(shown)):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)


def test_json_reads_back_as_it_was(shown: Report) -> None:
    assert Report.model_validate_json(shown.model_dump_json()) == shown
    json.loads(json.dumps([shown.to_slack(), shown.to_adaptive_card()]))
