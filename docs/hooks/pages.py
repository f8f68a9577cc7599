"""The hook of MkDocs that makes pages of the catalog, in memory, whenever the site is built."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from indexes import area_index, areas, by_error_code, by_runtime, by_tool, documented_errors
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from signature_page import Related, page, retired
from survey import Survey

from lambda_doctor.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTED = ROOT / "tests" / "data" / "documented-errors.tsv"
RELIABILITY = "<!-- the reliability table -->"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    for path, text in generated(Catalog.builtin()).items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put measured figures where a page asks for them."""
    if RELIABILITY not in markdown:
        return markdown
    return markdown.replace(RELIABILITY, (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8"))


def generated(catalog: Catalog) -> dict[str, str]:
    """Every page that is made from the catalog, by its path in docs/."""
    survey = Survey(catalog)
    relations = related(catalog)
    pages = {f"signatures/{s.id.replace('.', '/')}.md": page(s, catalog, relations[s.id]) for s in catalog}
    for layer in catalog.layers:
        for identifier, successor in layer.extras["retired"].items():
            pages.setdefault(
                f"signatures/{identifier.replace('.', '/')}.md", retired(identifier, successor or "", catalog)
            )
    pages["signatures/index.md"] = areas(catalog)
    for area in {identifier.partition(".")[0] for identifier in catalog.ids}:
        pages[f"signatures/{area}/index.md"] = area_index(catalog, area)
    pages["signatures/by-tool.md"] = by_tool(catalog, survey)
    pages["signatures/by-runtime.md"] = by_runtime(catalog, survey)
    pages["signatures/by-error-code.md"] = by_error_code(catalog, survey)
    pages["signatures/documented-by-aws.md"] = documented_errors(catalog, documented())
    return pages


def related(catalog: Catalog) -> dict[str, Related]:
    """What each signature is mistaken for and explains, in both directions, as the entries declare it."""
    near: dict[str, set[str]] = defaultdict(set)
    explains: dict[str, set[str]] = defaultdict(set)
    explained: dict[str, set[str]] = defaultdict(set)
    for signature in catalog:
        others = {*signature.beats, *(miss.is_ for miss in signature.near_misses if miss.is_)} & set(catalog.ids)
        for other in others - {signature.id}:
            near[signature.id].add(other)
            near[other].add(signature.id)
        for other in set(signature.explains) & set(catalog.ids):
            explains[signature.id].add(other)
            explained[other].add(signature.id)
    return {id_: Related(sorted(near[id_]), sorted(explains[id_]), sorted(explained[id_])) for id_ in catalog.ids}


def documented() -> list[dict[str, str]]:
    """The errors on AWS's troubleshooting pages, as the tests have them: page, anchor, text, ids that answer."""
    with DOCUMENTED.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
