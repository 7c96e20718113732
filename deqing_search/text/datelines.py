"""The line at the head of a report that says when and at which session of a people's congress it was given."""

from __future__ import annotations

import re

_HAN = r"\u3400-\u9fff\uf900-\ufaff〇"
_NUMBER = r"[一二三四五六七八九十\d]+"
_YEAR = r"(?:\d{2}|\d{4}|[一二][〇○◯零ΟОＯOo0一二三四五六七八九]{3})年"
_DAY = rf"(?:{_YEAR})?{_NUMBER}月{_NUMBER}日"
_SESSION = (
    rf"{_NUMBER}届(?:[{_HAN}]{{0,8}}?)(?:人民代表大会|人大|人民委员会)(?:常务委员会|常委会)?"
    rf"(?P<meeting>第?{_NUMBER}次?(?:全体)?(?:代表)?(?:大会|会议)(?:第{_NUMBER}次全体会议)?)?"
)
_PLACE = rf"(?:[{_HAN}]{{2,14}}?)?[省市县区州旗盟]"
_SPEAKER = rf"(?:[{_HAN}]{{0,10}}?(?:[省市县区州旗盟]长|主席|总理)[{_HAN}·•．・]{{2,16}})"
_MARK = re.compile(r"[（(\[—―─－–-]+|(?:在|于)(?=[^\d])|\d")
_DATELINE = re.compile(
    rf"[（(\[—―─－–-]*(?:在|于)?(?:{_DAY}(?:上午|下午)?[，,、]?)?(?:在|于)?(?:{_PLACE}第?|第){_SESSION}"
    rf"(?P<end>上(?:的报告|的讲话)?|通过|文件)?{_SPEAKER}?(?:[（(][^（）()]{{1,20}}[）)])?[）)\]]?"
)
_GIVEN = re.compile(rf"[（(]{_DAY}(?:[，,]?[{_HAN}·]{{2,8}})?[）)]")  # a day, and the name of the speaker or 征求意见稿
_LONGEST = 90


def is_dateline(line: str) -> bool:
    """The line names a session, with or without day, place and speaker, or a day in brackets; and nothing else.

    >>> is_dateline("──在太原市第十二届人民代表大会第一次会议上"), is_dateline("佛山市第十二届人民代表大会第二次会议")
    (True, False)
    >>> is_dateline("——佛山市第十二届人民代表大会第二次会议"), is_dateline("认真执行市第十二届人大二次会议决议")
    (True, False)
    """
    if len(line) > _LONGEST or not ("届" in line or line[:1] in "（("):
        return False
    bare = "".join(line.split())
    if sum(map(bare.count, "（(")) > sum(map(bare.count, "）)")):
        return False  # its end stands on the next line
    found = _DATELINE.fullmatch(bare)
    if found is None:
        return _GIVEN.fullmatch(bare) is not None
    return found["end"] is not None or (found["meeting"] is not None and _MARK.match(line) is not None)
