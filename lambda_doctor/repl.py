"""At a Python prompt: paste an error that no string literal would hold, or diagnose the exception just shown."""

from __future__ import annotations

import sys
from typing import TextIO

from lambda_doctor.diagnosing import diagnose
from lambda_doctor.report import Report

END = "\x04"  # Ctrl-D, also where the terminal passes it on as a character


def paste() -> Report:
    """Read an error, many lines, quotes and backslashes and all, until Ctrl-D (on Windows Ctrl-Z and Enter work too).

    Returns the report. At an interactive prompt one line of it is printed, for the prompt itself shows what is
    returned; elsewhere the whole report is.
    """
    interactive = sys.stdin.isatty()
    if interactive:
        print("Paste the error, then press Enter and Ctrl-D:", flush=True)
    return _show(diagnose(_read_terminal(sys.stdin) if interactive else sys.stdin.read()))


def last_error() -> Report:
    """Diagnose the exception that was just shown at this prompt; the report is empty when there was none."""
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    if error is None:
        print("No exception has been shown at this prompt yet.")
        return Report()
    return _show(diagnose(error))


def _show(report: Report) -> Report:
    if not hasattr(sys, "ps1"):  # a script: nothing will show what is returned
        print(report)
    elif report.best is not None:
        print(f"{report.best.title} ({report.best.id})")
    return report


def _read_terminal(terminal: TextIO) -> str:
    """All lines until Ctrl-D. A terminal in its usual mode cuts lines at 4,096 bytes, so it is taken out of it."""
    try:
        import termios
    except ImportError:  # Windows
        return _read_lines(terminal)
    import os

    try:
        number = terminal.fileno()
        before = termios.tcgetattr(number)
    except (OSError, ValueError, termios.error):
        return _read_lines(terminal)
    now = termios.tcgetattr(number)
    now[3] &= ~termios.ICANON
    data = b""
    try:
        termios.tcsetattr(number, termios.TCSADRAIN, now)
        while END.encode() not in data:
            piece = os.read(number, 65_536)
            if not piece:
                break
            data += piece
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)
    print()
    return data.partition(END.encode())[0].decode("utf-8", "replace")


def _read_lines(terminal: TextIO) -> str:
    lines = []
    for line in iter(terminal.readline, ""):
        text, end, _ = line.partition(END)
        lines.append(text)
        if end:
            break
    return "".join(lines)
