"""What secrets look like: detectors, each a bounded expression behind a probe for words that it needs.

A text without secrets costs next to nothing. A text is looked through as it was pasted and as it reads once cleaned, so
that escapes, colours and the edges of a terminal hide no secret.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from lambda_doctor.cleaning import READING, clean
from lambda_doctor.lazy import compile

PIECE_MIN = 6  # a piece of a secret of this length is hidden too
BLOCK_MAX = 20_000  # characters of an environment block
TOKEN = compile(r"REDACTED-([a-z][a-z-]{0,30})-(\d{1,6})")
# What stands between a token that was taken for a secret's name, or for the beginning of it, and the value.
_GLUED = compile(r"\w{0,60}[\\\"'`:=>\s]{0,12}", re.ASCII)
_MERE_WORD = compile(r"[A-Z]?[a-z]+|[A-Z]+|[\d:.T-]+Z?")
# A text that cleaning may change.
_CHANGED = compile(r"[\n\r\x1b\x9b\\&]|[^\x00-\x7f]")


class Detector:
    """A kind of secret: one of `probes` (lower case) is in each text that holds one; a group that matched is it.

    With `before`, a match begins at a probe, or at most so many characters before it; so it is looked for there alone.
    """

    def __init__(self, kind: str, probes: str, source: str, before: dict[str, int] | None = None) -> None:
        self.kind = kind
        self.probes = tuple(probes.split())
        self._source = source
        self._before = before

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled when first needed: most texts need none."""
        return re.compile(self._source)

    def matches(self, text: str, lowered: str) -> Iterator[re.Match[str]]:
        """Where the expression stands in the text; `lowered` is the same text in lower case."""
        for probe in self.probes:
            if lowered.rfind(probe) >= 0:  # half as dear as `in` where it is not there
                break
        else:
            if self.probes:
                return
        if self._before is None or len(lowered) != len(text):
            yield from self.expression.finditer(text)
            return
        done = 0
        for start in sorted(self._starts(lowered, self._before)):
            if start >= done and (match := self.expression.match(text, start)):
                yield match
                done = match.end()

    def _starts(self, lowered: str, before: dict[str, int]) -> set[int]:
        starts: set[int] = set()
        for probe in self.probes:
            place = lowered.find(probe)
            while place >= 0:
                starts.update(range(max(place - before.get(probe, 0), 0), place + 1))
                place = lowered.find(probe, place + 1)
        return starts


_END = r"(?![A-Za-z0-9/+=_-])"
# Long names of secrets may stand at the end of any name, short ones only where a word begins.
_SECRET_KEY = (
    r"(?:(?i:passw(?:or)?d|passphrase|apikey|api[_-]key|access[_-]?key|auth[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|"
    r"account[_-]?key|webhook[_-]?url|license[_-]?key|connection[_-]?string)"
    r"|(?:(?<![A-Za-z0-9])(?<![Uu]nexpected )|(?<=[a-z0-9])(?<!equest)(?<!ext)(?<!ontinuation)(?=[A-Z]))(?i:secret[_-]?(?:key|value|string|token)?|pwd|pass|token|credentials?|dsn))"
    r"(?:[_-](?!(?i:arn|id|ids|name|names|type|types|version|length|count|ttl|expiry|expires|url|uri|policy|path|file|error|status)(?![A-Za-z0-9]))[A-Za-z0-9]{1,20}){0,2}"
)
# What stands after such a name in prose and in code, and is no secret.
_NO_VALUE = (
    r"(?i:null|none|nil|true|false|undefined|the|a|an|is|are|was|has|in|not|for|of|no|or|and|to|from|with|this|your|"
    r"invalid|expired|missing|required|redacted|expected|unexpected|received|must|should|cannot|could|can|string|number|"
    r"boolean|object|field|value|empty|wrong|incorrect|unknown|unsupported|denied|failed|error|process|os|system|self|event|"
    r"config|settings|var|local|data|module|ssm|secretsmanager|resolve|env|ref|getenv|changeme)(?![\w-])"
    r"|arn:|\{\{|[*\[<({$x.]{3}|/(?:var|usr|home|opt|tmp|app|root|workspace)(?![\w])|https?://(?![^\s/@]{1,200}@)"
)
DETECTORS = (
    Detector("private-key", "-----begin", r"-----BEGIN\s[A-Z0-9\s]{0,30}PRIVATE\s{1,3}KEY(?:\sBLOCK)?-----(?:(?!-----BEGIN)[\s\S]){0,16000}?(?:-----END\s[A-Z0-9\s]{0,30}PRIVATE\s{1,3}KEY(?:\sBLOCK)?-----|(?=-----BEGIN)|\Z)"),
    Detector("access-key-id", "akia asia abia acca", r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{12,17}[A-Z0-9]{0,4}(?![A-Za-z0-9])"),
    Detector("aws-secret-key", "secret", r"(?i:secret[_ -]?(?:access)?[_ -]?key)[^A-Za-z0-9/+\n]{1,12}([A-Za-z0-9/+]{40})" + _END),
    Detector("aws-secret-key", "akia asia", r"(?:AKIA|ASIA)[A-Z0-9]{16}[\"'\s,;:|/]{1,8}([A-Za-z0-9/+]{40})" + _END),
    Detector("session-token", "iqojb3jpz2lu fwogzxivyxdz fqogzxivyxdz", r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9/+=%_-]{20,4000}"),
    Detector("session-token", "token", r"(?i:(?:session|security)[_-]?token)[^A-Za-z0-9/+\n]{1,12}([A-Za-z0-9/+=%_-]{40,4000})"),
    Detector("signature", "signature sig", r"(?i:(?:[?&;]|%26|%3f)(?:amp;)?(?:x-[a-z]{3,5}-)?(?:signature|sig)(?:=|%3d))([A-Za-z0-9%/+=_~-]{16,2000})"),
    Detector("signature", "signature=", r"(?i:[ ,]signature=)([0-9a-f]{64})" + _END),
    Detector("jwt", "eyj", r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,6000}(?:\.[A-Za-z0-9_-]{0,2000})?"),
    Detector("authorization", "authorization", r"(?i:authorization)[\"']?\s{0,3}[:=]\s{0,3}[\"']?((?i:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)\s{1,3}[^\s\"'<>][^\"'\n<>]{3,2000}|(?=[A-Za-z._~+/=-]{0,60}\d)[A-Za-z0-9._~+/=-]{16,2000})"),
    Detector("bearer-token", "bearer", r"(?i:bearer)\s{1,3}([A-Za-z0-9._~+/=-]{16,4000})"),
    Detector("cookie", "cookie", r"(?i:(?:set-)?cookie)[\"']?\s{0,3}:\s{0,3}[\"']?([^\s\"'\n=]{1,200}=[^\"'\n]{3,2000})"),
    Detector("api-key", "x-api-key x-functions-key ocp-apim", r"(?i:x-api-key|x-functions-key|ocp-apim-subscription-key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?([A-Za-z0-9._~+/=-]{8,500})"),
    Detector("provider-token", "gh github_pat_ gl xox xapp- sk- sk_ rk_ whsec_ aiza gocspx- npm_ sg. shpat_ dop_v1_ pypi- hf_ ya29. dapi hvs. atlasv1 dckr_pat_ nrak- :aa age-secret-key-", r"(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|gl(?:pat|dt|rt|ptt|cbt|ft|soat)-[\w-]{20,64}|xox[abeoprs]-[\w-]{10,250}|xapp-[\w-]{10,250}|sk-(?:ant-|proj-|svcacct-)?(?=[\w-]{0,60}\d)[\w-]{20,250}|[sr]k_(?:live|test)_\w{10,250}|whsec_\w{20,100}|AIza[\w-]{35}|GOCSPX-[\w-]{20,40}|npm_[A-Za-z0-9]{30,60}|SG\.[\w-]{16,40}\.[\w-]{16,80}|shpat_[0-9a-f]{32}|dop_v1_[0-9a-f]{64}|pypi-[\w-]{30,250}|hf_[A-Za-z0-9]{30,60}|ya29\.[\w-]{20,500}|dapi[0-9a-f]{32}|hvs\.[\w-]{20,200}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,100}|dckr_pat_[\w-]{20,60}|NRAK-[A-Z0-9]{27}|\d{8,10}:AA[\w-]{33}|AGE-SECRET-KEY-1[0-9A-Z]{58})"),
    Detector("webhook", "hooks.slack.com webhook", r"https://(?:hooks\.slack\.com/(?:services|workflows)/[\w/-]{10,200}|[\w-]{0,60}\.webhook\.office\.com/[\w/@-]{10,500}|discord(?:app)?\.com/api/webhooks/[\w/-]{10,200})"),
    Detector("password", "://", r"://[^\s:/?#@\"'<>]{0,100}:([^\s/?#\"'<>]{1,300})@(?=[\w.\[-])"),
    Detector("password", "@tcp( @unix( thin:", r"(?:(?<![\w.-])[\w.-]{1,64}:([^\s:@/\"'<>]{1,200})@(?:tcp|unix)\(|(?i:thin):[^\s/:@]{1,100}/([^\s@/]{1,200})@)"),
    Detector("password", "-u --user", r"(?<![\w-])(?:-u|--user)[ =][\"']?[^\s:\"'@/]{1,100}:([^\s\"'@/]{4,300})"),
    Detector("password", "--pass --secret --token --api --client --master --db", r"(?<![\w-])--?(?i:[a-z]{0,20}-?(?:password|passwd|passphrase|secret|client-secret|token|api-?key|auth-token))[ =]{1,3}[\"']?((?!" + _NO_VALUE + r")[^\s\"'-][^\s\"']{3,1000})"),
    Detector("secret", "secret pass token key pwd credential webhook connection dsn", _SECRET_KEY + r"(?:[_-]?\d{1,3})?[\"'`]{0,2}\s{0,3}(?:=>?|:(?=[\s\"'\\]))\s{0,3}(?!" + _NO_VALUE + r")(?:\\{0,3}\"(?!" + _NO_VALUE + r")([^\"\n]{4,4000})|'(?!" + _NO_VALUE + r")([^'\n]{4,4000})|`?([^\s\"'`,;&<>{}()\[\]\\]{4,4000}))", before={"key": 11}),
    Detector("email", "@", r"(?:(?:arn|REDACTED-[a-z-]{1,30}-\d{1,6}):[^\s\"',]{1,600}|(?<![\w.+%-])(?!git@)([A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24})(?![\w-]))"),
)  # fmt: skip
STRICT = (
    Detector(
        "arn",
        "arn:",
        r"arn:aws[a-z-]{0,16}:[A-Za-z0-9-]{1,40}:[A-Za-z0-9-]{0,24}:[A-Za-z0-9*]{0,12}:[\w+=,.@/*$:{}-]{1,511}",
    ),
    Detector(
        "host",
        ".",
        r"(?<![\w.-])(?:[\w-]{1,63}\.){1,8}(?:amazonaws\.com(?:\.cn)?|on\.aws|internal|local|com|net|org|io|dev)(?![\w-])",
    ),
    Detector("ip", ".", r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"),
    Detector("home", "/home/ /users/", r"/(?:home|Users)/([^/\s\"']{1,64})"),
    Detector("account", "", r"(?<!\d)\d{12}(?!\d)"),
)
# "String measured: {...}" and a configuration's Environment: every value in it may be a secret.
_BLOCK = compile(
    r"(?i:string measured|environment[\"'\\]{0,4}\s{0,3}[:=]?\s{0,3}\{[\s+~>|\u2502-]{0,40}[\"'\\]{0,4}variables[\"'\\]{0,4})\s{0,3}[:=]\s{0,3}\{"
)
_BLOCK_VALUE = compile(
    r"(?<![\w.])[\"']?[A-Za-z_][\w.]{0,127}[\"']?\s{0,9}[:=]\s{0,3}"
    r"(?:\"((?:[^\"\\]|\\.){1,8000})\"?|'([^']{1,8000})'?|([^,\"'\s}{\[][^,}\n]{0,8000}))"
)
_BRACE = compile(r"[{}]")
_LINES = compile(r"(?i:environment):[ \t]{0,9}\n[ \t>|\u2502]{0,40}(?i:variables):[ \t]{0,9}\n((?:[ \t>|\u2502-]{1,40}\w[^\n]{0,4000}(?:\n|\Z)){1,200})")  # fmt: skip
_LINE_VALUE = compile(r"^[ \t>|\u2502-]{1,40}\w{1,128}[\"']?:[ \t]{1,9}[\"']?([^\n\"']{1,4000})", re.MULTILINE)


class Secret(NamedTuple):
    """A secret in a text: its place in code points, what kind it is, and how it reads, pasted and cleaned."""

    start: int
    end: int
    kind: str
    values: tuple[str, ...]


def find_secrets(text: str, *, strict: bool = False) -> list[Secret]:
    """The secrets of a text, in order, none inside another.

    >>> find_secrets("password=hunter22")
    [Secret(start=9, end=17, kind='secret', values=('hunter22',))]
    """
    found = [secret._replace(values=(*secret.values, *_pieces(secret.values[0]))) for secret in _detect(text, strict)]
    if _CHANGED.search(text):
        cleaned = clean(text)
        if cleaned.text != text:
            for secret in _detect(cleaned.text, strict):
                start, end = cleaned.origin(secret.start, secret.end)
                values = (*secret.values, *_pieces(text[start:end]))
                found.append(secret._replace(start=start, end=end, values=values))
    found.sort(key=lambda secret: (secret.start, -secret.end))
    outer: list[Secret] = []
    for secret in found:
        if outer and secret.start < outer[-1].end:
            last = outer[-1]
            values = tuple(dict.fromkeys(last.values + secret.values))
            outer[-1] = Secret(last.start, max(last.end, secret.end), last.kind, values)
        else:
            outer.append(secret)
    return outer


def _pieces(pasted: str) -> Iterator[str]:
    """How a secret may read where its lines are not joined: whole, and each line of it that is no mere word."""
    if "\n" in pasted:
        plain = clean(pasted).text
        yield plain
        for piece in plain.split("\n"):
            if len(piece.strip()) >= PIECE_MIN and not _MERE_WORD.fullmatch(piece.strip()):
                yield piece.strip()


def _detect(text: str, strict: bool) -> Iterator[Secret]:
    if "REDACTED-" not in text:
        yield from _detect_all(text, strict)
        return
    # What begins with a token was redacted before, and the kind in a token (`REDACTED-api-key-1: x`) names no secret.
    tokens = [match.span() for match in TOKEN.finditer(text)]
    for secret in _detect_all(text, strict):
        number = bisect_right(tokens, (secret.start, len(text)))
        before = tokens[number - 1] if number else (0, 0)
        named_by_token = secret.kind == "secret" and _GLUED.fullmatch(text, before[1], secret.start)
        if before[1] <= secret.start and not (number and named_by_token):
            yield secret


def _detect_all(text: str, strict: bool) -> Iterator[Secret]:
    lowered = text.lower()
    for detector in (*DETECTORS, *(STRICT if strict else ())):
        for match in detector.matches(text, lowered):
            if match.lastindex or not match.re.groups:
                yield _secret(match, match.lastindex or 0, detector.kind)
    if "measured" in lowered or "variables" in lowered:
        for start, end in _blocks(text):
            for match in _BLOCK_VALUE.finditer(text, start, end):
                secret = _secret(match, match.lastindex or 0, "environment-value")
                if secret.end == end:  # a value without its closing quote does not hold the block's closing braces
                    value = secret.values[0].rstrip("}")
                    secret = secret._replace(end=secret.start + len(value), values=(value,))
                yield secret
        for lines in _LINES.finditer(text):
            for match in _LINE_VALUE.finditer(text, *lines.span(1)):
                yield _secret(match, 1, "environment-value")


def _secret(match: re.Match[str], group: int, kind: str) -> Secret:
    return Secret(*match.span(group), kind, (match[group],))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Where environment blocks stand, from behind the first brace to the one that closes it."""
    done = 0
    for match in _BLOCK.finditer(text):
        if match.end() < done:
            continue
        done = min(match.end() + BLOCK_MAX, len(text))
        depth, done = 1, done if (end := text.find(READING, match.end(), done)) < 0 else end
        for brace in _BRACE.finditer(text, match.end(), done):
            depth += 1 if brace[0] == "{" else -1
            # A brace before a quote or a comma closes something within a value.
            if depth <= 0 and text[brace.end() : brace.end() + 1] not in ('"', "'", ",", "\\"):
                done = brace.end()
                break
        yield match.end(), done
