"""What the damages share: paragraphs, and which of them can be broken, struck or spaced."""

from __future__ import annotations

import random
import re

from deqing_search.text.lines import ends_sentence, is_heading, is_prose
from tests.sown.newspaper import STOPS


def paragraphs_of(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def joined(lines: list[str], chance: random.Random) -> str:
    return chance.choice(["\n", "\n\n"]).join(lines) + "\n"


def halves(line: str, chance: random.Random) -> tuple[str, str]:
    """The paragraph broken anywhere inside, no stop in front."""
    places = [at for at in range(12, len(line) - 6) if line[at] not in STOPS and not line[at - 1].isascii()]
    at = chance.choice(places)
    return line[:at], line[at:]


def is_long(line: str) -> bool:
    return is_prose(line) and ends_sentence(line) and len(line) > 80


def is_title(line: str) -> bool:
    return is_heading(line) and 6 <= len(line) <= 24 and re.fullmatch(r"[\u4e00-\u9fff、（）]+", line) is not None
