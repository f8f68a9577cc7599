"""`python -m lambda_doctor.lint [FOLDER]`: check a catalog, or one area of it."""

from __future__ import annotations

import sys
from pathlib import Path

from lambda_doctor.lint import lint


def main(arguments: list[str]) -> int:
    """Lint the folder; returns 1 where errors were found."""
    folder = Path(arguments[0] if arguments else "knowledge").resolve()
    only = None
    if folder.is_file():
        identifier = f"{folder.parent.name}.{folder.stem}"
        folder, only = folder.parent.parent, identifier.__eq__
    elif (folder.parent / "_captures.yaml").exists():
        area = folder.name + "."
        folder, only = folder.parent, lambda identifier: identifier.startswith(area)
    found = lint(folder, only=only)
    for finding in found:
        print(finding)
    errors = sum(finding.level == "error" for finding in found)
    print(f"{errors} errors, {len(found) - errors} others")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
