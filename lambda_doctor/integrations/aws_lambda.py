"""Inside a function: a decorator for handlers that logs what an exception means, then lets it go on."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])


def diagnosed(handler: Handler) -> Handler:
    """Log the diagnosis of an exception that leaves the handler, as one line of JSON; nothing is imported before that.

    >>> @diagnosed
    ... def handler(event, context):
    ...     return {"statusCode": 200}
    >>> handler({}, None)
    {'statusCode': 200}
    """

    @functools.wraps(handler)
    def wrapper(event: Any, context: Any) -> Any:
        try:
            return handler(event, context)
        except Exception as error:
            _log(error, context)
            raise

    return wrapper  # type: ignore[return-value]


def _log(error: Exception, context: Any) -> None:
    try:
        from lambda_doctor.diagnosing import diagnose
        from lambda_doctor.report import Context

        known = Context(runtime="python", function_name=getattr(context, "function_name", None))
        best = diagnose(error, context=known).best
        if best is not None:
            line = {
                "level": "ERROR",
                "requestId": getattr(context, "aws_request_id", None),
                "diagnosis": best.id,
                "title": best.title,
                "cause": " ".join(best.cause.split()),
                "toDo": best.fixes[0].do if best.fixes else None,
                "confidence": best.confidence,
            }
            print(json.dumps(line))
    except Exception:  # the handler's own exception is what must be seen
        return
