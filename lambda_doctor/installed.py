"""Where the catalog is in every kind of install, and the catalogs that installed packages offer."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from mmap import mmap

    from lambda_doctor.source import Traversable

COMPILED = "catalog.bin"
ENTRY_POINTS = "lambda_doctor.catalogs"


def read_compiled() -> bytes | mmap | None:
    """The compiled catalog that a wheel carries; None in a checkout."""
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


def offered_catalogs() -> list[EntryPoint]:
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
