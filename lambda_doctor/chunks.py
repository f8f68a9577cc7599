"""A log cut into chunks, however it comes: a file or a part of one, a stream, lines, a file that grows."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

T = TypeVar("T")
CHUNK = 1_048_576  # bytes
AROUND = 4_096  # bytes before and after a chunk or a key that a match may reach into
PACKED = 1_024  # bytes of a .zst file unpacked at once: they may be 32 MiB of the same byte
HEAD = 65_536  # bytes of a log's beginning that say what it is a log of


class Chunk(NamedTuple):
    """A stretch of a log with what stands around it: its own bytes are data[begin:end], and data[0] is at `offset`."""

    data: bytes
    begin: int
    end: int
    offset: int


def unpacked(path: Path) -> Iterator[bytes]:
    """What a `.gz` or `.zst` file holds, piece by piece; an OSError that names the file where it is broken."""
    unpack = _gzip if path.suffix == ".gz" else _zstandard(path)
    with open(path, "rb") as file:
        try:
            yield from unpack(file)
        except Exception as error:  # each way of packing has its own kinds
            raise OSError(f"{path} is cut off, or not packed as its name says: {error}") from error


def _gzip(file: IO[bytes]) -> Iterator[bytes]:
    return _until_cut(gzip.GzipFile(fileobj=file))


def _zstandard(path: Path) -> Callable[[IO[bytes]], Iterator[bytes]]:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        try:
            from zstandard import ZstdDecompressor
        except ImportError:
            raise ImportError(
                f"reading {path} needs zstandard; install it with: pip install 'lambda-doctor[fast]'"
            ) from None
        return lambda file: _frames(file, ZstdDecompressor)
    return lambda file: _until_cut(zstd.ZstdFile(file))


def _until_cut(file: Any) -> Iterator[bytes]:
    """All that a packed file gives before it is found to be cut off, which `read` would keep for itself."""
    return iter(lambda: file.read1(CHUNK), b"")


def _frames(file: IO[bytes], decompressor: Callable[[], Any]) -> Iterator[bytes]:
    """The same by zstandard, whose own file ends without a word where the packed one is cut off."""
    frame = None
    while data := file.read(PACKED):
        while data:
            frame = frame or decompressor().decompressobj()
            yield frame.decompress(data)
            data = frame.unused_data if frame.eof else b""
            frame = None if frame.eof else frame
    if frame:
        raise EOFError("it ends within a frame")


def pieces_of(file: Any) -> Iterator[bytes]:
    """What an open file holds, piece by piece."""
    return iter(lambda: file.read(CHUNK), b"")


def until_broken(items: Iterable[T], broken: list[Exception]) -> Iterator[T]:
    """The items up to an error, which is kept, so that what was read before it counts."""
    try:
        yield from items
    except Exception as error:  # a stream that somebody gives has kinds of its own
        broken.append(error)


def number_of_chunks(size: int) -> int:
    """How many chunks a file of this size has."""
    return -(-size // CHUNK)


def chunks_of_file(file: IO[bytes], numbers: range) -> Iterator[Chunk]:
    """The chunks with these numbers."""
    return (_chunk(file, number) for number in numbers)


def chunks_of_stream(pieces: Iterable[bytes]) -> Iterator[Chunk]:
    """The same of a stream, cut where a file's chunks are cut, so that a log gives the same answer however it comes."""
    buffer = bytearray()
    base = begin = 0  # where the buffer begins, and how much of it was already given
    for piece in pieces:
        buffer += piece
        while len(buffer) >= begin + CHUNK + 2 * AROUND:
            end = _cut(buffer, (base + begin) // CHUNK * CHUNK + CHUNK - base)
            yield Chunk(bytes(buffer[: end + AROUND]), begin, end, base)
            drop = max(end - AROUND, 0)
            del buffer[:drop]
            base, begin = base + drop, end - drop
    if len(buffer) > begin:
        yield Chunk(bytes(buffer), begin, len(buffer), base)


def chunks_as_they_come(pieces: Iterable[bytes]) -> Iterator[Chunk]:
    """The same of a log that grows, soon after each line; an empty piece says that nothing more came."""
    buffer = b""
    base = begin = 0
    for piece in pieces:
        buffer += piece
        end = buffer.rfind(b"\n") + 1
        if len(buffer) - end > CHUNK:  # a line without end must not be waited for without end
            end = len(buffer)
        # An error may go on in the next lines, so the newest ones wait until nothing more comes.
        if end <= begin or (piece and end - begin < AROUND):
            continue
        yield Chunk(buffer, begin, end, base)
        drop = max(end - AROUND, 0)
        buffer, base, begin = buffer[drop:], base + drop, end - drop


def _chunk(file: IO[bytes], number: int) -> Chunk:
    """The chunk with this number: it begins and ends where a line does, if lines are not very long."""
    offset = max(number * CHUNK - AROUND, 0)
    data = read_at(file, offset, CHUNK + 4 * AROUND)
    begin = _cut(data, number * CHUNK - offset) if number else 0
    end = _cut(data, (number + 1) * CHUNK - offset)
    return Chunk(data[: end + AROUND], begin, end, offset)


def _cut(data: bytes | bytearray, place: int) -> int:
    """The end of the line that a place is in, or the place itself where the line goes on for long."""
    end = data.find(b"\n", place, place + AROUND)
    return end + 1 if end >= 0 else min(place, len(data))


def read_at(file: IO[bytes], start: int, size: int) -> bytes:
    """So many bytes from a place on, or as many as there are."""
    file.seek(start)
    data = file.read(size)
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data
