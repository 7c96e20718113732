"""A mapped dictionary answers as a loaded one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from deqing_search.language.dictionary import Dictionary
from deqing_search.language.mapped_table import MappedTable, pack


def test_the_mapped_dictionary_answers_as_the_loaded_one(plain_jieba):
    words = list(plain_jieba.FREQ)[::97]
    table = MappedTable(pack(plain_jieba.FREQ, note=plain_jieba.total))
    mapped, loaded = Dictionary(table), Dictionary(table)
    loaded.load()
    assert len(words) > 1_000
    for word in [*words, *(word + "龘" for word in words), "", "\n", "\t", "\ud800", "deqing-words"]:
        assert mapped.get(word) == loaded.get(word) == plain_jieba.FREQ.get(word)


def test_threads_agree_while_the_dictionary_is_being_loaded(plain_jieba):
    some = dict(islice(plain_jieba.FREQ.items(), 60_000))  # loading these takes long enough for lookups meanwhile
    words = list(some)[::5]
    dictionary = Dictionary(MappedTable(pack(some, note=plain_jieba.total)), load_after=5_000)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda start: [dictionary.get(word) for word in words[start:]], range(4)))
    assert dictionary.loaded == dictionary.load() == some
    assert answers == [[plain_jieba.FREQ[word] for word in words[start:]] for start in range(4)]
