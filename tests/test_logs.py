"""Long, noisy logs: the evidence that a person marked in them is found, and nothing besides."""

from __future__ import annotations

from pathlib import Path

import marks
import pytest

from lambda_doctor.catalog import Catalog

PATHS = sorted(marks.LOGS.iterdir())


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_marked_evidence_is_found(path: Path, catalog: Catalog) -> None:
    log = marks.read(path.read_text(encoding="utf-8"))
    found, explains = marks.look(log.text, catalog)
    assert [mark for mark in log.marks if mark.wanted and not marks.meets(found, mark)] == []
    ranks = {mark.rank for mark in log.marks if mark.wanted}
    drawn = [mark for mark in log.marks if not mark.wanted]
    assert [mark for mark in found if mark.rank not in ranks] == drawn, "python tests/marks.py draws them anew"
    assert explains == log.explains


def test_every_log_is_long_and_its_cause_is_what_a_person_wants() -> None:
    for path in PATHS:
        log = marks.read(path.read_text(encoding="utf-8"))
        assert log.text.count("\n") >= 40, path.name
        assert any(mark.wanted and mark.rank == 1 for mark in log.marks), path.name


def test_marks_are_read_as_they_are_written(catalog: Catalog) -> None:
    text = "⟦# a note⟧\none ⟦1! made.up⟧two⟦/1⟧ three\n⟦2 execution.timeout⟧Task timed out after 3.00 seconds⟦/2⟧\n"
    assert marks.write(marks.read(text)) == text


def test_drawing_anew_moves_a_mark_but_never_what_a_person_wants(catalog: Catalog) -> None:
    drawn = "Task ⟦1 execution.timeout⟧timed⟦/1⟧ out after 3.00 seconds\n"
    assert "⟦1 execution.timeout⟧Task timed out after 3.00 seconds⟦/1⟧" in marks.refresh(drawn, catalog)
    wanted = "⟦1! made.up⟧Task⟦/1⟧ timed out after 3.00 seconds\n"
    assert marks.refresh(wanted, catalog) == wanted
