"""Regular expressions that are compiled when first used: most texts need few, and a fresh process waits for each."""

from __future__ import annotations

import re
from typing import Any, cast


class _Later:
    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, value)
        return value


def compile(source: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but later.

    >>> compile("[a-z]+").findall("two words")
    ['two', 'words']
    """
    return cast("re.Pattern[str]", _Later(source, flags))
