"""`lambda-doctor catalog`: write, check and keep a catalog."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from lambda_doctor.cli import KNOWN, UNKNOWN, Misuse, write
from lambda_doctor.commands.diagnose import read


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the subcommands."""
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    new = commands.add_parser("new", help="draft an entry for the error in a file or on standard input")
    new.add_argument("error", nargs="*", help="the error's text or a file; nothing reads standard input")
    new.add_argument("--id", help="area.name, where you know it")
    new.add_argument("--into", metavar="FOLDER", help="write the file into this catalog folder instead of printing it")
    new.set_defaults(run=_new, reads=True)

    check = commands.add_parser("lint", help="check a catalog, each finding with file, line and advice")
    check.add_argument("path", nargs="?", default="knowledge", help="a catalog folder, an area of it, or one file")
    check.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text")
    check.add_argument("--fix", action="store_true", help="mend what can be mended without you")
    check.set_defaults(run=_lint)

    test = commands.add_parser("test", help="run the examples and near misses, and print confusions")
    test.add_argument("path", nargs="?", default="knowledge")
    test.set_defaults(run=_test)

    explain = commands.add_parser("explain", help="why this answer and not that one: each candidate of a text")
    explain.add_argument("error", nargs="*", help="the error's text or a file; nothing reads standard input")
    explain.add_argument("--id", help="tell all about this entry, however far off it is")
    explain.set_defaults(run=_explain, reads=True)

    schema = commands.add_parser("schema", help="print the JSON Schema of an entry, for editors")
    schema.set_defaults(run=_schema)

    release = commands.add_parser("release", help="record each entry's revision under the catalog's version")
    release.add_argument("path", nargs="?", default="knowledge")
    release.set_defaults(run=_release)

    links = commands.add_parser(
        "links", help="ask every linked page whether it is there, and keep the answers (network)"
    )
    links.add_argument("path", nargs="?", default="knowledge")
    links.set_defaults(run=_links)
    return lambda options: options.run(options)


def _new(options: argparse.Namespace) -> int:
    from lambda_doctor.authoring import draft
    from lambda_doctor.catalog import Catalog
    from lambda_doctor.signature import ID, SCHEMA_FILE, SCHEMA_URL
    from lambda_doctor.source import OWN_FILES, SCHEMA
    from lambda_doctor.text import decode

    if options.id and not ID.fullmatch(options.id):
        raise Misuse(f"{options.id} is no id; write area.name in lower case, with hyphens")
    given = read(options.error)
    text = decode(given) if isinstance(given, bytes) else given
    into = Path(options.into) if options.into else None
    local = into is not None and (into / SCHEMA_FILE).exists()
    schema = f"../{SCHEMA_FILE}" if local else SCHEMA_URL
    try:
        made = draft(text, Catalog.default(), identifier=options.id, schema=schema)
    except ValueError as error:
        raise Misuse(str(error)) from None
    if made.known.best is not None:
        best = made.known.best
        write(f"# already answered by {best.id}: {best.title}")
        write(f"# to add to that answer, write {best.id.replace('.', '/')}.yaml with `extends: {best.id}`")
    area, _, name = made.id.partition(".")
    if into is None:
        write(f"# {area}/{name}.yaml\n{made.yaml}".rstrip("\n"))
        return KNOWN
    path = into / area / f"{name}.yaml"
    if path.exists():
        raise Misuse(f"{path} is there already; choose another --id")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not any((into / own).exists() for own in OWN_FILES):
        meta = into / "catalog.yaml"
        meta.write_text(f'schema: {SCHEMA}\nname: {json.dumps(into.resolve().name)}\nversion: "1"\n', encoding="utf-8")
        write(str(meta))
    path.write_text(made.yaml, encoding="utf-8")
    write(f"{path}\nFill in what begins with TODO, then: lambda-doctor catalog lint {path}")
    if not options.id:
        write(f"(The id {made.id} is a proposal: it is the file's path; move the file for another, or give --id.)")
    return KNOWN


def _lint(options: argparse.Namespace) -> int:
    from lambda_doctor.lint import lint_path
    from lambda_doctor.lint.fixing import fix
    from lambda_doctor.lint.formats import FORMATS

    found = lint_path(_existing(options.path))
    if options.fix:
        for line in fix(found):
            write(line)
        found = lint_path(_existing(options.path))
    write(FORMATS[options.format](found))
    return UNKNOWN if any(finding.level == "error" for finding in found) else KNOWN


def _test(options: argparse.Namespace) -> int:
    from lambda_doctor.lint import examples, neighbours, read_path, run
    from lambda_doctor.lint.formats import text

    subject = read_path(_existing(options.path))
    found = run(subject, (examples.check, neighbours.check))
    signatures = [entry.signature for _, entry in subject.entries()]
    tried = sum(len(signature.examples) for signature in signatures)
    missed = sum(len(signature.near_misses) for signature in signatures)
    write(f"{len(signatures)} entries, {tried} examples, {missed} near misses")
    write(text(found))
    return UNKNOWN if any(finding.level == "error" for finding in found) else KNOWN


def _explain(options: argparse.Namespace) -> int:
    from lambda_doctor.catalog import Catalog
    from lambda_doctor.text import decode
    from lambda_doctor.why import show, why

    given = read(options.error)
    catalog = Catalog.default()
    if options.id and options.id not in catalog:
        raise Misuse(f"no signature {options.id}{catalog.hint(options.id)}")
    found = why(decode(given) if isinstance(given, bytes) else given, catalog)
    write(show(found, only=options.id))
    return KNOWN if any(candidate.outcome == "answer" for candidate in found) else UNKNOWN


def _schema(options: argparse.Namespace) -> int:
    from lambda_doctor.signature import file_schema

    write(json.dumps(file_schema(), indent=2))
    return KNOWN


def _release(options: argparse.Namespace) -> int:
    from lambda_doctor.document import yaml_module
    from lambda_doctor.lint import read_path

    folder = _existing(options.path)
    subject = read_path(folder)
    if subject.source.problems:
        raise Misuse(f"{options.path} has problems; see: lambda-doctor catalog lint {options.path}")
    layer = subject.catalog.layers[-1]
    releases = {
        **subject.source.releases,
        layer.version: {identifier: layer.entry(number)["revision"] for number, identifier in enumerate(layer.ids)},
    }
    path = folder / "_releases.yaml"
    head = "# The revision of every entry in each released version; written by `lambda-doctor catalog release`.\n"
    path.write_text(head + yaml_module().safe_dump(releases, sort_keys=False), encoding="utf-8")
    write(f"{path}: {len(layer.ids)} entries of {layer.version}")
    return KNOWN


def _links(options: argparse.Namespace) -> int:
    from lambda_doctor.linkcheck import check_links

    wrong = check_links(_existing(options.path))
    for line in wrong:
        write(line)
    return UNKNOWN if wrong else KNOWN


def _existing(name: str) -> Path:
    path = Path(name)
    if not path.exists():
        raise Misuse(f"no such catalog: {name}; give the folder that holds <area>/<name>.yaml")
    return path.resolve()
