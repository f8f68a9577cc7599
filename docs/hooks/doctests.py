"""An extension of Griffe: the examples at the end of a docstring are shown as examples."""

from __future__ import annotations

import textwrap
from typing import Any

import griffe


class Doctests(griffe.Extension):
    """Put a heading before the first `>>>` of each docstring, as the reader of docstrings expects it."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change one object's docstring."""
        if obj.docstring is None:
            return
        prose, mark, example = obj.docstring.value.partition(">>> ")
        if mark:
            obj.docstring.value = f"{prose}\nExamples:\n{textwrap.indent(mark + example, '    ')}"
