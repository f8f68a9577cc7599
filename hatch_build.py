"""Build hook: the wheel carries the catalog compiled; an editable install reads the YAML itself."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCatalog(BuildHookInterface[Any]):
    """Compile `knowledge/` into `lambda_doctor/catalog.bin` of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled catalog to the wheel; a broken entry stops the build."""
        if version == "editable":
            build_data["dependencies"].append("PyYAML>=6.0.1")
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from lambda_doctor.cache import compile_folder
        from lambda_doctor.compiled import Layer
        from lambda_doctor.installed import COMPILED

        data = compile_folder(root / "knowledge")
        problems = Layer(data).problems
        if problems:
            raise ValueError("the catalog has problems:\n" + "\n".join(map(str, problems)))
        target = Path(tempfile.mkdtemp()) / COMPILED
        target.write_bytes(data)
        build_data["force_include"][str(target)] = f"lambda_doctor/{COMPILED}"
