"""The catalog: compiled layers, found in every kind of install; private layers on top replace, extend or disable."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_doctor.compiled import Layer, StaleCatalog

if TYPE_CHECKING:
    from lambda_doctor.report import Suggestion
    from lambda_doctor.signature import Signature
    from lambda_doctor.source import Problem, Source, Traversable

COMPILED = "catalog.bin"
VARIABLE = "LAMBDA_DOCTOR_CATALOGS"
ENTRY_POINTS = "lambda_doctor.catalogs"


class Catalog:
    """All signatures that a text is looked up in: the built-in ones and the layers above them.

    Iterating gives each Signature, `catalog["area.name"]` one, `len(catalog)` their number.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(layers)
        self._owner: dict[str, tuple[Layer, int]] = {}
        for layer in self.layers:
            for identifier in list(self._owner):
                if identifier in layer.disabled or f"{identifier.partition('.')[0]}.*" in layer.disabled:
                    del self._owner[identifier]
            for number, identifier in enumerate(layer.ids):
                self._owner[identifier] = (layer, number)

    @classmethod
    def builtin(cls) -> Catalog:
        """The catalog that comes with the library, without any private layer.

        >>> "deployment.s3-wrong-region" in Catalog.builtin()
        True
        """
        return _builtin()

    @classmethod
    def default(cls) -> Catalog:
        """The built-in catalog, installed packages' catalogs, and the folders named in LAMBDA_DOCTOR_CATALOGS."""
        return _default(os.environ.get(VARIABLE, ""))

    def with_layer(
        self, layer: str | os.PathLike[str] | Iterable[Mapping[str, Any]], *, name: str | None = None
    ) -> Catalog:
        """This catalog with a private layer on top: a folder, or entries as mappings with an `id`.

        Raises CatalogError, with every problem by file and line, when nothing of the layer can be used. Problems of
        single entries are kept in `problems` instead; the good entries work.
        """
        from lambda_doctor.layering import compile_layer

        return Catalog([*self.layers, compile_layer(layer, base=self, name=name)])

    @property
    def version(self) -> str:
        """The versions of all layers."""
        return "+".join(layer.version for layer in self.layers)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the private layers, each with file, line and remedy; empty when all is well."""
        from lambda_doctor.source import Problem

        return tuple(Problem(*problem) for layer in self.layers for problem in layer.problems)

    @property
    def ids(self) -> list[str]:
        """The ids of all signatures, sorted."""
        return sorted(self._owner)

    def owns(self, layer: Layer, identifier: str) -> bool:
        """Whether the id's entry is this layer's, and not replaced or disabled above it."""
        owner = self._owner.get(identifier)
        return owner is not None and owner[0] is layer

    def data(self, identifier: str) -> dict[str, Any]:
        """The entry's plain data; do not change it. Raises KeyError."""
        layer, number = self._owner[identifier]
        return {"id": identifier, **layer.entry(number)}

    def __getitem__(self, identifier: str) -> Signature:
        from lambda_doctor.signature import Signature

        if identifier not in self._owner:
            raise KeyError(f"no signature {identifier!r}{did_you_mean(identifier, self._owner)}")
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


@lru_cache(maxsize=1)
def _builtin() -> Catalog:
    data = _read_compiled()
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
    return Catalog([compile_cached(folder, name="builtin")])


@lru_cache(maxsize=4)
def _default(paths: str) -> Catalog:
    catalog = Catalog.builtin()
    from importlib.metadata import entry_points

    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        import importlib_resources

        module = point.value.partition(":")[0]
        folder = importlib_resources.files(module)
        attribute = point.value.partition(":")[2]
        catalog = catalog.with_layer(folder.joinpath(attribute) if attribute else folder, name=point.name)  # type: ignore[arg-type]
    for path in filter(None, paths.split(os.pathsep)):
        catalog = catalog.with_layer(path)
    return catalog


def _read_compiled() -> bytes | None:
    # The plain file is read without importlib_resources, which costs as much to import as everything else together.
    try:
        with open(os.path.join(os.path.dirname(__file__), COMPILED), "rb") as file:
            return file.read()
    except OSError:
        pass
    import importlib_resources

    try:
        return importlib_resources.files("lambda_doctor").joinpath(COMPILED).read_bytes()
    except (OSError, KeyError):
        return None


def knowledge_folder() -> Traversable | None:
    """The YAML sources, beside the package in a checkout or in a zip of one; None in an installed wheel."""
    import importlib_resources

    package = importlib_resources.files("lambda_doctor")
    for folder in (getattr(package, "parent", None), Path(__file__).resolve().parent.parent):
        if folder is not None:
            knowledge = folder / "knowledge"
            if knowledge.is_dir():
                return knowledge  # type: ignore[no-any-return]
    return None


def compile_cached(folder: Traversable, *, name: str) -> Layer:
    """Compile a folder's YAML, or take the copy that was compiled from the same files by the same code."""
    content = _digest(folder)
    cache = _cache_folder()
    path = cache / f"{content}.bin" if cache else None
    if path is not None:
        try:
            stored = path.read_bytes()
            if hashlib.sha256(stored[32:]).digest() == stored[:32]:
                return Layer(stored[32:])
        except (OSError, StaleCatalog):
            pass
    data = compile_folder(folder, name=name)
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(f".{os.getpid()}.tmp")
            temporary.write_bytes(hashlib.sha256(data).digest() + data)
            temporary.replace(path)
        except OSError:
            pass  # a cache that cannot be written is no cache
    return Layer(data)


def compile_folder(folder: Traversable, *, name: str) -> bytes:
    """Compile a catalog folder as it is, whatever is cached."""
    from lambda_doctor.compiled import compile_source
    from lambda_doctor.source import read_folder

    source = read_folder(folder)
    return compile_source(source, name=name, version=_version(source))


def _version(source: Source) -> str:
    if "version" in source.meta:
        return str(source.meta["version"])
    from lambda_doctor import __version__

    return __version__


def _digest(folder: Traversable) -> str:
    digest = hashlib.sha256(sys.version.encode())
    here = Path(__file__).parent
    for module in ("pattern.py", "compiled.py", "source.py", "signature.py"):
        try:
            digest.update((here / module).read_bytes())
        except OSError:
            digest.update(module.encode())

    def walk(place: Any, depth: int) -> None:
        for child in sorted(place.iterdir(), key=lambda child: str(child.name)):
            if child.name.endswith((".yaml", ".yml")):
                digest.update(child.name.encode() + b"\0" + hashlib.sha256(child.read_bytes()).digest())
            elif depth < 2 and child.is_dir() and not child.name.startswith("."):
                digest.update(child.name.encode() + b"/")
                walk(child, depth + 1)

    walk(folder, 0)
    return digest.hexdigest()


def _cache_folder() -> Path | None:
    try:
        import platformdirs
    except ImportError:
        return None
    return Path(platformdirs.user_cache_dir("lambda-doctor", appauthor=False))
