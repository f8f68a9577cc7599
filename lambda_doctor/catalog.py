"""The catalog: compiled layers, found in every kind of install; private layers on top replace, extend or disable."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from lambda_doctor.cache import compile_cached
from lambda_doctor.compiled import Layer, StaleCatalog
from lambda_doctor.installed import knowledge_folder, offered_catalogs, read_compiled

if TYPE_CHECKING:
    from lambda_doctor.document import CatalogError, Problem
    from lambda_doctor.report import Suggestion
    from lambda_doctor.signature import Signature
    from lambda_doctor.source import Traversable

VARIABLE = "LAMBDA_DOCTOR_CATALOGS"


class Catalog:
    """All signatures that a text is looked up in: the built-in ones and the layers above them.

    Iterating gives each Signature, `catalog["area.name"]` one, `len(catalog)` their number.
    """

    def __init__(self, layers: Iterable[Layer], *, unusable: Iterable[Problem] = ()) -> None:
        self.layers = tuple(layers)
        self._unusable = tuple(unusable)  # what is wrong in layers of which nothing could be used

    @cached_property
    def _owner(self) -> dict[str, tuple[Layer, int]]:
        owner: dict[str, tuple[Layer, int]] = {}
        for layer in self.layers:
            if layer.disabled:
                for identifier in list(owner):
                    if identifier in layer.disabled or identifier.partition(".")[0] in layer.disabled:
                        del owner[identifier]
            for number, identifier in enumerate(layer.ids):
                owner[identifier] = (layer, number)
        return owner

    @classmethod
    def builtin(cls) -> Catalog:
        """The catalog that comes with the library, without any private layer.

        >>> "deployment.s3-wrong-region" in Catalog.builtin()
        True
        """
        return _builtin()

    @classmethod
    def default(cls) -> Catalog:
        """The built-in catalog, installed packages' catalogs, and the folders named in LAMBDA_DOCTOR_CATALOGS.

        A private catalog that cannot be used at all is left out, and told in `problems`: ours answers all the same.
        """
        return _default(os.environ.get(VARIABLE, ""))

    def with_layer(
        self, layer: str | os.PathLike[str] | Traversable | Iterable[Mapping[str, Any]], *, name: str | None = None
    ) -> Catalog:
        """This catalog with a private layer on top: a folder, or entries as mappings with an `id`.

        Raises CatalogError, with every problem by file and line, when nothing of the layer can be used. Problems of
        single entries are kept in `problems` instead; the good entries work.
        """
        from lambda_doctor.layering import compile_layer

        return Catalog([*self.layers, compile_layer(layer, base=self, name=name)], unusable=self._unusable)

    @cached_property
    def version(self) -> str:
        """The versions of all layers."""
        return "+".join(layer.version for layer in self.layers)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the private layers, each with file, line and remedy; empty when all is well.

        A file's path begins with the name of its layer.
        """
        if not self._unusable and not any(layer.problems for layer in self.layers):
            return ()  # told at every start, so without the module that tells what is wrong
        from lambda_doctor.document import Problem

        told = (Problem(f"{layer.name}/{file}", *rest) for layer in self.layers for file, *rest in layer.problems)
        return (*self._unusable, *told)

    @property
    def ids(self) -> list[str]:
        """The ids of all signatures, sorted."""
        return sorted(self._owner)

    def owns(self, layer: Layer, identifier: str) -> bool:
        """Whether the id's entry is this layer's, and not replaced or disabled above it."""
        if layer is self.layers[-1]:
            return True
        owner = self._owner.get(identifier)
        return owner is not None and owner[0] is layer

    def disables(self, layer: Layer) -> list[str]:
        """The ids below a layer that it takes away."""
        below = Catalog(self.layers[: self.layers.index(layer)])
        return [id_ for id_ in below.ids if id_ in layer.disabled or id_.partition(".")[0] in layer.disabled]

    def changed_since(self, version: str) -> set[str]:
        """The ids that are new or changed since a version of the catalog, as a report's `catalog_version` gives it.

        Of a layer that the version does not name nothing is said. Raises KeyError for a version without a record.
        """
        changed: set[str] = set()
        for part in version.split("+"):
            recorded = [layer for layer in self.layers if part in layer.extras["releases"]]
            if not recorded:
                known = ", ".join(release for layer in self.layers for release in layer.extras["releases"])
                raise KeyError(f"no record of the version {part}; there is one of {known or 'none yet'}")
            for layer in recorded:
                before = layer.extras["releases"][part]
                revisions = {identifier: layer.entry(number)["revision"] for number, identifier in enumerate(layer.ids)}
                changed |= {identifier for identifier in layer.ids if before.get(identifier) != revisions[identifier]}
        return changed & set(self._owner)

    def hint(self, identifier: str) -> str:
        """What to say of an id that is not there: its successor where it was retired, or ids that read like it."""
        for layer in self.layers:
            if identifier in layer.extras["retired"]:
                successor = layer.extras["retired"][identifier]
                return f"; it is retired, {f'see {successor}' if successor else 'without a successor'}"
        return did_you_mean(identifier, self._owner)

    def data(self, identifier: str) -> dict[str, Any]:
        """The entry's plain data; do not change it. Raises KeyError."""
        layer, number = self._owner[identifier]
        return {"id": identifier, **layer.entry(number)}

    @property
    def next_steps(self) -> list[dict[str, Any]]:
        """What to fetch where a text holds too little to tell; steps as in an entry."""
        return [step for layer in self.layers for step in layer.extras["next_steps"]]

    def __getitem__(self, identifier: str) -> Signature:
        from lambda_doctor.signature import Signature

        if identifier not in self._owner:
            raise KeyError(f"no signature {identifier!r}{self.hint(identifier)}")
        return Signature.model_validate(self.data(identifier))

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._owner

    def __iter__(self) -> Iterator[Signature]:
        return (self[identifier] for identifier in self.ids)

    def __len__(self) -> int:
        return len(self._owner)

    def __repr__(self) -> str:
        return f"<Catalog {self.version}: {len(self)} signatures in {len(self.layers)} layers>"

    def search(self, words: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Entries whose words are nearest to a description, best first; guesses, not diagnoses.

        >>> any(found.id == "quota.unreserved-concurrency-minimum" for found in
        ...     Catalog.builtin().search("cannot reserve concurrency on a new account"))
        True
        """
        from lambda_doctor.suggest import search

        return search(self, words, limit)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt id, or nothing."""
    import difflib

    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f"; did you mean {', '.join(close)}?" if close else ""


# Threads whose first calls come at once wait for one of them to read the catalog.
_reading = RLock()


def _builtin() -> Catalog:
    with _reading:
        return _read_builtin()


@lru_cache(maxsize=1)
def _read_builtin() -> Catalog:
    data = read_compiled()
    if data is not None:
        try:
            return Catalog([Layer(data)])
        except StaleCatalog:
            pass  # built by another version: fall through to the sources, where there are any
    folder = knowledge_folder()
    if folder is None:
        raise RuntimeError(
            "lambda-doctor finds neither its compiled catalog nor the knowledge folder; "
            "install it again with: pip install --force-reinstall lambda-doctor"
        )
    return Catalog([compile_cached(folder)])


def _default(paths: str) -> Catalog:
    with _reading:
        return _read_default(paths)


@lru_cache(maxsize=4)
def _read_default(paths: str) -> Catalog:
    return _with_those_that_can_be_used(_default_folders(paths))


def catalog_below(folder: Path) -> Catalog:
    """What a private catalog lies on: the default catalog as far as this folder, or all of it."""
    return _with_those_that_can_be_used(
        takewhile(lambda layer: not _is(layer[0], folder), _default_folders(os.environ.get(VARIABLE, "")))
    )


def _is(layer: Traversable | str | CatalogError, folder: Path) -> bool:
    return not isinstance(layer, ValueError) and Path(str(layer)).expanduser().resolve() == folder.resolve()


def _with_those_that_can_be_used(layers: Iterable[tuple[Traversable | str | CatalogError, str | None]]) -> Catalog:
    catalog = Catalog.builtin()
    for folder, name in layers:
        try:
            if isinstance(folder, ValueError):
                raise folder
            catalog = catalog.with_layer(folder, name=name)
        except ValueError as error:  # a CatalogError; the module that has the class is loaded with private layers only
            from lambda_doctor.document import CatalogError

            if not isinstance(error, CatalogError):
                raise
            where = name or str(folder).rstrip("/")
            problems = [problem._replace(file=f"{where}/{problem.file}") for problem in error.problems]
            catalog = Catalog(catalog.layers, unusable=[*catalog._unusable, *problems])
    return catalog


def _default_folders(paths: str) -> Iterator[tuple[Traversable | str | CatalogError, str | None]]:
    """The private layers of the default catalog, the lowest first, or why one cannot be opened, and their names."""
    points = offered_catalogs()
    if points:
        from lambda_doctor.document import CatalogError
        from lambda_doctor.layering import installed_folder

        for point in points:
            folder: Traversable | CatalogError
            try:
                folder = installed_folder(point)
            except CatalogError as error:
                folder = error
            yield folder, point.name
    for path in filter(None, paths.split(os.pathsep)):
        yield path, None
