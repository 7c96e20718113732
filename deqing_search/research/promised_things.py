"""What a clause promises, without numbers: the verb and the things that will be built, opened, issued or gone on with.

Two kinds of verbs: those that name an end (建成, 开工, 出台) promise whatever stands with them; those that name work
(推进, 启动, 完成 …) promise only works whose names end with a noun of data/works.tsv. All texts here are compact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from deqing_search.config import data_rows
from deqing_search.language.quantities import quantities

_ENDS = re.compile(
    "建成投用|建成投产|建成通车|建成开放|建成运营|建成使用|开工建设|启动建设|竣工投产|竣工投用|投入使用|投入运营|正式运营|"
    "(?<!创)(?<!未)建成(?!区)|开工|竣工|完工|投产|投用|(?<!直)通车|开通运营|开通|启用|落成|(?<=全线)贯通|出台|(?<!政策)(?<!标准)制定(?!机制)|"
    "颁布|印发|设立|成立|组建|挂牌(?!督办|保护|制)|"
    "(?<!利用)上线|开馆|开园|举办好?(?!水平|能力|之年|地|城市)"
)
_WORK = re.compile(
    "(?:[^,、]{2,8}?(?=加快|推进|启动|完成))?"
    "(?:(?:加快|推进|推动|促进|科学|认真|精心|稳妥|加紧|着手|大力|全力|稳步|有序|着力|扎实|深入|继续|持续|积极|抓紧|统筹|力争|争取|确保|全面|尽快|提速|加速|协同|合力|高效|"
    "高[标质水起][准量平点]|高标|重点|支持|规划|率先|组织|今年|年内|要|将|做好|抓好|引进)*"
    "(推进|推动|加快|加大|启动|实施|抓好|做好|办好|动工|新建|续建|扩建|改建|改造|完成|建设|筹建|筹备好?|筹办好?|承办|编制|修[编订]|推出|开展|谋划|打造))+"
)
_TITLE = re.compile(
    "(?:[^,、]{2,8}?(?=创建|争创))?(?:继续|积极|大力|深入|全力|着力|扎实|推进|支持)*(创建|争创|申创|申建|申报|争取)(?:成为|设立|建设)?"
)
_ITEM = re.compile(r'(?:"[^"]*"|《[^》]*》|\([^()]*\)|(?<=[0-9])、(?=[0-9])|[^、])+')
_PAST = re.compile("去年|上年|已经?(?:建成|开工|出台)|了$")
# Clauses that explain, give a reason or speak of a thing that others have made: 国家出台的政策, 政策制定.
_NO_PROMISE = re.compile(
    '^(?:是|指|围绕|立足|我们|鼓励|吸引|引导|积极引进|"[^"]{1,6}"指|按照|根据|着眼|特别是|坚决扛起)|(?:建成|出台|制定|设立|成立|举办)的(?!$)'
)
_FILLER = re.compile(
    "^(?:年内|年底前|上半年|下半年|今年|将|要|确保|力争|争取|全面|加快|推进|推动|促进|实现|尽快|抓紧|统筹|积极|继续|并|及|和|"
    "全线|正式|高标准|高质量|高水平|一批|一届|初步|新(?!兴|型|能源|材料|区|城|药|村|港)|完成|规划|研究|在全[省国市县]|率先|基本|探索|支持|"
    "试运营|实施|和?落实|更具针对性的|[0-9]{1,2}月[0-9]{0,2}日?|-|[一二三四五六七八九十]是|\\([0-9]+\\))+"
    "|[0-9]{1,2}月(?:底|份)?前?|[一二三四]季度|[上下]半年|年底前?|要?在[0-9]{4}年[底末]?前?$"
    "|(?:全线|正式|基本|如期)*(?:并|等|等一批)?(?:重点|重大)?(?:项目|工程)?(?:建设|的?实施|并)?$"
)
_WORK_END = re.compile(
    "(?:等.*|项目|工程)?的?(?:创建|(?:规划)?建设|(?:综合|升级)?改造(?:提升)?|提升(?:改造)?|编制|步伐|进度|力度|"
    "前期(?:工作)?|工作|论证|落地|实施|开发|施工|进程)*$"
)
_GENERAL = re.compile("小康社会|坚实基础|现代化(?:国家|强国)")  # too general to find in the next report
_KIND = re.compile(
    "(?:各项|相关|配套|若干)*(?:专项资金|(?:优惠|支持|扶持)?政策措施|政府规章|(?:优惠|支持|扶持)?政策|实施意见|实施方案|行动计划|专项规划|项目|基础设施)"
)
_LEADS = re.compile("^(?:完善|健全|提升|深化|发挥|突出|优化|加强|规范)")  # promises to better a thing, not to make one
_BRACKETED = re.compile(r"\([^()]*\)")
_SHORTEST = 4  # characters that name a thing, besides numbers
# What only a kind of works has as its name, or what is wished to become: 一批文化产业园区, 打造国际枢纽港.
_VAGUE = re.compile(
    "的|^(?:一批|若干|多个|各类?|各级|大型|一些|特色|重点|重大|农村|城乡|社区|公共|现代化?)(?!$)"
    '|^(?:国际|全国|国家级?|世界|全球|区域|国内|一流|东[北南]亚|长三角|珠三角|[中西]部|全?省内?|高品质)[^"0-9]*(?:中心|枢纽|基地|城|港|高地|平台)$'
)
_BEFORE = {"place": 2, "noun": 3, "wide": 5, "title": 0}  # characters before the noun that name the work
_COUNTING = re.compile("[0-9.]+年?")
_UNCOUNTED = ("", "年", "月", "日", "期")  # units of numbers that belong to names: 3号线, 二期


def things(clause: str) -> Iterator[tuple[str, str]]:
    """What a clause promises: the verb and each thing, without what is counted.

    >>> list(things("确保地铁3号线、市民中心建成投用"))
    [('建成投用', '地铁3号线'), ('建成投用', '市民中心')]
    >>> list(things("加快滨江湿地公园、城南文体中心建设"))
    [('加快', '滨江湿地公园'), ('加快', '城南文体中心')]
    >>> list(things("新建学校10所")), list(things("去年建成市民中心")), list(things("推进改革"))
    ([], [], [])
    """
    if _PAST.search(clause) or _GENERAL.search(clause) or _NO_PROMISE.search(clause):
        return
    items = _ITEM.findall(clause)
    at = next((at for at, item in enumerate(items) if _ENDS.search(item)), None)
    yield from _works(items) if at is None else _ended(items, at)


def _ended(items: list[str], at: int) -> Iterator[tuple[str, str]]:
    """The things of a list of which item `at` has a verb that names an end."""
    verb = _ENDS.search(items[at])
    assert verb is not None
    if items[at].count('"', 0, verb.start()) % 2:
        return  # the verb is quoted
    leads = not _FILLER.sub("", items[at][: verb.start()])
    for item in items[at:] if leads else items[: at + 1]:
        thing = _bare(item)
        if _named(thing) >= _SHORTEST and _is_one_thing(thing):
            yield verb[0], thing


def _works(items: list[str]) -> Iterator[tuple[str, str]]:
    """The named works, or titles, of a list that begins with a verb of work."""
    bare = [_BRACKETED.sub("", item) for item in items]
    for verbs, kinds in ((_TITLE, ("title",)), (_WORK, tuple(_BEFORE))):
        if verb := verbs.match(bare[0]):
            for item in bare:
                thing = _WORK_END.sub("", verbs.sub("", item, count=1))
                if _is_one_thing(thing) and _work_name(kinds).search(thing) and not _VAGUE.search(thing):
                    yield verb[1], thing
            return


@cache
def _work_name(kinds: tuple[str, ...]) -> re.Pattern[str]:
    """Matches a text that ends with a noun of these kinds, after enough characters that name it."""
    rows = [row.split("\t")[:2] for row in data_rows("works.tsv")]
    nouns = (f'[\\w"]{{{_BEFORE[kind]}}}(?:{noun})' for kind, noun in rows if kind in kinds)
    return re.compile(f"(?:{'|'.join(nouns)})(?:$|(?:工程|项目)?(?:及|和|与|以及))")


def _bare(item: str) -> str:
    """An item of a list without its verb and the words around the name of the thing."""
    return _FILLER.sub("", _FILLER.sub("", _ENDS.sub("", _BRACKETED.sub("", item))))


def _named(thing: str) -> int:
    """How many characters name a thing, besides numbers."""
    return len(_COUNTING.sub("", thing))


def _is_one_thing(thing: str) -> bool:
    """Whether a text names one thing: no amount, no kind of things, nothing that is only made better."""
    counted = any(one.unit not in _UNCOUNTED for one in quantities(thing))
    return not counted and not _KIND.fullmatch(thing) and not _LEADS.search(thing)
