"""What the benchmarks run on, each made from a seed: logs, pastes, hostile texts, catalogs of any size.

The healthy lines here share nothing but Lambda's own lines with tests/data/healthy, from which the index learned which
words are common: a log of the benchmark is one that the index has not seen.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from lambda_doctor.compiling import compile_source
from lambda_doctor.notation import TOKEN
from lambda_doctor.rates import Rates
from lambda_doctor.source import Entry, Source, compile_any

SEED = 5
ERROR_EVERY = 200  # lines
PROBLEMS = 40  # of a log: they come again and again

# A line's holes: see _FILL.
_LAMBDA = """\
INIT_START Runtime Version: python:3.13.v64\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:{hex}{hex}
START RequestId: {uuid} Version: $LATEST
END RequestId: {uuid}
REPORT RequestId: {uuid}\tDuration: {n}.{d} ms\tBilled Duration: {n} ms\tMemory Size: 1024 MB\tMax Memory Used: {d}{d}{d} MB
{"time":"{time}","type":"platform.start","record":{"requestId":"{uuid}","version":"42"}}
{"time":"{time}","type":"platform.report","record":{"requestId":"{uuid}","metrics":{"durationMs":{n}.{d},"billedDurationMs":{n},"memorySizeMB":1024,"maxMemoryUsedMB":{d}{d}{d},"initDurationMs":{n}.{d}},"status":"success"}}
XRAY TraceId: 1-{hex}\tSegmentId: {hex}\tSampled: true
""".splitlines()
_APPLICATION = """\
{time}\t{uuid}\tINFO\tInvoice {n} for tenant {word} rendered in {n} ms
{time}\t{uuid}\tDEBUG\tSELECT id, total FROM {word}_{word} WHERE tenant = $1 AND state <> $2 -- {n} rows
{time}\t{uuid}\tWARN\tretrying {word} {word} in {n} ms (attempt {d} of 5), last status 429
{time}\t{uuid}\tINFO\t{"level":"info","traceId":"{hex}","msg":"{word} {word} handled","elapsed":{n},"failures":0,"error":null}
[INFO]\t{time}\t{uuid}\tUploaded {n} objects to {word}/{word}/part-{n}.parquet, size {n} bytes
[DEBUG]\t{time}\t{uuid}\tStarting new HTTPS connection ({d}): {word}.example.com:443
[DEBUG]\t{time}\t{uuid}\thttps://{word}.example.com:443 "GET /v2/{word}/{n}?limit=50 HTTP/1.1" 200 {n}
{"level":"INFO","location":"lambda_handler:{n}","message":"Collected {n} records from {word}","timestamp":"{time}","service":"{word}","cold_start":false,"function_name":"{word}-{word}","function_memory_size":"1024","function_arn":"arn:aws:lambda:eu-west-1:123456789012:function:{word}-{word}","function_request_id":"{uuid}","xray_trace_id":"1-{hex}"}
{"_aws":{"Timestamp":{n},"CloudWatchMetrics":[{"Namespace":"{word}","Dimensions":[["service"]],"Metrics":[{"Name":"{word}","Unit":"Count"}]}]},"service":"{word}","{word}":[{n}.0]}
{time}  INFO 8 --- [           main] c.e.{word}.{word}Service          : Loaded {n} {word} rules, {d} disabled
{time} [main] DEBUG org.hibernate.SQL - insert into {word} (created_at, payload, id) values (?, ?, ?)
{time} [pool-1-thread-{d}] INFO  com.example.{word}.{word}Handler - permission check for role {word} passed, token expires in {n} seconds
time={time} level=INFO msg="message published" topic={word} partition={d} offset={n} timeout=30s
{time} info: {word}.Api.{word}Controller[{n}] Request finished in {n}.{d}ms 200 application/json
{"severity":"info","memory":{"heapUsed":{n},"limit":1024},"queue":"https://sqs.eu-west-1.amazonaws.com/123456789012/{word}","deleted":{n},"batchItemFailures":[]}
no {word} found for customer {n}, using the default {word}; this is not an error
cache: {n} hits, {d} misses, 0 errors, 0 timeouts; {word} warm
    {word}: {n} created, {n} updated, {d} unchanged, 0 failed, 0 denied
 * {word} module {word} v{d}.{d}.{d} initialised, configuration read from /var/task/{word}.json
""".splitlines()
_WORDS = """\
account adapter address agent alert amount archive article asset audit balance basket batch billing booking branch budget
bundle calendar campaign card cargo carrier cart catalog channel charge checkout city claim client cluster comment company
consent contact content contract country coupon courier credit currency cycle dataset debit delivery demand depot device
digest discount dispatch document domain draft driver duty email entry estimate exchange export feed field fleet folder
forecast form freight gateway geo grant group guest holder hotel image import income index inventory invoice item job
journal label lead ledger lesson letter license list loan locale location lock login loyalty mail market member menu merchant
meter model notice offer office option order outlet owner page parcel partner party patient pattern payment payout period
person phone pickup plan player point policy pool post price print product profile project promo proof provider quota quote
range rate reader rebate receipt record refund region report reserve resource result review reward rider role room route
rule salary sale sample schedule score search season seat segment seller sensor session shelf shift shipment shop signal site
slot source space stage staff statement station stock storage store stream street student subject supply survey system tag
target task tax team tenant term text ticket tier token topic tour trade transfer trip unit usage user value vehicle vendor
version visit voucher wallet warehouse weight window worker zone""".split()


def healthy_lines(rng: random.Random) -> Iterator[str]:
    """Lines of a log in which all is well, without end."""
    hole = re.compile(r"\{(uuid|hex|time|word|n|d)\}")
    second = 0

    def fill(match: re.Match[str]) -> str:
        kind = match[1]
        if kind == "uuid":
            return f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4000-8000-{rng.getrandbits(48):012x}"
        if kind == "hex":
            return f"{rng.getrandbits(128):032x}"
        if kind == "time":
            return f"2026-11-{1 + second // 86400 % 28:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{rng.randrange(1000):03d}Z"
        return rng.choice(_WORDS) if kind == "word" else str(rng.randrange(10 if kind == "d" else 2000))

    while True:
        second += 1
        for template in (rng.choice(_LAMBDA), *(rng.choice(_APPLICATION) for _ in range(3))):
            yield hole.sub(fill, template)


def write_log(path: Path, size: int, errors: list[str], *, seed: int = SEED) -> None:
    """A log of about so many bytes, one of a few errors in each 200th line."""
    rng = random.Random(seed)
    errors = rng.sample(errors, PROBLEMS)
    lines = healthy_lines(rng)
    # Lines repeat after four megabytes, which no part of the scanner could know.
    stretch = []
    for _ in range(100):
        stretch += [next(lines) for _ in range(ERROR_EVERY - 1)]
        stretch.append("\0")
    with path.open("wb") as file:
        while file.tell() < size:
            for line in stretch:
                if line == "\0":
                    line = f"2026-11-03T10:59:59.999Z\t{rng.getrandbits(32):08x}-0000-4000-8000-000000000000\tERROR\t"
                    line += rng.choice(errors)
                file.write(line.encode("utf-8", "replace") + b"\n")


def healthy_text(size: int, *, seed: int = SEED) -> str:
    """So many characters of a log without an error."""
    lines = healthy_lines(random.Random(seed))
    text, length = [], 0
    while length < size:
        text.append(next(lines))
        length += len(text[-1]) + 1
    return "\n".join(text)[:size]


MATCH = """\
$ aws lambda update-function-code --function-name orders --s3-bucket example-artifacts --s3-key orders.zip

An error occurred (InvalidParameterValueException) when calling the UpdateFunctionCode operation: Error occurred while GetObject. \
S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2. Please use this region to retry the request
Error: Process completed with exit code 254.
"""
JAVA = "\n".join(
    [
        "START RequestId: 0f1e2d3c-0000-4000-8000-000000000000 Version: $LATEST",
        "com.example.orders.OrderHandler: java.lang.RuntimeException: could not place order 4711",
        "java.lang.RuntimeException: could not place order 4711",
        *(
            f"\tat com.example.orders.{name}.{method}({name}.java:{line})"
            for line, (name, method) in enumerate(
                [(f"Order{part}", step) for part in ("Handler", "Service", "Store", "Rules", "Mapper") for step in ("handle", "place", "check", "lambda$map$0", "write")],
                40,
            )
        ),
        *(f"\tat java.base/java.util.stream.ReferencePipeline${n}.accept(Unknown Source)" for n in range(15)),
        *(f"\tat software.amazon.awssdk.core.internal.http.pipeline.stages.Stage{n}.execute(Stage{n}.java:{30 + n})" for n in range(12)),
        "Caused by: java.net.SocketTimeoutException: Read timed out",
        "\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(Unknown Source)",
        "\tat java.base/java.net.Socket$SocketInputStream.read(Unknown Source)",
        "END RequestId: 0f1e2d3c-0000-4000-8000-000000000000",
    ]
)  # fmt: skip


def pastes() -> dict[str, str]:
    """A paste of nine healthy lines, one with an error that is known, and sixty lines of a Java trace."""
    return {"no match": healthy_text(900), "match": MATCH, "Java trace": JAVA}


def keys(source: Source) -> list[str]:
    """What the patterns are filed under in the index of runs, as their authors wrote it."""
    rates = Rates(source)
    patterns = (compiled for entry in source.entries.values() for compiled in entry.patterns)
    return sorted({run.text.strip() for compiled in patterns for run in rates.runs(compiled)})


def hostile(keys: list[str], size: int = 1_000_000) -> dict[str, str]:
    """Texts of a megabyte without an error that are made to take long; `keys` are what the index looks for."""

    def fill(text: str) -> str:
        return text * (size // len(text))

    glued = ["".join(re.findall(r"\w", key)) for key in keys if len(key.split()) > 2]
    random.Random(SEED).shuffle(glued)
    alone = {word for key in keys if " " not in key for word in re.findall(r"\w+", key)}
    words = sorted({word for key in keys for word in re.findall(r"\w+", key)} - alone)
    return {
        "one letter": fill("a"),
        "empty lines": fill("\n"),
        "escapes": fill('\\"'),
        "colours": fill("\x1b["),
        "near misses": fill(
            "Task timed out for 3.00 seconds\nMemory Size: 1 MB Max Memory Used: 2 MB\nNo module, named x, unable to import\n"
        ),
        "one key": fill("PermanentRedirect "),
        "a key and letters": fill("PermanentRedirect" + "a" * 100 + " "),
        "a key and spaces": fill("Task timed" + " " * 70 + "out afte "),
        "all keys without spaces": fill("\n".join(glued) + "\n"),
        "all keys without spaces, and their words": fill("\n".join([*glued, *words]) + "\n"),
    }


def resized(source: Source, count: int, *, seed: int = SEED) -> bytes:
    """The catalog with so many entries, compiled: a selection, or with copies in whose patterns words are altered.

    In each pattern of a copy a third of the longer words read otherwise; the rest are still those of real messages.
    Patterns that have no such word are left out: nobody's catalog has the same one fifteen times.
    """
    rng = random.Random(seed)
    ids = sorted(source.entries)
    rng.shuffle(ids)
    entries = {identifier: source.entries[identifier] for identifier in ids[:count]}
    copies = [
        identifier
        for identifier in ids
        if any(_longer_words(pattern.text or "") for pattern in source.entries[identifier].signature.patterns)
    ]
    number = 0
    while len(entries) < count:
        identifier = copies[number % len(copies)]
        copy = f"{identifier}-{number // len(copies) + 1}"
        entries[copy] = _altered(source, source.entries[identifier], copy, rng)
        number += 1
    return compile_source(Source(entries=entries, forms=source.forms, types=source.types, common_words=source.common_words, next_steps=source.next_steps), name="builtin", version=f"0.{count}")  # fmt: skip


_LONG_WORD = re.compile(r"[A-Za-z]{4,}")


def _altered(source: Source, entry: Entry, identifier: str, rng: random.Random) -> Entry:
    patterns = [
        pattern.model_copy(update={"text": _altered_text(pattern.text or "", rng)})
        for pattern in entry.signature.patterns
        if _longer_words(pattern.text or "")
    ]
    signature = entry.signature.model_copy(update={"id": identifier, "patterns": tuple(patterns)})
    return Entry(signature, [compile_any(pattern, source.types) for pattern in patterns], entry.document, entry.file)


def _longer_words(text: str) -> list[tuple[int, int]]:
    """Where the longer words of a pattern are, those in holes and choices left out."""
    holes = [match.span() for match in TOKEN.finditer(text)]
    words = [match.span() for match in _LONG_WORD.finditer(text)]
    return [word for word in words if not any(start < word[1] and word[0] < end for start, end in holes)]


def _altered_text(text: str, rng: random.Random) -> str:
    """A third of the longer words otherwise, at least one; holes stay as they are."""
    words = [(*word, rng.random()) for word in _longer_words(text)]
    least = min(chance for _, _, chance in words)
    for start, end, chance in reversed(words):
        if chance <= max(least, 1 / 3):
            altered = "".join(rng.choice("aeiou" if char in "aeiou" else "bcdfgklmnprstvz") for char in text[start:end])
            text = text[:start] + altered + text[end:]
    return text
