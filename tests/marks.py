"""Marks in the noisy logs of `tests/logs`: where the evidence of each diagnosis stands, drawn into the log itself.

    python tests/marks.py            # draw the marks anew, after a change that should move them; read the diff

`⟦1 execution.timeout⟧Task timed out after 3.00 seconds⟦/1⟧` is the first diagnosis and its evidence. `⟦1! ...⟧` is what a
person wants: such a mark is never moved or taken away by a machine, and the test fails until the diagnosis is there, with
evidence that touches the marked words. A line that begins with `⟦#` is a note; `⟦# 1 explains a.b, c.d⟧` are symptoms.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from lambda_doctor.catalog import Catalog
from lambda_doctor.diagnosing import diagnose

LOGS = Path(__file__).parent / "logs"
_MARK = re.compile(r"⟦(\d)(!?) ([a-z0-9.-]+)⟧|⟦/(\d)⟧")
_NOTE = re.compile(r"^⟦#(.*)⟧\n", re.MULTILINE)
_EXPLAINS = re.compile(r" (\d) explains (.+)")


class Mark(NamedTuple):
    """A diagnosis by its rank (from 1), with its evidence in code points of the log without marks."""

    rank: int
    id: str
    start: int
    end: int
    wanted: bool = False


class MarkedLog(NamedTuple):
    """A log without its marks, the marks, what each diagnosis explains, and the notes of people."""

    text: str
    marks: list[Mark]
    explains: dict[int, tuple[str, ...]]
    notes: list[str]


def read(marked: str) -> MarkedLog:
    """Take a log and its marks apart."""
    notes, explains = [], {}
    for note in _NOTE.findall(marked):
        said = _EXPLAINS.fullmatch(note)
        if said:
            explains[int(said[1])] = tuple(said[2].split(", "))
        else:
            notes.append(note)
    body = _NOTE.sub("", marked)
    text, done = "", 0
    open_marks: dict[int, Mark] = {}
    marks = []
    for match in _MARK.finditer(body):
        text += body[done : match.start()]
        done = match.end()
        if match[4]:
            marks.append(open_marks.pop(int(match[4]))._replace(end=len(text)))
        else:
            open_marks[int(match[1])] = Mark(int(match[1]), match[3], len(text), len(text), bool(match[2]))
    assert not open_marks, f"a mark without its end: {open_marks}"
    return MarkedLog(text + body[done:], sorted(marks), explains, notes)


def write(log: MarkedLog) -> str:
    """Draw the marks into the log."""
    places = [(mark.end, 0, f"⟦/{mark.rank}⟧") for mark in log.marks]
    places += [(mark.start, 1, f"⟦{mark.rank}{'!' * mark.wanted} {mark.id}⟧") for mark in log.marks]
    parts, done = [f"⟦#{note}⟧\n" for note in log.notes], 0
    parts += [f"⟦# {rank} explains {', '.join(ids)}⟧\n" for rank, ids in sorted(log.explains.items())]
    for place, _, mark in sorted(places):
        parts += [log.text[done:place], mark]
        done = place
    return "".join([*parts, log.text[done:]])


def look(text: str, catalog: Catalog) -> tuple[list[Mark], dict[int, tuple[str, ...]]]:
    """What is diagnosed now, as marks, and what explains what."""
    report = diagnose(text, catalog=catalog, budget=30)
    marks = [Mark(n, d.id, d.evidence.start, d.evidence.end) for n, d in enumerate(report, 1)]
    return marks, {n: d.symptoms for n, d in enumerate(report, 1) if d.symptoms}


def meets(found: list[Mark], wanted: Mark) -> bool:
    """Whether what a person wants is among what was found."""
    return any(
        (mark.rank, mark.id) == (wanted.rank, wanted.id) and mark.start < wanted.end and wanted.start < mark.end
        for mark in found
    )


def refresh(marked: str, catalog: Catalog) -> str:
    """The log with its marks drawn anew; those that a person wants stay, and stand for what they name."""
    log = read(marked)
    wanted = [mark for mark in log.marks if mark.wanted]
    found, explains = look(log.text, catalog)
    taken = {mark.rank for mark in wanted} | {mark.id for mark in wanted}
    kept = [mark for mark in found if mark.rank not in taken and mark.id not in taken]
    return write(MarkedLog(log.text, sorted([*wanted, *kept]), explains, log.notes))


def main() -> None:
    """Draw the marks of all logs anew."""
    for path in sorted(LOGS.iterdir()):
        before = path.read_text(encoding="utf-8")
        after = refresh(before, Catalog.builtin())
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{path.name}: marks moved; read the diff")


if __name__ == "__main__":
    main()
