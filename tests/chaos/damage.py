"""Damages files as disks do: one bit, a truncation, a page of zeros."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

PAGE = 4096


class Damage(NamedTuple):
    """A change of one file, which can be undone."""

    file: Path
    kind: str
    at: int
    before: bytes

    def undo(self) -> None:
        self.file.write_bytes(self.before)


def damage(file: Path, chance: random.Random) -> Damage:
    """Damage a file that is not empty at a random place."""
    before = file.read_bytes()
    kind, at = chance.choice(["bit", "bit", "cut", "zeros"]), chance.randrange(len(before))
    after = bytearray(before)
    if kind == "bit":
        after[at] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del after[at:]
    else:
        end = min(at + PAGE, len(after))
        after[at:end] = bytes(end - at)
    replaced = file.with_name(file.name + ".damaged")  # a new file: maps of the old one stay as they are
    replaced.write_bytes(after)
    replaced.replace(file)
    return Damage(file, kind, at, before)
