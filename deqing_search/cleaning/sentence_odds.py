"""How likely a paragraph ends where a sentence ends, by the words of the text alone.

Where a column's last line happens to be full, only the words tell whether a paragraph ends there. The odds are a sum
of weights of what is seen around the place: how the text opens its paragraphs and the sentences inside them, how long
they are, what they are about. The weights stand in `data/paragraph_ends.tsv`, the topics in
`data/paragraph_topics.tsv`; `bench/paragraph_ends.py` fits both. Headings are weighed by `heading_odds`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from math import exp, log
from statistics import fmean, pstdev
from typing import NamedTuple

from deqing_search.cleaning.paragraph_topics import Repeats, compare
from deqing_search.cleaning.sign_weights import weights_of
from deqing_search.text.lines import HAN, NUMERAL, ends_sentence, numbering

_PART = rf"[{HAN}“”、·\d]"
# How a sentence opens, in the order in which the kinds are tried.
_SPECIAL = (
    rf"(?P<remark>[（(](?![{NUMERAL}\d]{{1,3}}[）)]))|(?P<note>[\[〔【（(]?\d{{1,3}}[\]〕】）)][^，。；：]{{2,24}}[：:])|"
    rf"(?P<address>各位代表|同志们)|(?P<dash>——)|(?P<item>[{NUMERAL}]+(?:是|要)|第[{NUMERAL}]+[，,、]|[①-⑳])"
)
_OF_SPECIAL = frozenset(f"（([〔【0123456789各同—第{NUMERAL}①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_DETAILS = frozenset(
    re.findall(
        "..",
        "完成开展新增新建支持建成获成启动出台制定全年成功严格鼓励组织组建自觉开工引导引进举办在此编制累计设立推行争取获批"
        "实行其中探索规范建立落实依托抓好主动充分预计",
    )
)
_TURN = (
    rf"同时，|此外，|为此，|[^，。]{{2,14}}的同时，|[我总][们的]|当前|回顾|展望|新的一年|做好|实现|围绕|今[年后]|"
    rf"[这过]?去?的?[{NUMERAL}]年|过去|\d{{4}}年|[{NUMERAL}]年来|“[{NUMERAL}]+”时期"
)
_LEADS = (7, 10, 12, 14, 17)  # characters: shorter leads open paragraphs more often
AHEAD = 70  # characters that tell how a paragraph opens
BEFORE = 200  # characters in front of a place that tell what the paragraph is about
_SENTENCE_END = re.compile(r"[。！？][”’）)》」』]*(?=[^。！？”’）)])")
_SENTENCE_STOP = re.compile("[。！？]")
_STOP = re.compile("[，。；：、！]")
_PAUSE = re.compile("[，、；：。！？“”（）《》]")
_ENDING = "。！？”）"
# How often a kind opens paragraphs and sentences inside them before anything of the text is counted.
_USUAL = (0.3, 2.0)
_USUAL_LENGTH, _USUAL_SPREAD = 5.2, 0.35  # of a paragraph, as a logarithm of its characters; the least spread
_AS_MANY = 2  # paragraphs that the usual length weighs
_SHORTEST = 5
LONGEST_ALONE = 45  # characters of a heading
_NEAR, _FAR, _AROUND = 3000, 20_000, 12  # characters to others of a kind, and of a beginning; places that count
_PARAGRAPHS = 2  # before and after a place that show how long they are there
_SECTION = 1500.0  # characters over which what is near counts less by a factor of e
_NEAR_SPREAD = 0.45  # of the length of paragraphs near by


def kind_of(sentence: str) -> str:
    """How a sentence opens.

    >>> kind_of("一是深化改革。"), kind_of("深化拓展区域联动。坚定不移"), kind_of("全市投资增长，")
    ('item', 'lead1', 'plain')
    """
    patterns = _patterns()
    if sentence[:1] in _OF_SPECIAL and (special := patterns.special.match(sentence)) and special.lastgroup:
        return special.lastgroup
    if sentence[:2] in _DETAILS or sentence[:1] == "让":
        return "detail"
    run = patterns.run.match(sentence)
    size = run.end() if run else 0
    stop = sentence[size : size + 1]
    if stop == "：" and 3 <= size <= 22:
        return "term"
    if stop == "，" and 4 <= size <= 14 and patterns.second.match(sentence, size + 1):
        return "pair"
    if patterns.turn.match(sentence):
        return "turn"
    return f"lead{sum(size >= least for least in _LEADS)}" if stop == "。" and 3 <= size <= 22 else "plain"


class _Patterns(NamedTuple):
    """What `kind_of` looks for."""

    special: re.Pattern[str]
    run: re.Pattern[str]
    second: re.Pattern[str]
    turn: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    """Compiled when a text is wrapped, as few are."""
    return _Patterns(*map(re.compile, (_SPECIAL, f"{_PART}*", f"{_PART}{{4,14}}。", _TURN)))


class Piece(NamedTuple):
    """What certainly belongs together, from offset `start` on; whether a paragraph begins and ends with it."""

    start: int
    text: str
    opens: bool
    ends: bool


class Place(NamedTuple):
    """An end of a sentence: the kind of what follows, its length to the next certain end, what all of it weighs."""

    at: int
    kind: str
    length: int
    weight: float


class _Opening(NamedTuple):
    """A sentence whose place is known: where it stands, and whether it opens a paragraph."""

    at: int
    first: bool


class _Paragraph(NamedTuple):
    """A paragraph that is known whole."""

    at: int
    length: float  # as a logarithm
    sentences: int
    kind: str


class SentenceOdds:
    """The paragraphs of a text: how they and their inner sentences open, how long they are, what they are about.

    >>> paragraph = "深化改革开放。" + "全市投资增长，进展良好。" * 8
    >>> known = [Piece(at, paragraph, True, True) for at in range(0, 6 * len(paragraph), len(paragraph))]
    >>> open_ = Piece(6 * len(paragraph), paragraph * 2, True, True)
    >>> odds = SentenceOdds([*known, open_])
    >>> start, end = open_.start, open_.start + len(open_.text)
    >>> inner, last = (odds.odds(start, odds.place(start + at, start, end)) for at in (67, len(paragraph)))
    >>> inner < 0 < last
    True
    """

    def __init__(self, pieces: list[Piece]) -> None:
        self._text = "".join([piece.text for piece in pieces])
        self._repeats = Repeats(self._text)
        self._stops = [end.end() for end in _SENTENCE_END.finditer(self._text)]
        self._kinds: dict[str, list[_Opening]] = defaultdict(list)
        self._beginnings: dict[str, list[_Opening]] = defaultdict(list)
        self._paragraphs: list[_Paragraph] = []
        for piece in pieces:
            self._learn(piece)
        lengths = [paragraph.length for paragraph in self._paragraphs]
        self._places = [paragraph.at for paragraph in self._paragraphs]
        self._length = (sum(lengths) + _AS_MANY * _USUAL_LENGTH) / (len(lengths) + _AS_MANY)
        self._spread = max(pstdev(lengths, fmean(lengths)) if lengths else 0.0, _USUAL_SPREAD)

    def _learn(self, piece: Piece) -> None:
        """Note how the sentences of a piece open, and how long it is."""
        start, end = piece.start, piece.start + len(piece.text)
        if piece.opens and "。" in piece.text and numbering(piece.text) is None:
            self._note(start, first=True)
        inside = self._stops[bisect_right(self._stops, start) : bisect_left(self._stops, end)]
        for at in inside:
            self._note(at, first=False)
        if piece.opens and piece.ends and "。" in piece.text[:-1] and ends_sentence(piece.text):
            kind = kind_of(piece.text[:AHEAD])[:4]
            self._paragraphs.append(_Paragraph(start, log(len(piece.text)), len(inside) + 1, kind))

    def _note(self, at: int, *, first: bool) -> None:
        sentence = self._text[at : at + AHEAD]
        self._kinds[kind_of(sentence)].append(_Opening(at, first))
        self._beginnings[sentence[:2]].append(_Opening(at, first))

    def place(self, at: int, start: int, end: int) -> Place:
        """An end of a sentence between two certain ends of paragraphs, weighed once for all that may begin above."""
        return Place(at, kind_of(self._text[at : at + AHEAD]), end - at, _sum(self.signs_at(at, start, end)))

    def odds(self, start: int, place: Place, *, standing: int = 0) -> float:
        """How much likelier a paragraph from `start` on ends at the place than not, as a logarithm.

        `standing` tells whether numbered lines like this one stand alone (above 0), or not (below 0).
        """
        return place.weight + _sum(self.signs_from(start, place, standing=standing))

    def signs_at(self, at: int, start: int, end: int) -> Iterator[str]:
        """What is seen around a place, wherever its paragraph begins."""
        ahead = self._text[at : at + AHEAD]
        before = self._text[max(start, at - BEFORE) : at]
        kind = kind_of(ahead)
        yield from ("", f"kind {kind}", f"begins {ahead[:2]}", f"begins {ahead[:3]}", f"begins {ahead[:4]}")
        yield from _signs_of_clauses(ahead)
        yield from _signs_of_ending(before, ahead, kind)
        yield f"length following {self._far(end - at)}"
        yield from self._signs_of_kind(at, kind)
        yield from self._signs_of_beginning(at, ahead[:2])
        yield from self._signs_of_topics(at, max(start, at - BEFORE))
        near = self._paragraphs_near(at)
        if near:
            yield f"length following near {_far_from(near, end - at)}"
            yield f"kinds near {kind[:4]} {sum(each.kind == kind[:4] for each in near)} of {len(near)}"

    def signs_from(self, start: int, place: Place, *, standing: int) -> Iterator[str]:
        """What is seen between the beginning of a paragraph and the place."""
        before = self._text[start : start + AHEAD]
        length = place.at - start
        kind = kind_of(before)
        yield f"kinds {kind[:4]},{place.kind[:4]}"
        yield f"alike {kind == place.kind}"
        sentences = bisect_left(self._stops, place.at) - bisect_right(self._stops, start)
        yield f"sentences {min(sentences, 8)}"
        here, there = self._far(length), self._far(place.length)
        yield f"length {here}"
        yield f"lengths {here // 2},{there // 2}"
        yield f"length of all {self._far(length + place.length)}"
        numbered = numbering(before) is not None
        yield f"numbered {numbered},{min(sentences, 1)},{(standing > 0) - (standing < 0) if numbered else 0}"
        near = self._paragraphs_near(place.at)
        if near:
            here, there = _far_from(near, length), _far_from(near, place.length)
            yield f"length near {here}"
            yield f"lengths near {here // 2},{there // 2}"
            yield f"length of all near {_far_from(near, length + place.length)}"
            usual = fmean([each.sentences for each in near])
            yield f"sentences near {min(round(usual), 8)},{min(sentences, 8)}"

    def _signs_of_kind(self, at: int, kind: str) -> Iterator[str]:
        """How often sentences of this kind open paragraphs in this text, and near by."""
        found = self._kinds.get(kind, [])
        first = sum([opening.first for opening in found])
        usual_first, usual_inner = _USUAL
        odds = log((first + usual_first) / (len(found) - first + usual_inner))
        yield f"kind here {max(-8, min(8, round(2 * odds)))}"
        yield f"kind beside {kind[:4]} {_beside(found, at, _NEAR)}"
        yield f"kind near {max(-8, min(8, round(2 * _odds_near(found, at))))}"

    def _signs_of_beginning(self, at: int, beginning: str) -> Iterator[str]:
        """How often these two characters open paragraphs in this text."""
        found = self._beginnings.get(beginning, [])
        first = sum([opening.first for opening in found])
        yield f"begins here {min(first, 3)},{min(len(found) - first, 3)}"
        yield f"begins beside {_beside(found, at, _FAR)}"

    def _signs_of_topics(self, at: int, before: int) -> Iterator[str]:
        """Whether the sentences on both sides are about the same, and say the same words."""
        here = bisect_left(self._stops, at)
        after = bisect_right(self._stops, at, here)
        ends = self._stops[after : after + 3] or [len(self._text)]
        last, last_two = (max(self._stops[each] if each >= 0 else 0, before) for each in (here - 1, here - 2))
        sides = (before, at), (last_two, at), (at, min(ends[0], at + 80)), (at, min(ends[-1], at + 160))
        (_, above, below, _), likeness = compare(self._text, sides)
        for name, (left, right) in zip("abcd", ((0, 2), (1, 2), (0, 3), (1, 3)), strict=True):
            yield f"topics {name} {round(6 * likeness[left][right])}"
        yield f"topic below {below}"
        yield f"topic above {above}"
        yield f"topics {above},{below}"
        sentence = self._repeats.weights(at, min(ends[0], at + 40))
        whole = sum(sentence.values()) or 1.0
        yield f"repeats {min(int(self._repeats.shared(sentence, last, at) / 6), 6)}"
        said = self._repeats.shared(sentence, before, at) / whole
        again = self._repeats.shared(sentence, ends[0], ends[0] + 120) / whole
        yield f"repeats above {min(int(10 * said), 9)}"
        yield f"repeats below {min(int(10 * again), 9)}"
        yield f"repeats {min(int(5 * said), 4)},{min(int(5 * again), 4)}"

    def _paragraphs_near(self, at: int) -> list[_Paragraph]:
        place = bisect_left(self._places, at)
        return self._paragraphs[max(place - _PARAGRAPHS, 0) : place + _PARAGRAPHS]

    def _far(self, length: int) -> int:
        """How far a length is from the usual one of this text."""
        away = (log(max(length, _SHORTEST)) - self._length) / self._spread
        return max(-4, min(4, round(1.5 * away)))


def _signs_of_clauses(ahead: str) -> Iterator[str]:
    """How the sentence after a place and the one after that go on."""
    first = _STOP.search(ahead, 0, 40)
    second = first and _STOP.search(ahead, first.end(), first.end() + 30)
    yield f"stop {first[0]}{min(first.start(), 30) // 2}" if first else "stop none"
    yield f"stops {first[0]}{second[0]}" if first and second else "stops none"
    if first and second:
        yield f"even {second[0]}{first.start() == second.start() - first.end()}"
    pause = _PAUSE.search(ahead)
    clause = ahead[: min(pause.start() if pause else AHEAD, 14)]
    for at in range(min(len(clause) - 1, 8)):
        yield f"has {clause[at : at + 2]}"
    if len(clause) > 1:
        yield f"clause {clause[-2:]}"
    sentences = _SENTENCE_STOP.split(ahead, 2)
    if len(sentences) == 1:
        yield "sentence long"
        return
    next_one = sentences[1].lstrip("”’）)")
    yield f"sentence {min(int(log(max(len(sentences[0]), 3)) * 3), 14)}"
    yield f"second {next_one[:2]}"
    yield f"second kind {kind_of(next_one + '。') if next_one else ''}"


def _signs_of_ending(before: str, ahead: str, kind: str) -> Iterator[str]:
    """How the sentence before a place ends, and how it opens."""
    bare = before.rstrip(_ENDING)
    ends = [end.end() for end in _SENTENCE_END.finditer(before)]
    last = before[ends[-1] :] if ends else before
    size = len(_SENTENCE_STOP.split(bare)[-1])
    yield f"last {min(int(log(max(size, 3)) * 2.5), 14)}"
    yield from (f"ends {bare[-2:]}", f"ends {bare[-3:]}", f"ends {bare[-4:]}")
    yield f"exclaims {before[-1:] in '！!'}"
    yield f"last begins {last[:2]}"
    yield f"last kind {kind_of(last[:AHEAD])},{kind}"
    clause = _PAUSE.split(last.rstrip(_ENDING))[-1][-9:]
    for at in range(len(clause) - 1):
        yield f"had {clause[at : at + 2]}"
    figures = re.search("[0-9]", last), re.search("[0-9]", _SENTENCE_STOP.split(ahead, 1)[0])
    yield f"figures {figures[0] is not None},{figures[1] is not None},{kind[:4]}"


def _beside(found: list[_Opening], at: int, most: int) -> str:
    """Whether the last known one above the place and the first one below open paragraphs (1), or not (0)."""
    place = bisect_left(found, (at, False))
    beside = (found[place - 1] if place else None), (found[place] if place < len(found) else None)
    return "".join("-" if each is None or abs(each.at - at) > most else str(int(each.first)) for each in beside)


def _odds_near(found: list[_Opening], at: int) -> float:
    """How much likelier those near by open paragraphs than not, as a logarithm; the nearest count most."""
    place = bisect_left(found, (at, False))
    odds = [0.6, 0.15]
    for opening in found[max(place - _AROUND, 0) : place + _AROUND]:
        odds[opening.first] += exp(-abs(opening.at - at) / _SECTION)
    return log(odds[1] / odds[0])


def _far_from(near: list[_Paragraph], length: int) -> int:
    """How far a length is from that of the paragraphs near by."""
    away = (log(max(length, _SHORTEST)) - fmean([each.length for each in near])) / _NEAR_SPREAD
    return max(-4, min(4, round(1.3 * away)))


def _sum(signs: Iterable[str]) -> float:
    """The weights of all signs."""
    weights = weights_of("sentence")
    return sum([weights.get(sign, 0.0) for sign in signs])


def is_alone(paragraph: str) -> bool:
    """A short paragraph without a sentence inside: a heading, whatever it ends with."""
    return len(paragraph) <= LONGEST_ALONE and not _SENTENCE_END.search(paragraph)
