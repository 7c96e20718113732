"""Fixes of the web page: the lines of buttons, sharing, sources and notices that were copied along with a report.

A page may be copied one element a line: then several lines together are one piece (`【字号：`, `大`, `小`, `】`).
"""

from __future__ import annotations

import re
from itertools import islice, takewhile

from deqing_search.text.lines import HAN, Line, lines_of
from deqing_search.text.offsets import Edit

_DATE = r"\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_NAME = rf"[{HAN}A-Za-z·.\-]{{1,24}}"
_ON = r"[ \t\u3000]*"  # a name stands on the line of its label: below may be the title
_MEDIUM = rf"[{HAN}]{{2,10}}(?:报|网|社|端|台|府|厅|办|室|中心|客户端)(?!告)"
_ADDRESS = r"(?:联系)?地址\s*[：:].{2,40}(?:邮编|电话)\s*[：:].{0,40}"  # of the site, or of a form
# Each names what it is; a line is furniture when nothing else stands on it.
_PIECES = (
    r"[【\[（(]?\s*字\s*[号体]\s*(?:大小)?\s*[：:]?\s*[\[【(（]?\s*"
    r"(?:大\s*[|｜/]?\s*中\s*[|｜/]?\s*小|超大\s*大\s*标准|(?:默认|标准)\s*大\s*超大|小\s*中\s*大|[+\-A\s]{1,9})\s*[】\]）)]?",
    r"[【\[（(]?\s*字\s*[号体]\s*(?:大小)?\s*[：:]?\s*(?:(?:加大|还原|减小|放大|缩小|默认|标准|大|中|小)\s*)+[】\]）)]?",
    r"[【\[（(]?\s*(?:我要)?(?:打印(?:本[页文]|此页|页面)?|全屏|下载(?:附件|全文|PDF|Word)?|附件下载|收藏(?:本[页文])?|关闭(?:本页|窗口)?|"
    r"返回(?:顶部|首页|列表|上一页)?|复制链接|纠错|朗读|无障碍(?:浏览|阅读)?|关怀版)\s*[】\]）)]?",
    r"(?:扫一扫|用手机扫|用?微信扫).{0,24}|(?:手机)?扫码(?:阅读|浏览|查看|下载|关注|分享|打开|访问).{0,16}",
    r"分享\s*(?:到|至)?\s*[：:]?(?:\s*(?:微信|微博|新浪微博|QQ空间|QQ|朋友圈|人人网|豆瓣|更多))*",
    r"分享[到至](?:好友|朋友圈|微信|微博|QQ|[和、])+(?:\s*×)?|[》>\s]*点击(?:图片|标题|链接)?(?:进入|查看)\S{0,6}[《<\s]*|(?:微信|新浪微博|微博|QQ空间|朋友圈)(?:\s+(?:微信|微博|QQ空间|QQ|朋友圈))+",
    r"(?:责任编辑|编辑|来源|背景色|保护视力色)\s*[：:]",
    rf"[【\[（(]?\s*(?:责任)?编\s*辑\s*[：:]{_ON}{_NAME}(?:\s+[{HAN}]{{2,4}}){{0,2}}\s*[】\]）)]?",
    rf"(?:责编|校对|审核|初审|终审|录入|上传)\s*[：:]{_ON}{_NAME}",
    rf"(?:信息|稿件|文章|文件)?来\s*源\s*[：:]{_ON}{_NAME}",
    rf"来\s*源\s*[：:]\s*{_MEDIUM}",
    rf"(?:(?:发布|成文|更新|发文|发表|编辑|信息)?(?:时间|日期)\s*[：:]\s*)?{_DATE}(?=\s*\S)",
    rf"(?:发布|成文|更新|发文|发表|编辑|信息)?(?:时间|日期)\s*[：:]\s*{_DATE}",
    rf"(?:作者|供稿|撰稿)\s*[：:]{_ON}(?:{_NAME})?|索引号\s*[：:]\s*[\w/\-]+|A\s*\+\s*A\s*A\s*-",
    r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[：:]\s*[\[【]?\s*(?:\d[\d,，]*)?\s*[\]】]?\s*次?|您是第\s*\d+\s*位访问者",
    r"(?:公开(?:方式|形式|范围|时限)|有效性|(?:体裁|主题|信息|组配)分类|服务对象)\s*[：:].{0,30}",
    r"(?:上|下)一[篇条页]\s*[：:]?.{0,50}",
    r"(?:您?(?:当前|现在|所在)?的?(?:位置|所在位置))\s*[：:].{0,60}",
    rf"首页(?:\s+[{HAN}]{{2,6}}){{2,}}|(?:网站)?首页(?:\s*[|｜]\s*[{HAN}]{{2,8}})+",
    rf"(?:您?(?:当前|现在|所在)?的?位置\s*[：:]\s*)?首页\s*(?:[>＞»›/|]\s*(?P<crumb>{_NAME})\s*)+(?:(?P=crumb)(?=\n|$))?",
    r"(?:相关(?:链接|阅读|文章|文档|报道|附件|新闻)|热门推荐|推荐阅读|延伸阅读)\s*[：:]?",
    r"(?:版权所有|Copyright|©|ⓒ).{0,80}",
    rf"(?:主办(?:单位)?|承办(?:单位)?|技术支持|网站标识码)\s*[：:]{_ON}[{HAN}\w]{{2,30}}",
    r".{0,6}ICP备.{0,30}|.{0,8}公网安备.{0,30}",
    r"网站地图|联系我们|联系方式|关于我们|设为首页|加入收藏|隐私(?:声明|保护)|网站声明|法律声明|登录|注册|搜索|智能问答|长者助手|"
    r"适老化(?:无障碍)?|繁體版|简体|繁體|繁体|English|点击下载(?:附件)?|Produced By.{0,40}|"
    r"建议使用.{0,24}(?:浏览器|分辨率).{0,8}",
    _ADDRESS,
    r"【?\s*(?:大|中|小)\s+(?:大|中|小)\s+(?:大|中|小)\s*】?",
)
_ANY = re.compile("|".join(_PIECES))
_OPENS = re.compile(
    r"[【\[（(]?\s*(?:字\s*[号体]|(?:[^，。；：]{0,4}位置|来\s*源|[^，。；：]{0,2}时间)\s*[：:]$|$)|首页$"
)
_BETWEEN = re.compile(r"[\s|｜/·　]*")
_LONGEST = 160
_MOST_LINES, _SHORT = 12, 40  # of a piece that was copied one element a line; characters of such an element


def web_chrome(text: str) -> list[Edit]:
    """Take away a line that holds nothing but buttons, sources and notices of a web page.

    >>> page = "【字号：大 中 小】 打印\\n责任编辑：张三\\n各位代表：\\n打印业发展迅速。"
    >>> [page[e.start : e.end] for e in web_chrome(page)]
    ['【字号：大 中 小】 打印\\n责任编辑：张三\\n']
    >>> page = "来源：\\n某某日报\\n【字号：\\n加大\\n减小\\n】\\n政府工作报告\\n"
    >>> [page[e.start : e.end] for e in web_chrome(page)]
    ['来源：\\n某某日报\\n【字号：\\n加大\\n减小\\n】\\n']
    """
    lines, edits, at = lines_of(text), list[Edit](), 0
    while at < len(lines):
        size = _lines_of_chrome(lines, at)
        if size == 1 and re.match(_ADDRESS, lines[at].text) and not _is_beside_chrome(lines, at):
            size = 0
        if size:
            end = lines[at + size - 1].end
            end += text[end : end + 1] == "\n"
            edits.append(Edit(lines[at].start, end, "", "web-chrome", "网页上的按钮、来源或声明"))
        at += max(size, 1)
    return edits


def _is_beside_chrome(lines: list[Line], at: int) -> bool:
    """The line above or below is furniture by itself: an address alone is that of a form."""
    beside = [lines[number].text for number in (at - 1, at + 1) if 0 <= number < len(lines)]
    return any(_is_made_of_pieces(text) and not re.match(_ADDRESS, text) for text in beside if len(text) <= _LONGEST)


def _lines_of_chrome(lines: list[Line], at: int) -> int:
    """How many lines from here on are made of pieces, alone or together; 0 where this one is not."""
    whole = lines[at].text
    if len(whole) > _LONGEST or not (_ANY.match(whole) or _OPENS.match(whole)):
        return 0
    if len(whole) <= _SHORT:
        short = takewhile(lambda line: len(line.text) <= _SHORT, islice(lines, at, at + _MOST_LINES))
        texts = [line.text for line in short]
        for count in range(len(texts), 1, -1):
            if _is_made_of_pieces("\n".join(texts[:count])):
                return count
    return int(_is_made_of_pieces(whole))


def _is_made_of_pieces(line: str) -> bool:
    """Nothing else stands on the line; each piece as long as it can be, since trying all ways would take for ever."""
    at = 0
    while at < len(line):
        if not _ANY.match(line, at):
            return False
        each = map(re.compile, _PIECES)  # here, for the few texts that have any: `re` keeps what it compiled
        end = max(found.end() for piece in each if (found := piece.match(line, at)))
        if end == at:
            return False
        between = _BETWEEN.match(line, end)
        at = between.end() if between else end
    return True
