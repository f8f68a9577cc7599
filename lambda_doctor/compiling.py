"""Compiling a catalog: from entries that were read and checked to the bytes that `compiled.py` reads."""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lambda_doctor.calibration import calibrated
from lambda_doctor.compiled import FORMAT, INDEX
from lambda_doctor.rates import Rates, squeezed_text
from lambda_doctor.words import split

if TYPE_CHECKING:
    from lambda_doctor.pattern import CompiledPattern
    from lambda_doctor.signature import Signature
    from lambda_doctor.source import Source

OPTIONS_MAX = 16  # of a choice that are looked for one by one
TELLING = 3  # characters of a stretch that is worth looking for; shorter ones stand in nearly every text


def compile_source(source: Source, *, name: str, version: str) -> bytes:
    """Compile what was read from a catalog folder."""
    ids = sorted(source.entries)
    rates = Rates(source)
    patterns: list[list[Any]] = []
    by_term: dict[bytes, list[int]] = {}
    by_run: dict[bytes, list[int]] = {}
    firsts: set[str] = set()  # words with which a term of two begins

    def add(
        owner: int, place: int, compiled: CompiledPattern, confidence: float, needs: Iterable[str], drop: bool
    ) -> None:
        number = len(patterns)
        for term in rates.best_terms(compiled):
            by_term.setdefault(term.encode(), []).append(number)
            firsts.update(term.split()[:-1])
        keys = rates.keys(compiled)
        if owner >= 0:
            for run in keys:
                by_run.setdefault(run.encode(), []).append(number)
        runs = sorted((way[0] for way in compiled.ways if len(way) == 1), key=rates.run)
        choices = sorted((way for way in compiled.ways if len(way) > 1), key=rates.way)
        choices_of_terms = [rates.terms(way) for way in choices if all(run.words for run in way)]
        firsts.update(word for terms in choices_of_terms for term in terms for word in term.split()[:-1])
        stretches = (squeezed_text(run.text) for run in runs)
        options = ([squeezed_text(run.text) for run in way] for way in choices if len(way) <= OPTIONS_MAX)
        patterns.append(
            [
                owner,
                place,
                compiled.regex,
                " ".join(sorted(compiled.words)),
                ["\n".join(sorted(terms)) for terms in choices_of_terms],
                " ".join(stretch for stretch in stretches if len(stretch) >= TELLING),
                [" ".join(group) for group in options if min(map(len, group)) >= TELLING],
                " ".join(keys),
                max(run.lead for run in keys.values()),
                compiled.span,
                compiled.loops,
                compiled.lines,
                compiled.literal,
                calibrated(confidence, source.calibration),
                list(needs),
                drop,
            ]
        )

    for number, form in enumerate(source.forms):
        add(~number, 0, form["compiled"], 1.0, (), False)
    entries, wordings = [], []
    for number, identifier in enumerate(ids):
        signature, compiled_patterns = source.entries[identifier].signature, source.entries[identifier].patterns
        for place, (pattern, compiled) in enumerate(zip(signature.patterns, compiled_patterns, strict=True)):
            add(
                number,
                place,
                compiled,
                signature.confidence if pattern.confidence is None else pattern.confidence,
                signature.needs if pattern.needs is None else pattern.needs,
                (pattern.without or signature.without) == "drop",
            )
        data = signature.model_dump(mode="json", by_alias=True, exclude={"revision", "source"}, exclude_defaults=True)
        revision = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:8]
        entries.append({**data, "revision": revision, "source": signature.source or name})
        wordings.append(_wording(identifier, signature))
    extras = {
        "types": {name: list(kind) for name, kind in source.types.items()},
        "common_words": source.common_words,
        "next_steps": source.next_steps,
        "retired": source.retired,
        "releases": source.releases,
    }
    sections = {
        **_index_sections("term", by_term),
        "firsts": " ".join(sorted(firsts)).encode(),
        **_index_sections("run", by_run),
        **_record_sections("pattern", "patterns", patterns),
        "ids": "\n".join(ids).encode(),
        **_record_sections("entry", "entries", entries),
        "wordings": "\n".join(wordings).encode("utf-8", "replace"),
        "extras": _json(extras),
    }
    header = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "problems": [list(problem) for problem in source.problems],
        "disabled": sorted(source.disabled),
        "forms": [_form(form) for form in source.forms],
        "sections": {section: len(data) for section, data in sections.items()},
    }
    return _json(header) + b"\n" + b"".join(sections.values())


def _wording(identifier: str, signature: Signature) -> str:
    """What suggestions look for in an entry: id, title, keywords, the words of its patterns, cause; a tab between."""
    patterns = dict.fromkeys(split(" ".join(pattern.text or "" for pattern in signature.patterns)))
    fields = (identifier, signature.title, " ".join(signature.keywords), " ".join(patterns), signature.cause)
    return "\t".join(" ".join(field.split()) for field in fields)


def _form(form: dict[str, Any]) -> dict[str, Any]:
    gives, captures = form["gives"], form["compiled"].captures
    tells = {*form["signs"], *([gives["tool"]] if "tool" in gives else [])}
    if "service" in {*gives, *captures}:
        tells |= {"aws", "lambda"}
    return {
        **{key: form[key] for key in ("gives", "signs", "weight")},
        "tells": sorted(tells),  # the signs that it may add
        "plain": not (gives or captures),
    }


def _index_sections(kind: str, index: dict[bytes, list[int]]) -> dict[str, bytes]:
    keys = sorted(index)
    parts = (
        b"\n".join(keys),
        _starts(len(index[key]) for key in keys),
        _pack(number for key in keys for number in index[key]),
    )
    return {f"{kind}{part}": data for part, data in zip(INDEX, parts)}


def _record_sections(kind: str, name: str, records: Iterable[Any]) -> dict[str, bytes]:
    encoded = [_json(record) for record in records]
    return {f"{kind}_starts": _starts(map(len, encoded)), name: b"".join(encoded)}


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _starts(lengths: Iterable[int]) -> bytes:
    positions = [0]
    for length in lengths:
        positions.append(positions[-1] + length)
    return _pack(positions)


def _pack(numbers: Iterable[int]) -> bytes:
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
