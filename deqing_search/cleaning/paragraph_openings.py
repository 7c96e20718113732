"""How likely a paragraph or a heading ends at a place, by its words alone.

Where a column's last line happens to be full, only the words tell whether a paragraph ends. Two models weigh them, one
for ends of sentences and one for ends of headings: sums of weights of what is seen on both sides of the place. The
weights stand in `data/paragraph_ends.tsv`, fitted by `bench/paragraph_ends.py`; what the text itself shows (how its
paragraphs and the sentences inside them open, how long they are) is part of what is weighed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from math import log
from statistics import fmean, pstdev
from typing import NamedTuple

from deqing_search.config import DATA
from deqing_search.text.lines import HAN, NUMERAL, ends_sentence, numbering

_PART = rf"[{HAN}“”、·\d]"
_KINDS = {
    "remark": rf"[（(](?![{NUMERAL}\d]{{1,3}}[）)])",
    "note": r"[\[〔【（(]?\d{1,3}[\]〕】）)][^，。；：]{2,24}[：:]",
    "address": r"各位代表|同志们",
    "dash": r"——",
    "item": rf"[{NUMERAL}]+(?:是|要)|第[{NUMERAL}]+[，,、]|[①-⑳]",
    "detail": (
        "完成|开展|新[增建]|支持|[建获]成|启动|出台|制定|全年|成功|让|严格|鼓励|组[织建]|自觉|开工|引[导进]|举办|在此|编制|累计|设立|"
        "推行|争取|获批|实行|其中|探索|规范|建立|落实|依托|抓好|主动|充分|预计"
    ),
    "term": rf"{_PART}{{3,22}}：",
    "pair": rf"{_PART}{{4,14}}，{_PART}{{4,14}}。",
    "turn": (
        rf"同时，|此外，|为此，|[^，。]{{2,14}}的同时，|[我总][们的]|当前|回顾|展望|新的一年|做好|实现|围绕|今[年后]|"
        rf"[这过]?去?的?[{NUMERAL}]年|过去|\d{{4}}年|[{NUMERAL}]年来|“[{NUMERAL}]+”时期"
    ),
}
# A string: compiled when a text is wrapped, as few are; `re` keeps what it compiled.
_OPENING = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()) + rf"|(?P<lead>{_PART}{{3,22}})。"
_LEADS = (7, 10, 12, 14, 17)  # characters: shorter leads open paragraphs more often
AHEAD = 70  # characters that tell how a paragraph opens
_SENTENCE_END = re.compile(r"[。！？][”’）)》」』]*(?=[^。！？”’）)])")
_SENTENCE_STOP = re.compile("[。！？]")
_STOP = re.compile("[，。；：、！]")
# How often a kind opens paragraphs and sentences inside them before anything of the text is counted.
_USUAL = (0.3, 2.0)
_USUAL_LENGTH, _USUAL_SPREAD = 5.2, 0.35  # of a paragraph, as a logarithm of its characters; the least spread
_AS_MANY = 2  # paragraphs that the usual length weighs
_SHORTEST = 5
LONGEST_ALONE = 45  # characters of a heading
# No heading of 40 reports had a worse edge; of other line ends six in ten have.
_NO_HEADING, _FAR_OFF = -2.0, -8.0
_LABEL = re.compile(r"[^，。；：！？、]{2,8}：(?=.)")
_NUMBER = re.compile(rf"[（(]?[{NUMERAL}\d]*[)）、.．]*")


def kind_of(sentence: str) -> str:
    """How a sentence opens.

    >>> kind_of("一是深化改革。"), kind_of("深化拓展区域联动。坚定不移"), kind_of("全市投资增长，")
    ('item', 'lead1', 'plain')
    """
    found = re.match(_OPENING, sentence)
    kind = (found and found.lastgroup) or "plain"
    if found and kind == "lead":
        size = len(found["lead"])
        return f"lead{sum(size >= least for least in _LEADS)}"
    return kind


class Following(NamedTuple):
    """What stands after a place: how it begins, its length to the next certain end, and what these weigh."""

    beginning: str
    length: int
    kind: str
    weight: float


class Openings:
    """The paragraphs of a text: how they and their inner sentences open, how long they are.

    >>> openings = Openings([("深化改革开放。" + "全市投资增长，进展良好。" * 8, True, True)] * 6)
    >>> so_far = "深化改革开放。" + "全市投资增长，进展良好。" * 8
    >>> texts = "优化营商环境。推进项目建设。" * 5, "全市投资增长，进展良好。" * 5
    >>> following = [openings.following(text, 100) for text in texts]
    >>> [openings.odds(so_far, each) > 0 for each in following]
    [True, False]
    """

    def __init__(self, pieces: Iterable[tuple[str, bool, bool]]) -> None:
        """Count in pieces of paragraphs, each with whether it opens one and whether it ends one."""
        self._first, self._inner = Counter[str](), Counter[str]()
        lengths = []
        for piece, opens, ends in pieces:
            if opens and "。" in piece and numbering(piece) is None:
                self._first.update((kind_of(piece), piece[:2]))
            for end in _SENTENCE_END.finditer(piece):
                self._inner.update((kind_of(piece[end.end() : end.end() + AHEAD]), piece[end.end() : end.end() + 2]))
            if opens and ends and ends_sentence(piece) and "。" in piece[:-1]:
                lengths.append(log(len(piece)))
        self._length = (sum(lengths) + _AS_MANY * _USUAL_LENGTH) / (len(lengths) + _AS_MANY)
        self._spread = max(pstdev(lengths, fmean(lengths)) if lengths else 0.0, _USUAL_SPREAD)

    def following(self, beginning: str, length: int) -> Following:
        """What stands after a place, weighed once for all that may stand before it."""
        kind = kind_of(beginning)
        return Following(beginning, length, kind, _sum("sentence", self.signs_after(beginning, length, kind)))

    def odds(self, before: str, following: Following, *, standing: int = 0) -> float:
        """How much likelier a paragraph ends between the two than none does, as a logarithm.

        `standing` tells whether numbered lines of the rank of `before` stand alone near by (1), or not (-1).
        """
        return following.weight + _sum("sentence", self.signs_between(before, following, standing=standing))

    def signs_after(self, beginning: str, length: int, kind: str) -> Iterator[str]:
        """What is seen after a place."""
        yield ""
        yield f"kind {kind}"
        yield f"begins {beginning[:2]}"
        yield f"begins {beginning[:3]}"
        first = _STOP.search(beginning[:40])
        second = first and _STOP.search(beginning, first.end(), first.end() + 30)
        yield f"stop {first[0]}{min(first.start(), 30) // 2}" if first else "stop none"
        yield f"stops {first[0]}{second[0]}" if first and second else "stops none"
        if first and second:
            yield f"even {second[0]}{first.start() == second.start() - first.end()}"
        yield f"length following {self._far(length)}"
        usual_first, usual_inner = _USUAL
        odds = log((self._first[kind] + usual_first) / (self._inner[kind] + usual_inner))
        yield f"kind here {max(-8, min(8, round(2 * odds)))}"
        begins = beginning[:2]
        yield f"begins here {min(self._first[begins], 3)},{min(self._inner[begins], 3)}"

    def signs_between(self, before: str, following: Following, *, standing: int) -> Iterator[str]:
        """What is seen before a place, and on both sides together."""
        kind, bare = kind_of(before), before.rstrip("。！？”）")
        yield f"kinds {kind[:4]},{following.kind[:4]}"
        yield f"alike {kind == following.kind}"
        sentences = len(_SENTENCE_END.findall(before))
        yield f"sentences {min(sentences, 8)}"
        here, there = self._far(len(before)), self._far(following.length)
        yield f"length {here}"
        yield f"lengths {here // 2},{there // 2}"
        yield f"length of all {self._far(len(before) + following.length)}"
        numbered = numbering(before) is not None
        yield f"numbered {numbered},{min(sentences, 1)},{standing if numbered else 0}"
        last = _SENTENCE_STOP.split(bare)[-1]
        yield f"last {min(int(log(max(len(last), 3)) * 2.5), 14)}"
        yield f"ends {bare[-2:]}"
        yield f"exclaims {before[-1] in '！!'}"

    def _far(self, length: int) -> int:
        """How far a length is from the usual one of this text."""
        away = (log(max(length, _SHORTEST)) - self._length) / self._spread
        return max(-4, min(4, round(1.5 * away)))


def heading_odds(heading: str, beginning: str, *, met: bool, standing: int) -> float:
    """How much likelier a heading ends here than that it or a paragraph goes on, as a logarithm.

    `beginning` is what stands below, `met` whether the characters on both sides are a pair elsewhere in the text,
    `standing` whether headings of this rank stand alone near by (1), or not (-1).

    >>> heading = "二、今年工作的总体要求和主要目标"
    >>> heading_odds(heading, "今年是关键之年，我们", met=False, standing=1) > -1
    True
    >>> heading_odds("过去一年是全市发展史上", "极不平凡的一年。", met=True, standing=0) > -1
    False
    """
    return edge_odds(heading[-2:], beginning, met=met) + shape_odds(heading, standing)


def edge_odds(ending: str, beginning: str, *, met: bool) -> float:
    """The part of the odds of a heading that does not depend on where it begins; `ending` is its last two
    characters.
    """
    odds = _sum("heading", _near_signs(ending, beginning, met=met))
    return odds + _sum("heading", _far_signs(beginning)) if odds > _NO_HEADING else odds + _FAR_OFF


def shape_odds(heading: str, standing: int) -> float:
    """The part of the odds of a heading that depends on the whole of it."""
    return _sum("heading", shape_signs(heading, standing))


def edge_signs(ending: str, beginning: str, *, met: bool) -> Iterator[str]:
    """What is seen on both sides of the end of a heading."""
    yield from _near_signs(ending, beginning, met=met)
    yield from _far_signs(beginning)


def _near_signs(ending: str, beginning: str, *, met: bool) -> Iterator[str]:
    """What the characters right beside the end of a heading show."""
    yield ""
    yield f"met {met}"
    yield f"ends {ending[-1]}"
    yield f"ends {ending}"
    yield f"begins {beginning[:1]}"
    yield f"begins {beginning[:2]}"


def _far_signs(beginning: str) -> Iterator[str]:
    """What the beginning of the text below shows."""
    yield f"kind {kind_of(beginning)}"
    yield f"numbered below {numbering(beginning) is not None}"
    yield f"label below {bool(_LABEL.match(beginning))}"
    stop = _STOP.search(beginning[:30])
    yield f"stop {stop[0]}{_near(stop.start())}" if stop else "stop none"


def shape_signs(heading: str, standing: int) -> Iterator[str]:
    """What is seen in a heading."""
    rank, commas = numbering(heading), heading.count("，")
    numbered = rank is not None
    yield f"rank {rank},{standing}"
    yield f"length {numbered},{min(len(heading) // 4, 12)}"
    yield f"commas {numbered},{min(commas, 3)}"
    clauses = re.split("[，、]", heading[_numbered_to(heading) :])
    yield f"clauses {min(len(clauses), 4)},{min(len(clauses[-1]), 12)}"
    yield f"label {bool(_LABEL.match(heading))}"


def _near(at: int) -> int:
    """A distance, the more roughly the greater it is."""
    return at if at < 4 else 3 + min(at // 3, 6)


def _numbered_to(heading: str) -> int:
    found = _NUMBER.match(heading)
    return found.end() if found else 0


def _sum(model: str, signs: Iterable[str]) -> float:
    """The weights of all signs."""
    weights = _weights()[model]
    return sum([weights.get(sign, 0.0) for sign in signs])


@cache
def _weights() -> dict[str, dict[str, float]]:
    """What each sign weighs in each model."""
    found: dict[str, dict[str, float]] = {"sentence": {}, "heading": {}}
    for row in (DATA / "paragraph_ends.tsv").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            model, sign, weight = row.split("\t")
            found[model][sign] = float(weight)
    return found


def is_alone(paragraph: str) -> bool:
    """A short paragraph without a sentence inside: a heading, whatever it ends with."""
    return len(paragraph) <= LONGEST_ALONE and not _SENTENCE_END.search(paragraph)
