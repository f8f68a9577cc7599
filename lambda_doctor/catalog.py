"""The catalog: compiled layers, found in every kind of install; private layers on top replace, extend or disable."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from stat import S_ISDIR
from threading import RLock
from typing import TYPE_CHECKING, Any

from lambda_doctor.compiled import Layer, StaleCatalog

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from mmap import mmap

    from lambda_doctor.document import Problem
    from lambda_doctor.report import Suggestion
    from lambda_doctor.signature import Signature
    from lambda_doctor.source import Traversable

COMPILED = "catalog.bin"
VARIABLE = "LAMBDA_DOCTOR_CATALOGS"
CACHED_MAX = 32  # compiled catalogs that are kept
# The modules that make a compiled catalog what it is.
COMPILERS = (
    "pattern.py", "compiled.py", "calibration.py", "source.py", "document.py", "signature.py",
    "report.py", "layering.py",
)  # fmt: skip
LARGE = 10_000_000  # bytes; a file beyond this is no entry, and is told by its size
ENTRY_POINTS = "lambda_doctor.catalogs"


class Catalog:
    """All signatures that a text is looked up in: the built-in ones and the layers above them.

    Iterating gives each Signature, `catalog["area.name"]` one, `len(catalog)` their number.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(layers)

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
        """The built-in catalog, installed packages' catalogs, and the folders named in LAMBDA_DOCTOR_CATALOGS."""
        return _default(os.environ.get(VARIABLE, ""))

    def with_layer(
        self, layer: str | os.PathLike[str] | Traversable | Iterable[Mapping[str, Any]], *, name: str | None = None
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
        """What is wrong in the private layers, each with file, line and remedy; empty when all is well.

        A file's path begins with the name of its layer.
        """
        from lambda_doctor.document import Problem

        return tuple(Problem(f"{layer.name}/{file}", *rest) for layer in self.layers for file, *rest in layer.problems)

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
    return Catalog([compile_cached(folder)])


def _default(paths: str) -> Catalog:
    with _reading:
        return _read_default(paths)


@lru_cache(maxsize=4)
def _read_default(paths: str) -> Catalog:
    catalog = Catalog.builtin()
    for folder, name in _default_folders(paths):
        catalog = catalog.with_layer(folder, name=name)
    return catalog


def catalog_below(folder: Path) -> Catalog:
    """What a private catalog lies on: the default catalog as far as this folder, or all of it."""
    catalog = Catalog.builtin()
    for other, name in _default_folders(os.environ.get(VARIABLE, "")):
        if Path(str(other)).expanduser().resolve() == folder.resolve():
            break
        catalog = catalog.with_layer(other, name=name)
    return catalog


def _default_folders(paths: str) -> Iterator[tuple[Traversable | str, str | None]]:
    """The private layers of the default catalog, the lowest first, with the names given to them."""
    points = _entry_points()
    if points:
        from lambda_doctor.layering import installed_folder

        for point in points:
            yield installed_folder(point), point.name
    for path in filter(None, paths.split(os.pathsep)):
        yield path, None


def _entry_points() -> list[EntryPoint]:
    """The catalogs that installed packages offer, in the order of their names."""
    if not _may_have_entry_points():
        return []
    from importlib.metadata import entry_points

    return sorted(entry_points(group=ENTRY_POINTS), key=lambda point: (point.name, point.value))


def _may_have_entry_points() -> bool:
    """Whether an installed package may offer a catalog: importlib.metadata takes long to import, only to say no."""
    for path in sys.path:
        try:
            with os.scandir(path or ".") as entries:
                names = [entry.name for entry in entries]
        except OSError:
            if os.path.exists(path):
                return True  # a zip of packages
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info", ".egg")):
                try:
                    with open(os.path.join(path, name, "entry_points.txt"), "rb") as file:
                        if ENTRY_POINTS.encode() in file.read():
                            return True
                except OSError:
                    if name.endswith(".egg"):
                        return True
    finders = (finder for finder in sys.meta_path if hasattr(finder, "find_distributions"))
    return any(getattr(finder, "__module__", "") != "_frozen_importlib_external" for finder in finders)


def _read_compiled() -> bytes | mmap | None:
    # The plain file is read without importlib_resources, which costs as much to import as everything else together.
    try:
        from mmap import ACCESS_READ, mmap

        with open(os.path.join(os.path.dirname(__file__), COMPILED), "rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):
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
                return knowledge
    return None


def compile_cached(folder: Traversable, compile_: Callable[[], bytes] | None = None, *, salt: str = "") -> Layer:
    """Compile a folder's YAML, or take the copy that was compiled from the same files by the same code.

    `salt` is whatever else the result depends on.
    """
    cache = _cache_folder()
    path = cache / f"{_digest(folder, salt)}.bin" if cache else None
    if path is not None:
        try:
            stored = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(stored[32:]).digest() == stored[:32]:
                return Layer(stored[32:])
        except (OSError, StaleCatalog):
            pass
    data = compile_() if compile_ else compile_folder(folder)
    if path is not None:
        try:
            temporary = path.with_suffix(f".{os.getpid()}.tmp")
            temporary.write_bytes(hashlib.sha256(data).digest() + data)
            temporary.replace(path)
            for old in sorted(path.parent.glob("*.bin"), key=os.path.getmtime)[:-CACHED_MAX]:
                old.unlink()
        except OSError:
            pass  # a cache that cannot be written is no cache
    return Layer(data)


def compile_folder(folder: Traversable) -> bytes:
    """Compile the built-in catalog's folder as it is, whatever is cached."""
    from lambda_doctor import __version__
    from lambda_doctor.compiled import compile_source
    from lambda_doctor.source import read_folder

    return compile_source(read_folder(folder), name="builtin", version=__version__)


def _digest(folder: Traversable, salt: str) -> str:
    from lambda_doctor import __version__

    digest = hashlib.sha256(f"{__version__} {sys.version} {salt}".encode())
    here = Path(__file__).parent
    for module in COMPILERS:
        try:
            digest.update((here / module).read_bytes())
        except OSError:
            digest.update(module.encode())

    def walk(place: Any, depth: int) -> None:
        for child in sorted(place.iterdir(), key=lambda child: str(child.name)):
            if child.name.endswith((".yaml", ".yml")):
                try:
                    content = child.read_bytes() if _size(child) <= LARGE else b"%d" % _size(child)
                except OSError as error:  # reading it for real will tell
                    content = str(error).encode()
                digest.update(child.name.encode() + b"\0" + hashlib.sha256(content).digest())
            elif depth < 2 and child.is_dir() and not child.name.startswith("."):
                digest.update(child.name.encode() + b"/")
                walk(child, depth + 1)

    try:
        walk(folder, 0)
    except OSError as error:
        digest.update(str(error).encode())
    return digest.hexdigest()


def _size(file: Any) -> int:
    return file.stat().st_size if isinstance(file, Path) else 0


def _cache_folder() -> Path | None:
    """The user's cache folder; None where there is none, or where somebody else could have written into it."""
    try:
        import platformdirs
    except ImportError:
        return None
    folder = Path(platformdirs.user_cache_dir("lambda-doctor", appauthor=False))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return None
    if sys.platform != "win32":
        others_write = status.st_mode & 0o022 or status.st_uid != os.geteuid()
        if others_write or not S_ISDIR(status.st_mode):
            return None
    return folder
