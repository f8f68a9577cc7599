"""Each extra, alone in a fresh environment: it installs from the wheel, and its first example from docs/ runs.

python tests/extras.py [EXTRA ...]        # some minutes, and a package index; not part of the suite
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ERROR = "Task timed out after 3.00 seconds"
# What a person does first with it, as the page of the extra says.
FIRST = {
    "": f"from lambda_doctor import diagnose; assert diagnose({ERROR!r}).best.id == 'execution.timeout'",
    "yaml": (
        "from lambda_doctor.catalog import Catalog; "
        f"assert len(Catalog.builtin().with_layer({str(ROOT / 'examples/private_catalog/platform_errors/catalog')!r})) > 250"
    ),
    "fast": f"from lambda_doctor import scan; assert [f.count for f in scan([{ERROR!r} + '\\n'] * 9)] == [9]; import ahocorasick_rs",
    "mcp": "from lambda_doctor.integrations.mcp import make_server; assert make_server().instructions",
    "serve": "from lambda_doctor.integrations.http import make_app; assert make_app().openapi()['paths']['/diagnose']",
    "slack": (
        f"import sys; sys.path.insert(0, {str(ROOT / 'examples/slack_bot')!r}); import bot; "
        f"assert bot.as_pasted('<@U1> {ERROR}') == {ERROR!r}"
    ),
    "notebook": (
        "from IPython.core.interactiveshell import InteractiveShell as S; s = S.instance(); s.run_line_magic('load_ext', 'lambda_doctor'); "
        f"assert s.run_cell_magic('diagnose', '', {ERROR!r}).best"
    ),
    "pytest": "import pytest, lambda_doctor.integrations.pytest_plugin",
    "completion": "import sys; from lambda_doctor.cli import main; sys.exit(main(['completion', 'bash']))",
    "docs": f"import subprocess, sys, os; os.chdir({str(ROOT)!r}); sys.exit(subprocess.call([sys.executable, '-m', 'mkdocs', 'build', '-q', '--strict', '-d', sys.argv[1]]))",
}  # fmt: skip


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""})
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def main() -> None:
    """Try the extras that are named, or all."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=ROOT)
        (wheel,) = folder.glob("*.whl")
        for extra in sys.argv[1:] or FIRST:
            home = folder / (extra or "core")
            venv.create(home, with_pip=True)
            python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            run(python, "-m", "pip", "install", "--quiet", f"{wheel}[{extra}]" if extra else wheel, cwd=folder)
            run(python, "-c", FIRST[extra], home / "site", cwd=folder)
            print(f"{extra or '(core)'}: installs alone, and its first example runs", flush=True)


if __name__ == "__main__":
    main()
