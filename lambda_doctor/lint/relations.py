"""Relations: beats and explains name entries that exist, and nothing beats itself in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lambda_doctor.lint import LintFinding, Subject


def check(subject: Subject) -> Iterator[LintFinding]:
    """Every relation's target exists; the relations have no cycle."""
    for relation in ("beats", "explains"):
        graph: dict[str, tuple[str, ...]] = {
            identifier: tuple(subject.catalog.data(identifier).get(relation, ())) for identifier in subject.catalog.ids
        }
        for identifier, entry in subject.entries():
            for number, target in enumerate(graph.get(identifier, ())):
                if target not in subject.catalog:
                    yield subject.finding(
                        entry, [relation, number], "relation", f"no signature {target}", "Name an id that exists."
                    )
                elif target == identifier:
                    yield subject.finding(entry, [relation, number], "relation", "names itself", "Remove it.")
                elif cycle := path_between(graph, target, identifier):
                    yield subject.finding(
                        entry,
                        [relation, number],
                        "cycle",
                        f"{relation} goes in a circle: {' > '.join([identifier, *cycle])}",
                        "Remove one of these relations.",
                    )


def path_between(graph: Mapping[str, tuple[str, ...]], start: str, end: str) -> list[str]:
    """The ids from start to end along a relation; empty where there is no way."""
    trail = [[start]]
    seen = {start}
    while trail:
        path = trail.pop()
        if path[-1] == end:
            return path
        for target in graph.get(path[-1], ()):
            if target not in seen:
                seen.add(target)
                trail.append([*path, target])
    return []
