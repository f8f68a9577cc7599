"""Draw how cost grows with the catalog and with the text: `python benchmarks/curves.py` writes docs/images/cost-*.svg.

Both axes are logarithmic, so a line that rises as steeply as the dotted one is proportional, and a flat one costs the
same for any size. A loop of searches over all patterns is drawn beside, measured in turn in the same process.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import inputs  # noqa: E402
import regex  # noqa: E402
from measure import in_turn, timed  # noqa: E402

from lambda_doctor import Catalog, diagnose, scan  # noqa: E402
from lambda_doctor.compiled import Layer  # noqa: E402
from lambda_doctor.source import Source, read_folder  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SIGNATURES = (250, 1_000, 5_000)
LOOPED = 1_000  # signatures up to which the loop is measured
SIZES = (1_000, 8_000, 64_000, 512_000)
LOOPED_SIZE = 8_000
ROUNDS = 3
Curve = list[tuple[float, float]]


def main() -> None:
    """Measure and draw both."""
    source = read_folder(ROOT / "knowledge")
    draw(IMAGES / "cost-by-signatures.svg", "signatures", "microseconds a paste", by_signatures(source))
    draw(IMAGES / "cost-by-text.svg", "characters of the text", "milliseconds", by_text())


def by_signatures(source: Source) -> dict[str, Curve]:
    """A warm `diagnose` of a paste with an error, and the loop."""
    texts = [f"{inputs.MATCH}\n{number}" for number in range(20)]
    layers = {count: Layer(inputs.resized(source, count)) for count in SIGNATURES}
    looped = [count for count in SIGNATURES if count <= LOOPED]
    catalogs = [Catalog([layer]) for layer in layers.values()]
    seconds = least(
        *(lambda catalog=catalog: [diagnose(text, catalog=catalog) for text in texts] for catalog in catalogs),
        *(searches(layers[count], texts[0]) for count in looped),
    )
    each = [value / len(texts) * 1e6 for value in seconds[: len(catalogs)]]
    loops = [value * 1e6 for value in seconds[len(catalogs) :]]
    return {"loop": list(zip(looped, loops, strict=True)), "diagnose": list(zip(SIGNATURES, each, strict=True))}


def by_text() -> dict[str, Curve]:
    """`diagnose` and `scan` of healthy logs of several sizes, with one error at their end, and the loop."""
    catalog = Catalog.builtin()
    layer = catalog.layers[0]
    curves: dict[str, Curve] = {"loop": [], "diagnose": [], "scan": []}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            text = inputs.healthy_text(size - len(inputs.MATCH)) + "\n" + inputs.MATCH
            log = Path(folder, f"{size}.log")
            log.write_text(text, encoding="utf-8")
            texts = [f"{text}\n{number}" for number in range(3)]
            calls: list[Callable[[], object] | None] = [
                lambda texts=texts: [diagnose(text, catalog=catalog) for text in texts],
                lambda log=log: list(scan(log, catalog=catalog)),
                searches(layer, text) if size <= LOOPED_SIZE else None,
            ]
            seconds = least(*calls)
            curves["diagnose"].append((size, seconds[0] / len(texts) * 1e3))
            curves["scan"].append((size, seconds[1] * 1e3))
            if size <= LOOPED_SIZE:
                curves["loop"].append((size, seconds[2] * 1e3))
    return curves


def searches(layer: Layer, text: str) -> Callable[[], object]:
    """A loop of searches over all patterns, compiled."""
    flags = regex.ASCII | regex.IGNORECASE | regex.MULTILINE
    expressions = [regex.compile(layer.pattern(number).regex, flags) for number in range(layer.pattern_count)]
    return lambda: [expression.search(text) for expression in expressions]


def least(*calls: Callable[[], object] | None) -> list[float]:
    """The least seconds of each call, made in turn."""
    return [min(seconds) for seconds in in_turn(ROUNDS, *(timed(call) for call in calls if call))]


WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 340, 74, 52, 16, 92
STYLE = (
    "svg{color:#3f51b5}@media(prefers-color-scheme:dark){svg{color:#9fa8da}}"
    "text{font:13px sans-serif;fill:currentColor}path{fill:none;stroke:currentColor;stroke-width:2}circle{fill:currentColor}"
    ".g{stroke-width:1;opacity:.25}.p{stroke-width:1;stroke-dasharray:2 4}.loop{stroke-dasharray:8 5}.scan{stroke-width:1}"
)


def draw(path: Path, across: str, up: str, curves: dict[str, Curve]) -> None:
    """A plot that reads on a light and on a dark page: one colour, lines told apart by their strokes and names."""
    xs = [x for curve in curves.values() for x, _ in curve]
    ys = [y for curve in curves.values() for _, y in curve]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))

    def place(x: float, y: float) -> tuple[float, float]:
        right = math.log(x / min(xs)) / math.log(max(xs) / min(xs))
        above = math.log(y / low) / math.log(high / low)
        return (
            round(LEFT + right * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - above * (HEIGHT - BOTTOM - TOP), 1),
        )

    parts = []
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        x, y = place(min(xs), 10.0**power)
        parts.append(f'<path class="g" d="M{x} {y}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{10.0**power:,g}</text>')
    for x_value in sorted(set(xs)):
        x, y = place(x_value, low)
        parts.append(f'<text x="{x}" y="{y + 20}" text-anchor="middle">{x_value:,g}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>')
    parts.append(
        f'<text transform="translate(14 {(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)" text-anchor="middle">{up}</text>'
    )
    steps = min(math.log10(max(xs) / min(xs)), math.log10(high / low))
    (x, y), (x_end, y_end) = place(min(xs), low), place(min(xs) * 10**steps, low * 10**steps)
    parts.append(f'<path class="p" d="M{x} {y}L{x_end} {y_end}"/>')
    named: list[float] = []  # where names stand already
    for name, curve in curves.items():
        points = [place(*point) for point in curve]
        parts.append(f'<path class="{name}" d="M{"L".join(f"{x} {y}" for x, y in points)}"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in points]
        y = points[-1][1] + 4
        y -= 16 if any(abs(y - other) < 14 for other in named) else 0
        named.append(y)
        parts.append(f'<text x="{points[-1][0] + 10}" y="{y}">{name}</text>')
    label = f"{up} by {across}: " + "; ".join(
        f"{name} {curve[0][1]:,.3g} to {curve[-1][1]:,.3g}" for name, curve in curves.items()
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
    path.write_text("\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""]), encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {label}")


if __name__ == "__main__":
    main()
