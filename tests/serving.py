"""A real `lambda-doctor serve` on this machine, for the tests of the API and of the page."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

from conftest import ROOT


class Served(NamedTuple):
    """A running server: its address, and its process."""

    address: str
    process: subprocess.Popen[str]

    def stop(self) -> str:
        """End it; returns all that it printed after its first line."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=20)
        return out + err


@contextlib.contextmanager
def served(*options: str) -> Iterator[Served]:
    """Run the command until the block is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lambda_doctor", "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().rpartition(" ")[2].strip().rstrip("/")
    while True:  # it has told its address a moment before it listens
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert process.poll() is None, process.communicate()
    try:
        yield Served(address, process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)
