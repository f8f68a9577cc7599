"""`lambda-doctor list`: the signatures, by id and title, and the layers that they come from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from lambda_doctor.cli import KNOWN, UNKNOWN, Misuse, write

if TYPE_CHECKING:
    from lambda_doctor.catalog import Catalog
    from lambda_doctor.compiled import Layer


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the arguments."""
    parser.add_argument("area", nargs="?", default="", help="only ids that begin so, such as deployment")
    parser.add_argument("--layers", action="store_true", help="show which catalog each comes from, and what it shadows")
    parser.add_argument(
        "--changed-since",
        metavar="VERSION",
        help="only what is new or changed since a version, such as 0.1.0 or team@3",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return run


def run(options: argparse.Namespace) -> int:
    """Print one line a signature."""
    from lambda_doctor.catalog import Catalog

    catalog = Catalog.default()
    ids = [identifier for identifier in catalog.ids if identifier.startswith(options.area)]
    if options.changed_since:
        try:
            changed = catalog.changed_since(options.changed_since)
        except KeyError as error:
            raise Misuse(error.args[0]) from None
        ids = [identifier for identifier in ids if identifier in changed]
    rows = [(identifier, catalog.data(identifier)) for identifier in ids]
    status = KNOWN if rows else UNKNOWN
    if options.format == "json":
        fields = ("title", "kind", "revision", "source")
        write(
            json.dumps(
                [{"id": identifier, **{f: data.get(f, "cause") for f in fields}} for identifier, data in rows], indent=2
            )
        )
        return status
    if options.layers:
        for number, layer in enumerate(catalog.layers, 1):
            write(f"layer {number}: {_layer(catalog, layer)}")
        for problem in catalog.problems:
            write(f"problem: {problem}")
        write("")
    width = max(map(len, ids), default=0)
    for identifier, data in rows:
        origin = f"  [{data['source']}]" if options.layers else ""
        write(f"{identifier:<{width}}  {data['title']}{origin}")
    return status


def _layer(catalog: Catalog, layer: Layer) -> str:
    """A layer's name, version and number of signatures, and what it hides of those below."""
    version = layer.version if "@" in layer.version else f"{layer.name} {layer.version}"
    over = [identifier for number, identifier in enumerate(layer.ids) if " over " in layer.entry(number)["source"]]
    disabled = [identifier for identifier in catalog.disables(layer) if identifier not in over]
    said = [f"{version}, {len(layer.ids)} {'signature' if len(layer.ids) == 1 else 'signatures'}"]
    if over:
        said.append(f"in place of those below: {', '.join(over)}")
    if disabled:
        said.append(f"disabled: {', '.join(disabled)}")
    return "; ".join(said)
