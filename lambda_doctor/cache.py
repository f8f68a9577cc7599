"""Catalogs compiled from YAML, kept in the user's cache folder: never required, and never trusted unchecked."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING, Any

from lambda_doctor.compiled import Layer, StaleCatalog

if TYPE_CHECKING:
    from lambda_doctor.source import Traversable

CACHED_MAX = 32  # compiled catalogs that are kept
# The modules that make a compiled catalog what it is.
COMPILERS = (
    "expression.py", "notation.py", "pattern.py", "words.py", "rates.py", "compiling.py", "compiled.py",
    "calibration.py", "source.py", "own_files.py", "document.py", "signature.py", "report.py", "layering.py",
)  # fmt: skip
LARGE = 10_000_000  # bytes; a file beyond this is no entry, and is told by its size


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
    from lambda_doctor.compiling import compile_source
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
