"""Private layers: a folder or mappings on top of a catalog, which add, replace, extend or disable entries.

Everything wrong in a layer is a Problem with file and line; its good entries work all the same.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_doctor.cache import compile_cached
from lambda_doctor.catalog import Catalog, did_you_mean
from lambda_doctor.compiled import Layer
from lambda_doctor.compiling import compile_source
from lambda_doctor.document import CatalogError, Document, Problem
from lambda_doctor.pattern import CaptureType
from lambda_doctor.source import (
    SCHEMA,
    Edit,
    Source,
    Traversable,
    add_entry,
    read_entries,
    read_folder,
)

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

# Fields of an `extends` entry that are added to those below it; fix steps go first, all others last.
_LISTS = ("patterns", "docs", "keywords", "beats", "explains", "examples", "near_misses")


def compile_layer(
    layer: str | os.PathLike[str] | Traversable | Iterable[Mapping[str, Any]], *, base: Catalog, name: str | None = None
) -> Layer:
    """Compile what is to lie on top of `base`; raises CatalogError when nothing of it can be used."""
    if isinstance(layer, (str, os.PathLike)):
        layer = Path(layer).expanduser()
    if isinstance(layer, Iterable):
        where = name or "entries"
        source = read_entries(layer, types_of(base))
        source.common_words = common_words_of(base)
        finish(source, base, where)
        compiled = Layer(compile_source(source, name=where, version=f"{where}@{_content(source)}"))
    else:
        folder = layer
        where = str(folder)
        salt = " ".join([name or folder.name, *(below.digest for below in base.layers)])
        compiled = compile_cached(folder, lambda: _compile_folder(folder, base, name), salt=salt)
    if compiled.problems and not compiled.ids and not compiled.disabled:
        raise CatalogError([Problem(*problem) for problem in compiled.problems], where)
    return compiled


def _compile_folder(folder: Traversable, base: Catalog, name: str | None) -> bytes:
    source = read_folder(folder, builtin_types=types_of(base))
    source.common_words = source.common_words or common_words_of(base)
    shown = name or source.meta.name or folder.name
    finish(source, base, shown)
    return compile_source(source, name=shown, version=f"{shown}@{source.meta.version}")


def _content(source: Source) -> str:
    """A version for entries that have none: a hash of what they say."""
    said = sorted(f"{entry.signature.id} {entry.document.data!r}" for entry in source.entries.values())
    return hashlib.sha256("\n".join([*said, *sorted(source.disabled)]).encode()).hexdigest()[:8]


def types_of(catalog: Catalog) -> dict[str, CaptureType]:
    """The capture types that the layers of a catalog declare."""
    return {name: CaptureType(*kind) for layer in catalog.layers for name, kind in layer.extras["types"].items()}


def common_words_of(catalog: Catalog) -> dict[str, int]:
    """How often words stand in healthy logs, as the catalog knows it."""
    return {word: count for layer in catalog.layers for word, count in layer.extras["common_words"].items()}


def finish(source: Source, base: Catalog, name: str) -> None:
    """Check the layer's own file, turn its edits of entries below into whole entries, say which it lies over."""
    _check_meta(source)
    for number, item in enumerate(source.meta.disable):
        place = source.meta_document.place(["disable", number])
        _disable(source, base, item, Problem("catalog.yaml", *place, "disable", "", ""))
    edits, source.edits = source.edits, []
    for edit in edits:
        if "disable" in edit.document.data:
            _take_disable(source, base, edit)
        else:
            _take_extends(source, base, edit)
    for identifier, entry in source.entries.items():
        over = f" over {base.data(identifier)['source']}" if identifier in base else ""
        entry.signature = entry.signature.model_copy(update={"source": f"{name}{over}"})


def _take_disable(source: Source, base: Catalog, edit: Edit) -> None:
    place = Problem(edit.file, *edit.document.place(["disable"]), "disable", "", "")
    if len(edit.document.data) > 1 or edit.document.data["disable"] is not True:
        message, advice = "a file that disables holds nothing else", "Leave `disable: true` alone in it, or remove it."
        source.problems.append(place._replace(message=message, advice=advice))
    else:
        _disable(source, base, edit.id, place)


def _take_extends(source: Source, base: Catalog, edit: Edit) -> None:
    data = edit.document.data
    place = Problem(edit.file, *edit.document.place(["extends"]), "extends", "", "")
    if edit.id not in base:
        message, advice = (
            f"no signature {edit.id} to extend{base.hint(edit.id)}",
            "Name the file after an id that exists.",
        )
        source.problems.append(place._replace(message=message, advice=advice))
    elif data["extends"] not in (True, edit.id):
        message, advice = (
            f"extends {data['extends']}, but the file's path says {edit.id}",
            f"Write `extends: {edit.id}`.",
        )
        source.problems.append(place._replace(message=message, advice=advice))
    else:
        add_entry(source, edit.id, _extended(base.data(edit.id), edit.document), edit.file)


def _extended(below: Mapping[str, Any], edit: Document) -> Document:
    """An entry with the edit's values added to it; single values replace. Places are of the edit's file."""
    whole = {key: value for key, value in below.items() if key not in ("id", "revision", "source")}
    moved: dict[str, int] = {}
    for key, value in edit.data.items():
        if key == "extends":
            continue
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        if key == "fixes":
            whole[key] = [*items, *whole.get(key, ())]
        elif key in _LISTS:
            moved[key] = len(whole.get(key, ()))
            whole[key] = [*whole.get(key, ()), *items]
        else:
            whole[key] = value

    def after(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        shift = moved.get(str(path[0])) if len(path) > 1 else None
        return path if shift is None else (path[0], int(path[1]) + shift, *path[2:])

    return Document(whole, {after(path): place for path, place in edit.places.items()}, edit.schema)


def _disable(source: Source, base: Catalog, identifier: str, place: Problem) -> None:
    identifier = identifier.removesuffix(".*")
    areas = {known.partition(".")[0] for known in base.ids}
    if identifier not in base and identifier not in areas:
        hint = base.hint(identifier) if "." in identifier else did_you_mean(identifier, areas)
        message = f"no signature or area {identifier} to disable{hint}"
        source.problems.append(place._replace(message=message, advice="Name one that exists."))
    source.disabled.add(identifier)


def _check_meta(source: Source) -> None:
    from lambda_doctor import __version__

    upgrade = "Upgrade lambda-doctor with: pip install --upgrade lambda-doctor"
    schema, wanted = source.meta.schema_, source.meta.requires
    if schema != SCHEMA:
        newer = isinstance(schema, int) and schema > SCHEMA
        advice = upgrade if newer else f"Write `schema: {SCHEMA}`; docs/catalog-format.md says what the fields are."
        _refuse(source, "schema", f"schema {schema!r}, this version reads {SCHEMA}", advice)
    elif wanted is not None and not re.search(r"\d", wanted):
        _refuse(source, "requires", f"{wanted!r} is no version", f'Write `requires: "{__version__}"`.')
    elif wanted is not None and _numbers(wanted) > _numbers(__version__):
        _refuse(source, "requires", f"needs lambda-doctor {wanted} or newer, this is {__version__}", upgrade)


def _refuse(source: Source, field: str, message: str, advice: str) -> None:
    place = source.meta_document.place([field])
    source.problems.append(Problem("catalog.yaml", *place, field, message, advice))
    source.entries.clear()
    source.edits.clear()
    source.meta = source.meta.model_copy(update={"disable": ()})


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version, so that 0.10 is newer than 0.9 and 1.0 is 1.

    >>> _numbers(">=0.10") > _numbers("0.9.1"), _numbers("1.0") == _numbers("1")
    (True, True)
    """
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def installed_folder(point: EntryPoint) -> Traversable:
    """The folder that an installed package offers: `package` or `package:folder/in/it`; raises CatalogError."""
    import importlib_resources

    module, _, inside = point.value.partition(":")
    try:
        folder = importlib_resources.files(module)
    except (ImportError, TypeError) as error:
        package = point.dist.name if point.dist else point.name
        problem = f"{point.name} = {point.value} cannot be opened: {error}"
        advice = f"Mend the package {package}, or remove it with: pip uninstall {package}"
        raise CatalogError([Problem("entry point", 1, 1, "lambda_doctor.catalogs", problem, advice)]) from None
    return folder.joinpath(*inside.split("/")) if inside else folder
