"""Text → what is compared: folded characters, and the words jieba finds in them.

Owns `fold` (spellings equated, one character for one), `compact` (folded, white space out) and `segment` (words).
jieba is behind `segmenter`; OpenCC went into the fold table when it was derived (`fold_table`). Leaves to
`grammar` what is an operator, to the engine what is stored, to `snippet` what is marked.

Folded are: width and carrier codes (％ → %, ⼀ → 一), case, traditional → simplified by the single character
(經 → 经, 乾 → 干), and data/variants.tsv: ○ → 〇, 著 → 着, all double quotation marks → ", inner ones and the
apostrophe → ', all dashes → -. White space and invisible characters become a space. Left alone, because folding
would need another length or change the meaning: ㎡, ℃, Ⅲ, …, 零 (not 〇), 、 and 。.
"""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search import config
from deqing_search.config import DATA
from deqing_search.language.dictionary import Lexicon
from deqing_search.language.jieba_tokenizer import Segmenter, jieba_tokenizer
from deqing_search.language.mapped_table import WordFile, keep_words, open_words, pack
from deqing_search.language.quantities import values
from deqing_search.report import AnalysedPassage
from deqing_search.versions import ANALYSIS

_SENTENCE_END = re.compile(r"""[。！？；!?;]+["'」』”’)\]】》]*""")
_SPACE_INSIDE_WORDS = re.compile(r"(?<=[a-z0-9]) (?=[a-z0-9])")
_NOTE_NUMBER = re.compile(r"\s*[\[【〔(]?\d{1,3}[\]】〕).、](?!\d)")  # at the start: of 8.5% it is no part
_STOP = r"""[\s,;:.!?'"，。、；：！？…—·“”‘’《》〈〉「」『』()（）\[\]【】〔〕]"""
_UNLETTERED = re.compile(rf"{_STOP}(?:(?<!\d.){_STOP}*|{_STOP}*(?!\d))", re.S)  # between digits it is part of a number
_FINGERPRINT = "fingerprint"
_loading = threading.Lock()


class Token(NamedTuple):
    """An occurrence of a term, in offsets of the text that was segmented."""

    term: str
    start: int
    end: int


def fold(text: str) -> str:
    """Equate spellings for search, character for character.

    >>> fold("５．１％ 臺灣")
    '5.1% 台湾'
    """
    codes = _codes(text)
    folded = _moves()[codes]
    folded += codes
    return folded.tobytes().decode("utf-32-le", "surrogatepass")


def compact(text: str) -> tuple[str, Sequence[int]]:
    """The folded text without white space, and for each of its characters the offset in `text`.

    >>> folded, offsets = compact("地理信 息")
    >>> folded, list(offsets)
    ('地理信息', [0, 1, 2, 4])
    """
    folded = fold(text)
    if " " not in folded:
        return folded, range(len(folded))
    return folded.replace(" ", ""), [at for at, char in enumerate(folded) if char != " "]


def compact_text(text: str) -> str:
    """The folded text without white space.

    >>> compact_text("GDP 增长 ５．１％")
    'gdp增长5.1%'
    """
    return fold(text).replace(" ", "")


def letters(text: str) -> str:
    """What a text says, however it is punctuated, spaced or numbered as a note; what has no letters stays as it is.

    >>> letters("[23]PM2.5，细颗粒物。") == letters("1.PM2.5: 细颗粒物")
    True
    >>> letters("增长5.1%，1.5万人") == letters("增长5.1%，15万人")
    False
    >>> letters("总量第3、增速第2") == letters("总量第4、增速第2")
    False
    """
    folded = fold(text)
    note = _NOTE_NUMBER.match(folded)
    return _UNLETTERED.sub("", folded[note.end() if note else 0 :]) or folded


def analyse(text: str) -> AnalysedPassage:
    """What an engine indexes of a passage: its characters, its words, and where its sentences start.

    >>> analyse("发展产业。富民！")
    AnalysedPassage(compact='发展产业。富民!', terms=('发展', '产业', '富民'), sentences=(0, 5), values=())
    """
    compacted = compact_text(text)
    terms = tuple(term for term, _, _ in _words(_joined(fold(text))[0]))
    return AnalysedPassage(compacted, terms, sentence_starts(compacted), values(compacted))


def sentence_starts(compacted: str) -> tuple[int, ...]:
    """Offsets at which a sentence starts: 0, and after 。！？； with the quotation marks and brackets that close there.

    >>> sentence_starts('他说:"好。"走!')
    (0, 7)
    """
    ends = (found.end() for found in _SENTENCE_END.finditer(compacted))
    return (0, *(end for end in ends if end < len(compacted))) if compacted else ()


@lru_cache(500)
def segment(text: str) -> tuple[str, ...]:
    """The words of a question in order, each once, words without a subject left out unless there are no others.

    >>> segment("德清的小微企业有多少")
    ('德清', '小微', '企业')
    """
    found = tuple(dict.fromkeys(token.term for token in cut(text)))
    return tuple(term for term in found if term not in stopwords()) or found


@lru_cache(500)
def cut(text: str) -> tuple[Token, ...]:
    """The words of what was typed: it is looked at several times, its words, their neighbours and those inside none."""
    return tuple(tokens(text))


def tokens(text: str, only: frozenset[str] | None = None) -> Iterator[Token]:
    """The words of `text`, folded, with offsets in `text`; punctuation left out.

    A long word is preceded by the dictionary words inside it (jieba's search mode stops at three characters), so
    that 地理信息 finds 地理信息产业 whichever way a passage was cut. Passage and question are cut alike, so whole
    words still weigh more.
    White space splits nothing but Latin words and numbers: it may have come from a line end.
    `only` some terms: the clauses without them are not even cut.
    """
    text_to_cut, offsets = _joined(fold(text))
    if only is None:
        for word, start, end in _words(text_to_cut):
            yield Token(word, offsets[start], offsets[end - 1] + 1)
        return
    from deqing_search.language.rjieba_tokenizer import CLAUSE

    for clause in CLAUSE.finditer(text_to_cut):
        if any(term in clause[0] for term in only):
            for word, start, end in _words(clause[0]):
                if word in only:
                    yield Token(word, offsets[clause.start() + start], offsets[clause.start() + end - 1] + 1)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """jieba's words that hold a letter or digit, each after the dictionary words inside it."""
    segmenter = _segmenter()
    frequency = segmenter.frequency
    for found in segmenter.tokenize(text):
        word, start, end = found
        if word.isalnum() or any(map(str.isalnum, word)):
            for length in range(2, end - start):
                for at in range(start, end - length + 1):
                    if frequency(inner := text[at : at + length]):
                        yield inner, at, at + length
            yield found


def expect_much_text() -> None:
    """Cut as fast as can be from now on, for some 0.3 s and 100 MB at once. The tokens are the same."""
    _segmenter().hasten()


def frequency(word: str) -> int:
    """How common a folded word is in jieba's dictionary and ours; 0 when it is none."""
    with _loading:
        return _lexicon().get(word) or 0


@cache
def fingerprint() -> str:
    """Names the analysis: equal fingerprints mean equal `AnalysedPassage` for equal text.

    Remembered while the files it is made of stay as they are: to read them takes a tenth of a cold query.
    """
    files = [*(DATA / name for name in ("fold.txt", "userdict.txt", "stopwords.txt")), _jieba_dictionary()]
    states = [file.stat() for file in files]
    state = "-".join(f"{one.st_size:x}.{one.st_mtime_ns:x}.{one.st_ctime_ns:x}" for one in states)
    path = config.cache_dir() / f"analysis-{zlib.crc32(state.encode()):08x}.words"
    remembered = open_words(path, f"{ANALYSIS}-{state}")
    if known := remembered and remembered.find(_FINGERPRINT):
        return known
    made = _fingerprint(files)
    keep_words(path, pack({_FINGERPRINT: made}, digest=f"{ANALYSIS}-{state}"))
    return made


def _fingerprint(files: Sequence[Path]) -> str:
    import hashlib  # it loads OpenSSL, which takes another 2 ms

    digest = hashlib.sha256(f"analysis {ANALYSIS}\n".encode())
    *ours, jieba = (file.read_bytes() for file in files)
    for data in ours:
        digest.update(data)
    digest.update(b"%d" % zlib.crc32(jieba))
    return f"{ANALYSIS}-{digest.hexdigest()[:16]}"


@cache
def _moves() -> npt.NDArray[np.uint32]:
    """How far each code point is moved by folding, which is nowhere for most: pages of zeros take no memory.

    An array answers for a whole passage at once, a dictionary for a character.
    """
    before, after = map(_codes, map("".join, zip(*_foldings(), strict=True)))
    moves = np.zeros(sys.maxunicode + 1, dtype="<u4")
    moves[before] = after - before
    return moves


def _foldings() -> Iterator[tuple[str, str]]:
    """Characters, and what each of them is folded to."""
    for row in _rows("fold.txt"):
        reason, *columns = row.split("\t")
        if reason == "blank":
            codes = columns[0].split()
            yield "".join(chr(int(code, 16)) for code in codes), " " * len(codes)
        else:
            before, after = columns
            yield before, after


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _joined(folded: str) -> tuple[str, Sequence[int]]:
    """Folded text without the white space that separates nothing, and the offset of each character left."""
    if " " not in folded:
        return folded, range(len(folded))
    # Runs of spaces hide a Latin word's neighbour from the look-behind: only the last of a run may stay.
    kept = [at for at, char in enumerate(folded) if char != " " or folded[at + 1 : at + 2] != " "]
    thin = "".join(folded[at] for at in kept)
    wanted = {found.start() for found in _SPACE_INSIDE_WORDS.finditer(thin)}
    places = [at for at, char in enumerate(thin) if char != " " or at in wanted]
    return "".join(thin[at] for at in places), [kept[at] for at in places]


@cache
def stopwords() -> frozenset[str]:
    """Words that say nothing of what is asked for, folded."""
    return frozenset(map(fold, _rows("stopwords.txt")))


def user_words() -> list[str]:
    """Our own dictionary, folded as the text is."""
    return [fold(row.partition("\t")[0]) for row in _rows("userdict.txt")]


def _rows(name: str) -> list[str]:
    # Not splitlines(): the fold table holds characters that it takes for line ends.
    return [row for row in (DATA / name).read_text("utf-8").split("\n") if row and not row.startswith("# ")]


def _segmenter() -> Segmenter:
    with _loading:
        return _loaded_segmenter()


@cache
def _loaded_segmenter() -> Segmenter:
    return Segmenter(_lexicon())


@cache
def _lexicon() -> Lexicon:
    digest = fingerprint()
    path = config.cache_dir() / f"lexicon-{digest}.words"
    if found := open_words(path, digest):
        return Lexicon(found)
    tokenizer = jieba_tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(io.BytesIO(folded_dictionary()))
    tokenizer.initialized = True
    for word in user_words():
        tokenizer.add_word(word)
    packed = pack(tokenizer.FREQ, digest=digest, note=tokenizer.total)
    keep_words(path, packed)
    return Lexicon(WordFile(packed))


def folded_dictionary() -> bytes:
    """jieba's dictionary with its words folded as the text is; of words that became one, the more frequent."""
    freq: dict[str, int] = {}
    for line in _jieba_dictionary().read_text("utf-8").splitlines():
        word, count, *_ = line.split(" ")
        word = fold(word)
        freq[word] = max(freq.get(word, 0), int(count))
    return "".join(f"{word} {count}\n" for word, count in freq.items()).encode()


def _jieba_dictionary() -> Path:
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("jieba")
    return Path(spec.origin).with_name("dict.txt")
