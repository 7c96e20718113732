"""The expressions that one report uses and the other does not: words, and strings of words that it repeats.

Strings are counted, not only the words of a dictionary: what is new is often in none (新质生产力).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deqing_search.language.analyzer import stopwords, tokenizer
from deqing_search.language.folding import compact_text
from deqing_search.report import Passage

MINIMUM = 3  # occurrences
_WORDS = 4  # of an expression, at most
_RUN = re.compile(r"[\u3400-\u9fff]+")


class Expression(NamedTuple):
    """A string that only one of two reports has, and its occurrences in that one."""

    text: str
    occurrences: int


def expressions_only_in(passages: Sequence[Passage], other: Sequence[Passage]) -> tuple[Expression, ...]:
    """The expressions that occur at least three times in a report and nowhere in the other, the most frequent first.

    If one contains another, the longer is left out. If both are equally frequent, the shorter is left out instead.
    """
    there = "\n".join(compact_text(one.text) for one in other)
    here = [compact_text(one.text) for one in passages]
    counted = Counter(string for text in here for string in _strings(text))
    absent = {string: n for string, n in counted.items() if n >= MINIMUM and string not in there}
    kept = [Expression(string, n) for string, n in absent.items() if not _is_covered(string, n, absent)]
    return tuple(sorted(kept, key=lambda one: (-one.occurrences, -len(one.text), one.text)))


def _is_covered(string: str, n: int, absent: dict[str, int]) -> bool:
    """Whether this string contains a more frequent one, or one that contains it is as frequent."""
    return any(
        other != string and ((other in string and m > n) or (string in other and m == n)) for other, m in absent.items()
    )


def _strings(text: str) -> Iterator[str]:
    """Each string of whole words, of two characters or more, that begins and ends with a word that is no stop word."""
    for run in _RUN.finditer(text):
        words = [word for word, _, _ in tokenizer().tokenize(run[0])]
        for first in range(len(words)):
            for last in range(first + 1, min(first + _WORDS, len(words)) + 1):
                if _says(words[first]) and _says(words[last - 1]) and len("".join(words[first:last])) > 1:
                    yield "".join(words[first:last])


def _says(word: str) -> bool:
    return word not in stopwords()
