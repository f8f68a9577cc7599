"""Redaction: secrets become typed tokens in everything that leaves; the same secret is the same token in one report.

Names, ARNs and account ids stay, for commands need them, unless the caller asks for `strict`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from lambda_doctor.detectors import PIECE_MIN, TOKEN, Secret, find_secrets
from lambda_doctor.lazy import compile

# A secret is looked for this many characters around what is shown.
REACH = 8_192
WORD_MAX = 8  # a secret shorter than this is replaced where it stands as a word only
# Values of environment blocks that are secret there, and mean nothing elsewhere.
_ORDINARY = compile(
    r".{1,3}|\d{1,6}|[a-z]{2}(?:-[a-z]+){1,2}-\d|true|false|prod|test|info|debug|production|staging", re.IGNORECASE
)


class Redactor:
    """Makes what is told of a text fit to leave: a secret found in the text is hidden wherever it is shown.

    `places` are the stretches that will be shown; of a long text only what is around them is looked at.
    """

    def __init__(
        self, text: str, places: Iterable[tuple[int, int]] = (), *, strict: bool = False, names: Iterable[str] = ()
    ) -> None:
        self.strict = strict
        self._text, self._places = text, places
        self._whole = len(text) <= 2 * REACH
        self._tokens: dict[str, str] = {}  # secret to token
        self._passing: set[str] = set()  # those that are no secret everywhere: an e-mail address within an ARN stays
        if strict:
            for name in sorted(set(names), key=lambda name: (-len(name), name)):
                self._token((name,), "name")

    @cached_property
    def _kinds(self) -> dict[str, int]:
        """The largest number of each kind of token; those that stand in the text already keep their meaning."""
        kinds: dict[str, int] = {}
        if "REDACTED-" in self._text:
            for kind, number in TOKEN.findall(self._text):
                kinds[kind] = max(kinds.get(kind, 0), int(number))
        return kinds

    @cached_property
    def _secrets(self) -> list[Secret]:
        """The secrets around what is shown, looked for when something is shown."""
        secrets: list[Secret] = []
        done = 0
        for start, end in [(0, len(self._text))] if self._whole else sorted(self._places):
            begin, stop = max(start - REACH, done), min(end + REACH, len(self._text))
            if stop <= begin:
                continue
            for secret in find_secrets(self._text[begin:stop], strict=self.strict):
                self._token(secret.values, secret.kind)
                secrets.append(secret._replace(start=begin + secret.start, end=begin + secret.end))
            done = stop
        return secrets

    @property
    def found_nothing(self) -> bool:
        """Whether the whole text was looked through and holds nothing to hide."""
        return self._whole and not self._tokens_of_text()

    def cut(self, text: str, start: int, end: int) -> str:
        """A stretch of the text; a secret that only begins or ends in it is hidden too."""
        shown = self._hide(text, self._secrets, start, end) if self._secrets else text[start:end]
        return self.known(shown)

    def known(self, text: str) -> str:
        """A part of the text with a token in place of each secret that was found, and of each piece of one."""
        tokens = self._tokens_of_text()
        for secret in sorted(tokens, key=len, reverse=True):
            token = tokens[secret]
            if secret in self._passing:
                continue
            if secret in text:
                # A short one is no secret within a longer word: `test` in `latest`.
                text = text.replace(secret, token) if len(secret) >= WORD_MAX else _replace_word(text, secret, token)
            elif len(text) >= PIECE_MIN:
                if text in secret:
                    return token
                text = _without_edges(text, secret, token)
        return text

    def __call__(self, text: str) -> str:
        """Any text with a token in place of each secret: those found before, and those in it."""
        self._tokens_of_text()  # what stands in the text is numbered first
        return self.known(self._hide(text, find_secrets(text, strict=self.strict), 0, len(text)))

    def _hide(self, text: str, secrets: Iterable[Secret], start: int, end: int) -> str:
        parts = []
        for secret in secrets:
            if secret.end > start and secret.start < end:
                parts.append(text[start : max(secret.start, start)])
                parts.append(self._token((*secret.values, text[secret.start : secret.end]), secret.kind))
                start = min(secret.end, end)
        parts.append(text[start:end])
        return "".join(parts)

    def _tokens_of_text(self) -> dict[str, str]:
        """The tokens by secret; those of the secrets in the text are made now, if they were not before."""
        _ = self._secrets
        return self._tokens

    def _token(self, values: tuple[str, ...], kind: str) -> str:
        token = next((self._tokens[value] for value in values if value in self._tokens), None)
        if token is None:
            number = self._kinds[kind] = self._kinds.get(kind, 0) + 1
            token = f"REDACTED-{kind}-{number}"
        for value in values:
            self._tokens.setdefault(value, token)
            if kind == "email" or (kind == "environment-value" and _ORDINARY.fullmatch(value)):
                self._passing.add(value)
        return token


def _replace_word(text: str, word: str, token: str) -> str:
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", token, text)


def _without_edges(text: str, secret: str, token: str) -> str:
    """The text without a piece of the secret at its beginning or its end."""
    for length in range(min(len(text), len(secret)), PIECE_MIN - 1, -1):
        if text.startswith(secret[-length:]):
            text = token + text[length:]
            break
    for length in range(min(len(text), len(secret)), PIECE_MIN - 1, -1):
        if text.endswith(secret[:length]):
            return text[:-length] + token
    return text
