"""The observation: tool, runtime, service, codes and names that a text shows, known error or not.

The forms in which tools print them are data, `knowledge/_observations.yaml`; what is here only adds up their votes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lambda_doctor.match import Hit
from lambda_doctor.report import Context, Observation

FIELDS = frozenset(Observation.model_fields) - {"signs"}
_SERVICES = {"awslambda": "lambda", "amazons3": "s3", "amazoncloudformation": "cloudformation", "awssecuritytokenservice": "sts"}
# Tools whose output is about AWS, and those whose output is about Lambda.
_AWS_TOOLS = frozenset({"aws-cli", "boto3", "sdk-js", "sdk-java", "sdk-go", "sdk-dotnet", "sam", "cdk", "cloudformation", "serverless"})
_LAMBDA_TOOLS = frozenset({"sam", "serverless"})


def observe(hits: Iterable[Hit], context: Context | None) -> Observation:
    """Add up what the forms say; the caller's context wins over the text."""
    votes: dict[str, dict[str, tuple[float, int]]] = {}
    signs: set[str] = set()

    def vote(name: str, value: str, weight: float, place: int) -> None:
        values = votes.setdefault(name, {})
        total, first = values.get(value, (0.0, -place))
        values[value] = (total + weight, max(first, -place))

    for layer, record, start, _, captures in hits:
        form = layer.forms[~record.owner]
        signs.update(form["signs"])
        for name, value in [*form["gives"].items(), *captures.items()]:
            if name in FIELDS:
                vote(name, _normal(name, value), form["weight"], start)
    found: dict[str, Any] = {
        name: max(values.items(), key=lambda item: item[1])[0] for name, values in votes.items()
    }
    if "runtime" in found:
        found["runtime"] = _finest_runtime(found["runtime"], votes["runtime"])
    tools = votes.get("tool", {})
    if context is not None:
        found.update({name: value for name, value in context.model_dump(exclude={"shell"}).items() if value})
        tools = {**tools, **({context.tool: (1.0, 0)} if context.tool else {})}
        if context.function_name or context.runtime:
            signs |= {"aws", "lambda"}
    if "http_status" in found:
        found["http_status"] = int(found["http_status"])
    signs.update(tools)
    if _AWS_TOOLS & signs or found.get("service"):
        signs.add("aws")
    if _LAMBDA_TOOLS & signs or found.get("service") == "lambda":
        signs.add("lambda")
    return Observation.model_construct(**found, signs=tuple(sorted(signs)))


def _normal(name: str, value: str) -> str:
    if name == "service":
        plain = value.strip().lower()
        return _SERVICES.get(plain, plain)
    if name == "runtime":
        return value.lower()
    return value


def _finest_runtime(best: str, values: dict[str, tuple[float, int]]) -> str:
    """`python3.13` says more than `python`, where both are there."""
    finer = [value for value in values if value.startswith(best) and value != best]
    return max(finer, key=lambda value: values[value]) if finer else best
