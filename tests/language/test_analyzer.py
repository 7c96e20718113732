"""Words are jieba's, with the dictionary words inside them; the mapped dictionary changes speed and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.config import DATA
from deqing_search.language import analyzer
from deqing_search.language.folding import compact_text, fold

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return [line for path in sorted(SEEDS.glob("*.txt")) for line in path.read_text("utf-8").split("\n") if line]


def test_tokens_are_those_of_plain_jieba_with_our_words(lines, plain_jieba):
    ours = analyzer.tokenizer()
    assert len(lines) > 100
    for line in lines:
        folded = fold(line)
        assert list(ours.tokenize(folded)) == list(plain_jieba.tokenize(folded))


@given(st.text(alphabet="德清县地理信息产业和的龘1，", max_size=8))
def test_what_is_typed_is_cut_as_jieba_cuts_it(plain_jieba, text):
    assert list(analyzer.tokenizer().tokenize(text)) == list(plain_jieba.tokenize(text))


def test_every_word_of_our_dictionary_stays_whole():
    cut = [list(analyzer.tokenizer().tokenize(word)) for word in analyzer.user_words()]
    assert [pieces for pieces in cut if len(pieces) > 1] == []


@given(st.text(alphabet="德清县地理信 息产业GDP10.2%，。\n", max_size=30))
def test_tokens_stand_where_they_say(text):
    for token in analyzer.tokens(text):
        assert "".join(fold(text[token.start : token.end]).split()) == "".join(token.term.split())
        assert any(char.isalnum() for char in token.term)


@given(st.text(alphabet="德清县地理信 息产业GDP10.2%,，。;\n", max_size=40) | st.text())
def test_tokens_of_only_some_terms_are_those_of_all_terms_filtered(text):
    found = list(analyzer.tokens(text))
    terms = frozenset(token.term for token in found[::2])
    assert list(analyzer.tokens(text, terms)) == [token for token in found if token.term in terms]


@given(st.text())
def test_any_text_is_analysed(text):
    analysed = analyzer.analyse(text)
    assert all(0 <= start < max(len(analysed.compact), 1) for start in analysed.sentences)
    assert list(analysed.sentences) == sorted(set(analysed.sentences))
    assert all(term == fold(term) for term in analysed.terms)


def test_white_space_from_a_line_end_splits_no_word():
    assert analyzer.analyse("发展地理信\n 息 产业").terms == analyzer.analyse("发展地理信息产业").terms


def test_white_space_splits_latin_words():
    assert analyzer.analyse("Digital  China").terms == ("digital", "china")


def test_a_question_keeps_its_subject_and_loses_the_rest():
    assert set(analyzer.question_words("德清的经济怎么样")) == {"德清", "经济"}
    assert analyzer.question_words("怎么样") == ("怎么", "怎么样")


def test_sentences_start_after_the_quotation_marks_that_close():
    compacted = compact_text("他说：“好！”大家笑了；走。")
    assert [compacted[at:][:2] for at in analyzer.sentence_starts(compacted)] == ["他说", "大家", "走。"]


def test_a_dictionary_of_the_same_size_and_time_has_another_fingerprint(tmp_path):
    data = shutil.copytree(DATA, tmp_path / "data")
    assert analyzer.fingerprint(data) == analyzer.fingerprint()
    words = shutil.copytree(DATA, tmp_path / "changed") / "userdict.txt"
    state = words.stat()
    words.write_bytes(words.read_bytes()[::-1])
    os.utime(words, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert words.stat().st_size == state.st_size
    assert analyzer.fingerprint(words.parent) != analyzer.fingerprint()


def test_words_are_found_where_no_cache_can_be_written(tmp_path):
    (tmp_path / "file").touch()
    said = _run("print(*analyzer.question_words('德清县发展'))", DEQING_CACHE=str(tmp_path / "file" / "below"))
    assert said == ("德清 德清县 发展\n", "")


def test_jieba_says_nothing_and_writes_nothing_to_the_shared_temporary_directory(tmp_path):
    said = _run("analyzer.question_words('德清')", DEQING_CACHE=str(tmp_path / "cache"), TMPDIR=str(tmp_path))
    assert said == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert sorted(path.name[:8] for path in (tmp_path / "cache").iterdir()) == ["dictiona"]


@pytest.mark.parametrize(("text", "loaded"), [("地理信息", False), ("姚高员蒝菀", True)])
def test_the_model_of_unknown_words_is_loaded_only_for_them(text, loaded):
    code = f"print(bool(analyzer.question_words({text!r})), 'jieba.finalseg.prob_emit' in sys.modules)"
    assert _run(f"import sys; {code}") == (f"True {loaded}\n", "")


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
