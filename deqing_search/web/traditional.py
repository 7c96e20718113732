"""A finished page in traditional characters.

Converts the text of a page, its language marks and the attributes that people read. Scripts, addresses, the values that
a form sends, code, and what the page marks as an original (`translate="no"`) stay as they are. The text itself is
converted by `traditional_text`. What the site itself says, outside of `lang="zh-Hans"`, gets the words and quotation
marks of Taiwan too (`data/traditional_interface.tsv`); what a report says keeps its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from deqing_search.config import data_rows
from deqing_search.web.traditional_text import traditional

_BETWEEN = "\x1f"  # no word has it
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_KEPT = frozenset(("script", "style", "pre", "textarea", "code"))
_ATTRIBUTES: Any = etree.XPath(
    "//@title | //@alt | //@aria-label | //@placeholder | //@data-suggestions | //@data-name | //@data-says"
    " | //body/@*[starts-with(name(), 'data-')]"
    " | //button/@value | //input[@type = 'submit' or @type = 'button']/@value"
    " | //meta[@name = 'description' or starts-with(@property, 'og:')]/@content"
)


_QUOTES = str.maketrans("“”‘’", "「」『』")
_Slot = tuple[Any, str, str]  # an element, which of its texts ("text" or "tail"), and what stands there


class _Phrase(NamedTuple):
    """Texts between which only marks stand, and whether a report says them or the site."""

    slots: list[_Slot]
    of_report: bool

    @property
    def text(self) -> str:
        return "".join([text for _, _, text in self.slots])

    def worded(self, text: str) -> str:
        """A text of it, before its characters are converted: with the words of Taiwan if the site says it."""
        return text if self.of_report else _as_in_taiwan(text)


def in_traditional(page: str) -> str:
    """The page with its Chinese in traditional characters. A mark does not cut a phrase: 里面 is 裡面, 公里 stays.

    >>> page = '<!doctype html><a title="汉语" href="/汉语">公<mark>里</mark>，<mark>里</mark>面<pre>汉语</pre></a>'
    >>> in_traditional(page).splitlines()[1].removeprefix("<html><body>").removesuffix("</body></html>")
    '<a title="漢語" href="/%E6%B1%89%E8%AF%AD">公<mark>里</mark>，<mark>裡</mark>面<pre>汉语</pre></a>'
    """
    try:
        return _converted(page)
    except ValueError:  # lxml refuses a text with a control character, and one is put between the texts
        return _converted(_CONTROLS.sub("\ufffd", page))


def _converted(page: str) -> str:
    root: Any = etree.HTML(page)
    phrases, values = list(_phrases(root)), _ATTRIBUTES(root)
    texts = [phrase.worded(phrase.text) for phrase in phrases]
    # A page has some hundreds of texts: one by one takes twice as long as all at once.
    converted = traditional(_BETWEEN.join([*texts, *map(_as_in_taiwan, values)])).split(_BETWEEN)
    for phrase, new in zip(phrases, converted[: len(texts)], strict=True):
        if new != phrase.text:
            _replace(phrase, new)
    for value, new in zip(values, converted[len(texts) :], strict=True):
        if new != value and value.getparent().get("translate") != "no":
            value.getparent().set(value.attrname, new)
    html: str = etree.tostring(root, encoding="unicode", method="html", doctype="<!doctype html>")
    return html


def _as_in_taiwan(text: str) -> str:
    """A text of the site with the words and quotation marks of Taiwan; words in quotation marks stay: they are quoted.

    >>> _as_in_taiwan("固定链接：查找含“数据”的段落，按键盘 /")
    '固定连结：查找含「数据」的段落，按键盘 /'
    """
    words = _words_of_site()
    wanted = _pattern_of_site()
    return wanted.sub(lambda found: words.get(found[0], found[0]), text).translate(_QUOTES)


@cache
def _pattern_of_site() -> re.Pattern[str]:
    words = sorted(_words_of_site(), key=len, reverse=True)
    return re.compile("|".join(("“[^”]*”", *map(re.escape, words))))


@cache
def _words_of_site() -> Mapping[str, str]:
    rows = (row.split("\t") for row in data_rows("traditional_interface.tsv"))
    return {here: there for here, there, _ in rows}


def _phrases(root: Any) -> Iterator[_Phrase]:
    """The texts to convert, those together between which only marks stand."""
    phrase: list[_Slot] = []
    reports: list[Any] = []  # the elements around in which a report speaks
    walker = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walker:
        if phrase and element.tag != "mark":
            yield _Phrase(phrase, bool(reports))
            phrase = []
        at_end = event != "start"
        if at_end and reports and reports[-1] is element:
            reports.pop()
        if not at_end and (element.tag in _KEPT or element.get("translate") == "no"):
            walker.skip_subtree()
            continue
        if not at_end and element.get("lang") == "zh-Hans" and element.tag != "input":  # what was typed stays
            element.set("lang", "zh-Hant")
            reports.append(element)
        text = element.tail if at_end else element.text
        if text and (phrase or not text.isspace()):
            phrase.append((element, "tail" if at_end else "text", text))


def _replace(phrase: _Phrase, converted: str) -> None:
    """Put the converted phrase where its texts were: cut as they were; if its length has changed, each by itself."""
    same_length, end = len(converted) == len(phrase.text), 0
    for element, kind, text in phrase.slots:
        start, end = end, end + len(text)
        setattr(element, kind, converted[start:end] if same_length else traditional(phrase.worded(text)))
