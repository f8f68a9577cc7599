"""The catalog is found however the package was installed: wheel, sdist, editable, a zip on sys.path."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import KNOWLEDGE, ROOT

from lambda_doctor.cache import compile_folder
from lambda_doctor.installed import COMPILED

ANSWER = """
import sys
from lambda_doctor import diagnose, Catalog
import lambda_doctor
report = diagnose("S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2")
assert report.best.id == "deployment.s3-wrong-region", report
assert len(Catalog.builtin()) > 1
print(lambda_doctor.__file__, "yaml" in sys.modules)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel built from it, as a release does it."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def answer(path: Path, cwd: Path, cache: Path) -> tuple[str, str]:
    """Ask the package found first at `path`; returns its file, and whether a YAML parser was imported."""
    environment = {**os.environ, "PYTHONPATH": str(path), "XDG_CACHE_HOME": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ANSWER], capture_output=True, text=True, cwd=cwd, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    file, yaml = done.stdout.split()
    return file, yaml


def test_the_wheel_answers_without_a_yaml_parser(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(target)
    assert "lambda_doctor/catalog.bin" in names
    assert "lambda_doctor/py.typed" in names
    assert not [name for name in names if name.startswith(("knowledge/", "tests/"))]
    file, yaml = answer(target, tmp_path, tmp_path)
    assert file.startswith(str(target))
    assert yaml == "False"


def test_the_wheels_catalog_is_what_compiling_makes_of_the_yaml(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"lambda_doctor/{COMPILED}") == compile_folder(KNOWLEDGE)


def test_the_wheel_itself_is_a_zip_on_the_path(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    file, yaml = answer(wheel, tmp_path, tmp_path)
    assert file.startswith(str(wheel))
    assert yaml == "False"


def test_the_sdist_holds_sources_and_tests(built: Path, tmp_path: Path) -> None:
    import tarfile

    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    assert {
        "knowledge/_captures.yaml",
        "tests/test_package.py",
        "pyproject.toml",
        "hatch_build.py",
        "README.md",
    } <= names
    (unpacked,) = tmp_path.glob("lambda_doctor-*")
    file, yaml = answer(unpacked, tmp_path, tmp_path / "cache")
    assert file.startswith(str(unpacked))
    assert yaml == "True"


def test_a_checkout_answers_from_its_yaml_and_then_from_the_cache(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert answer(ROOT, tmp_path, cache)[1] == "True"
    if sys.platform == "linux":
        assert list(cache.rglob("*.bin"))
        assert answer(ROOT, tmp_path, cache)[1] == "False"


def test_a_zip_of_the_checkout_answers(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for folder, kind in (("lambda_doctor", "*.py"), ("knowledge", "*.yaml")):
            for file in (ROOT / folder).rglob(kind):
                archive.write(file, file.relative_to(ROOT))
    file, _ = answer(bundle, tmp_path, tmp_path)
    assert file.startswith(str(bundle))


def test_an_editable_install_answers_and_brings_its_yaml_parser(tmp_path: Path) -> None:
    target = tmp_path / "site"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--target", str(target), "--editable", str(ROOT)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (metadata,) = target.glob("lambda_doctor-*.dist-info/METADATA")
    assert "Requires-Dist: pyyaml" in metadata.read_text().lower().replace("requires-dist", "Requires-Dist")
    (pth,) = target.glob("*lambda_doctor*.pth")
    file, _ = answer(Path(pth.read_text().strip()), tmp_path, tmp_path)
    assert file.startswith(str(ROOT))
