"""How long the instruments of research take on an index, and whether their counts equal `str.count`.

    python bench/research.py INDEX

Prints seconds of processor time, which a loaded machine changes less than seconds of the clock. The terms of the panels
are words of the index: a hundred of the most frequent, and a hundred rarer ones. The queries are fixed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from deqing_search.engine.base import SuggestionView, View
from deqing_search.language.analyzer import expect_much_text
from deqing_search.query.filters import Filters
from deqing_search.query.tree import And
from deqing_search.query.years import Years
from deqing_search.research.collocates import collocates, dispersion
from deqing_search.research.concordance import Wish, concordance
from deqing_search.research.counting import Scanner
from deqing_search.research.dictionaries import Dictionary, Term
from deqing_search.research.keyness import keyness
from deqing_search.research.occurrences import find, of_query
from deqing_search.research.panel import panel
from deqing_search.store.current import open_index

QUERY = "营商环境 OR 科技创新"


def main(index: Path) -> None:
    engine = open_index(index)
    view = engine.view()
    assert isinstance(view, SuggestionView)
    expect_much_text()
    frequent, rarer = dictionaries(view)
    wanted = of_query(QUERY)
    found = concordance(engine, wanted)  # once before timing: it opens the files
    print(f"{len(view.cards())} reports, {found.occurrences} occurrences of {QUERY}")
    timed("panel, 100 of the most frequent words", lambda: panel(engine, frequent))
    timed("panel, 100 rarer words", lambda: panel(engine, rarer))
    timed("concordance, sorted", lambda: concordance(engine, wanted, Wish(order="right")))
    timed("collocates", lambda: collocates(find(engine, wanted)))
    timed("dispersion", lambda: dispersion(find(engine, wanted)))
    timed("keyness of two years", lambda: keyness(engine, in_year(engine, -1), in_year(engine, -2)))
    check(view, rarer)


def dictionaries(view: SuggestionView) -> tuple[Dictionary, Dictionary]:
    """A hundred frequent words and a hundred rarer ones."""
    counts = {word: n for word, n in view.vocabulary().items() if len(word) > 1 and not word[0].isdigit()}
    words = sorted(counts, key=lambda word: (-counts[word], word))
    return tuple(Dictionary(tuple(map(Term, some))) for some in (words[:400:4], words[400:10400:100]))  # type: ignore[return-value]


def in_year(engine, at: int):  # type: ignore[no-untyped-def]
    years = sorted({card.meta.year for card in engine.view().cards() if card.meta.year})
    return Filters(Years(years[at], years[at])).limit(And(()))


def timed(name: str, work: Callable[[], object]) -> None:
    """Print the least of three runs."""
    runs = []
    for _ in range(3):
        clock, cpu = perf_counter(), process_time()
        work()
        runs.append((process_time() - cpu, perf_counter() - clock))
    print(f"{name}: {min(runs)[0]:.3f} s of the processor, {min(runs)[1]:.3f} s of the clock")


def check(view: View, dictionary: Dictionary) -> None:
    """Count each term alone, in the whole corpus, by the instrument and by `str.count`."""
    texts = [text.compact for text in view.texts(And(()))]
    terms = dictionary.strings[:20]
    pairs = [
        (sum(len(list(Scanner([term]).scan(text))) for text in texts), sum(text.count(term) for text in texts))
        for term in terms
    ]
    print(f"{sum(one == other for one, other in pairs)} of {len(pairs)} terms have the count of str.count")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
