"""`lambda-doctor run -- COMMAND`: passes a command's output through as it comes, and diagnoses it when it fails."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lambda_doctor.cli import Misuse, add_context, add_format, context_of, rendered, show

KEPT = 2_000_000  # bytes of the end of the output
PIECE = 65_536  # bytes read at once, and the longest line that is kept whole
REPORTS = {".sarif": "sarif", ".xml": "junit", ".json": "json", ".md": "markdown", ".html": "html", ".txt": "text"}
PASSED_ON = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the arguments."""
    add_format(parser)
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=_report_file,
        help="write the report there too; the name tells the format: .sarif, .xml (JUnit), .json, .md, .html, .txt",
    )
    add_context(parser)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="such as: -- sam deploy")
    return run


def run(options: argparse.Namespace) -> int:
    """Run the command; returns its own exit status, 128 and the signal's number where a signal ended it."""
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise Misuse("no command; write: lambda-doctor run -- sam deploy")
    output = Output()
    try:
        status = _run_on_terminal(command, output) if _on_terminal() else _run_on_pipes(command, output)
    except OSError as error:
        raise Misuse(f"cannot run {command[0]}: {error.strerror or error}") from None
    failed = status not in (0, -signal.SIGINT, 128 + signal.SIGINT)  # who interrupts it knows why it ended
    if failed or options.report:
        from lambda_doctor.diagnosing import diagnose

        report = diagnose(output.text if failed else "", context=context_of(options))
        if failed:
            print(file=sys.stderr)
            show(report, options, stream=sys.stderr)
        if options.report:
            text = rendered(report, REPORTS[options.report.suffix])
            try:
                options.report.write_text(text + "\n", encoding="utf-8", errors="replace")
            except OSError as error:  # the status stays the command's own
                print(f"lambda-doctor: {options.report}: {error.strerror or error}", file=sys.stderr)
    return status if status >= 0 else 128 - status


def _report_file(name: str) -> Path:
    path = Path(name)
    if path.suffix not in REPORTS:
        raise argparse.ArgumentTypeError(f"{name} ends in none of {', '.join(REPORTS)}")
    return path


class Output:
    """The end of what a command wrote to any of its streams, line by line, in the order in which lines ended."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()

    def pass_on(self, source: int, target: int) -> None:
        """Copy a stream to its end, at once and unchanged, and remember it."""
        line = b""
        try:
            while piece := _read(source):
                _write(target, piece)
                *whole, line = (line + piece).split(b"\n")
                self._add([part + b"\n" for part in whole])
                if len(line) > PIECE:
                    self._add([line])
                    line = b""
        except BrokenPipeError:  # nobody reads on: let the command notice it too
            pass
        finally:
            self._add([line])
            os.close(source)

    def _add(self, lines: list[bytes]) -> None:
        with self._lock:
            self._lines.extend(lines)
            self._size += sum(map(len, lines))
            while self._size > KEPT:
                self._size -= len(self._lines.popleft())

    @property
    def text(self) -> bytes:
        """What was kept."""
        return b"".join(self._lines)


def _read(source: int) -> bytes:
    try:
        return os.read(source, PIECE)
    except OSError:  # how Linux tells that a pseudo-terminal has been closed
        return b""


def _write(target: int, data: bytes) -> None:
    while data:
        data = data[os.write(target, data) :]


def _run_on_pipes(command: list[str], output: Output) -> int:
    """Run it on pipes; what it reads is ours."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    pumps = [_start(output, os.dup(process.stdout.fileno()), 1), _start(output, os.dup(process.stderr.fileno()), 2)]
    process.stdout.close()
    process.stderr.close()
    return _wait(process, pumps, interrupts=not _has_terminal())


def _run_on_terminal(command: list[str], output: Output) -> int:
    """Run it on a pseudo-terminal of its own, so that it colours, asks and draws as it would without us.

    What is typed goes there as it is, Ctrl-C too: the command gets the interrupt from its own terminal.
    """
    import fcntl
    import termios
    import tty

    ours, its = os.openpty()

    def copy_size(*_: object) -> None:
        fcntl.ioctl(ours, termios.TIOCSWINSZ, fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8))

    def make_it_the_terminal() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    before = termios.tcgetattr(0)
    termios.tcsetattr(its, termios.TCSANOW, before)
    copy_size()
    apart = not os.isatty(2)  # errors that go to a file stay apart from the output
    process = subprocess.Popen(
        command, stdin=its, stdout=its, stderr=subprocess.PIPE if apart else its,
        start_new_session=True, preexec_fn=make_it_the_terminal,
    )  # fmt: skip
    os.close(its)
    pumps = [_start(output, os.dup(ours), 1)]
    if process.stderr is not None:
        pumps.append(_start(output, os.dup(process.stderr.fileno()), 2))
        process.stderr.close()
    signal.signal(signal.SIGWINCH, copy_size)
    ended, end = os.pipe()
    typing = threading.Thread(target=_pass_typing, args=(ours, ended), daemon=True)
    try:
        tty.setraw(0, termios.TCSADRAIN)  # what was typed ahead stays
        typing.start()
        return _wait(process, pumps, interrupts=True)
    finally:
        os.close(end)
        typing.join()
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        os.close(ended)
        os.close(ours)


def _pass_typing(terminal: int, ended: int) -> None:
    """Copy what is typed until the command has ended; what comes later is the shell's."""
    import select

    while True:
        ready, _, _ = select.select([0, ended], [], [])
        if ended in ready or not (typed := _read(0)):
            return
        with suppress(OSError):  # it has just ended
            _write(terminal, typed)


def _start(output: Output, source: int, target: int) -> threading.Thread:
    pump = threading.Thread(target=output.pass_on, args=(source, target), daemon=True)
    pump.start()
    return pump


def _wait(process: subprocess.Popen[bytes], pumps: list[threading.Thread], *, interrupts: bool) -> int:
    with _signals_passed_to(process, interrupts):
        status = process.wait()
        for pump in pumps:
            pump.join()
    return status


@contextmanager
def _signals_passed_to(process: subprocess.Popen[bytes], interrupts: bool) -> Iterator[None]:
    """Pass on the signals that only we get.

    A Ctrl-C at a terminal that we share reaches the command by itself; a second one could make it give up.
    """

    def pass_on(number: int, frame: object) -> None:
        if interrupts or number != signal.SIGINT:
            process.send_signal(number)

    numbers = [signal.SIGINT]
    if sys.platform != "win32":
        numbers += [getattr(signal, name) for name in PASSED_ON]
    before = {number: signal.signal(number, pass_on) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _on_terminal() -> bool:
    """Whether we are in front of a terminal, and not in its background."""
    return sys.platform != "win32" and os.isatty(0) and os.isatty(1) and os.tcgetpgrp(0) == os.getpgrp()


def _has_terminal() -> bool:
    """Whether there is a terminal whose Ctrl-C also reaches the command."""
    if sys.platform == "win32":
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True
