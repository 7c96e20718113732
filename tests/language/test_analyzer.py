"""Folding is one character for one; words are jieba's; the mapped lexicon changes speed and nothing else."""

from __future__ import annotations

import io
import logging
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search import config
from deqing_search.config import DATA
from deqing_search.language import analyzer, derive_fold_table
from deqing_search.language.dictionary import Lexicon
from deqing_search.language.mapped_table import WordFile, pack

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return [line for path in sorted(SEEDS.glob("*.txt")) for line in path.read_text("utf-8").split("\n") if line]


@pytest.fixture(scope="module")
def plain_jieba() -> object:
    """jieba as it comes, given the same words."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(io.BytesIO(analyzer.folded_dictionary()))
    tokenizer.initialized = True
    tokenizer.load_userdict(io.StringIO("\n".join(analyzer.user_words())))
    return tokenizer


@given(st.text())
def test_folding_keeps_every_offset_and_is_done_once(text):
    folded = analyzer.fold(text)
    assert len(folded) == len(text)
    assert analyzer.fold(folded) == folded
    assert folded == "".join(map(analyzer.fold, text))


@given(st.text())
def test_compact_is_the_folded_text_without_white_space_and_knows_where_each_character_stood(text):
    compacted, offsets = analyzer.compact(text)
    assert compacted == analyzer.compact_text(text) == "".join(analyzer.fold(text).split())
    assert [analyzer.fold(text[at]) for at in offsets] == list(compacted)
    assert list(offsets) == sorted(set(offsets))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("１０.２％", "10.2%"),
        ("經濟", "经济"),
        ("乾元", "乾元"),
        ("二○二三", "二〇二三"),
        ("GDP", "gdp"),
        ("裡 里 裏".replace(" ", ""), "里里里"),
        ("隨著", "随着"),
        ("臺州", "台州"),
        ("1.6:1", "1.6∶1"),
        ("“最多跑一次”", '"最多跑一次"'),
        ("「重要窗口」", "“重要窗口”"),
        ("2021-2025", "2021—2025"),
        ("（德清）", "(德清)"),
        ("地理\u200b信\u00ad息", "地理\u3000信 息"),
        ("⼀体化", "一体化"),
        ("⻓三角", "长三角"),
        ("浙政发〔2021〕5号", "浙政发[2021]5号"),
    ],
)
def test_two_spellings_are_one(typed, printed):
    assert analyzer.compact_text(typed) == analyzer.compact_text(printed)


@pytest.mark.parametrize(
    ("one", "other"), [("㎡", "m"), ("零", "〇"), ("。", "."), ("、", ","), ("Ⅲ", "I"), ("於", "放")]
)
def test_what_means_something_else_stays_apart(one, other):
    assert analyzer.fold(one) != analyzer.fold(other)


def test_every_code_point_is_folded_by_the_table_and_by_nothing_else():
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    table = {before: after for pairs in derive_fold_table.derive().values() for before, after in pairs.items()}
    assert analyzer.fold(every) == "".join(table.get(char, char) for char in every)
    assert analyzer.fold("") == ""


def test_the_shipped_fold_table_is_what_unicode_and_opencc_give():
    shipped = (DATA / "fold.txt").read_text("utf-8")
    assert shipped == "\n".join(derive_fold_table.rows(derive_fold_table.derive())) + "\n"


def test_every_single_character_of_opencc_is_simplified():
    import opencc

    convert = opencc.OpenCC("t2s").convert
    for char in map(chr, range(0x3400, 0xA000)):
        simplified = convert(char)
        if len(simplified) == 1:
            assert analyzer.fold(char) == analyzer.fold(simplified)


def test_tokens_are_those_of_plain_jieba_with_our_words(lines, plain_jieba):
    ours = analyzer._segmenter()
    for line in lines:
        folded = analyzer.fold(line)
        assert list(ours.tokenize(folded)) == list(plain_jieba.tokenize(folded))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 6, 9, 14])
def test_what_the_dictionary_alone_decides_is_cut_as_jieba_cuts_it(lines, plain_jieba, length):
    lexicon = analyzer._lexicon()
    runs = {run for line in lines for run in re.findall("[\u4e00-\u9fd5]+", analyzer.fold(line))}
    pieces = sorted({run[at : at + length] for run in runs for at in range(len(run) - length + 1)})[::7]
    found = [(piece, lexicon.cut(piece)) for piece in pieces]
    assert [piece for piece, cut in found if cut and cut != list(plain_jieba.tokenize(piece))] == []
    assert sum(cut is not None for _, cut in found) > len(found) / 4, "then it would spare nobody"


@given(st.text(alphabet="德清县地理信息产业和的龘1，", max_size=8))
def test_what_is_typed_is_cut_as_jieba_cuts_it(plain_jieba, text):
    assert list(analyzer._segmenter().tokenize(text)) == list(plain_jieba.tokenize(text))


def test_the_mapped_lexicon_answers_as_the_loaded_one(plain_jieba):
    words = list(plain_jieba.FREQ)[::97]
    words_file = WordFile(pack(plain_jieba.FREQ, note=plain_jieba.total))
    mapped, loaded = Lexicon(words_file), Lexicon(words_file)
    loaded.whole()
    for word in [*words, *(word + "龘" for word in words), "", "\n", "\t", "\ud800", "deqing-lexicon"]:
        assert mapped.get(word) == loaded.get(word) == plain_jieba.FREQ.get(word)


def test_threads_agree_while_the_lexicon_is_being_loaded(plain_jieba, monkeypatch):
    monkeypatch.setattr("deqing_search.language.dictionary._LOAD_AFTER", 5_000)
    some = dict(islice(plain_jieba.FREQ.items(), 60_000))  # of which loading takes long enough to be asked meanwhile
    words = list(some)[::5]
    lexicon = Lexicon(WordFile(pack(some, note=plain_jieba.total)))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda start: [lexicon.get(word) for word in words[start:]], range(4)))
    assert lexicon._whole is not None
    assert answers == [[plain_jieba.FREQ[word] for word in words[start:]] for start in range(4)]


def test_every_word_of_our_dictionary_stays_whole():
    cut = [list(analyzer._segmenter().tokenize(word)) for word in analyzer.user_words()]
    assert [pieces for pieces in cut if len(pieces) > 1] == []


@given(st.text(alphabet="德清县地理信 息产业GDP10.2%，。\n", max_size=30))
def test_tokens_stand_where_they_say(text):
    for token in analyzer.tokens(text):
        assert "".join(analyzer.fold(text[token.start : token.end]).split()) == "".join(token.term.split())
        assert any(char.isalnum() for char in token.term)


@given(st.text(alphabet="德清县地理信 息产业GDP10.2%,，。;\n", max_size=40) | st.text())
def test_asked_for_only_some_terms_it_gives_just_those(text):
    found = list(analyzer.tokens(text))
    terms = frozenset(token.term for token in found[::2])
    assert list(analyzer.tokens(text, terms)) == [token for token in found if token.term in terms]


@given(st.text())
def test_any_text_is_analysed(text):
    analysed = analyzer.analyse(text)
    assert all(0 <= start < max(len(analysed.compact), 1) for start in analysed.sentences)
    assert list(analysed.sentences) == sorted(set(analysed.sentences))
    assert all(term == analyzer.fold(term) for term in analysed.terms)


def test_white_space_from_a_line_end_splits_no_word():
    assert analyzer.analyse("发展地理信\n 息 产业").terms == analyzer.analyse("发展地理信息产业").terms


def test_white_space_splits_latin_words():
    assert analyzer.analyse("Digital  China").terms == ("digital", "china")


def test_a_question_keeps_its_subject_and_loses_the_rest():
    assert set(analyzer.segment("德清的经济怎么样")) == {"德清", "经济"}
    assert analyzer.segment("怎么样") == ("怎么", "怎么样")


def test_sentences_start_after_the_quotation_marks_that_close():
    compacted = analyzer.compact_text("他说：“好！”大家笑了；走。")
    assert [compacted[at:][:2] for at in analyzer.sentence_starts(compacted)] == ["他说", "大家", "走。"]


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DEQING_CACHE", str(tmp_path / "cache"))
    return config.cache_dir()


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    copy = shutil.copytree(analyzer.DATA, tmp_path / "data")
    monkeypatch.setattr(analyzer, "DATA", copy)
    return copy


def test_the_fingerprint_is_remembered_while_its_files_stay_as_they_are(cache, data, monkeypatch):
    made = analyzer.fingerprint.__wrapped__()
    assert made == analyzer.fingerprint()
    monkeypatch.setattr(analyzer, "_fingerprint", lambda files: "read again")
    assert analyzer.fingerprint.__wrapped__() == made
    monkeypatch.setattr(analyzer, "ANALYSIS", 0)
    assert analyzer.fingerprint.__wrapped__() == "read again"


def test_a_dictionary_of_the_same_size_and_time_has_another_fingerprint(cache, data):
    before, words = analyzer.fingerprint.__wrapped__(), data / "userdict.txt"
    state = words.stat()
    words.write_bytes(words.read_bytes()[::-1])
    os.utime(words, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert words.stat().st_size == state.st_size
    assert analyzer.fingerprint.__wrapped__() != before


def test_words_are_found_where_nothing_can_be_kept(tmp_path):
    (tmp_path / "file").touch()
    said = _run("print(*analyzer.segment('德清县发展'))", DEQING_CACHE=str(tmp_path / "file" / "below"))
    assert said == ("德清 德清县 发展\n", "")


def test_jieba_says_nothing_and_writes_nothing_to_the_shared_temporary_directory(tmp_path):
    said = _run("analyzer.segment('德清')", DEQING_CACHE=str(tmp_path / "cache"), TMPDIR=str(tmp_path))
    assert said == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert sorted(path.name[:8] for path in (tmp_path / "cache").iterdir()) == ["analysis", "lexicon-"]


def test_folding_loads_neither_jieba_nor_opencc():
    said = _run("import sys; analyzer.fold('經'); print('jieba' in sys.modules, 'opencc' in sys.modules)")
    assert said == ("False False\n", "")


def test_a_word_of_the_dictionary_needs_neither_jieba_nor_a_digest_made_again():
    wanted = "print(*analyzer.segment('地理信息'), {'jieba', 'hashlib'} & set(sys.modules))"
    _run("analyzer.segment('地理信息')")
    assert _run(f"import sys; {wanted}") == ("地理 信息 地理信息 set()\n", "")


def _run(code: str, **environment: str) -> tuple[str, str]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-W", "always::SyntaxWarning", "-c", f"from deqing_search.language import analyzer; {code}"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        check=True,
    )
    return done.stdout, done.stderr


def test_the_cache_is_where_the_environment_says(monkeypatch):
    monkeypatch.delenv("DEQING_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert config.cache_dir() == Path("/xdg/deqing-search")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert config.cache_dir() == Path("~/.cache/deqing-search").expanduser()
    monkeypatch.setenv("DEQING_CACHE", "/given")
    assert config.cache_dir() == Path("/given")
