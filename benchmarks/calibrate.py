"""Measure how often answers are right, and turn what authors state into what was measured.

    python benchmarks/calibrate.py CORPUS.jsonl ...           # prints the reliability table
    python benchmarks/calibrate.py CORPUS.jsonl ... --write   # writes knowledge/_calibration.yaml, docs/reliability.md

A corpus is JSON lines: `text`, and `gold`, the ids that are right (none: the text must stay silent; texts of the kind
`generic` are left out, for any doubt is right there). Authors give each pattern a confidence; it says which of two
patterns is the surer one, not how often either is right. So the stated confidences of all first answers are fitted to
the share of right ones by isotonic regression (pool adjacent violators), which keeps their order. What the table and
the error say is cross-validated: each fifth of the corpus is judged by what the other four teach.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from lambda_doctor import Catalog, diagnose
from lambda_doctor.calibration import SURE, calibrated
from lambda_doctor.compiled import Layer
from lambda_doctor.compiling import compile_source
from lambda_doctor.source import read_folder

ROOT = Path(__file__).resolve().parent.parent
FOLDS = 5
SEED = 7
PRIOR = (2.0, 0.9)  # as if so many answers, so many of them right, had been seen in each pool before

Answer = tuple[float, bool]  # the stated confidence, and whether the answer was right


def answers(corpora: Iterable[Path]) -> list[Answer]:
    """The first answer to each text, by what the authors state."""
    source = read_folder(ROOT / "knowledge")
    source.calibration = []
    catalog = Catalog([Layer(compile_source(source, name="builtin", version="stated"))])
    found = []
    for path in corpora:
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line) if line.strip() else {"kind": "generic"}
            outside = case.get("gold") and all(gold.startswith("OTHER:") for gold in case["gold"])
            if case.get("kind") == "generic" or outside:
                continue
            best = diagnose(case["text"], catalog=catalog, budget=30).best
            if best is not None:
                found.append((best.confidence, best.id in case["gold"]))
    return found


def fit(seen: Sequence[Answer]) -> list[tuple[float, float]]:
    """Stated confidence to measured share, as points of a rising line; both from 0 to 1."""
    pools: list[list[float]] = []  # sum of stated, right answers, answers
    for stated, right in sorted(answer for answer in seen if answer[0] >= SURE):
        pools.append([stated, float(right), 1.0])
        while len(pools) > 1 and (pools[-2][0] / pools[-2][2] == stated or _share(pools[-2]) >= _share(pools[-1])):
            last = pools.pop()
            pools[-1] = [one + other for one, other in zip(pools[-1], last)]
    points = [(SURE, SURE), *((round(pool[0] / pool[2], 4), round(_share(pool), 4)) for pool in pools)]
    # Beyond what was measured the line still rises, so that of two sure patterns the surer one stays so.
    return [*points, (1.0, round((1 + points[-1][1]) / 2, 4))]


def _share(pool: Sequence[float]) -> float:
    count, share = PRIOR
    return (pool[1] + count * share) / (pool[2] + count)


def cross_validated(seen: Sequence[Answer]) -> list[Answer]:
    """Each answer with the confidence that the other folds give it."""
    order = list(seen)
    random.Random(SEED).shuffle(order)
    result = []
    for fold in range(FOLDS):
        points = fit([answer for number, answer in enumerate(order) if number % FOLDS != fold])
        result += [(calibrated(stated, points), right) for stated, right in order[fold::FOLDS]]
    return result


def bins(judged: Sequence[Answer]) -> list[tuple[float, float, int]]:
    """Ten bins of equal width: mean confidence, share of right answers, number of answers."""
    filled: list[list[Answer]] = [[] for _ in range(10)]
    for confidence, right in judged:
        filled[min(int(confidence * 10), 9)].append((confidence, right))
    return [
        (sum(c for c, _ in held) / len(held), sum(r for _, r in held) / len(held), len(held)) for held in filled if held
    ]


def error(judged: Sequence[Answer]) -> float:
    """The expected calibration error: the mean gap between confidence and share, weighted by size."""
    return sum(abs(confidence - share) * count for confidence, share, count in bins(judged)) / max(len(judged), 1)


def table(judged: Sequence[Answer]) -> str:
    """The reliability table in Markdown."""
    rows = [f"| {confidence:.2f} | {share:.2f} | {count} |" for confidence, share, count in bins(judged)]
    return "\n".join(["| stated confidence | share of right answers | answers |", "|---|---|---|", *rows])


def main() -> None:
    """Print the table and the error, and write them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    seen = answers(options.corpus)
    judged = cross_validated(seen)
    print(table(judged))
    print(f"{len(seen)} answers; calibration error {error(seen):.4f} as stated, {error(judged):.4f} cross-validated")
    if options.write:
        lines = "".join(f"- [{stated}, {measured}]\n" for stated, measured in fit(seen))
        head = (
            "# What an author's confidence is worth, measured: [stated, share of right answers].\n"
            "# Written by `python benchmarks/calibrate.py CORPUS.jsonl ... --write`; docs/how-it-works.md says how.\n"
        )
        (ROOT / "knowledge" / "_calibration.yaml").write_text(head + lines, encoding="utf-8")
        (ROOT / "docs" / "reliability.md").write_text(
            f"{table(judged)}\n\n{len(seen)} first answers, cross-validated in {FOLDS} folds; "
            f"calibration error {error(judged):.3f} (as the authors stated: {error(seen):.3f}).\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
