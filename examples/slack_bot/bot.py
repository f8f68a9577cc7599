"""A Slack bot: mention it with an error, or react to a message with :stethoscope:; it answers in the thread."""

from __future__ import annotations

import os
import re
from html import unescape
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from lambda_doctor import diagnose

REACTION = "stethoscope"
USE = f"Mention me together with an AWS Lambda error, or react to a message that holds one with :{REACTION}:"
_MENTION = re.compile(r"<[@#!][^>]*>")
_LINK = re.compile(r"<([^|>]*)(?:\|([^>]*))?>")


def as_pasted(text: str) -> str:
    """A message's text as its author pasted it: Slack makes links of addresses, and escapes &, < and >."""
    text = _MENTION.sub("", text)
    return unescape(_LINK.sub(lambda link: link[2] or link[1], text)).strip("` \n")


def answer(client: WebClient, channel: str, message: dict[str, Any]) -> None:
    """Reply to a message in its thread."""
    text = as_pasted(message.get("text", ""))
    reply: dict[str, Any] = diagnose(text).to_slack() if text else {"text": USE}
    client.chat_postMessage(channel=channel, thread_ts=message.get("thread_ts", message["ts"]), **reply)


def make_app(client: WebClient) -> App:
    """The bot, speaking to Slack by `client`."""
    app = App(client=client)

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: WebClient) -> None:
        answer(client, event["channel"], event)

    @app.event("reaction_added")
    def reacted(event: dict[str, Any], client: WebClient) -> None:
        item = event["item"]
        if event["reaction"] != REACTION or item["type"] != "message":
            return
        # A reaction names its message by time only; `replies` also finds those inside a thread.
        found = client.conversations_replies(
            channel=item["channel"], ts=item["ts"], oldest=item["ts"], latest=item["ts"], inclusive=True
        )
        for message in found["messages"]:
            if message["ts"] == item["ts"]:
                answer(client, item["channel"], message)

    return app


if __name__ == "__main__":
    SocketModeHandler(make_app(WebClient(os.environ["SLACK_BOT_TOKEN"])), os.environ["SLACK_APP_TOKEN"]).start()
