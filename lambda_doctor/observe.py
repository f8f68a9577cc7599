"""The observation: tool, runtime, service, codes and names that a text shows, known error or not.

The forms in which tools print them are data, `knowledge/_observations.yaml`; what is here only adds up their votes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lambda_doctor.catalog import Catalog
from lambda_doctor.match import Hit
from lambda_doctor.report import Observation, made

FIELDS = frozenset(Observation.model_fields) - {"signs"}
_NOTHING = vars(Observation.model_construct())
_MAKERS = ("aws", "amazon")  # Java calls S3 AmazonS3, and Lambda AWSLambda


def observe(hits: Iterable[Hit], known: Mapping[str, Any], catalog: Catalog) -> Observation:
    """Add up what the forms say; what is known for certain, by field, wins over the text."""
    votes: dict[str, dict[str, tuple[float, int]]] = {}
    signs: set[str] = set()
    for layer, record, start, _, captures in hits:
        form = layer.forms[~record.owner]
        signs.update(form["signs"])
        for values in (form["gives"], captures):
            for name, value in values.items():
                if name in FIELDS:
                    value = _normal(name, value)
                    total, first = votes.setdefault(name, {}).get(value, (0.0, -start))
                    votes[name][value] = total + form["weight"], max(first, -start)
    found: dict[str, Any] = {name: max(values, key=values.__getitem__) for name, values in votes.items()}
    if "runtime" in found:
        found["runtime"] = _finest_runtime(found["runtime"], votes["runtime"])
    found.update(known)
    signs.update(votes.get("tool", ()))
    if known.get("tool"):
        signs.add(known["tool"])
        signs |= _signs_of(known["tool"], catalog)
    if known.get("function_name") or known.get("runtime"):
        signs |= {"aws", "lambda"}
    if "http_status" in found:
        found["http_status"] = int(found["http_status"])
    if found.get("service"):
        signs |= {"aws", "lambda"} if found["service"] == "lambda" else {"aws"}
    return made(Observation, **{**_NOTHING, **found, "signs": tuple(sorted(signs))})


def _signs_of(tool: str, catalog: Catalog) -> set[str]:
    """What a text is about where a tool is known to have printed it."""
    forms = (form for layer in catalog.layers for form in layer.forms)
    return {sign for form in forms if form["gives"].get("tool") == tool for sign in form["signs"]}


def _normal(name: str, value: str) -> str:
    if name == "service":
        plain = "".join(value.lower().split())
        return next((plain.removeprefix(maker) for maker in _MAKERS if plain.startswith(maker)), plain)
    if name == "runtime":
        return value.lower()
    return value


def _finest_runtime(best: str, values: dict[str, tuple[float, int]]) -> str:
    """`python3.13` says more than `python`, where both are there."""
    finer = [value for value in values if value.startswith(best) and value != best]
    return max(finer, key=lambda value: values[value]) if finer else best
