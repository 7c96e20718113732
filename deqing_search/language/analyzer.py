"""Words: text → tokens, and what an engine indexes of a passage.

Folding is left to `folding`, cutting to `jieba_tokenizer`, the mapped file to `dictionary`. Which files the dictionary
is made from is decided here. Leaves to `query.parser` what is an operator, to the engine what is stored, to `search`
what is marked.
"""

from __future__ import annotations

import importlib.util
import io
import re
import threading
import zlib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from deqing_search import config
from deqing_search.config import DATA, data_rows
from deqing_search.language.dictionary import Dictionary
from deqing_search.language.folding import compact_text, fold
from deqing_search.language.jieba_tokenizer import Tokenizer, jieba_tokenizer
from deqing_search.language.mapped_table import MappedTable, open_table, pack, write_table
from deqing_search.language.quantities import values_of
from deqing_search.language.rjieba_tokenizer import CLAUSE
from deqing_search.report import AnalysedPassage
from deqing_search.versions import ANALYSIS

_SENTENCE_END = re.compile(r"""[。！？；!?;]+["'」』”’)\]】》]*""")
_SPACE_INSIDE_WORDS = re.compile(r"(?<=[a-z0-9]) (?=[a-z0-9])")
_loading = threading.Lock()


class Token(NamedTuple):
    """An occurrence of a term, in offsets of the text that was cut."""

    term: str
    start: int
    end: int


def analyse(text: str) -> AnalysedPassage:
    """What an engine indexes of a passage: its characters, its words, its numbers, and where its sentences start.

    >>> analyse("发展。富民！")
    AnalysedPassage(compact='发展。富民!', terms=('发展', '富民'), sentences=(0, 3), values=(), cuts=(0, 2, 3, 5))
    """
    compacted, joined = compact_text(text), _joined(fold(text))[0]
    words = list(_words(joined))
    terms = tuple(term for term, _, _ in words)
    cuts = _cuts(words, [at for at, char in enumerate(joined) if char == " "] if " " in joined else ())
    return AnalysedPassage(compacted, terms, sentence_starts(compacted), values_of(text), cuts)


def _cuts(words: Sequence[tuple[str, int, int]], spaces: Sequence[int]) -> tuple[int, ...]:
    """Where words start and end, without the words inside others; `spaces` do not count.

    >>> _cuts([("地理", 0, 2), ("信息", 2, 4), ("地理信息", 0, 4), ("a", 4, 5), ("b", 6, 7)], [5])
    (0, 4, 5, 6)
    """
    cuts, before = set[int](), words[-1][2] if words else 0
    for _, start, end in reversed(words):
        if end <= before:
            cuts |= {start, end}
            before = start
    return tuple(sorted({at - bisect_left(spaces, at) for at in cuts} if spaces else cuts))


def sentence_starts(compacted: str) -> tuple[int, ...]:
    """Offsets at which a sentence starts: 0, and after 。！？； with the quotation marks and brackets that close there.

    >>> sentence_starts('他说:"好。"走!')
    (0, 7)
    """
    ends = (found.end() for found in _SENTENCE_END.finditer(compacted))
    return (0, *(end for end in ends if end < len(compacted))) if compacted else ()


@lru_cache(500)
def question_words(text: str) -> tuple[str, ...]:
    """The distinct words of a question in order, without stop words unless there are no others.

    >>> question_words("德清的小微企业有多少")
    ('德清', '小微', '企业')
    """
    found = tuple(dict.fromkeys(token.term for token in cut(text)))
    return tuple(term for term in found if term not in stopwords()) or found


@lru_cache(500)
def cut(text: str) -> tuple[Token, ...]:
    """The words of a query, as `tokens` gives them. Remembered, because one query asks for them several times."""
    return tuple(tokens(text))


def tokens(text: str, only: frozenset[str] | None = None) -> Iterator[Token]:
    """The words of `text`, folded, with offsets in `text`; punctuation is left out.

    Before a long word come the dictionary words inside it (jieba's search mode stops at three characters), so that
    地理信息 finds 地理信息产业 whichever way a passage was cut. Passage and question are cut alike, so whole words
    still weigh more.
    White space separates only Latin words and numbers: it may come from a line end.
    `only` returns only these terms; the clauses without them are not cut.
    """
    text_to_cut, offsets = _joined(fold(text))
    if only is None:
        for word, start, end in _words(text_to_cut):
            yield Token(word, offsets[start], offsets[end - 1] + 1)
        return
    for clause in CLAUSE.finditer(text_to_cut):
        if any(term in clause[0] for term in only):
            for word, start, end in _words(clause[0], only):
                if word in only:
                    yield Token(word, offsets[clause.start() + start], offsets[clause.start() + end - 1] + 1)


def _words(text: str, only: Collection[str] | None = None) -> Iterator[tuple[str, int, int]]:
    """jieba's words that have a letter or digit, each after the dictionary words inside it.

    `only`: no words inside a word that has none of these terms.
    """
    words = dictionary()
    known = (words.loaded or words).get
    for found in tokenizer().tokenize(text):
        word, start, end = found
        if word.isalnum() or any(map(str.isalnum, word)):
            searched = only is None or (end - start > 2 and any(term in word for term in only))
            for length in range(2, end - start if searched else 0):
                for at in range(start, end - length + 1):
                    if known(inner := text[at : at + length]):
                        yield inner, at, at + length
            yield found


def _joined(folded: str) -> tuple[str, Sequence[int]]:
    """Folded text without the white space that separates nothing, and the offset of each character left."""
    if " " not in folded:
        return folded, range(len(folded))
    # A run of spaces hides a Latin word's neighbour from the look-behind: only the last of a run may stay.
    left = [at for at, char in enumerate(folded) if char != " " or folded[at + 1 : at + 2] != " "]
    thin = "".join(folded[at] for at in left)
    separators = {found.start() for found in _SPACE_INSIDE_WORDS.finditer(thin)}
    places = [at for at, char in enumerate(thin) if char != " " or at in separators]
    return "".join(thin[at] for at in places), [left[at] for at in places]


def expect_much_text() -> None:
    """Cut as fast as possible from now on. This call takes about 0.3 s and 100 MB. The tokens are the same."""
    tokenizer().expect_much_text()


def frequency(word: str) -> int:
    """How common a folded word is in jieba's dictionary and ours; 0 if it is in neither."""
    return dictionary().get(word) or 0


@cache
def stopwords() -> frozenset[str]:
    """Words that say nothing about the subject of a question, folded."""
    return frozenset(map(fold, data_rows("stopwords.txt")))


def user_words() -> list[str]:
    """The words of our own dictionary, folded as the text is."""
    return [fold(row.partition("\t")[0]) for row in data_rows("userdict.txt")]


def tokenizer() -> Tokenizer:
    """What cuts text in this process."""
    with _loading:
        return _tokenizer()


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer(_dictionary())


def dictionary() -> Dictionary:
    """jieba's words and ours, folded; made once and then mapped from the cache directory."""
    with _loading:
        return _dictionary()


@cache
def _dictionary() -> Dictionary:
    digest = fingerprint()
    path = config.cache_dir() / f"dictionary-{digest}.words"
    if found := open_table(path, digest):
        return Dictionary(found)
    jieba = jieba_tokenizer()
    jieba.FREQ, jieba.total = jieba.gen_pfdict(io.BytesIO(folded_dictionary()))
    jieba.initialized = True
    for word in user_words():
        jieba.add_word(word)
    packed = pack(jieba.FREQ, digest=digest, note=jieba.total)
    write_table(path, packed)
    return Dictionary(MappedTable(packed))


def folded_dictionary() -> bytes:
    """jieba's dictionary with its words folded as the text is; where two words become one, the larger frequency."""
    frequencies: dict[str, int] = {}
    for line in jieba_dictionary().read_text("utf-8").splitlines():
        word, count, *_ = line.split(" ")
        word = fold(word)
        frequencies[word] = max(frequencies.get(word, 0), int(count))
    return "".join(f"{word} {count}\n" for word, count in frequencies.items()).encode()


@cache
def fingerprint(data: Path = DATA) -> str:
    """Names the analysis: equal fingerprints mean equal `AnalysedPassage` for equal text.

    The fold table, our words and the stop words are read from `data`.
    """
    files = [data / name for name in ("fold.txt", "userdict.txt", "stopwords.txt")]
    checksums = [zlib.crc32(file.read_bytes()) for file in (*files, jieba_dictionary())]
    return "-".join((str(ANALYSIS), *(f"{checksum:08x}" for checksum in checksums)))


def jieba_dictionary() -> Path:
    """The file of jieba's own dictionary."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("jieba")
    return Path(spec.origin).with_name("dict.txt")
