"""Files beside an index: the format, a checksum and the content. A new file replaces the old one in one step."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

State = tuple[int, int, int]


def state_of(path: Path) -> State | None:
    """What changes when a file is replaced; None if there is no file."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size


def sealed(form: bytes, content: bytes) -> bytes:
    """The bytes of a file. `form` is its name, a space, the version of its format, and a space.

    >>> sealed(b"words 2 ", b"abc")
    b'words 2 352441c2\\nabc'
    """
    return b"%s%08x\n%s" % (form, zlib.crc32(content), content)


def content_of(data: bytes, form: bytes) -> bytes | None:
    """The content of a file; None if it is damaged or has another format.

    >>> content_of(b"words 2 352441c2\\nabc", b"words 2 "), content_of(b"words 2 352441c2\\nab", b"words 2 ")
    (b'abc', None)
    """
    head, _, content = data.partition(b"\n")
    return content if head == form + b"%08x" % zlib.crc32(content) else None


def has_other_version(data: bytes, form: bytes) -> bool:
    """Whether a file only has another version of the format; if it cannot be read for another reason, it is damaged.

    >>> has_other_version(b"words 1 00000000\\nabc", b"words 2 "), has_other_version(b"wo\\0ds 2 ", b"words 2 ")
    (True, False)
    """
    return data.startswith(form[: form.index(b" ") + 1]) and not data.startswith(form)


def replace(path: Path, data: bytes) -> None:
    """Write a file, sync it to the disk, and replace the old one. Raises OSError."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
