"""The example bot, run by Bolt itself, speaking to a stub of the Slack API on loopback."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml
from conftest import ROOT
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

FOLDER = ROOT / "examples" / "slack_bot"
REDIRECT = "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2"
TITLE = "The package's bucket is in another Region than the function"


class Slack(ThreadingHTTPServer):
    """Answers the four methods that the bot calls, and keeps what was posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Methods)
        self.messages: list[dict[str, str]] = []
        self.posted: list[dict[str, Any]] = []

    def call(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if method == "auth.test":
            return {"ok": True, "user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1"}
        if method == "conversations.replies":
            return {"ok": True, "messages": [m for m in self.messages if m["ts"] == arguments["ts"]]}
        if method == "chat.postMessage":
            self.posted.append(arguments)
            return {"ok": True, "ts": "9.9"}
        return {"ok": False, "error": "unknown_method"}


class _Methods(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        as_json = "json" in self.headers.get("Content-Type", "")
        arguments = json.loads(body) if as_json else dict(parse_qsl(body))
        answer = json.dumps(self.server.call(self.path.rpartition("/")[2], arguments)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def bot() -> ModuleType:
    spec = importlib.util.spec_from_file_location("slack_bot", FOLDER / "bot.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def app(bot: ModuleType, slack: Slack) -> App:
    return bot.make_app(WebClient(token="xoxb-not-a-token", base_url=f"http://127.0.0.1:{slack.server_port}/api/"))


def send(app: App, event: dict[str, Any]) -> None:
    """An event, as Slack sends it over Socket Mode, and all that it starts."""
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"user": "U1", **event}}
    response = app.dispatch(BoltRequest(body=body, mode="socket_mode"))
    assert response.status == 200
    app.listener_runner.listener_executor.shutdown(wait=True)


def test_a_mention_is_answered_in_its_thread(app: App, slack: Slack) -> None:
    send(app, {"type": "app_mention", "channel": "C1", "ts": "1.1", "text": f"<@UBOT> ```{REDIRECT}```"})
    (posted,) = slack.posted
    assert (posted["channel"], posted["thread_ts"]) == ("C1", "1.1")
    assert TITLE in posted["text"]
    blocks = posted["blocks"] if isinstance(posted["blocks"], list) else json.loads(posted["blocks"])
    assert len(Block.parse_all(blocks)) == len(blocks) > 5


def test_a_reaction_to_a_message_in_a_thread_is_answered_there(app: App, slack: Slack) -> None:
    slack.messages = [{"ts": "2.1", "text": "other"}, {"ts": "2.2", "thread_ts": "2.1", "text": REDIRECT}]
    item = {"type": "message", "channel": "C1", "ts": "2.2"}
    send(app, {"type": "reaction_added", "reaction": "stethoscope", "item": item})
    (posted,) = slack.posted
    assert posted["thread_ts"] == "2.1"
    assert TITLE in posted["text"]


def test_other_reactions_are_left_alone(app: App, slack: Slack) -> None:
    send(app, {"type": "reaction_added", "reaction": "tada", "item": {"type": "message", "channel": "C1", "ts": "2.2"}})
    assert slack.posted == []


def test_a_mention_without_an_error_is_told_what_to_do(app: App, slack: Slack) -> None:
    send(app, {"type": "app_mention", "channel": "C1", "ts": "1.1", "text": "<@UBOT>"})
    assert "react to a message" in slack.posted[0]["text"]


@pytest.mark.parametrize(
    ("sent", "pasted"),
    [
        ("<@UBOT> a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("```see <https://example.com/x> at <http://example.com|example.com>```", "see https://example.com/x at example.com"),
        ("<!channel> <#C1|general> x", "x"),
    ],
)  # fmt: skip
def test_slacks_marks_are_undone(bot: ModuleType, sent: str, pasted: str) -> None:
    assert bot.as_pasted(sent) == pasted


def test_the_manifest_asks_for_what_the_bot_uses() -> None:
    manifest = yaml.safe_load((FOLDER / "manifest.yaml").read_text(encoding="utf-8"))
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_mention", "reaction_added"]
    assert {"app_mentions:read", "channels:history", "reactions:read", "chat:write"} <= set(
        manifest["oauth_config"]["scopes"]["bot"]
    )
