"""Calibration: what an author's confidence is worth, as measured on real texts; see benchmarks/calibrate.py."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

SURE = 0.5  # below it are doubts: their share depends on what people paste, so it is left as it is


def calibrated(stated: float, points: Sequence[tuple[float, float]]) -> float:
    """A stated confidence as measured: between two points along the line, beyond the last as the last.

    >>> calibrated(0.8, [(0.5, 0.5), (0.7, 0.6), (0.9, 0.9)]), calibrated(0.95, [(0.5, 0.5), (0.9, 0.9)])
    (0.75, 0.9)
    """
    place = bisect_right([point[0] for point in points], stated)
    if stated < SURE or place == 0:
        return stated
    if place == len(points):
        return points[-1][1]
    (left, low), (right, high) = points[place - 1], points[place]
    return round(low + (high - low) * (stated - left) / (right - left), 4)
